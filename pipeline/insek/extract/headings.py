"""Which blocks are headings, and of which level: by size, weight and numbering, compared over the whole document."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from insek.extract.paragraphs import Chunk, has_leader
from insek.extract.words import BOLD, ITALIC, PLAIN

LARGER = 1.12
"""A heading's font size against body text: 9.5 to 11 pt is the smallest step in use."""
LONG_WORDS, LONG_LINES = 22, 4
"""Larger than any heading: long text in large or bold type is a lead paragraph."""
NUMBERED = re.compile(
    r"(?:(?:Kapitel|Teil|Abschnitt)\s+)?(\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z](?=\.\d|\s)|[IVX]{1,4}(?=\.))\.?\)?\s+\S"
)
_SENTENCE_END = re.compile(r"[.;,!](?:\s*\W?)$")


def body_size(sizes: Iterable[tuple[float, int]]) -> float:
    """The font size that most characters have, from pairs of size and number of characters."""
    counts: Counter[float] = Counter()
    for size, chars in sizes:
        counts[round(size * 4) / 4] += chars
    return max(counts.items(), key=lambda c: (c[1], -c[0]))[0] if counts else 10.0


def is_heading(chunk: Chunk, body: float) -> bool:
    """Whether a block looks like a heading. Bold text of body size must be short and no sentence."""
    text = chunk.text
    words = text.count(" ") + 1
    if chunk.cells or words > LONG_WORDS or chunk.lines > LONG_LINES or has_leader(text):
        return False
    if sum(c.isalpha() for c in text) < 3 or (text[0] in '„"“»' and words > 8):
        return False
    if chunk.size >= LARGER * body:
        return not (text[0].islower() and words > 3)
    longest = {PLAIN: 0, ITALIC: 12, BOLD: 16}[chunk.weight]
    if words > longest or chunk.size < 0.93 * body or chunk.lines > (2 if chunk.weight == BOLD else 1):
        return False
    return not _SENTENCE_END.search(text) and not text[0].islower() and not (chunk.item and not NUMBERED.match(text))


def depth(text: str) -> int | None:
    """Level that the numbering of a heading shows: 2 for "3.1 Wohnen"; None without a number."""
    found = NUMBERED.match(text)
    if found is None or re.match(r"\d{1,2}\.?\s+(?:Jahre|Personen|Prozent|%|Uhr)", text):
        return None
    return found[1].count(".") + 1


def levels(headings: Sequence[Chunk], body: float) -> list[int]:
    """Levels 1-6 of headings in document order: the larger the type the higher; numbering settles equal sizes.

    Each style (size, weight) gets one level. Where most headings of a style are numbered, their usual depth is it.
    """
    styles: dict[tuple[float, int], list[Chunk]] = defaultdict(list)
    for chunk in headings:
        styles[_style(chunk, body)].append(chunk)
    ranks: dict[tuple[float, int], int] = {}
    rank = 0
    for style in sorted(styles, key=lambda s: (-s[0], -s[1])):
        depths = Counter(d for c in styles[style] if (d := depth(c.text)) is not None)
        usual = depths.most_common(1)[0][0] if depths and 2 * sum(depths.values()) > len(styles[style]) else 0
        rank = max(rank + 1, usual) if usual else rank + 1
        ranks[style] = usual or rank
        rank = max(rank, ranks[style]) if usual else rank
    return [max(1, min(6, _own(chunk, ranks[_style(chunk, body)]))) for chunk in headings]


def _own(chunk: Chunk, rank: int) -> int:
    own = depth(chunk.text)
    return own if own is not None and own > 1 else rank


def _style(chunk: Chunk, body: float) -> tuple[float, int]:
    size = round(chunk.size * 2) / 2
    return (size, chunk.weight) if size < LARGER * body else (size, BOLD)
