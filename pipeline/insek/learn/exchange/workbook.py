"""The review sheet as XLSX: written with drop-down lists, read with what Excel and its users do to it.

A workbook is an archive from outside: its size is limited before anything is unpacked, and defusedxml (which openpyxl
uses where it is installed) refuses entities.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import warnings
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from insek.errors import InputError, OutputError
from insek.learn.entries import Entry, Row
from insek.learn.exchange.table import SEARCHED, cells_of, header_at, rows_of
from insek.sheet import Column, Vocabulary, choices, columns

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_UNPACKED = 64 << 20
"""Bytes of all parts together, unpacked; ten thousand passages of plans take about 12 million."""
MAX_PARTS = 500
MAX_CELLS = 600_000
"""Twenty thousand rows of the sheet; reading that many took 200 MB."""
MAX_ROWS, MAX_COLUMNS = 20_000, 60
"""Columns further right are not looked at."""
MAX_CELL = 32_767
"""Characters that Excel keeps in one cell."""
_EPOCH_FORMAT = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - the zip format knows no time zones
_FILL = "FFF2CC"


def write(entries: Sequence[Entry], vocabulary: Vocabulary) -> bytes:
    """The sheet as a workbook: columns to fill in colour, drop-down lists from a second sheet, first row fixed."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.properties.created = book.properties.modified = _EPOCH_FORMAT
    sheet = book.active
    assert sheet is not None
    sheet.title = "Prüfbogen"
    layout = columns(vocabulary)
    sheet.append([column.header for column in layout])
    for entry in entries:
        sheet.append([_storable(cell, entry) for cell in cells_of(entry, vocabulary)])
    for number, column in enumerate(layout, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width
        sheet.cell(1, number).font = Font(bold=True)
        for row in range(1, len(entries) + 2):
            cell = sheet.cell(row, number)
            cell.number_format = "@"  # text: Excel then makes no dates and numbers of what is typed
            cell.alignment = Alignment(vertical="top", wrap_text=column.width >= 30)
            if column.fill:
                cell.fill = PatternFill("solid", start_color=_FILL)
    sheet.freeze_panes = "A2"
    _add_lists(book, sheet, layout, vocabulary, len(entries) + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _storable(text: str, entry: Entry) -> str:
    """Text that a cell can hold; what Excel would cut is refused, for it would come back as another text.

    Control signs go, those that part words become spaces: either way the digest of the text stays (`text_digest`).
    """
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if len(text) > MAX_CELL:
        raise OutputError(f"Passage {entry.id} ist für eine Tabellenzelle zu lang ({len(text)} Zeichen).",
                          "Ein anderes Format wählen, etwa --format jsonl.")  # fmt: skip
    return ILLEGAL_CHARACTERS_RE.sub(lambda sign: " " if sign.group().isspace() else "", text)


def _add_lists(book: Any, sheet: Worksheet, layout: Sequence[Column], vocabulary: Vocabulary, last: int) -> None:
    """Drop-down lists; their words stand in a sheet of their own because some hold commas."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet("Auswahl")
    for number, column in enumerate((c for c in layout if choices(c, vocabulary)), 1):
        words = choices(column, vocabulary)
        for row, word in enumerate((column.header, *words), 1):
            lists.cell(row, number, word)
        letter = get_column_letter(number)
        source = f"Auswahl!${letter}$2:${letter}${len(words) + 1}"
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True,
                              errorTitle=column.header, error="Bitte einen Eintrag der Liste wählen.")  # fmt: skip
        target = get_column_letter(layout.index(column) + 1)
        rule.add(f"{target}2:{target}{max(2, last)}")
        sheet.add_data_validation(rule)


def read(data: bytes, name: str, vocabulary: Vocabulary) -> list[Row]:
    """The rows of the first sheet of a workbook that has the headings; InputError where none has or it is damaged."""
    _check_archive(data, name)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions that it leaves out: lists, colours
            book = load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
    except Exception:  # zipfile, zlib, the XML parser and openpyxl: fuzzing finds ever another class of error
        raise _damaged(name) from None
    for sheet in book.worksheets:
        top = sheet.iter_rows(max_row=min(sheet.max_row, SEARCHED), max_col=min(sheet.max_column, MAX_COLUMNS))
        if header_at([[cell_text(cell.value) for cell in row] for row in top], vocabulary):
            return rows_of(_cells(sheet, name), name, vocabulary)
    return rows_of([], name, vocabulary)


def _damaged(name: str) -> InputError:
    return InputError(f"{name} ist beschädigt oder keine Excel-Datei.", "In Excel öffnen und neu als .xlsx speichern.")


def _check_archive(data: bytes, name: str) -> None:
    """Refuse what would unpack or unfold to more than it may; `zipfile` never unpacks more than an entry declares."""
    too_large = InputError(
        f"{name} ist entpackt zu groß (höchstens {MAX_UNPACKED >> 20} MB und {MAX_CELLS} Zellen).",
        "Andere Blätter, Bilder und leere, formatierte Zeilen löschen oder den Bogen teilen.",
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise too_large
            if sum(_weight(archive, part) for part in parts) > MAX_CELLS:
                raise too_large
    except InputError:
        raise
    except Exception:  # as above; a part that is marked as encrypted is a RuntimeError
        raise _damaged(name) from None


def _weight(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Cells of a part, those of merged areas too: openpyxl makes an object of each.

    Parts are not told by their names: openpyxl reads as a sheet what the archive calls one. In what is no XML, or none
    to its end, nobody gets further than this.
    """
    from defusedxml.ElementTree import ParseError, iterparse
    from openpyxl.utils.cell import range_boundaries

    cells = 0
    with archive.open(part) as file, contextlib.suppress(ParseError):
        for _, element in iterparse(file):
            tag = element.tag.rpartition("}")[2]
            if tag == "c":
                cells += 1
            elif tag == "mergeCell":
                left, top, right, bottom = (bound or MAX_CELLS for bound in range_boundaries(element.get("ref", "")))
                cells += (right - left + 1) * (bottom - top + 1)  # a whole column has no bounds
            element.clear()
    return cells


def _cells(sheet: Worksheet, name: str) -> list[list[str]]:
    """All cells as text. A merged area counts as its value in each of its cells, as it looks to the eye."""
    if sheet.max_row > MAX_ROWS:
        raise InputError(f"{name}: das Blatt „{sheet.title}“ hat mehr als {MAX_ROWS} Zeilen.",
                         "Leere, formatierte Zeilen löschen oder den Bogen teilen.")  # fmt: skip
    width = min(sheet.max_column, MAX_COLUMNS)
    table = [[cell_text(cell.value) for cell in row] for row in sheet.iter_rows(max_col=width)]
    for area in sheet.merged_cells.ranges:
        value = table[area.min_row - 1][area.min_col - 1] if area.min_col <= width else ""
        for row in table[area.min_row - 1 : area.max_row]:
            row[area.min_col - 1 : area.max_col] = [value] * len(row[area.min_col - 1 : area.max_col])
    return table


def cell_text(value: Any) -> str:
    """What stands in a cell, as text: whole numbers without a point, dates in ISO form, formulas as written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    if not isinstance(value, str):
        value = getattr(value, "text", None) or str(value)
    return str(value).replace("_x000D_", "").replace("\r", "")
