"""Sentence ends in planning German: a full stop after an abbreviation, a date or an initial ends nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

LONG, CUT, LEAST = 140, 110, 20
"""A passage has at most so many words; where one is cut, the cut is sought near the second number, and no part is left
with fewer words than the third."""

_END = re.compile(r"[.!?]['\"“”»)]*\s+(?=[\"„»(]?[A-ZÄÖÜ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-zÄÖÜäöü]|z\.\s?B|d\.\s?h|u\.\s?a|i\.\s?d\.\s?R|i\.\s?V\.\s?m|e\.\s?V|o\.\s?ä|v\.\s?a|ggf|bzw|ca|vgl|inkl|exkl"
    r"|evtl|bspw|sog|usw|etc|Abs|Nr|Art|Kap|Abb|Tab|Str|St|Dr|Prof|Mio|Mrd|Tsd|max|min|zzgl|abzgl|gem|lt|Jh|Hrsg|ff|f|S|Std|Bd"
    r"|Ausg|Aufl|rd|insb|allg|ehem|sogen|tlw|überw|vorr|Einw|Tel|Zi|Di|Mo|Mi|Do|Fr|Sa|So|Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sep|Sept|Okt"
    r"|Nov|Dez)|\b\d{1,2})\.$"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\.$")
_WORD = re.compile(r"\S+\s*")


def sentence_ends(text: str) -> list[int]:
    """Offsets at which a new sentence begins, in ascending order."""
    ends = []
    for found in _END.finditer(text):
        head = text[max(0, found.start() - 14) : found.start() + 1]
        if text[found.start()] == "." and _ABBREVIATION.search(head) and not _YEAR.search(head):
            continue
        ends.append(found.end())
    return ends


def split_long(text: str) -> list[str]:
    """Cut a text of more than `LONG` words at sentence ends near `CUT` words; without one, between words."""
    places = [0, *(m.end() for m in _WORD.finditer(text))]
    if len(places) <= LONG + 1:
        return [text]
    ends = frozenset(sentence_ends(text))
    parts: list[str] = []
    first = 0
    while len(places) - 1 - first > LONG:
        last = _cut_at(places, ends, first)
        parts.append(text[places[first] : places[last]].rstrip())
        first = last
    return [*parts, text[places[first] :]]


def _cut_at(places: Sequence[int], ends: Collection[int], first: int) -> int:
    """Number of the word to cut before; `places` are the offsets of all words, `first` the number of the first left."""
    usual = first + CUT
    good = [n for n in range(first + LEAST, first + LONG + 1) if places[n] in ends]
    return min(good, key=lambda n: (abs(places[n] - places[usual]), n), default=usual)
