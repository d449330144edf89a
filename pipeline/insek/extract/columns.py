"""Reading order by geometry: cut the page along its gutters again and again until single columns are left.

The order of a PDF's content stream is not used; see notes/0002-reading-order.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from insek.extract.gutters import Gutter, Row, best_gutter, build_rows
from insek.extract.unruled import banded
from insek.extract.words import BULLETS, Fragment

PROSE_WORDS, PROSE_FILL, PROSE_EM = 3, 0.5, 9.0
"""Text is set in lines of at least so many words and font sizes; they make up at least this share of its length.
Lines of three columns on A4 have 4-6 words and 15 em, cells of tables mostly less."""
FLOW_LINES, FLOW, FLOW_LEAST = 10, 0.35, 0.25
"""Lines, of two words on average, that show whether text flows, and the share of them that begin small: in German
prose 0.3 to 0.5, in wrapped cells of tables less, for every cell begins with a capital or a figure."""
PIECE_EM = 1.6
"""Gaps in a line of justified text stay below this many font sizes."""
ALIGNED = 0.6
"""Share of right-hand rows that stand on a left-hand baseline: table rows all do."""
HEADLINE = 1.12
"""A line this much larger than body text may head all columns below it, though it reaches over one only."""


@dataclass(slots=True)
class Region:
    """Fragments that are read line by line; `tabular` if each row is a table row whose fragments are cells."""

    parts: list[Fragment]
    tabular: bool = False


def reading_order(parts: Sequence[Fragment], size: float) -> list[Region]:
    """Regions of a page in reading order; `size` is the font size of body text."""
    return _merge(_split(build_rows(parts), size, 0))


def _merge(regions: list[Region]) -> list[Region]:
    """Neighbouring regions of the same shape become one, so that paragraphs are not cut between them."""
    out: list[Region] = []
    for region in regions:
        if not region.parts:
            continue
        if out and not region.tabular and not out[-1].tabular and _same_column(out[-1].parts, region.parts):
            out[-1].parts += region.parts
        else:
            out.append(region)
    return out


def _same_column(above: list[Fragment], below: list[Fragment]) -> bool:
    if min(f.base for f in below) < max(f.base for f in above):
        return False
    left, right = min(f.x0 for f in above), max(f.x1 for f in above)
    x0, x1 = min(f.x0 for f in below), max(f.x1 for f in below)
    return min(right, x1) - max(left, x0) >= 0.6 * max(min(right - left, x1 - x0), 1.0)


def _split(rows: list[Row], size: float, depth: int) -> list[Region]:
    if not rows:
        return []
    gutter = best_gutter(rows, size) if depth < 12 else None
    if gutter is None:
        return [Region([p for row in rows for p in row.parts])]
    above, zone, below = rows[: gutter.first], rows[gutter.first : gutter.last + 1], rows[gutter.last + 1 :]
    return [
        *_split(above, size, depth + 1),
        *_zone(zone, gutter, size, depth + 1),
        *_split(below, size, depth + 1),
    ]


def _zone(rows: list[Row], gutter: Gutter, size: float, depth: int) -> list[Region]:
    """A part of the page that one gutter cuts from top to bottom."""
    cut = _headline(rows, gutter, size)
    if cut:
        return [*_split(rows[:cut], size, depth), *_split(rows[cut:], size, depth)]
    left = [p for row in rows for p in row.parts if p.x1 <= gutter.middle]
    right = [p for row in rows for p in row.parts if p.x1 > gutter.middle]
    if not left or not right:
        return [Region(left + right)]
    if banded(rows, gutter.middle) or _tabular(rows, left, right, gutter, size):
        return [Region(left + right, tabular=not _stretched(rows))]
    bands = _margin_bands(left, right, size)
    if bands:
        return [region for band in bands for region in _split(build_rows(band), size, depth)]
    return [*_split(build_rows(left), size, depth), *_split(build_rows(right), size, depth)]


def _headline(rows: list[Row], gutter: Gutter, size: float) -> int:
    """Index of the first row of a headline over all columns inside the zone; 0 if there is none."""
    for i in range(1, len(rows)):
        row = rows[i]
        first = row.parts[0]
        if (
            first.size < HEADLINE * size
            or row.parts[-1].x1 > gutter.middle
            or rows[i - 1].base > first.top - 0.5 * size
        ):
            continue
        if not any(f.x0 > gutter.middle for r in rows[:i] for f in r.parts):
            continue
        # nothing may stand beside it, and text of the other column must follow below
        below = [f for r in rows[i + 1 :] for f in r.parts if f.x0 > gutter.middle]
        if below and min(f.top for f in below) >= first.bottom and _quiet(rows, i, gutter):
            return i
    return 0


def _quiet(rows: list[Row], i: int, gutter: Gutter) -> bool:
    """Whether both columns pause together above row `i`."""
    above = [f for r in rows[:i] for f in r.parts]
    last_right = max((f.bottom for f in above if f.x0 > gutter.middle), default=0.0)
    last_left = max((f.bottom for f in above if f.x1 <= gutter.middle), default=0.0)
    size = rows[i].parts[0].size
    return rows[i].parts[0].top - max(last_right, last_left) >= 0.3 * size and abs(last_right - last_left) < 6 * size


def _tabular(rows: list[Row], left: list[Fragment], right: list[Fragment], gutter: Gutter, size: float) -> bool:
    on_left = [any(p.x1 <= gutter.middle for p in r.parts) for r in rows]
    on_right = [any(p.x1 > gutter.middle for p in r.parts) for r in rows]
    both = sum(a and b for a, b in zip(on_left, on_right, strict=True))
    if both < ALIGNED * min(sum(on_left), sum(on_right)):
        return False
    if (_is_prose(left, size) and _is_prose(right, size)) or _flow(left, right):
        return False
    if _is_prose(right, size) and sum(on_left) < 0.6 * sum(on_right):
        return False
    if _is_prose(left, size) and sum(on_right) < 0.6 * sum(on_left):
        return False
    return not (_is_list(left) and _is_list(right))


def _stretched(rows: list[Row]) -> bool:
    """Lines of few words justified to full width: single words with gaps alike, as cells of a table hardly have."""
    wide = [row.parts for row in rows if len(row.parts) > 2]
    return 2 * sum(map(_evenly, wide)) > len(wide)


def _evenly(parts: list[Fragment]) -> bool:
    gaps = [b.x0 - a.x1 for a, b in itertools.pairwise(parts)]
    if max(gaps) > 1.3 * min(gaps) + 0.5 or 2 * sum(p.text.count(" ") for p in parts) > len(parts):
        return False
    return 2 * sum(p.text[-1].isdigit() for p in parts) < len(parts)  # columns of figures are evenly spaced


def _is_prose(parts: list[Fragment], size: float) -> bool:
    """Whether most of the text stands in long lines; a side may itself hold several columns."""
    long, total = 0.0, 0.0
    for row in build_rows(parts):
        for x0, x1, words in _pieces(row.parts, PIECE_EM * size):
            total += x1 - x0
            long += x1 - x0 if x1 - x0 >= PROSE_EM * size and words >= PROSE_WORDS else 0.0
    return long >= PROSE_FILL * total


def _flow(left: list[Fragment], right: list[Fragment]) -> bool:
    """Whether lines go on from one to the next, however short they are: many begin in the middle of a sentence."""
    shares = []
    for parts in (left, right):
        if len(parts) < FLOW_LINES or sum(p.text.count(" ") for p in parts) < len(parts):
            return False
        shares.append(sum(p.text[0].islower() for p in parts) / len(parts))
    return sum(shares) >= 2 * FLOW and min(shares) >= FLOW_LEAST


def _pieces(parts: list[Fragment], gap: float) -> list[tuple[float, float, int]]:
    """Stretches of a row without a gap wider than `gap`: left, right, number of words."""
    out: list[tuple[float, float, int]] = []
    for part in parts:
        words = part.text.count(" ") + 1
        if out and part.x0 - out[-1][1] <= gap:
            x0, x1, before = out[-1]
            out[-1] = (x0, max(x1, part.x1), before + words)
        else:
            out.append((part.x0, part.x1, words))
    return out


def _is_list(parts: list[Fragment]) -> bool:
    marked = sum(p.text[0] in BULLETS or p.text[:2] in ("- ", "– ") for p in parts)
    return marked >= 2 and marked >= 0.2 * len(parts)


def _margin_bands(left: list[Fragment], right: list[Fragment], size: float) -> list[list[Fragment]]:
    """Bands of a margin heading with the text beside it; empty if the sparse side does not head paragraphs."""
    sparse, full = (left, right) if len(left) < len(right) else (right, left)
    marks, lines = build_rows(sparse), build_rows(full)
    if len(marks) >= 0.5 * len(lines) or sparse is right:
        return []
    tops = [
        r
        for r, before in zip(marks, [None, *marks], strict=False)
        if before is None or r.base - before.base > 1.7 * size
    ]
    starts = _paragraph_starts(lines)
    hits = [r.base for r in tops if any(abs(r.base - s) <= 0.5 * size for s in starts)]
    if len(tops) < 2 or len(hits) < 0.6 * len(tops):
        return []
    edges = [float("-inf"), *(b - 0.6 * size for b in hits), float("inf")]
    every = sparse + full
    return [[f for f in every if lo <= f.base < hi] for lo, hi in itertools.pairwise(edges)]


def _paragraph_starts(lines: list[Row]) -> list[float]:
    steps = [b.base - a.base for a, b in itertools.pairwise(lines)]
    if not steps:
        return [r.base for r in lines]
    usual = sorted(steps)[len(steps) // 2]
    return [lines[0].base, *(b.base for b, step in zip(lines[1:], steps, strict=True) if step > 1.15 * usual)]
