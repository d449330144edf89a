"""Rows and cells of a table as found on one page, before their heads are known."""

from __future__ import annotations

from dataclasses import dataclass, field

CELL = " | "
"""Parts the cells of a table row in the text of a block."""


@dataclass(slots=True)
class GridCell:
    """A cell over the columns `first` to `last` (0-based, inclusive) and `span` rows.

    `label` is a bold first line over plain text. `carried` marks the copies of a cell in the further rows it spans.
    """

    text: str
    first: int
    last: int
    span: int = 1
    bold: bool = False
    label: str = ""
    carried: bool = False

    @property
    def words(self) -> int:
        """Number of words, 0 for an empty cell."""
        return len(self.text.split())


@dataclass(slots=True, eq=False)
class GridTable:
    """A table on one page: edges of its columns in points, ascending; `drawn` where lines or shades show the rows."""

    xs: list[float]
    drawn: bool
    open_end: bool = False
    """Whether the upright lines reach beyond the last flat one, so that its last row may go on over the page break."""

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.xs) - 1


@dataclass(slots=True, eq=False)
class GridRow:
    """A row with its cells from left to right, empty ones left out."""

    table: GridTable
    cells: list[GridCell] = field(default_factory=list)
    shaded: bool = False

    @property
    def printed(self) -> list[GridCell]:
        """Cells whose text is printed in this row."""
        return [c for c in self.cells if not c.carried]

    @property
    def alone(self) -> GridCell | None:
        """The only cell of the row, where it stands over all columns."""
        if len(self.cells) == 1 and self.cells[0].first == 0 and self.cells[0].last >= self.table.columns - 1:
            return self.cells[0]
        return None

    def at(self, column: int) -> GridCell | None:
        """The cell over this column; None where it is empty."""
        return next((c for c in self.cells if c.first <= column <= c.last), None)
