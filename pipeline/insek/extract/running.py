"""Running heads, feet and page numbers: found by repetition and position over the whole document.

A line is running when the same words (numbers aside) stand at the same height at the edge of several pages. Odd and
even pages need not agree, because repetition is counted over all pages and a share is never asked for.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from insek.extract.words import Fragment

BAND = 0.16
"""Share of the page height at top and bottom where running lines are looked for; slides need that much."""
DEEP = 5
"""Rows looked at from each edge inwards; the deepest running head seen has four lines."""
SLACK = 4.0
"""Points by which the height of a running line may change between pages."""
SLOT_SHARE, SLOT_SAME, SLOT_WORDS = 0.4, 0.6, 10
"""Chapter titles as running heads change: a height is theirs if short lines that stand alone hold it on this share of
the pages, and at most this share of them differ."""
LARGE = 1.25
"""Larger than this against body text is a chapter title, even when it repeats."""

_NUMBER = re.compile(r"^\W*(?:Seite|S\.|Page|-|–|\|)?\s*(\d{1,4}|[ivxlc]{1,7})\s*(?:(?:von|/|of)\s*\d{1,4})?\W*$", re.I)
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Running:
    """What was found on one page: rows to drop (as fragments) and the printed page number."""

    dropped: list[Fragment] = field(default_factory=list)
    label: str | None = None


@dataclass(slots=True)
class _Row:
    page: int
    edge: int  # 0 top, 1 bottom
    depth: int  # 0 is the outermost row
    base: float
    parts: list[Fragment]
    gap: float = 0.0
    """Points to the next row inwards."""

    @property
    def text(self) -> str:
        return " ".join(p.text for p in self.parts)

    @property
    def size(self) -> float:
        return max(p.size for p in self.parts)


def find_running(pages: Sequence[Sequence[Fragment]], heights: Sequence[float], body: float) -> list[Running]:
    """Running lines of each page; `body` is the font size of body text."""
    rows = [row for i, page in enumerate(pages) for row in _edge_rows(i, page, heights[i])]
    repeated = _repeated(rows, len(pages))
    slots = _slots(rows, len(pages), body)
    offset = _offset(rows, len(pages))
    out = [Running() for _ in pages]
    reached: dict[tuple[int, int], int] = {}
    for row in rows:  # from the edge inwards
        if reached.get((row.page, row.edge), 0) != row.depth:
            continue
        number = _NUMBER.match(row.text)
        numbered = number is not None and _is_number(number[1], row, offset)
        if not numbered and (row.size > LARGE * body or not (_repeats(row, repeated) or _in_slot(row, slots, body))):
            continue
        reached[row.page, row.edge] = row.depth + 1
        found = out[row.page]
        found.dropped += row.parts
        found.label = _label(row, number[1] if numbered and number else None, offset) or found.label
    return out


def find_sideways(pages: Sequence[Sequence[Fragment]]) -> list[list[Fragment]]:
    """Rotated text that several pages print at the same place: titles along the edge, watermarks."""
    seen: dict[tuple[int, int, str], set[int]] = defaultdict(set)
    for i, parts in enumerate(pages):
        for part in parts:
            for place in _places(part):
                seen[place].add(i)
    need = _need(len(pages))
    return [[p for p in parts if max(len(seen[place]) for place in _places(p)) >= need] for parts in pages]


def _places(part: Fragment) -> Iterable[tuple[int, int, str]]:
    """Text of a fragment with its place and the places around it."""
    x, y, text = round(part.x0 / SLACK), round(part.base / SLACK), _normal(part.text)
    return [(x + i, y + j, text) for i in (-1, 0, 1) for j in (-1, 0, 1)]


def _need(pages: int) -> int:
    return 2 if pages <= 6 else 3


def _edge_rows(page: int, fragments: Sequence[Fragment], height: float) -> Iterable[_Row]:
    for edge in (0, 1):
        limit = height * (1 - BAND) if edge else height * BAND
        near = [f for f in fragments if (f.base > limit if edge else f.base < limit)]
        near.sort(key=lambda f: -f.base if edge else f.base)
        rows: list[list[Fragment]] = []
        for part in near:
            if rows and abs(rows[-1][0].base - part.base) <= 2.0:
                rows[-1].append(part)
            elif len(rows) == DEEP:
                break
            else:
                rows.append([part])
        inner = [abs(b[0].base - a[0].base) for a, b in itertools.pairwise(rows)]
        for depth, parts in enumerate(rows):
            gap = inner[depth] if depth < len(inner) else height
            yield _Row(page, edge, depth, parts[0].base, sorted(parts, key=lambda f: f.x0), gap)


def _normal(text: str) -> str:
    return _DIGITS.sub("#", text.casefold())


def _key(row: _Row, part: Fragment) -> tuple[int, int, str]:
    return row.edge, round(part.base / SLACK), _normal(part.text)


def _repeats(row: _Row, repeated: set[tuple[int, int, str]]) -> bool:
    """Whether repeated words make up half of a row; a stray word at the same height of several pages is no head."""
    known = sum(len(p.text) for p in row.parts if _key(row, p) in repeated)
    return 2 * known >= sum(len(p.text) for p in row.parts)


def _in_slot(row: _Row, slots: set[tuple[int, int]], body: float) -> bool:
    return (row.edge, round(row.base / SLACK)) in slots and _alone(row, body)


def _alone(row: _Row, body: float) -> bool:
    return row.gap > 1.6 * body and row.text.count(" ") < SLOT_WORDS and row.size <= 1.05 * body


def _slots(rows: Sequence[_Row], pages: int, body: float) -> set[tuple[int, int]]:
    """Heights at the outermost edge that belong to running lines with changing words."""
    texts: dict[tuple[int, int], list[str]] = defaultdict(list)
    for row in rows:
        if row.depth == 0 and _alone(row, body):
            for near in (-1, 0, 1):
                texts[row.edge, round(row.base / SLACK) + near].append(_normal(row.text))
    need = max(4, SLOT_SHARE * pages)
    return {slot for slot, seen in texts.items() if len(seen) >= need and len(set(seen)) <= SLOT_SAME * len(seen)}


def _repeated(rows: Sequence[_Row], pages: int) -> set[tuple[int, int, str]]:
    """Keys of fragments that stand at the same height on enough pages; neighbouring heights count together."""
    seen: dict[tuple[int, int, str], set[int]] = defaultdict(set)
    for row in rows:
        for part in row.parts:
            edge, height, text = _key(row, part)
            if any(c.isalpha() for c in text):
                for near in (height - 1, height, height + 1):
                    seen[edge, near, text].add(row.page)
    need = _need(pages)
    return {key for key, where in seen.items() if len(where) >= need}


def _offset(rows: Sequence[_Row], pages: int) -> int | None:
    """Difference between printed number and page index that most pages share, from numbers anywhere in edge rows."""
    counts: Counter[int] = Counter()
    for row in rows:
        values = {int(d) - row.page for p in row.parts for d in _DIGITS.findall(p.text) if len(d) < 4}
        counts.update(values)
    if not counts:
        return None
    best, times = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return best if times >= max(2, pages // 4) else None


def _is_number(text: str, row: _Row, offset: int | None) -> bool:
    if not text.isdigit():
        return row.depth == 0
    if offset is not None:
        return int(text) == row.page + offset
    return row.depth == 0 and len(text) < 4


def _label(row: _Row, number: str | None, offset: int | None) -> str | None:
    if number:
        return number
    if offset is None:
        return None
    wanted = str(row.page + offset)
    return wanted if any(wanted in _DIGITS.findall(p.text) for p in row.parts) else None
