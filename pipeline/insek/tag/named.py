"""What a passage names of a measure - lead, cost, time horizon and the like - each with its quote.

Two ways of saying it: a label with its value, as in forms and table rows ("Federführung: Sozialamt; Kosten: 45 T€"),
and running text ("bis 2027", "in Zusammenarbeit mit dem Jugendamt"). A risky rule is a label and counts only with a
value behind it; a rule of evidence counts by itself. Which words are labels is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from insek.domain import Passage, Tag, TagKind
from insek.guideline import Guideline
from insek.tag.features import Sight
from insek.tag.rule import Hit

_COLON = re.compile(r"[^:;|\n.!?]{0,40}?:(?=\s|$)")
_BREAK = re.compile(r"[;|\n•▪]|[.!?,](?=\s)")
"""What a label may follow; a comma too, for rows that were read as one line."""
_BEFORE = re.compile(rf"{_BREAK.pattern}|:\s")
_SENTENCE_END = r"(?<=[a-zäöüß\d]{2})[.!?](?=\s+[A-ZÄÖÜ]|$)|(?<=€)[.!?](?=\s|$)"
_VALUE_END = re.compile(rf"[;|\n•▪]|{_SENTENCE_END}|[.,]?\s(?=[A-ZÄÖÜ][\w/-]{{3,}}(?: [a-zäöüß]+)?:\s)")
_CLAUSE_END = re.compile(rf"[;:!?|\n()]|{_SENTENCE_END}|,(?=\s+[^A-ZÄÖÜ])")
_RANGE = re.compile(r"\s*(?:[-–—/]|bis)\s*\d{2,4}\b")
"""What makes a year a span: "Umsetzung 2025" goes on with "-2028"."""
_ARTICLES = frozenset({"Der", "Die", "Das", "Ein", "Eine", "Den", "Dem", "Des", "Diese", "Dieser", "Dieses"})
_EMPTY = re.compile(
    r"[\W_]*|(?:noch )?(?:offen|unklar|unbekannt|ungeklärt|nicht bekannt|nicht bezifferbar|nicht quantifizierbar)"
    r"|n\.? ?n\.?|k\.? ?a\.?|n\.? ?a\.?|tbd|x+|keine?(?: angaben?)?|entfällt|entfallen|folgt|ohne|\?+"
    r"|(?:wird|werden|ist|sind)? ?noch (?:zu )?\w+(?: werden)?|zu (?:klären|bestimmen|ermitteln|benennen)",
    re.IGNORECASE,
)
"""Cells that were left empty, in the words planners use for it."""
_LABEL_WORDS, _CLAUSE_WORDS = 5, 10
"""Longest label and longest quote from running text, in words."""
_MAX_VALUE = 200
"""Characters of a value; what is longer is a description."""


@dataclass(frozen=True, slots=True)
class _Label:
    """A label before a colon: where its words begin and where its value begins."""

    attribute: str
    rule: str
    start: int
    value: int


def named(passage: Passage, sight: Sight, guideline: Guideline) -> tuple[Tag, ...]:
    """Tags of kind ATTRIBUTE, values of labels before running text; spans cover the quote, which is also in `words`."""
    hits = [h for h in sight.text.hits if h.rule.kind is TagKind.ATTRIBUTE]
    if not hits:
        return ()
    text = passage.text
    reach = {a.id: a.quote for a in guideline.attributes}
    labels = [label for h in hits if h.rule.polarity == "risky" and (label := _label(text, h))]
    found = [(label.attribute, label.rule, *_value(text, label, labels)) for label in labels]
    for hit in hits:
        if hit.rule.polarity == "evidence" and not any(label.start <= hit.start < label.value for label in labels):
            span = _clause(text, hit) if reach[hit.rule.label] == "clause" else _words(text, hit)
            found.append((hit.rule.label, hit.rule.id, *span))
    return tuple(_tags(passage, found))


def _tags(passage: Passage, found: list[tuple[str, str, int, int]]) -> Iterator[Tag]:
    """One tag for each quote that says something; one that overlaps an earlier one of its kind says no more."""
    told: list[tuple[str, int, int]] = []
    for attribute, rule, start, end in found:
        quote = passage.text[start:end]
        if _says_nothing(quote, passage.text[end:]) or any(
            a == attribute and start < e and s < end for a, s, e in told
        ):
            continue
        told.append((attribute, start, end))
        yield Tag(passage.id, TagKind.ATTRIBUTE, attribute, f"rule:{rule}", spans=((start, end),), words=(quote,))


def _says_nothing(quote: str, rest: str) -> bool:
    """Whether a cell is empty, or a form that was left as it is asks a question there."""
    return bool(_EMPTY.fullmatch(quote.strip(" ."))) or rest.lstrip().startswith("?")


def _label(text: str, hit: Hit) -> _Label | None:
    """The label that a hit stands in: few words before a colon, no article in front, no verb at the end."""
    colon = _COLON.match(text, hit.end)
    if colon is None:
        return None
    start = max((m.end() for m in _BREAK.finditer(text, 0, hit.start)), default=0)
    if text.startswith(":", hit.end) and ":" in text[: hit.start]:
        start = hit.start  # several fields read as one line: what stands before is the value of the field before
    head = text[start : colon.end() - 1].split()
    if len(head) > _LABEL_WORDS or head[0] in _ARTICLES or (head[-1][0].islower() and colon.end() - 1 > hit.end):
        return None
    return _Label(hit.rule.label, hit.rule.id, start, colon.end())


def _value(text: str, label: _Label, labels: list[_Label]) -> tuple[int, int]:
    """Where the value of a label stands: to the next separator, sentence or label."""
    end = _VALUE_END.search(text, label.value)
    stops = [other.start for other in labels if other.start >= label.value]
    if end is not None:
        stops.append(end.start())
    return _trim(text, label.value, min([*stops, label.value + _MAX_VALUE, len(text)]))


def _clause(text: str, hit: Hit) -> tuple[int, int]:
    """The words of a hit with the rest of the clause; where nothing follows, with what stands before."""
    stop = _CLAUSE_END.search(text, hit.end)
    end = stop.start() if stop else len(text)
    words = [m.end() for m in re.finditer(r"\S+", text[hit.end : end])]
    if words:
        return _trim(text, hit.start, hit.end + words[min(len(words), _CLAUSE_WORDS) - 1])
    begin = max((m.end() for m in _BEFORE.finditer(text, 0, hit.start)), default=0)
    before = [m.start() for m in re.finditer(r"\S+", text[begin : hit.start])]
    return _trim(text, begin + before[-min(len(before), _CLAUSE_WORDS)] if before else hit.start, hit.end)


def _words(text: str, hit: Hit) -> tuple[int, int]:
    more = _RANGE.match(text, hit.end)
    return hit.start, more.end() if more else hit.end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    quote = text[start:end]
    return start + len(quote) - len(quote.lstrip()), end - len(quote) + len(quote.rstrip(" ,\n"))
