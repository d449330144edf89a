"""Tables drawn with lines in both directions: edges of rows and columns, and which neighbouring slots are one cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from insek.extract.words import Grid, Rule

NEAR = 2.5
"""Points: lines closer than this touch, or are one line drawn twice."""
MOST_LINES = 600
"""More lines on a page, pieces put together, are a chart or a map: the densest register has 150."""
WALL = 0.6
"""Share of the edge between two slots that a line must cover to part them."""

Line = tuple[float, float, float]
"""Position across the line, then where it begins and ends."""


def find_grids(rules: Sequence[Rule]) -> list[Grid]:
    """Grids of at least two columns among the lines of a page; one row is enough, others may be on the next page."""
    across, upright = flat_lines(rules), tall_lines(rules)
    if not across or len(upright) < 2:
        return []
    return [grid for flat, tall in _connected(across, upright) if (grid := _grid(flat, tall)) is not None]


def flat_lines(rules: Sequence[Rule]) -> list[Line]:
    """The horizontal lines of a page, their pieces put together; none where there are too many for tables."""
    lines = _merged([r for r in rules if r.top == r.bottom], lambda r: (r.top, r.x0, r.x1))
    return lines if len(lines) <= MOST_LINES else []


def tall_lines(rules: Sequence[Rule]) -> list[Line]:
    """The upright lines of a page, their pieces put together; none where there are too many for tables."""
    lines = _merged([r for r in rules if r.top != r.bottom], lambda r: (r.x0, r.top, r.bottom))
    return lines if len(lines) <= MOST_LINES else []


def _grid(flat: list[Line], tall: list[Line]) -> Grid | None:
    if len(tall) < 2 or (len(tall) < 3 and len(flat) < 3):
        return None
    # upright lines may reach beyond the last flat one: a row goes on over the page break
    ends = [end for _, top, bottom in tall for end in (top, bottom)]
    # flat lines may reach beyond the last upright one: tables are often open at the sides
    sides = [end for _, x0, x1 in flat for end in (x0, x1)]
    xs = _edges([*(x for x, _, _ in tall), min(sides), max(sides)])
    ys = _edges([*(y for y, _, _ in flat), min(ends), max(ends)])
    if len(xs) < 3 or len(ys) < 2:
        return None
    grid = Grid(xs, ys, open_end=max(ends) > max(y for y, _, _ in flat) + 2 * NEAR)
    _open(grid, flat, tall)
    return grid


def _open(grid: Grid, flat: list[Line], tall: list[Line]) -> None:
    """Note the slots that no line parts from their neighbour."""
    for row in range(len(grid.ys) - 1):
        for column in range(len(grid.xs) - 2):
            if not _covered(tall, grid.xs[column + 1], grid.ys[row], grid.ys[row + 1]):
                grid.open_right.add((row, column))
    for row in range(len(grid.ys) - 2):
        for column in range(len(grid.xs) - 1):
            if not _covered(flat, grid.ys[row + 1], grid.xs[column], grid.xs[column + 1]):
                grid.open_below.add((row, column))


def _covered(lines: list[Line], at: float, start: float, end: float) -> bool:
    length = sum(max(0.0, min(end, b) - max(start, a)) for y, a, b in lines if abs(y - at) <= 2 * NEAR)
    return length >= WALL * (end - start)


def _merged(rules: list[Rule], key: Callable[[Rule], Line]) -> list[Line]:
    """Pieces of one line put together."""
    out: list[Line] = []
    for at, start, end in sorted((round(k[0]), k[1], k[2]) for k in map(key, rules)):
        if out and abs(out[-1][0] - at) <= 1 and start <= out[-1][2] + NEAR:
            out[-1] = (out[-1][0], min(out[-1][1], start), max(out[-1][2], end))
        else:
            out.append((at, start, end))
    return out


def _connected(across: list[Line], upright: list[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Groups of lines that touch."""
    groups: list[tuple[list[Line], list[Line]]] = []
    free_flat, free_tall = list(across), list(upright)
    while free_flat:
        flat, tall = [free_flat.pop()], []
        new_flat = flat
        while new_flat:
            new_tall = [v for v in free_tall if any(touch(h, v) for h in new_flat)]
            gone = set(map(id, new_tall))
            free_tall = [v for v in free_tall if id(v) not in gone]
            tall += new_tall
            new_flat = [h for h in free_flat if any(touch(h, v) for v in new_tall)]
            gone = set(map(id, new_flat))
            free_flat = [h for h in free_flat if id(h) not in gone]
            flat = flat + new_flat
        groups.append((flat, tall))
    return groups


def touch(flat: Line, tall: Line) -> bool:
    """Whether a horizontal and an upright line cross or meet."""
    y, x0, x1 = flat
    x, top, bottom = tall
    return x0 - NEAR <= x <= x1 + NEAR and top - NEAR <= y <= bottom + NEAR


def _edges(values: list[float]) -> list[float]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > 2 * NEAR:
            out.append(value)
    return out


def slot(edges: Sequence[float], value: float) -> int:
    """Index of the slot between two edges that a value falls into; the nearest one for a value outside."""
    return max(0, min(sum(value >= e for e in edges) - 1, len(edges) - 2))


def cells_of(grid: Grid) -> dict[tuple[int, int], tuple[int, int, int, int]]:
    """For each slot its cell as first row, last row, first column, last column (inclusive).

    Slots without a wall between them are one cell if together they form a rectangle; else each row keeps its own.
    """
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    every = [(r, c) for r in range(rows) for c in range(columns)]
    parent = {at: at for at in every}

    def root(at: tuple[int, int]) -> tuple[int, int]:
        while parent[at] != at:
            at = parent[at]
        return at

    for r, c in sorted(grid.open_right):
        parent[root((r, c + 1))] = root((r, c))
    flat = _boxes(every, root)
    for r, c in sorted(grid.open_below):
        above, below = flat[r, c], flat[r + 1, c]
        if above[2:] == below[2:]:
            parent[root((r + 1, c))] = root((r, c))
    return _boxes(every, root)


def _boxes(
    every: list[tuple[int, int]], root: Callable[[tuple[int, int]], tuple[int, int]]
) -> dict[tuple[int, int], tuple[int, int, int, int]]:
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for at in every:
        groups.setdefault(root(at), []).append(at)
    out = {}
    for group in groups.values():
        box = (
            min(r for r, _ in group), max(r for r, _ in group), min(c for _, c in group), max(c for _, c in group)
        )  # fmt: skip
        out.update(dict.fromkeys(group, box))
    return out
