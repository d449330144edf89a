"""What the rows of tables say: column heads, titles inside tables, fields of forms, rows over page breaks.

Works on all pages at once, because a table goes on over page breaks with or without its heads.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from insek.domain import RowRole, TableRow
from insek.extract.cells import GridCell, GridRow, GridTable
from insek.extract.colheads import head_depth, head_texts, repeats
from insek.extract.forms import fields_of, is_form, is_title, title_field
from insek.extract.labels import is_number, names_a_measure
from insek.extract.paragraphs import Chunk

FIGURES, FEW_FIGURES = 0.75, 4
"""Share of the cells beside the first column that are numbers in a table of figures, and their least number."""
ALIKE = 0.04
"""Share of the width of a table by which its columns may differ on the next page."""
_BETWEEN = re.compile(r"(?:Tab|Abb|Fortsetzung|Quelle|Anmerkung|Fortgesetzt|\(?Forts)|\*|\d{1,2}\)?\s", re.I)


@dataclass(slots=True)
class _Part:
    """The rows of one table on one page."""

    table: GridTable
    chunks: list[Chunk]
    first: bool
    last: bool
    """Whether nothing but captions and notes stands before and after it on its page."""

    @property
    def rows(self) -> list[GridRow]:
        return [c.row for c in self.chunks if c.row is not None]


def read_tables(pages: Sequence[Sequence[Chunk]]) -> None:
    """Set `meaning` for each chunk that is a table row."""
    for parts in _tables(pages):
        _Reader(parts).read()


def _tables(pages: Sequence[Sequence[Chunk]]) -> Iterator[list[_Part]]:
    """Tables as the parts that they have on following pages."""
    current: list[_Part] = []
    for page in pages:
        parts = list(_parts(page))
        for i, part in enumerate(parts):
            if current and i == 0 and part.first and current[-1].last and _alike(current[-1].table, part.table):
                current.append(part)
                continue
            if current:
                yield current
            current = [part]
        if not parts and page and current:
            yield current
            current = []
    if current:
        yield current


def _parts(page: Sequence[Chunk]) -> Iterator[_Part]:
    at = 0
    for row_table, group in itertools.groupby(page, key=lambda c: c.row.table if c.row else None):
        chunks = list(group)
        if row_table is not None:
            first = all(_aside(c) for c in page[:at])
            yield _Part(row_table, chunks, first, all(_aside(c) for c in page[at + len(chunks) :]))
        at += len(chunks)


def _aside(chunk: Chunk) -> bool:
    return chunk.row is None and _BETWEEN.match(chunk.text) is not None


def _alike(above: GridTable, below: GridTable) -> bool:
    """Whether two tables have the same columns; the page may be shifted, and white columns vary with their text."""
    if above.columns != below.columns:
        return False
    width, other = above.xs[-1] - above.xs[0], below.xs[-1] - below.xs[0]
    near = ALIKE if above.drawn and below.drawn else 3 * ALIKE
    return all(
        abs((a - above.xs[0]) / width - (b - below.xs[0]) / other) <= near
        for a, b in zip(above.xs, below.xs, strict=True)
    )


class _Reader:
    """Reads one table from its first row to its last."""

    def __init__(self, parts: list[_Part]) -> None:
        self.parts = parts
        self.titles: list[tuple[str, bool]] = []
        self.lead = list(itertools.takewhile(is_title, parts[0].rows))
        body = [row for part in parts for row in part.rows][len(self.lead) :]
        self.form = is_form(body)
        depth = 0 if self.form else head_depth(body)
        self.heads = body[:depth]
        self.names = head_texts(self.heads)
        self.figures = not self.form and _is_figures(body[depth:], self.names)
        self.before: GridRow | None = None
        self.label: str | None = None

    def read(self) -> None:
        """Go through the rows of all parts."""
        for index, part in enumerate(self.parts):
            rows = part.rows
            skip = self._leading(rows, index)
            for i, (chunk, row) in enumerate(zip(part.chunks, rows, strict=True)):
                if i < skip and not is_title(row):
                    chunk.meaning = TableRow(RowRole.HEAD, tuple(("", c.text) for c in row.printed))
                    continue
                after = rows[i + 1] if i + 1 < len(rows) else None
                chunk.meaning = self._row(row, after, new_page=index > 0 and i == skip)
                self.before = row

    def _leading(self, rows: Sequence[GridRow], index: int) -> int:
        """Number of rows at the top of a part that are heads, titles before them included."""
        if index == 0:
            return len(self.lead) + len(self.heads) if self.heads else 0
        titles = len(list(itertools.takewhile(is_title, rows)))
        for start in (0, titles):
            if repeats(rows[start:], self.heads):
                return start + len(self.heads)
        return 0

    def _row(self, row: GridRow, after: GridRow | None, *, new_page: bool) -> TableRow:
        if new_page and self.before is not None and _goes_on(self.before, row):
            return TableRow(self._role(), self._cells(row), self._above(), goes_on=True)
        if self.form:
            return self._field(row, after)
        if is_title(row) or _grouped(row):
            self._title(row)
            return TableRow(RowRole.TITLE, (("", row.cells[0].text),), self._above()[:-1])
        return TableRow(self._role(), self._cells(row), self._above())

    def _role(self) -> RowRole:
        if self.form:
            return RowRole.FIELD
        return RowRole.FIGURES if self.figures else RowRole.ENTRY

    def _above(self) -> tuple[str, ...]:
        return tuple(text for text, _ in self.titles)

    def _title(self, row: GridRow) -> None:
        """A title of the same look as an earlier one replaces it and what stands below it."""
        text, style = row.cells[0].text, row.shaded
        kept = list(itertools.takewhile(lambda t: t[1] != style, self.titles))
        self.titles = [*kept, (text, style)]

    def _cells(self, row: GridRow) -> tuple[tuple[str, str], ...]:
        if self.form:
            return fields_of(row)
        cells = _with_carried(row, self.before, headed=bool(self.heads))
        return tuple((self._name(cell), _whole(cell)) for cell in cells)

    def _name(self, cell: GridCell) -> str:
        names = [n for n in self.names[cell.first : cell.last + 1] if n]
        return " / ".join(dict.fromkeys(names))

    def _field(self, row: GridRow, after: GridRow | None) -> TableRow:
        if self.label is not None and len(row.printed) == 1:
            label, self.label = self.label, None
            return TableRow(RowRole.FIELD, ((label, _whole(row.printed[0])),), self._above())
        if is_title(row):
            if self._labels_next(row, after):
                self.label = row.cells[0].text.rstrip(": ")
                return TableRow(RowRole.LABEL, ((self.label, ""),), self._above())
            self._title(row)
            return TableRow(RowRole.TITLE, (("", row.cells[0].text),), self._above()[:-1])
        pairs = fields_of(row)
        found = TableRow(RowRole.FIELD, pairs, self._above())
        title = title_field(pairs)
        if title and not self.titles:
            self.titles = [(title, False)]
        return found

    def _labels_next(self, row: GridRow, after: GridRow | None) -> bool:
        """Whether a row over all columns is the label of the box below it."""
        if not self.titles and row is self.parts[0].rows[0]:
            return False
        return after is not None and after.alone is not None and not is_title(after)


def _whole(cell: GridCell) -> str:
    return f"{cell.label}: {cell.text}" if cell.label else cell.text


def _grouped(row: GridRow) -> bool:
    """Whether a row has only its first cell, and that one is set off: a title over the rows below."""
    cells = row.cells
    if len(cells) != 1 or cells[0].first > 0 or cells[0].carried or row.table.columns < 3:
        return False
    return (cells[0].bold or row.shaded) and cells[0].words <= 14


def _with_carried(row: GridRow, before: GridRow | None, *, headed: bool) -> list[GridCell]:
    """Cells of a row, an empty first one filled with the one above where that stands for several rows.

    It does in tables with heads and without drawn rows, and where a cell over several rows goes on over a page break.
    """
    above = before.at(0) if before is not None and row.at(0) is None else None
    if above is None or before is None or before.table.columns != row.table.columns:
        return row.cells
    over_break = before.table is not row.table and (above.carried or above.span > 1)
    if (headed and not row.table.drawn) or over_break or above.span == 0:
        row.cells.insert(0, GridCell(above.text, above.first, above.last, span=0, carried=True))
    return row.cells


def _is_figures(body: Sequence[GridRow], names: Sequence[str]) -> bool:
    if names and names_a_measure(" ".join(names[:2])):
        return False
    cells = [c.text for row in body for c in row.printed if c.first > 0]
    return len(cells) >= FEW_FIGURES and sum(map(is_number, cells)) >= FIGURES * len(cells)


def _goes_on(before: GridRow, row: GridRow) -> bool:
    """Whether the first row of a page is the rest of the last row of the page before."""
    pairs = [(a, c) for c in row.printed if (a := before.at(c.first)) is not None]
    if not pairs:
        return False
    if any(c.text[0].islower() or a.text[-1:] == "-" for a, c in pairs):
        return True
    if row.at(0) is None:
        return not any(c.carried or c.span > 1 for c in before.cells)
    return False
