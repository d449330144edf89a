"""Sheets that are written row by row and never held in memory, in a workbook whose bytes depend on its content alone.

openpyxl writes a `write_only` workbook to temporary files as rows come. It stamps archive and properties with the time;
here both get a fixed one.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from insek.domain import CellState
from insek.report.palette import STATE_FILLS
from insek.report.safe import csv_text, short

if TYPE_CHECKING:
    from openpyxl.cell import Cell

MAX_TEXT = 2_000
"""Characters of a text in a sheet to read; Excel itself holds 32,767. All of it stands in `evidence.csv`."""
_NEVER = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - the first moment that a zip archive knows, without time zone
_HEAD_FILL, _WRAPPED = "DBE8F5", 30
_FORMATS = {"text": "General", "whole": "0", "percent": "0%"}


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its heading, its width in characters, its form (`text`, `whole` or `percent`)."""

    title: str
    width: int
    form: str = "text"


@dataclass(frozen=True, slots=True)
class Marked:
    """A text on the fill of a state."""

    text: str
    state: CellState


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a file beside the workbook, by a relative path."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Room:
    """What a sheet may hold: rows, and characters of text in all of them together."""

    rows: int
    chars: int


Value: TypeAlias = str | float | int | Marked | Link | None


class Book:
    """A workbook with sheets in the order in which they are added; a context, for it has temporary files."""

    def __init__(self, title: str) -> None:
        """An empty workbook; `title` goes into its properties."""
        from openpyxl import Workbook

        self._book = Workbook(write_only=True)
        properties = self._book.properties
        properties.creator, properties.title = "insek", short(csv_text(title))
        properties.created = properties.modified = _NEVER

    def __enter__(self) -> Book:
        """Sheets are opened as they are added."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what an error left open: openpyxl complains later where nobody can act on it."""
        sheets: list[Any] = self._book.worksheets
        for sheet in sheets:
            if not sheet.closed:
                sheet.close()
                sheet._writer.cleanup()

    def sheet(self, title: str, heads: Sequence[Head], most: Room) -> Sheet:
        """A further sheet that holds at most so much."""
        return Sheet(self.raw(title), heads, most)

    def raw(self, title: str) -> Any:
        """A further sheet of openpyxl (a `WriteOnlyWorksheet`, of which its types know little)."""
        return self._book.create_sheet(title)

    def saved(self) -> bytes:
        """The workbook as a file; nothing can be added afterwards."""
        from openpyxl.writer.excel import ExcelWriter

        stamped = io.BytesIO()
        ExcelWriter(self._book, zipfile.ZipFile(stamped, "w", zipfile.ZIP_STORED)).save()
        out = io.BytesIO()
        with zipfile.ZipFile(stamped) as source, zipfile.ZipFile(out, "w") as target:
            for name in source.namelist():
                part = zipfile.ZipInfo(name, _NEVER.timetuple()[:6])
                part.compress_type, part.create_system = zipfile.ZIP_DEFLATED, 0
                target.writestr(part, source.read(name), compresslevel=6)
        return out.getvalue()


class Sheet:
    """A table: headings fixed and with filters, rows from top to bottom, as many as there is room for.

    Every plan gets an equal share of the room that those before it left (`next_plan`); `left_out` counts what did not
    fit.
    """

    def __init__(self, sheet: Any, heads: Sequence[Head], most: Room) -> None:
        """Write the headings."""
        from openpyxl.utils import get_column_letter

        self.title, self.rows, self.left_out = str(sheet.title), 0, 0
        self._sheet, self._heads, self._left, self._share = sheet, heads, most, most
        for number, head in enumerate(heads, 1):
            sheet.column_dimensions[get_column_letter(number)].width = head.width
        sheet.freeze_panes = "B2"
        sheet.sheet_view.zoomScale = 90
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = "1:1"
        self._last = get_column_letter(len(heads))
        self._plain = [_prototype(sheet, head) for head in heads]
        self._marked = {state: [_prototype(sheet, head, fill) for head in heads] for state, fill in STATE_FILLS.items()}
        sheet.append([_prototype(sheet, head, _HEAD_FILL, head.title) for head in heads])

    @property
    def room(self) -> int:
        """Rows that the plan at hand may still write."""
        return self._share.rows

    def next_plan(self, left: int) -> None:
        """Begin with a plan; `left` plans are still to come, this one included."""
        self._share = Room(max(1, self._left.rows // left), max(1, self._left.chars // left))

    def add(self, values: Sequence[Value]) -> None:
        """Write a row, one value a column, or count it where there is no room."""
        if self._share.rows <= 0 or self._share.chars <= 0:
            self.left_out += 1
            return
        chars = sum(min(len(value), MAX_TEXT) for value in values if isinstance(value, str))
        self._share, self._left = (Room(room.rows - 1, room.chars - chars) for room in (self._share, self._left))
        self.rows += 1
        self._sheet.append(self._cells(values))
        self._sheet.auto_filter.ref = f"A1:{self._last}{self.rows + 1}"

    def _cells(self, values: Iterable[Value]) -> Iterator[Cell | None]:
        """The cells of a row. A column has one cell that is filled again: making one takes longer than writing it."""
        for number, value in enumerate(values):
            if value is None:
                yield None
                continue
            if isinstance(value, Link):
                cell = _prototype(self._sheet, self._heads[number], None, value.text)
                cell.hyperlink = value.target
            elif isinstance(value, Marked):
                cell = self._marked[value.state][number]
                cell.value = _text(value.text)
            else:
                cell = self._plain[number]
                cell.value = _text(value) if isinstance(value, str) else value
            yield cell


def _text(text: str) -> str:
    """What a cell may hold: one line, no control signs, not too long, and no formula, whatever the plan says."""
    return csv_text(short(text, MAX_TEXT))


def _prototype(sheet: Any, head: Head, fill: str | None = None, value: str | None = None) -> Cell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    cell: Cell = WriteOnlyCell(sheet, value=value)
    cell.alignment = Alignment(vertical="top", wrap_text=head.width >= _WRAPPED or fill is not None)
    cell.number_format = _FORMATS[head.form]
    if fill is not None:
        cell.fill = PatternFill("solid", start_color=fill)
    if value is not None:
        cell.font = Font(
            bold=fill == _HEAD_FILL, underline=None if fill else "single", color=None if fill else "0B4F8A"
        )
    return cell
