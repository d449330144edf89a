"""Sentence ends in planning German: a full stop after an abbreviation, a date or an initial ends nothing."""

from __future__ import annotations

import re

LONG, CUT = 140, 110
"""A passage has at most so many words; where one is cut, the cut is sought near the second number."""

_END = re.compile(r"[.!?]['\"“”»)]*\s+(?=[\"„»(]?[A-ZÄÖÜ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-zÄÖÜäöü]|z\.\s?B|d\.\s?h|u\.\s?a|i\.\s?d\.\s?R|i\.\s?V\.\s?m|e\.\s?V|o\.\s?ä|v\.\s?a|ggf|bzw|ca|vgl|inkl|exkl"
    r"|evtl|bspw|sog|usw|etc|Abs|Nr|Art|Kap|Abb|Tab|Str|St|Dr|Prof|Mio|Mrd|Tsd|max|min|zzgl|abzgl|gem|lt|Jh|Hrsg|ff|f|S|Std|Bd"
    r"|Ausg|Aufl|rd|insb|allg|ehem|sogen|tlw|überw|vorr|Einw|Tel|Zi|Di|Mo|Mi|Do|Fr|Sa|So|Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sep|Sept|Okt"
    r"|Nov|Dez)|\b\d{1,2})\.$"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\.$")


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
    if text.count(" ") < LONG:
        return [text]
    parts: list[str] = []
    rest = text
    while rest.count(" ") >= LONG:
        at = _cut_at(rest)
        parts.append(rest[:at].rstrip())
        rest = rest[at:]
    return [*parts, rest] if rest else parts


def _cut_at(text: str) -> int:
    words = [m.end() for m in re.finditer(r"\S+\s*", text)]
    good = [e for e in sentence_ends(text) if words[19] <= e <= words[LONG - 1]]
    if good:
        return min(good, key=lambda e: (abs(e - words[CUT - 1]), e))
    return words[min(CUT, len(words)) - 1]
