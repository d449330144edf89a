"""Rows of tables as passages: each row read out with its column heads, fields of forms as "label: value".

An entry cut by a page break becomes one passage; rows of figures are put together, so that a table of figures does
not flood the passages (see notes/0008-tables.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from insek.domain import Block, BlockKind, Region, RowRole, TableRow
from insek.extract.hyphens import join
from insek.extract.sentences import LONG
from insek.extract.vocabulary import Vocabulary

Cells = list[tuple[str, str]]


@dataclass(slots=True)
class RowPassage:
    """What becomes one passage: its kind, its cells with their heads, the titles above it, pages (1-based)."""

    kind: BlockKind
    cells: Cells
    above: tuple[str, ...]
    first: int
    last: int
    regions: list[Region] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    """Rows of figures, read out."""

    @property
    def text(self) -> str:
        """The row as it would be read out: "Maßnahme: Sprachcafé; Kosten: 5.000 €"."""
        return " / ".join(self.rows) if self.rows else read_out(self.cells)


def read_out(cells: Cells) -> str:
    """Cells with their heads; those without a head stand alone."""
    parts = [f"{head}: {text}" if head else text for head, text in cells]
    between = "; " if any(head for head, _ in cells) else " | "
    return between.join(parts)


def _figures(row: TableRow) -> str:
    """A row of figures without its heads: "Nordstadt: 4.310, 4.402"."""
    (_, name), *rest = row.cells if row.cells else (("", ""),)
    figures = ", ".join(text for _, text in rest)
    return f"{name}: {figures}" if figures else name


def _columns(row: TableRow) -> list[str]:
    """The heads of a table of figures, which its passage begins with."""
    names = [head for head, _ in row.cells if head]
    return [", ".join(names)] if names else []


_KINDS = {RowRole.HEAD: BlockKind.APPARATUS, RowRole.TITLE: BlockKind.HEADING}
"""Heads are kept, but say nothing without a row; each row carries them."""


class RowReader:
    """Collects the passages of one table after another."""

    def __init__(self, known: Vocabulary) -> None:
        """Begin outside of any table; `known` are the words of the document."""
        self.known = known
        self.open: list[RowPassage] = []

    def add(self, block: Block, number: int) -> Iterator[RowPassage]:
        """Passages that begin with this row; those that go on with an earlier one are added to it in place."""
        row = block.row
        if row is None or row.role is RowRole.LABEL:
            return
        regions = [Region(number, block.bbox)] if block.bbox else []
        if self.open and (row.goes_on or self._gathers(row)):
            self._extend(row, number, regions)
            return
        begun = [self._passage(cells, row, number, regions) for cells in _split(row)]
        if row.role is not RowRole.HEAD:  # heads may be printed again in the middle of a row
            self.open = begun
        yield from begun

    def close(self) -> None:
        """Something else than a row stands between."""
        self.open = [p for p in self.open if not p.rows]

    def _passage(self, cells: Cells, row: TableRow, number: int, regions: list[Region]) -> RowPassage:
        kind = _KINDS.get(row.role, BlockKind.TABLE_ROW)
        rows = [*_columns(row), _figures(row)] if row.role is RowRole.FIGURES else []
        return RowPassage(kind, cells, row.above, number, number, list(regions), rows)

    def _gathers(self, row: TableRow) -> bool:
        """Whether a row of figures belongs to the passage before it."""
        last = self.open[-1]
        return (
            row.role is RowRole.FIGURES
            and bool(last.rows)
            and last.above == row.above
            and [name for name, _ in last.cells] == [name for name, _ in row.cells]
            and last.text.count(" ") + _figures(row).count(" ") < LONG - 2
        )

    def _extend(self, row: TableRow, number: int, regions: list[Region]) -> None:
        if row.role is RowRole.FIGURES:
            self.open[-1].rows.append(_figures(row))
        else:
            for head, text in row.cells:
                self._put(head, text)
        for passage in self.open:
            passage.last = number
            passage.regions += regions

    def _put(self, head: str, text: str) -> None:
        """Put the rest of a cell to the cell with its head; a cell that only now begins comes last."""
        for passage in self.open:
            for i, (name, before) in enumerate(passage.cells):
                if name == head and (name or len(passage.cells) == 1):
                    passage.cells[i] = (name, join(before, text, self.known))
                    return
        self.open[-1].cells.append((head, text))


def _split(row: TableRow) -> list[Cells]:
    """Fields of a form are a passage each, an entry is one."""
    if row.role is RowRole.FIELD:
        return [[pair] for pair in row.cells if pair[1]]
    return [list(row.cells)]
