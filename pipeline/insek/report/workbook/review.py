"""The review sheet within the workbook of a run: columns and words are those of `insek.sheet`, as in `insek labels`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from insek.report.workbook.book import Book
from insek.sheet import Column, Vocabulary, choices, columns

if TYPE_CHECKING:
    from openpyxl.cell import Cell

SHEET, LISTS = "Prüfbogen", "Auswahl"
"""Titles of the sheet and of the one with the words of its lists; German whatever the language of the reports is."""
_FILL = "FFF2CC"


class ReviewSheet:
    """Rows to be filled in, with drop-down lists, that `insek labels import` takes back."""

    def __init__(self, book: Book, vocabulary: Vocabulary) -> None:
        """Write the headings; `lists` is to follow once all rows are there."""
        from openpyxl.utils import get_column_letter

        self.rows = 0
        self._sheet = book.raw(SHEET)
        self._layout, self._vocabulary = columns(vocabulary), vocabulary
        for number, column in enumerate(self._layout, 1):
            self._sheet.column_dimensions[get_column_letter(number)].width = column.width
        self._sheet.freeze_panes = "A2"
        self._cells = [_prototype(self._sheet, column) for column in self._layout]
        self._sheet.append(_headings(self._sheet, self._layout))

    def add(self, cells: Sequence[str]) -> None:
        """A row, one text a column; nothing in it may begin a formula (`sheet.guard`)."""
        self.rows += 1
        self._sheet.append(self._filled(cells))

    def _filled(self, cells: Sequence[str]) -> Iterator[Cell]:
        for cell, text in zip(self._cells, cells, strict=True):
            cell.value = text or None
            yield cell

    def lists(self, book: Book) -> None:
        """The drop-down lists; their words stand in a sheet of their own because some hold commas."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation, DataValidationList

        offered = [(i, c, choices(c, self._vocabulary)) for i, c in enumerate(self._layout, 1)]
        offered = [(at, column, words) for at, column, words in offered if words]
        rules = DataValidationList()
        for number, (at, column, words) in enumerate(offered, 1):
            letter, target = get_column_letter(number), get_column_letter(at)
            rule = DataValidation(type="list", formula1=f"{LISTS}!${letter}$2:${letter}${len(words) + 1}",
                                  allow_blank=True, showErrorMessage=True, errorTitle=column.header,
                                  error="Bitte einen Eintrag der Liste wählen.")  # fmt: skip
            rule.add(f"{target}2:{target}{max(2, self.rows + 1)}")
            rules.append(rule)
        self._sheet.data_validations = rules
        table = [[column.header, *words] for _, column, words in offered]
        sheet = book.raw(LISTS)
        for row in range(max(len(words) for words in table)):
            sheet.append([words[row] if row < len(words) else None for words in table])


def _prototype(sheet: Any, column: Column) -> Cell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, PatternFill

    cell: Cell = WriteOnlyCell(sheet)
    cell.number_format = "@"  # text: Excel then makes no dates and numbers of what is typed
    cell.alignment = Alignment(vertical="top", wrap_text=column.width >= 30)
    if column.fill:
        cell.fill = PatternFill("solid", start_color=_FILL)
    return cell


def _headings(sheet: Any, layout: Sequence[Column]) -> list[Cell]:
    from openpyxl.styles import Font

    cells = [_prototype(sheet, column) for column in layout]
    for cell, column in zip(cells, layout, strict=True):
        cell.value, cell.font = column.header, Font(bold=True)
    return cells
