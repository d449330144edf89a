"""Cells of a table filled with the text inside: one fragment for each row.

A row is one fragment with its cells parted by `CELL`, so that the reading order around the table treats it like a
line of text and a row can never be mixed with its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence

from insek.extract.cells import CELL, GridCell, GridRow, GridTable
from insek.extract.clean import characters
from insek.extract.grids import cells_of, slot
from insek.extract.gutters import build_rows
from insek.extract.hyphens import join_all
from insek.extract.labels import is_label
from insek.extract.vocabulary import Vocabulary
from insek.extract.words import BOLD, BULLETS, Fragment, Grid

LONG_CELL = 25
"""Words of a cell, on average, above which a single row of cells is taken for columns of text."""
CHARTED = 0.2
"""Share of slots with text below which a grid is the background of a chart."""
LABEL_WORDS = 5
"""Words of a bold first line that labels the text below it in the same cell."""

Box = tuple[int, int, int, int]
"""First row, last row, first column, last column of a cell, inclusive."""


def fill_grid(parts: Sequence[Fragment], grid: Grid, known: Vocabulary) -> list[Fragment]:
    """Replace the fragments inside a grid by one fragment a row; frames, charts and boxed columns of text stay."""
    inside = [f for f in parts if not f.row and is_inside(f, grid)]
    if not inside or _frame(inside, grid) or _charted(inside, grid) or _boxed_columns(inside, grid):
        return list(parts)
    taken = set(map(id, inside))
    return [*(f for f in parts if id(f) not in taken), *grid_rows(inside, grid, known)]


def is_inside(f: Fragment, grid: Grid) -> bool:
    """Whether a fragment begins inside the outer edges of a grid."""
    middle = f.base - f.size * 0.3
    return grid.xs[0] - 2 <= f.x0 and f.x0 + 1 <= grid.xs[-1] and grid.ys[0] - 1 <= middle <= grid.ys[-1] + 1


def _slot_of(f: Fragment, grid: Grid) -> tuple[int, int]:
    return slot(grid.ys, f.base - f.size * 0.3), slot(grid.xs, f.x0 + 1)


def _frame(inside: list[Fragment], grid: Grid) -> bool:
    """Text in one column only stands in a frame, unless a row of three columns or more goes on from the page before."""
    return len(grid.xs) < 4 and len({_slot_of(f, grid)[1] for f in inside}) < 2


def _charted(inside: list[Fragment], grid: Grid) -> bool:
    boxes = cells_of(grid)
    filled = {boxes[_slot_of(f, grid)] for f in inside}
    return len(filled) < CHARTED * len(set(boxes.values()))


def _boxed_columns(inside: list[Fragment], grid: Grid) -> bool:
    """One row full of text is a box around columns."""
    return len(grid.ys) == 2 and sum(f.text.count(" ") + 1 for f in inside) > LONG_CELL * (len(grid.xs) - 1)


def grid_rows(inside: Sequence[Fragment], grid: Grid, known: Vocabulary, *, drawn: bool = True) -> list[Fragment]:
    """One fragment for each row of a grid that has text."""
    boxes = cells_of(grid)
    texts: dict[Box, list[Fragment]] = {}
    for f in inside:
        texts.setdefault(boxes[_slot_of(f, grid)], []).append(f)
    cells = {box: _cell(box, parts, known) for box, parts in texts.items()}
    table = GridTable(grid.xs, drawn, grid.open_end)
    out = []
    for index in range(len(grid.ys) - 1):
        held = sorted((b for b in texts if b[0] <= index <= b[1]), key=lambda b: b[2])
        if any(b[0] == index for b in held):
            row = GridRow(table, [_as_seen(cells[b], carried=b[0] < index) for b in held], index in grid.shaded)
            out.append(_fragment(row, [f for b in held if b[0] == index for f in texts[b]], grid, index))
    return out


def _as_seen(cell: GridCell, *, carried: bool) -> GridCell:
    if not carried:
        return cell
    return GridCell(cell.text, cell.first, cell.last, cell.span, cell.bold, cell.label, carried=True)


def _fragment(row: GridRow, parts: list[Fragment], grid: Grid, index: int) -> Fragment:
    """The row as one fragment; cells over several rows must not push it down among the next ones."""
    floor, ceiling = grid.ys[index + 1], grid.ys[index]
    base = min(max(f.base for f in parts), max(floor - 1, ceiling + 1))
    top = max(min(f.top for f in parts), ceiling - 2)
    text = CELL.join(c.text if not c.label else f"{c.label} {c.text}" for c in row.printed)
    size, weight = max(f.size for f in parts), min(f.weight for f in parts)
    bottom = max(f.bottom for f in parts)
    x0, x1 = grid.xs[0], grid.xs[-1]
    return Fragment(text, x0, min(top, base - 1), x1, bottom, base, size, weight, max(len(row.printed), 1), row)


def _cell(box: Box, parts: Sequence[Fragment], known: Vocabulary) -> GridCell:
    lines = build_rows(parts)
    label = ""
    if _labelled([row.parts for row in lines]):
        label = " ".join(p.text for p in lines[0].parts)
        lines = lines[1:]
    text = join_all([" ".join(p.text for p in row.parts) for row in lines], known)
    bold = all(f.weight == BOLD for f in parts if any(c.isalnum() for c in f.text))
    return GridCell(characters(text), box[2], box[3], box[1] - box[0] + 1, bold, characters(label))


def _labelled(lines: list[list[Fragment]]) -> bool:
    """Whether the first line of a cell is bold (or small print) and names what stands below it."""
    if len(lines) < 2 or sum(p.text.count(" ") + 1 for p in lines[0]) > LABEL_WORDS or lines[0][0].text[0] in BULLETS:
        return False
    first, rest = lines[0], [p for line in lines[1:] for p in line]
    if lines[0][-1].text[-1] in ",-":
        return False
    if rest[0].text[0].islower() and not is_label(" ".join(p.text for p in first)):
        return False
    if not any(c.isalnum() for p in rest for c in p.text):
        return False
    return all(p.weight == BOLD for p in first) and not any(p.weight == BOLD for p in rest)
