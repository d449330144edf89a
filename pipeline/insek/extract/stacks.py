"""Tables with lines or shades in one direction only: flat lines between the rows, or every other row shaded.

Lines and the edges of shades of one width that lie above each other are levels; the strips between them are rows if
their text keeps to common columns. Upright edges come from the white between the columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from insek.extract.grids import Line, flat_lines
from insek.extract.gutters import Row, build_rows
from insek.extract.unruled import free_columns, inner_starts, spanned
from insek.extract.words import Fragment, Grid, Rule

NEAR = 3.0
"""Points by which the ends of lines of one table may differ."""
LEAST_WIDTH = 100.0
"""Points; narrower lines underline words."""
PART = 0.12
"""Share of the width of a table that a line over some of its columns has at least."""
TALL = 170.0
"""Points: a higher shade is a box with text, a higher strip between lines is not one row."""
ROW_LINES, PROSE_WORDS = 20, 3.2
"""A strip of more lines is no row but text if the lines of each column have so many words on average: lines of three
columns on A4 have 4-6, and a table has narrow columns too."""
PAUSE = 2.2
"""Step between baselines, in font sizes, that ends the last row below the last shade."""

HEADS_ABOVE = 2
"""Most rows above the first line of a table: its heads, and a first row where lines stand below rows only."""
NARROW = 0.45
"""Free width between columns, in font sizes; lines between the rows make up for what white says less surely."""
FEW_EDGES = 4
"""A table with so many lines has them above and below its heads and at its end only."""

Shade = tuple[float, float, float, float]


Cut = Callable[[Fragment], list[Fragment]]
"""Cuts a fragment at smaller gaps than those between columns of text."""


def find_stacks(parts: Sequence[Fragment], rules: Sequence[Rule], shades: Sequence[Shade], cut: Cut) -> list[Grid]:
    """Tables among the lines and shades of a page; `parts` is the text not in drawn grids."""
    bands = _bands(shades)
    out: list[Grid] = []
    for levels in _groups([*flat_lines(rules), *(edge for band in bands for edge in _edges(band))], parts):
        out += _tables(parts, levels, bands, cut)
    return out


def _edges(band: Shade) -> tuple[Line, Line]:
    x0, top, x1, bottom = band
    return (top, x0, x1), (bottom, x0, x1)


def _bands(shades: Sequence[Shade]) -> list[Shade]:
    """Shades that stand side by side put together; single cells are shaded one by one."""
    out: list[Shade] = []
    for x0, top, x1, bottom in sorted(shades, key=lambda s: (round(s[1]), s[0])):
        if bottom - top > TALL:
            continue
        if out and abs(out[-1][1] - top) <= 1.5 and abs(out[-1][3] - bottom) <= 1.5 and x0 <= out[-1][2] + NEAR:
            out[-1] = (out[-1][0], out[-1][1], max(out[-1][2], x1), out[-1][3])
        else:
            out.append((x0, top, x1, bottom))
    return [b for b in out if b[2] - b[0] >= LEAST_WIDTH]


def _groups(lines: list[Line], parts: Sequence[Fragment]) -> list[list[Line]]:
    """Levels of one width above each other, with the shorter lines inside that width; three or more make a table."""
    free = sorted((ln for ln in lines if ln[2] - ln[1] >= 8), key=lambda ln: (ln[1] - ln[2], ln[0], ln[1]))
    out = []
    while free and free[0][2] - free[0][1] >= LEAST_WIDTH:
        _, x0, x1 = free[0]
        full = [ln for ln in free if abs(ln[1] - x0) <= NEAR and abs(ln[2] - x1) <= NEAR]
        gone = set(full)
        for levels in _clusters(full, parts):
            first, last = levels[0][0], levels[-1][0]
            inner = [ln for ln in free if first < ln[0] < last and x0 - NEAR <= ln[1] and ln[2] <= x1 + NEAR]
            levels = sorted({*levels, *(ln for ln in inner if ln[2] - ln[1] > PART * (x1 - x0))})
            gone.update(levels)
            out.append(levels)
        free = [ln for ln in free if ln not in gone]
    return out


def _clusters(full: list[Line], parts: Sequence[Fragment]) -> list[list[Line]]:
    """Levels of one width parted where high strips between them hold running text; at least three stay together."""
    full = sorted(full)
    out = [full[:1]]
    for above, below in itertools.pairwise(full):
        x0, x1 = above[1:]
        if below[0] - above[0] > TALL and not _tabular(
            [f for f in parts if x0 - NEAR <= f.x0 and f.x1 <= x1 + NEAR and above[0] < f.base <= below[0]]
        ):
            out.append([])
        out[-1].append(below)
    return [levels for levels in out if len(_distinct(levels)) >= 3]


def _distinct(lines: Sequence[Line]) -> list[float]:
    out: list[float] = []
    for y in sorted(ln[0] for ln in lines):
        if not out or y - out[-1] > NEAR:
            out.append(y)
    return out


def _tables(parts: Sequence[Fragment], levels: list[Line], bands: Sequence[Shade], cut: Cut) -> list[Grid]:
    """Runs of neighbouring strips that hold columns of cells."""
    x0, x1 = min(ln[1] for ln in levels), max(ln[2] for ln in levels)
    ys = _distinct(levels)
    near = [f for f in parts if x0 - NEAR <= f.x0 and f.x1 <= x1 + 2 * NEAR and ys[0] - TALL <= f.base <= ys[-1] + TALL]
    within = [piece for f in near for piece in cut(f)]
    strips = [[f for f in within if a <= f.base - 0.3 * f.size < b] for a, b in itertools.pairwise(ys)]
    out = []
    for first, last in _runs(strips, ys, bands):
        edges = ys[first : last + 2]
        inside = [f for strip in strips[first : last + 1] for f in strip]
        xs = free_columns(build_rows(inside), NARROW)
        if len(xs) >= 3 and len(edges) >= 3 and _fills(strips[first : last + 1], xs):
            if _shades_only(levels, bands):
                inside += _unshaded(within, edges, xs, below=True) + _unshaded(within, edges, xs, below=False)
            else:
                above, xs = _above(within, edges, inside, xs)
                inside += above
            edges = _with_inner(edges, inside, xs)
            out.append(_grid(edges, [x0, *xs[1:-1], x1], levels, bands, inside))
    return out


def _runs(strips: list[list[Fragment]], ys: list[float], bands: Sequence[Shade]) -> list[tuple[int, int]]:
    """First and last strip of each table: empty strips, running text and other columns end it.

    A single text before the first or after the last row is a caption or a note, unless it stands on a shade.
    """
    out: list[tuple[int, int]] = []
    for first, last in _stretches([bool(s) and _tabular(s) for s in strips]):
        heights = [ys[i + 1] - ys[i] for i in range(first, last + 1)]
        usual = sorted(heights)[len(heights) // 2]
        core = [f for i, h in enumerate(heights, first) if h <= 3 * usual for f in strips[i]]
        xs = free_columns(build_rows(core), NARROW)
        for a, b in _stretches([first <= i <= last and _fits(s, xs) for i, s in enumerate(strips)]):
            while a < b and not _wide(strips[a]) and not _shaded(ys[a], ys[a + 1], bands):
                a += 1
            while a < b and not _wide(strips[b]) and not _shaded(ys[b], ys[b + 1], bands):
                b -= 1
            out.append((a, b))
    return [(a, b) for a, b in out if any(_wide(s) for s in strips[a : b + 1])]


def _stretches(good: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last index of each stretch of true values."""
    out, at = [], 0
    for value, group in itertools.groupby(good):
        length = len(list(group))
        if value:
            out.append((at, at + length - 1))
        at += length
    return out


def _fits(strip: list[Fragment], xs: list[float]) -> bool:
    """Whether the text of a strip keeps to the columns; a single text over all of them is a title."""
    return 2 * _crossing(strip, xs) <= len(strip) or len(strip) == 1


def _crossing(parts: Sequence[Fragment], xs: list[float]) -> int:
    return sum(any(f.x0 < x - 1 and f.x1 > x + 1 for x in xs[1:-1]) for f in parts)


def _shaded(top: float, bottom: float, bands: Sequence[Shade]) -> bool:
    return any(b[1] - NEAR <= top and bottom <= b[3] + NEAR for b in bands)


def _with_inner(edges: list[float], inside: list[Fragment], xs: list[float]) -> list[float]:
    """Edges of strips with those of the rows that only white parts inside a strip."""
    out: list[float] = []
    for a, b in itertools.pairwise(edges):
        rows = build_rows([f for f in inside if a <= f.base - 0.3 * f.size < b])
        starts = inner_starts(rows, xs, alone=len(edges) <= FEW_EDGES) if len(rows) > 1 else []
        out += [a, *(row.base - 0.9 * row.size for row in starts[1:])]
    return [*out, edges[-1]]


def _tabular(strip: list[Fragment]) -> bool:
    rows = build_rows(strip)
    if not strip or len(rows) <= ROW_LINES:
        return bool(strip)
    xs = free_columns(rows)
    words: dict[int, list[int]] = {}
    for f in strip:
        words.setdefault(sum(f.x0 + 1 >= x for x in xs[1:-1]), []).append(f.text.count(" ") + 1)
    return len(words) > 1 and min(sum(w) / len(w) for w in words.values()) < PROSE_WORDS


def _wide(strip: list[Fragment]) -> bool:
    """Whether a strip has cells beside each other."""
    return any(len(row.parts) > 1 for row in build_rows(strip))


def _fills(strips: list[list[Fragment]], xs: list[float]) -> bool:
    """Whether most strips have text in several columns."""
    several = [len({sum(f.x0 + 1 >= x for x in xs[1:-1]) for f in strip}) > 1 for strip in strips if strip]
    return sum(several) >= 2 and 2 * sum(several) > len(several)


def _shades_only(levels: list[Line], bands: Sequence[Shade]) -> bool:
    """Whether no line parts the rows, so that unshaded ones may stand before the first shade and after the last."""
    ends = {round(y) for b in bands for y in (b[1], b[3])}
    return all(round(y) in ends for y, _, _ in levels)


def _unshaded(within: Sequence[Fragment], edges: list[float], xs: list[float], *, below: bool) -> list[Fragment]:
    """Text of an unshaded row next to the first or last shade; its outer edge is put to `edges`."""
    highest = max(b - a for a, b in itertools.pairwise(edges))
    edge = edges[-1] if below else edges[0]
    found: list[Row] = []
    for row in sorted(build_rows([f for f in within if (f.base - 0.3 * f.size >= edge) == below]), key=_upwards(below)):
        last = found[-1].base if found else edge + (0.5 if below else 0.3) * row.size
        if abs(row.base - last) > PAUSE * row.size or abs(row.base - edge) > highest or _crossing(row.parts, xs):
            break
        found.append(row)
    if max((len(row.parts) for row in found), default=0) < 2:
        return []
    outer = found[-1].base + (0.4 if below else -1.0) * found[-1].size
    edges.insert(len(edges) if below else 0, outer)
    return [f for row in found for f in row.parts]


def _above(
    within: Sequence[Fragment], edges: list[float], inside: list[Fragment], xs: list[float]
) -> tuple[list[Fragment], list[float]]:
    """Cells above the first line, as of heads that no line stands over, and the columns with them.

    Their edges are put to `edges`. What would change the number of columns is no part of the table.
    """
    found: list[Row] = []
    last = edges[0]
    for row in reversed(build_rows([f for f in within if f.base - 0.3 * f.size < edges[0]])):
        if last - row.base > PAUSE * row.size or len(found) == HEADS_ABOVE or len(row.parts) < 2:
            break
        found.append(row)
        last = row.base
    parts = [f for row in found for f in row.parts]
    with_them = free_columns(build_rows([*inside, *parts]), NARROW)
    if not parts or len(with_them) != len(xs) or _crossing(parts, with_them):
        return [], xs
    for row in found:
        edges.insert(0, row.base - row.size)
    return parts, with_them


def _upwards(below: bool) -> Callable[[Row], float]:
    return lambda row: row.base if below else -row.base


def _grid(ys: list[float], xs: list[float], levels: list[Line], bands: Sequence[Shade], inside: list[Fragment]) -> Grid:
    grid = Grid(xs, ys)
    for row, y in enumerate(ys[1:-1]):
        near = [ln for ln in levels if abs(ln[0] - y) <= NEAR]
        if not near:
            continue  # white parts the rows
        for column, (a, b) in enumerate(itertools.pairwise(xs)):
            if not any(ln[1] <= a + 0.4 * (b - a) and ln[2] >= b - 0.4 * (b - a) for ln in near):
                grid.open_below.add((row, column))
    for row, (top, bottom) in enumerate(itertools.pairwise(ys)):
        middle = (top + bottom) / 2
        if any(b[1] - 1 <= middle <= b[3] + 1 and b[0] <= xs[0] + NEAR and b[2] >= xs[-1] - NEAR for b in bands):
            grid.shaded.add(row)
    return spanned(grid, inside)
