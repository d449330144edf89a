"""Tables drawn with lines: rows and columns from the drawn grid, cell texts from the words inside.

Every row of a grid becomes one fragment with its cells parted by `CELL`, so that the reading order around the table
treats it like a line of text and a table row can never be mixed with its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from insek.extract.gutters import build_rows
from insek.extract.hyphens import join_all
from insek.extract.vocabulary import Vocabulary
from insek.extract.words import Fragment, Rule

CELL = " | "
"""Parts the cells of a table row in the text of a block."""
NEAR = 2.5
"""Points: lines closer than this touch, or are one line drawn twice."""
LONG_CELL = 25
"""Words of a cell, on average, above which a single row of cells is taken for columns of text."""
MOST_RULES = 1_500
"""More lines on a page are a chart or a map."""


@dataclass(slots=True)
class Grid:
    """Edges of rows (`ys`) and columns (`xs`) of a drawn table, ascending."""

    xs: list[float]
    ys: list[float]


def find_grids(rules: Sequence[Rule]) -> list[Grid]:
    """Grids of at least two columns among the lines of a page; one row is enough, others may be on the next page."""
    if not 4 <= len(rules) <= MOST_RULES:
        return []
    across = _merged([r for r in rules if r.top == r.bottom], lambda r: (r.top, r.x0, r.x1))
    upright = _merged([r for r in rules if r.top != r.bottom], lambda r: (r.x0, r.top, r.bottom))
    if not across or len(upright) < 3:
        return []
    grids = []
    for flat, tall in _connected(across, upright):
        if len(tall) < 3:
            continue
        # upright lines may reach beyond the last flat one: a row goes on over the page break
        ends = [end for _, top, bottom in tall for end in (top, bottom)]
        xs, ys = _edges([x for x, _, _ in tall]), _edges([*(y for y, _, _ in flat), min(ends), max(ends)])
        if len(xs) >= 3 and len(ys) >= 2:
            grids.append(Grid(xs, ys))
    return grids


Line = tuple[float, float, float]
"""Position across the line, then where it begins and ends."""


def _merged(rules: list[Rule], key: Callable[[Rule], Line]) -> list[Line]:
    """Pieces of one line put together."""
    out: list[Line] = []
    for at, start, end in sorted((round(k[0]), k[1], k[2]) for k in map(key, rules)):
        if out and abs(out[-1][0] - at) <= 1 and start <= out[-1][2] + NEAR:
            out[-1] = (out[-1][0], out[-1][1], max(out[-1][2], end))
        else:
            out.append((at, start, end))
    return out


def _connected(across: list[Line], upright: list[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Groups of lines that touch."""
    groups: list[tuple[list[Line], list[Line]]] = []
    free_flat, free_tall = list(across), list(upright)
    while free_flat:
        flat, tall = [free_flat.pop()], []
        fresh = True
        while fresh:
            new_tall = [v for v in free_tall if any(_touch(h, v) for h in flat)]
            free_tall = [v for v in free_tall if v not in new_tall]
            tall += new_tall
            new_flat = [h for h in free_flat if any(_touch(h, v) for v in new_tall)]
            free_flat = [h for h in free_flat if h not in new_flat]
            flat += new_flat
            fresh = bool(new_tall or new_flat)
        groups.append((flat, tall))
    return groups


def _touch(flat: Line, tall: Line) -> bool:
    y, x0, x1 = flat
    x, top, bottom = tall
    return x0 - NEAR <= x <= x1 + NEAR and top - NEAR <= y <= bottom + NEAR


def _edges(values: list[float]) -> list[float]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > 2 * NEAR:
            out.append(value)
    return out


def fill_grids(parts: Sequence[Fragment], grids: Sequence[Grid], known: Vocabulary) -> list[Fragment]:
    """Replace the fragments inside grids by one fragment a row; a grid with text in one column only is a mere frame."""
    rest = list(parts)
    for grid in grids:
        inside = [f for f in rest if _inside(f, grid)]
        columns = {_slot(grid.xs, (f.x0 + min(f.x1, f.x0 + 8)) / 2) for f in inside}
        if len(columns) < 2 or _charted(inside, grid) or _boxed_columns(inside, grid):
            continue
        taken = set(map(id, inside))
        rest = [f for f in rest if id(f) not in taken]
        rest += grid_rows(inside, grid, known)
    return rest


def _charted(inside: list[Fragment], grid: Grid) -> bool:
    """A grid with text in hardly any cell is the background of a chart."""
    cells = {(_slot(grid.xs, f.x0 + 1), _slot(grid.ys, f.base - f.size * 0.3)) for f in inside}
    return len(cells) < 0.2 * (len(grid.xs) - 1) * (len(grid.ys) - 1)


def _boxed_columns(inside: list[Fragment], grid: Grid) -> bool:
    """One row full of text is a box around columns."""
    return len(grid.ys) == 2 and sum(f.text.count(" ") + 1 for f in inside) > LONG_CELL * (len(grid.xs) - 1)


def _inside(f: Fragment, grid: Grid) -> bool:
    middle = f.base - f.size * 0.3
    return grid.xs[0] - 2 <= f.x0 and f.x0 + 1 <= grid.xs[-1] and grid.ys[0] - 1 <= middle <= grid.ys[-1] + 1


def _slot(edges: list[float], value: float) -> int:
    """Index of the slot between two edges that a value falls into."""
    return max(0, min(sum(value >= e for e in edges) - 1, len(edges) - 2))


def grid_rows(inside: Sequence[Fragment], grid: Grid, known: Vocabulary) -> list[Fragment]:
    """One fragment for each row of a grid that has text."""
    rows: dict[int, dict[int, list[Fragment]]] = {}
    for f in inside:
        row = rows.setdefault(_slot(grid.ys, f.base - f.size * 0.3), {})
        row.setdefault(_slot(grid.xs, f.x0 + 1), []).append(f)
    out = []
    for index in sorted(rows):
        row = rows[index]
        cells = [cell_text(row[column], known) for column in sorted(row)]
        every = [f for cell in row.values() for f in cell]
        top, bottom = min(f.top for f in every), max(f.bottom for f in every)
        weight = min(f.weight for f in every)
        base = max(f.base for f in every)
        size = max(f.size for f in every)
        out.append(
            Fragment(CELL.join(cells), grid.xs[0], top, grid.xs[-1], bottom, base, size, weight, max(len(cells), 1))
        )
    return out


def cell_text(parts: Sequence[Fragment], known: Vocabulary) -> str:
    """Text of one cell, its lines joined."""
    lines = [" ".join(p.text for p in row.parts) for row in build_rows(parts)]
    return join_all(lines, known)
