"""Gutters: upright strips of white that part text, found by a sweep from the top of a region to its bottom.

A strip starts where a row, or two rows that overlap in height, leaves a wide gap between words. It lives as long as
the rows below leave some of it free, and shrinks with them. It counts when enough rows have text on both sides.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from insek.extract.words import MARKER, Fragment

ROW_EM = 0.35
"""Baselines closer than this (in font sizes) stand in one row."""
MIN_EM = 0.6
"""Narrowest gutter, in font sizes: as wide as the gaps at which fragments are cut."""
NEED = ((2.2, 2), (1.3, 3), (0.9, 4), (0.0, 6))
"""A gutter of at least this width (in font sizes) needs text on both sides in so many rows. Word gaps that stand
above each other by chance ("rivers") hold for four rows at 0.7 em, and never for six, in justified narrow columns."""
BESIDE = ((1.3, 2), (0.9, 3))
"""The same where one side is a whole column and the other a few lines: the words under a picture, a note."""
HEIGHT = 0.6
"""Height of large type in lines of text, by its size against theirs: a figure of 40 points stands beside two lines."""
COLUMN_ROWS = 6
"""Rows of a side that is a whole column."""

Spans = list[tuple[float, float]]


APART = 1.6
"""A row that stands this many times nearer to the text outside a region than to the text inside belongs outside."""


@dataclass(slots=True)
class Row:
    """Fragments with one baseline and the stretches they cover."""

    base: float
    size: float
    parts: list[Fragment]
    spans: Spans


@dataclass(slots=True)
class Gutter:
    """A strip `x0`-`x1` that rows `first`-`last` (inclusive) leave free."""

    x0: float
    x1: float
    first: int
    last: int
    left: int = 0
    right: int = 0

    @property
    def middle(self) -> float:
        """Where to cut."""
        return (self.x0 + self.x1) / 2


def build_rows(parts: Sequence[Fragment]) -> list[Row]:
    """Rows of a region from top to bottom; a fragment that is only a list marker covers the way to its text."""
    rows: list[Row] = []
    for part in sorted(parts, key=lambda f: f.base):
        if rows and part.base - rows[-1].base <= ROW_EM * min(part.size, rows[-1].size):
            rows[-1].parts.append(part)
        else:
            rows.append(Row(part.base, part.size, [part], []))
    for row in rows:
        row.parts.sort(key=lambda f: f.x0)
        row.spans = _spans(row.parts)
    return rows


def _spans(parts: list[Fragment]) -> Spans:
    """Covered stretches. A list marker belongs to what follows, unless it stands closer to what goes before it."""
    spans: Spans = []
    mark_gap = 0.0  # free space before a list marker just seen; 0 if none was
    for part in parts:
        gap = part.x0 - spans[-1][1] if spans else float("inf")
        if gap <= 0 or gap < mark_gap:
            spans[-1] = (spans[-1][0], max(spans[-1][1], part.x1))
        else:
            spans.append((part.x0, part.x1))
        mark_gap = gap if len(part.text) <= 4 and MARKER.fullmatch(part.text) else 0.0
    return spans


def best_gutter(rows: Sequence[Row], size: float) -> Gutter | None:
    """The gutter with most rows beside it, stretched up and down as far as no row crosses it."""
    if not any(len(row.spans) > 1 for row in rows) and not _staggered(rows):
        return None
    found = [g for g in _sweep(rows, size) if _counts(g, rows, size)]
    if not found:
        return None
    best = max(found, key=lambda g: (min(g.left, g.right), g.left + g.right, g.x1 - g.x0, -g.x0))
    _stretch(best, rows)
    return best


def _stretch(gutter: Gutter, rows: Sequence[Row]) -> None:
    """Widen a gutter up and down to the rows that cross it, but leave them the last line of their paragraph or cell."""
    first, last = gutter.first, gutter.last
    while gutter.first > 0 and not _crosses(rows[gutter.first - 1], gutter):
        gutter.first -= 1
    while gutter.last + 1 < len(rows) and not _crosses(rows[gutter.last + 1], gutter):
        gutter.last += 1
    bases = [row.base for row in rows]
    while 0 < gutter.first < first and _nearer(bases, gutter.first, gutter.first - 1, gutter.first + 1):
        gutter.first += 1
    while last < gutter.last < len(rows) - 1 and _nearer(bases, gutter.last, gutter.last + 1, gutter.last - 1):
        gutter.last -= 1


def _nearer(bases: Sequence[float], row: int, outer: int, inner: int) -> bool:
    return abs(bases[row] - bases[inner]) > APART * abs(bases[row] - bases[outer])


def _staggered(rows: Sequence[Row]) -> bool:
    return any(len(_merged(rows, i)) > 1 for i in range(len(rows) - 1))


def _merged(rows: Sequence[Row], i: int) -> Spans:
    """What row `i` covers, together with the next row where both overlap in height (columns out of step)."""
    spans = rows[i].spans
    if i + 1 >= len(rows) or rows[i + 1].base - rows[i].base > 0.8 * rows[i].size:
        return spans
    out: Spans = []
    for x0, x1 in sorted(spans + rows[i + 1].spans):
        if out and x0 <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], x1))
        else:
            out.append((x0, x1))
    return out


def _counts(gutter: Gutter, rows: Sequence[Row], size: float) -> bool:
    width = (gutter.x1 - gutter.x0) / size
    few = min(gutter.left, gutter.right)
    if few >= next(need for em, need in NEED if width >= em):
        return True
    if few < next((need for em, need in BESIDE if width >= em), few + 1):
        return False
    return max(_beside(gutter, rows, size)) >= max(COLUMN_ROWS, 2 * few)


def _beside(gutter: Gutter, rows: Sequence[Row], size: float) -> tuple[int, int]:
    """Rows with text to the left and to the right, those above the strip's first row included."""
    whole = Gutter(gutter.x0, gutter.x1, gutter.first, gutter.last, gutter.left, gutter.right)
    while whole.first > 0 and not _crosses(rows[whole.first - 1], gutter):
        whole.first -= 1
        _see(whole, rows[whole.first], size)
    return whole.left, whole.right


def _crosses(row: Row, gutter: Gutter) -> bool:
    return any(x0 < gutter.x1 - 0.5 and x1 > gutter.x0 + 0.5 for x0, x1 in row.spans)


def _sweep(rows: Sequence[Row], size: float) -> list[Gutter]:
    least = MIN_EM * size
    alive: list[Gutter] = []
    done: list[Gutter] = []
    for i, row in enumerate(rows):
        alive = _advance(alive, row, i, size, done)
        spans = _merged(rows, i)
        for (_, x0), (x1, _) in itertools.pairwise(spans):
            if x1 - x0 >= least and not any(g.x0 < x1 and g.x1 > x0 for g in alive):
                strip = Gutter(x0, x1, i, i)
                _see(strip, row, size)
                alive.append(strip)
    return done + alive


def _advance(alive: list[Gutter], row: Row, i: int, size: float, done: list[Gutter]) -> list[Gutter]:
    kept: list[Gutter] = []
    for strip in alive:
        rest = _free(strip, row.spans, MIN_EM * size)
        if not rest:
            done.append(strip)
        for x0, x1 in rest:
            thin = Gutter(x0, x1, strip.first, i, strip.left, strip.right)
            _see(thin, row, size)
            kept.append(thin)
    return kept


def _free(strip: Gutter, spans: Spans, least: float) -> Spans:
    """The stretches of a strip that a row leaves free."""
    free: Spans = []
    start = strip.x0
    for x0, x1 in spans:
        if x1 <= strip.x0 or x0 >= strip.x1:
            continue
        if x0 - start >= least:
            free.append((start, x0))
        start = max(start, x1)
    if strip.x1 - start >= least:
        free.append((start, strip.x1))
    return free


def _see(strip: Gutter, row: Row, size: float) -> None:
    """Count a row beside a strip; type as high as several lines of text counts as so many."""
    if row.spans[0][1] <= strip.x0 + 0.5:
        strip.left += max(1, int(HEIGHT * row.parts[0].size / size))
    if row.spans[-1][0] >= strip.x1 - 0.5:
        strip.right += max(1, int(HEIGHT * row.parts[-1].size / size))
