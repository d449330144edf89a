"""Tables without drawn lines: rows from the white bands that run across all columns, columns from what stays free."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from insek.extract.filling import grid_rows, is_inside
from insek.extract.gutters import Row, build_rows
from insek.extract.vocabulary import Vocabulary
from insek.extract.words import Fragment, Grid

BAND = 1.22
"""A step between baselines this many times the usual one parts table rows; lines in a cell keep the usual step."""
BANDS, BAND_LINES = 3, 8
"""A table has at least so many bands, and its usual row at most so many lines."""
SHORT_CELL = 10
"""Words of an average cell below which justified lines say nothing; paragraphs are longer."""
COLUMN_EM = 0.8
"""Free width between the columns of a table, in font sizes."""
ALIGNED = 3.0
"""Points by which the cells of a column may stand off a common edge or middle."""
FULL = 0.6
"""Width of a line against the widest in its column above which a next line in small letters goes on with it."""
EACH = 6
"""More lines than a cell often has: if each has text in most columns, each is a row."""
FEW_ROWS = 3
"""A drawn grid of so few rows may have no lines between the rows of the table."""
FOLLOWING = 0.15
"""Share of the lines that go on in mid-sentence above which they are not rows of their own."""
LEADERS = 3
"""So many dot leaders make a list of contents."""
CROSSED = 0.2
"""Share of the rows with several cells that may cross the white between two columns: heads and titles over them."""


def _pitch(bases: Sequence[float], size: float) -> float:
    """Usual distance of the lines of one column; infinite where it has one line."""
    steps = sorted(b - a for a, b in itertools.pairwise(bases) if b - a > 0.5 * size)
    return steps[len(steps) // 3] if steps else float("inf")


def _bands(rows: Sequence[Row], pitch: float) -> list[list[Row]]:
    """Rows of a region grouped at the steps that are wider than the usual line distance."""
    out = [[rows[0]]]
    for before, row in itertools.pairwise(rows):
        if row.base - before.base > BAND * pitch:
            out.append([row])
        else:
            out[-1].append(row)
    return out


def banded(rows: Sequence[Row], middle: float) -> bool:
    """Whether a region that is cut at `middle` consists of rows of cells that all begin on one baseline.

    Paragraphs of neighbouring text columns do not pause together again and again.
    """
    sides = [[r.base for r in rows if _has(r, middle, left=left)] for left in (True, False)]
    pitch = min(_pitch(bases, rows[0].size) for bases in sides)
    groups = _bands(rows, pitch)
    if len(groups) < BANDS or not 1 < sorted(map(len, groups))[len(groups) // 2] <= BAND_LINES:
        return False
    both = sum(_has(g[0], middle, left=True) and _has(g[0], middle, left=False) for g in groups)
    if both < 0.8 * len(groups):
        return False
    cells = [[[_side(row, middle, left=left) for row in g] for g in groups] for left in (True, False)]
    if any(_reads_on(side) for side in cells):
        return False
    return _short_cells(rows, len(groups)) or not all(_justified(side) for side in cells)


def _short_cells(rows: Sequence[Row], count: int) -> bool:
    parts = [p for row in rows for p in row.parts]
    columns = len(_columns(parts, COLUMN_EM * rows[0].size)) - 1
    return columns >= 3 and sum(p.text.count(" ") + 1 for p in parts) <= SHORT_CELL * count * columns


Side = list[list[list[Fragment]]]
"""The fragments of one side: by band, then by row."""


def _side(row: Row, middle: float, *, left: bool) -> list[Fragment]:
    return [p for p in row.parts if (p.x1 <= middle) == left]


def _reads_on(side: Side) -> bool:
    """Whether sentences cross the bands, which those of table cells cannot."""
    ends = [[row for row in band if row] for band in side]
    filled = [band for band in ends if band]
    crossings = sum(a[-1][-1].text[-1] == "-" or b[0][0].text[0].islower() for a, b in itertools.pairwise(filled))
    return crossings > 0.25 * len(filled)


def _justified(side: Side) -> bool:
    """Whether nearly all lines but the last of a band reach the right edge, as in columns of text."""
    inner = [row[-1] for band in side for row in band[:-1] if row]
    if len(inner) < 3:
        return False
    edge = max(f.x1 for f in inner)
    return sum(f.x1 > edge - 0.8 * f.size for f in inner) >= 0.7 * len(inner)


def _has(row: Row, middle: float, *, left: bool) -> bool:
    return any((p.x1 <= middle) == left for p in row.parts)


def table_fragments(parts: Sequence[Fragment], size: float, known: Vocabulary) -> list[Fragment]:
    """One fragment a table row, its cells parted."""
    if sum(_leads(p.text) for p in parts) >= LEADERS:
        return list(parts)
    rows = build_rows(parts)
    xs = free_columns(rows)
    if len(xs) < 3:
        xs = _columns(parts, COLUMN_EM * size)
    if len(xs) < 3:
        return list(parts)
    ys = [row.base - 0.9 * row.size for row in row_starts(rows, xs)] + [rows[-1].base + size]
    return grid_rows(parts, spanned(Grid(xs, ys), parts), known, drawn=False)


def _leads(text: str) -> bool:
    return "...." in text or ". . . ." in text or "……" in text


def spanned(grid: Grid, parts: Sequence[Fragment]) -> Grid:
    """Note in the grid the slots that text runs across: heads over several columns, titles over all."""
    for f in parts:
        row = sum(f.base - 0.3 * f.size >= y for y in grid.ys[1:-1])
        for column, x in enumerate(grid.xs[1:-1]):
            if f.x0 < x - 1 and f.x1 > x + 1:
                grid.open_right.add((row, column))
    return grid


def free_columns(rows: Sequence[Row], em: float = COLUMN_EM) -> list[float]:
    """Edges of columns: the middles of the white that hardly any row crosses, and both ends; [] without text.

    `em` is the least width of the white in font sizes.
    """
    if not rows:
        return []
    free = em * sorted(row.size for row in rows)[len(rows) // 2]
    allowed = CROSSED * sum(len(row.parts) > 1 for row in rows)
    events = sorted((x, step) for row in rows for p in row.parts for x, step in ((p.x0, 1), (p.x1, -1)))
    edges, depth, band = [events[0][0] - 1], 0, _Band(free)
    for (x, step), (after, _) in itertools.pairwise(events):
        depth += step
        if depth > allowed:
            edges += band.close()
        elif after > x:
            band.add(x, after, depth)
    return _supported([*edges, max(x for x, _ in events) + 1], rows)


def _supported(edges: list[float], rows: Sequence[Row]) -> list[float]:
    """Edges of columns without those that a wide word space made.

    Cells begin or stand in the middle alike, numbers also end alike; words behind a wide space do not.
    """
    kept = edges[:1]
    for x0, x1 in itertools.pairwise(edges[1:]):
        cells = [c for row in rows if (c := next((p for p in row.parts if x0 <= p.x0 < x1), None)) is not None]
        places = [[p.x0 for p in cells], [(p.x0 + p.x1) / 2 for p in cells]]
        places.append([p.x1 for p in cells if any(c.isdigit() for c in p.text)])
        if max(map(_alike, places)) >= max(2, 0.5 * len(cells)):
            kept.append(x0)
    return [*kept, edges[-1]]


def _alike(values: list[float]) -> int:
    """How many values are near the middle one."""
    middle = sorted(values)[len(values) // 2] if values else 0.0
    return sum(abs(v - middle) <= ALIGNED for v in values)


class _Band:
    """A stretch that hardly any row crosses; it is cut where the fewest do."""

    def __init__(self, free: float) -> None:
        self.free = free
        self.pieces: list[tuple[int, float, float]] = []

    def add(self, x0: float, x1: float, depth: int) -> None:
        self.pieces.append((depth, x0, x1))

    def close(self) -> list[float]:
        """The middle of the band, [] where it is too narrow."""
        pieces, self.pieces = self.pieces, []
        if not pieces or pieces[-1][2] - pieces[0][1] < self.free:
            return []
        _, x0, x1 = min(pieces, key=lambda p: (p[0], p[1] - p[2]))
        return [(x0 + x1) / 2]


def _columns(parts: Sequence[Fragment], free: float) -> list[float]:
    """Edges of columns: the left ends of stretches between which no fragment lies, and the right end of all."""
    edges: list[float] = []
    reach = float("-inf")
    for part in sorted(parts, key=lambda f: f.x0):
        if part.x0 - reach >= free:
            edges.append(part.x0 - 1)
        reach = max(reach, part.x1)
    return [*edges, reach + 1]


def inner_starts(rows: Sequence[Row], xs: list[float], *, alone: bool) -> list[Row]:
    """Rows of a strip between two lines with which table rows begin; one where the strip is a single row.

    `alone` says that hardly any line parts the rows of the table, so that less is asked of the white between them.
    """
    columns = [[r.base for r in rows if any(x0 <= p.x0 < x1 for p in r.parts)] for x0, x1 in itertools.pairwise(xs)]
    groups = _bands(rows, min(_pitch(bases, rows[0].size) for bases in columns))
    filled = [len({sum(p.x0 >= x for x in xs[1:-1]) for p in row.parts}) for row in rows]
    full = [n >= 0.6 * (len(xs) - 1) for n in filled]
    heads = [g[0].parts[0].x0 < xs[1] and len(g[0].parts) > 1 for g in groups]
    if len(rows) > (2 if alone else EACH) and _each_a_row(rows, xs):
        return list(rows)
    if len(groups) >= (2 if alone else BANDS) and sum(heads) >= 0.8 * len(groups):
        return [g[0] for g in groups]
    if sum(_following(rows)) > FOLLOWING * len(rows):
        return [rows[0]]
    if alone:
        starts = [row for row, whole in zip(rows, full, strict=True) if whole and row.parts[0].x0 < xs[1]]
        return starts if starts and starts[0] is rows[0] else [rows[0], *starts]
    return [rows[0]]


def with_inner_rows(grid: Grid, parts: Sequence[Fragment]) -> Grid:
    """The grid with the rows that white alone parts, where upright lines run through a table with few flat ones."""
    if len(grid.ys) > FEW_ROWS + 1 or grid.open_below:
        return grid
    ys, wide, shaded = grid.ys[:1], set(), set()
    for row, (top, bottom) in enumerate(itertools.pairwise(grid.ys)):
        rows = build_rows([f for f in parts if is_inside(f, grid) and top <= f.base - 0.3 * f.size < bottom])
        starts = inner_starts(rows, grid.xs, alone=False) if len(rows) > BANDS else rows[:1]
        inner = [*(r.base - 0.9 * r.size for r in starts[1:]), bottom]
        new = range(len(ys) - 1, len(ys) - 1 + len(inner))
        wide |= {(n, c) for n in new for r, c in grid.open_right if r == row}
        shaded |= set(new) if row in grid.shaded else set()
        ys = ys + inner
    return replace(grid, ys=ys, open_right=wide, shaded=shaded)


def row_starts(rows: Sequence[Row], xs: list[float]) -> list[Row]:
    """The rows with which a table row begins: after a white band, or where the first column has text again."""
    if len(rows) > EACH and _each_a_row(rows, xs):
        return list(rows)
    columns = [[r.base for r in rows if any(x0 <= p.x0 < x1 for p in r.parts)] for x0, x1 in itertools.pairwise(xs)]
    groups = _bands(rows, min(_pitch(bases, rows[0].size) for bases in columns))
    if len(groups) >= BANDS and any(len(g) > 1 for g in groups):
        return [g[0] for g in groups]
    follows = _following(rows)
    starts = [row for row, goes_on in zip(rows, follows, strict=True) if row.parts[0].x0 < xs[1] and not goes_on]
    return starts if rows[0] in starts else [rows[0], *starts]


def _following(rows: Sequence[Row]) -> list[bool]:
    """For each row whether it goes on in mid-sentence or mid-word, so that it is another line of the same cells."""
    widest = max(row.parts[0].x1 - row.parts[0].x0 for row in rows)
    out = [False]
    for before, row in itertools.pairwise(rows):
        first = before.parts[0]
        full = " " in first.text and first.x1 - first.x0 >= FULL * widest
        out.append((full and row.parts[0].text[0].islower()) or any(p.text[-1] == "-" for p in before.parts))
    return out


def _each_a_row(rows: Sequence[Row], xs: list[float]) -> bool:
    """Whether nearly all lines have text in most columns, and hardly one goes on in mid-sentence."""
    filled = [len({sum(p.x0 >= x for x in xs[1:-1]) for p in row.parts}) for row in rows]
    full = sum(n >= 0.6 * (len(xs) - 1) for n in filled)
    return full >= 0.8 * len(rows) and sum(_following(rows)) <= FOLLOWING * len(rows)
