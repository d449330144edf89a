"""Lines of a region: fragments with one baseline, marks and superscripts put in their place."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from insek.domain import BBox
from insek.extract.cells import CELL, GridRow
from insek.extract.columns import Region
from insek.extract.words import PLAIN, Fragment

RAISED_EM = 0.45
"""A small fragment whose baseline is off by less than this belongs to the line (superscripts, footnote marks)."""
RAISED_LEAST, RAISED_MOST = 0.45, 0.85
"""Size of a superscript against its line. Text beside an initial or a large figure is smaller."""


@dataclass(slots=True)
class Line:
    """A printed line. `cells` > 1 marks a row of a table."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    weight: int
    cells: int = 0
    first_word: float = 0.0
    """Estimated width of the first word in points."""
    row: GridRow | None = None

    @property
    def bbox(self) -> BBox:
        """Box of the line."""
        return (self.x0, self.top, self.x1, self.bottom)


def region_lines(region: Region) -> list[Line]:
    """Lines from top to bottom."""
    groups: list[list[Fragment]] = []
    for part in sorted(region.parts, key=lambda f: f.base):
        group = groups[-1] if groups else None
        if group and _same_line(group, part):
            group.append(part)
        else:
            groups.append([part])
    return [_line(group, region.tabular) for group in groups]


def _same_line(group: list[Fragment], part: Fragment) -> bool:
    if part.cells or group[0].cells:
        return False
    anchor = max(group, key=lambda f: f.size)
    small, size = sorted((anchor.size, part.size))
    off = abs(part.base - anchor.base)
    if off <= 0.2 * small:
        return True
    # a superscript touches its line; a next line of small print would overlap it from below
    raised = off <= RAISED_EM * size and RAISED_LEAST * size <= small <= RAISED_MOST * size
    return raised and all(part.x1 <= f.x0 + 1 or part.x0 >= f.x1 - 1 for f in group)


def _line(group: list[Fragment], tabular: bool) -> Line:
    if len(group) > 1:
        group.sort(key=lambda f: f.x0)
    main = max(group, key=lambda f: f.x1 - f.x0)
    cells = max(main.cells, len(group) if tabular and len(group) > 1 else 0)
    text = (CELL if cells and not main.cells else " ").join(f.text for f in group)
    x0, x1 = group[0].x0, max(f.x1 for f in group)
    first = text.find(" ")
    share = (first if first > 0 else len(text)) / max(len(text), 1)
    return Line(
        text,
        x0,
        min(f.top for f in group),
        x1,
        max(f.bottom for f in group),
        main.base,
        main.size,
        main.weight if all(f.weight == main.weight or len(f.text) < 4 for f in group) else PLAIN,
        cells,
        share * (x1 - x0),
        main.row,
    )


def usual_step(lines: Sequence[Line]) -> float:
    """Usual distance of baselines in a region, in font sizes of its lines; 1.25 where it cannot be told."""
    steps = sorted(
        (b.base - a.base) / b.size
        for a, b in itertools.pairwise(lines)
        if abs(a.size - b.size) < 0.5 and 0.9 * b.size < b.base - a.base < 2.5 * b.size and not (a.cells or b.cells)
    )
    # The lower third: lines within paragraphs, not the gaps between them.
    return steps[len(steps) // 3] if steps else 1.25
