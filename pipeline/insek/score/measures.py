"""Measures on theme with what they name: profiles, table rows, paragraphs. Pure.

A profile is a section in which a good part of the passages are the fields of one form ("Kosten: 5.000 €"), elsewhere
the fields of a form in a row; where the first label comes again, the next profile begins. A table row that was read out
with the heads of its columns is a measure of its own, and so is any other passage.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from insek.domain import BlockKind, Measure
from insek.guideline import Guideline
from insek.score.items import Item

_LABEL = re.compile(r"([A-ZÄÖÜ][^\s:;.]*(?: [^\s:;.]+){0,3}): (?=\S)")
"""One to four words before a colon, the first with a capital: the label of a form field."""
_WORD = re.compile(r"[^\W\d_]{4}")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.!?]) ")
_ROW_GLUE = "; "
_FORM_SHARE = 1 / 3
"""Share of form fields from which a section is a profile: a description and its fields, not prose with a colon."""
_TITLE_LENGTH = 100
_WRAPPED_WORDS = 4
_KINDS = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_ROW)


def measures(items: Iterable[Item], guideline: Guideline) -> tuple[Measure, ...]:
    """All measures with at least one passage that counts and is of the stage of measures, in reading order."""
    stage = guideline.scoring.measure_stage
    groups = (group for section in _sections(items) if any(_on_theme(i, stage) for i in section)
              for group in _groups(section) if any(_on_theme(i, stage) for i in group))  # fmt: skip
    return tuple(_measure(group, guideline) for group in sorted(groups, key=lambda g: g[0].order))


def _on_theme(item: Item, stage: str | None) -> bool:
    return item.counts and stage is not None and item.decision.stage == stage


def _sections(items: Iterable[Item]) -> Iterable[list[Item]]:
    """The passages below one heading each, in order."""
    sections: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in items:
        if item.passage.kind in _KINDS:
            sections[item.passage.heading_path].append(item)
    return sections.values()


def _groups(section: Sequence[Item]) -> Iterator[list[Item]]:
    """The passages that make one measure each; `section` holds all passages of one heading, in order."""
    labels = [_form_label(i) for i in section]
    known = [label for label in labels if label is not None]
    rows = any(_is_row(i) for i in section)
    alone = len(known) > 1 and len(set(known)) == len(known) and not rows and len(known) >= _FORM_SHARE * len(section)
    if alone:
        yield list(section)
        return
    run: list[Item] = []
    first = None
    for item, label in zip(section, labels, strict=True):
        wrapped = bool(run) and label is None and _is_wrapped(item)
        if run and not wrapped and label in (None, first):
            yield run
            run = []
        if label is None and not wrapped:
            yield [item]
            continue
        first = label if not run else first
        run.append(item)
    if run:
        yield run


def _form_label(item: Item) -> str | None:
    """The label of a passage that is one field of a form, without numbers; None for rows with several and for prose."""
    match = _LABEL.match(item.passage.text)
    if match is None or _is_row(item):
        return None
    return " ".join(w for w in match.group(1).split() if not any(c.isdigit() for c in w)) or match.group(1)


def _is_wrapped(item: Item) -> bool:
    """Whether a passage is but the end of the field above it, in a line of its own."""
    text = item.passage.text
    return not _is_row(item) and len(text.split()) <= _WRAPPED_WORDS and not text.endswith((".", "!", "?", ":"))


def _is_row(item: Item) -> bool:
    """Whether a table row was read out with its column heads ("Maßnahme: Sprachcafé; Kosten: 5.000 €")."""
    return item.passage.kind is BlockKind.TABLE_ROW and len(_row_cells(item.passage.text)) > 1


def _row_cells(text: str) -> list[str]:
    return [part for part in text.split(_ROW_GLUE) if _LABEL.match(part)]


def _measure(group: Sequence[Item], guideline: Guideline) -> Measure:
    counting = [i for i in group if i.counts]
    fields = {f for i in counting for f in i.decision.fields}
    bundles = {b for i in counting for b in i.decision.bundles}
    return Measure(
        title=_title(group),
        page=group[0].passage.pages[0],
        passage_ids=tuple(i.passage.id for i in group),
        fields=tuple(f for f in guideline.field_ids if f in fields),
        bundles=tuple(b.id for b in guideline.bundles if b.id in bundles),
        named=_named(group, guideline),
    )


def _named(group: Iterable[Item], guideline: Guideline) -> dict[str, str]:
    """Attribute id -> the first quote that names it, in the order of the guideline."""
    found: dict[str, str] = {}
    for item in group:
        for tag in item.decision.named:
            text = " … ".join(item.passage.text[a:b] for a, b in tag.spans)
            found.setdefault(tag.value, text or item.passage.text)
    return {a.id: found[a.id] for a in guideline.attributes if a.id in found}


def _title(group: Sequence[Item]) -> str:
    """Value of the first field, heading of a profile, or the beginning of the passage."""
    text = group[0].passage.text
    if _is_row(group[0]):
        values = [_LABEL.sub("", cell, count=1) for cell in _row_cells(text)]
        return _short(next((v for v in values if _WORD.search(v)), values[0]))  # a number may stand before
    if len(group) > 1 and _form_label(group[0]) is None:
        path = group[0].passage.heading_path
        return _short(path[-1] if path else text)
    return _short(_LABEL.sub("", text, count=1) if len(group) > 1 else text)


def _short(text: str) -> str:
    """The first whole sentence, at most `_TITLE_LENGTH` characters, cut between words."""
    sentences = _SENTENCE.split(text.lstrip("•·▪–-*►» "))
    whole = next((s for s in sentences if not s[:1].islower() and _WORD.search(s)), sentences[0])
    if len(whole) <= _TITLE_LENGTH:
        return whole
    return whole[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + " …"
