"""`coverage.xlsx`: a run as a workbook for people who sort, filter and add remarks, with the review sheet.

The number of rows is bounded, so that a run over a thousand plans opens in Excel and `insek labels import` takes the
file back; every plan gets its share, and the sheet on reading says what was left out. openpyxl is imported with the
first workbook: it costs a tenth of a second, and most runs need none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insek.domain import CellState
from insek.guideline import Guideline
from insek.report.model import PlanResult
from insek.report.palette import STATE_SIGNS
from insek.report.provenance import provenance_lines
from insek.report.texts import Texts, texts
from insek.report.workbook.book import MAX_TEXT, Book, Head, Room, Sheet
from insek.report.workbook.review import SHEET, ReviewSheet
from insek.report.workbook.rows import Record, Rows
from insek.sheet import Vocabulary

__all__ = ["REVIEWED", "PlanPart", "coverage_xlsx"]

_MOST = {
    "overview": Room(20_000, 20_000_000),
    "matrix": Room(9_000, 2_000_000),
    "evidence": Room(8_000, 10_000_000),
    "criteria": Room(12_000, 6_000_000),
    "structures": Room(8_000, 4_000_000),
    "measures": Room(5_000, 2_500_000),
    "gaps": Room(6_000, 3_000_000),
}
"""For a thousand plans all sheets together stay under the 600,000 cells and 64 million bytes that an import unpacks at
most: half of the bytes are text, half are what goes around 450,000 cells."""
_READING = Room(100, 100_000)
REVIEWED = 1_000
"""Rows of the review sheet: some days of work."""


@dataclass(frozen=True, slots=True)
class PlanPart:
    """What the workbook needs of a plan: its result (a short one will do), its `coverage.json`, and rows to review.

    The rows are those of `insek labels`, in the order of `sheet.columns`.
    """

    plan: PlanResult
    record: Record
    review: Sequence[Sequence[str]]


def coverage_xlsx(parts: Iterable[PlanPart], n_plans: int, guideline: Guideline, vocabulary: Vocabulary,
                  provenance: Mapping[str, Any], lang: str = "de") -> bytes:  # fmt: skip
    """The workbook of a run as a file; the same parts give the same bytes.

    Args:
        parts: the plans in the order of the run, taken one at a time.
        n_plans: how many there are.
        guideline: that of the run.
        vocabulary: words of the review sheet.
        provenance: what produced the run.
        lang: language of all sheets but the review sheet.
    """
    t = texts(lang)
    with Book(t("wb_book_title", guideline=guideline.title)) as book:
        rows = Rows(guideline, t)
        sheets = {key: book.sheet(t(f"wb_sheet_{key}"), heads, _MOST[key]) for key, heads in rows.heads().items()}
        review = ReviewSheet(book, vocabulary)
        for done, part in enumerate(parts):
            for sheet in sheets.values():
                sheet.next_plan(n_plans - done)
            _add_plan(sheets, rows, part)
            for cells in part.review:
                review.add(cells)
        review.lists(book)
        _add_reading(book, sheets, provenance, t)
        return book.saved()


def _add_plan(sheets: Mapping[str, Sheet], rows: Rows, part: PlanPart) -> None:
    record = part.record
    made = {
        "overview": rows.overview(part.plan),
        "matrix": rows.matrix(record),
        "evidence": rows.evidence(record, sheets["evidence"].room),
        "criteria": rows.criteria(record),
        "structures": rows.structures(record),
        "measures": rows.measures(record),
        "gaps": rows.gaps(record),
    }
    for key, lines in made.items():
        for values in lines:
            sheets[key].add(values)


def _add_reading(book: Book, sheets: Mapping[str, Sheet], provenance: Mapping[str, Any], t: Texts) -> None:
    """How to read the workbook, what was left out of it, and where it comes from."""
    lines: list[tuple[str, str]] = [(f"{STATE_SIGNS[s]} {t(f'state_{s.value}')}", t(f"state_{s.value}_long"))
                                    for s in CellState]  # fmt: skip
    lines += [(t("wb_empty"), t("wb_empty_long")), (SHEET, t("wb_review_long"))]
    lines += [(sheet.title, t("wb_left_out", shown=sheet.rows, all=sheet.rows + sheet.left_out))
              for sheet in sheets.values() if sheet.left_out]  # fmt: skip
    lines += [(t("wb_quote"), t("wb_cut", n=MAX_TEXT)), (t("index"), t("index_meaning"))]
    lines += provenance_lines(provenance, t)
    sheet = book.sheet(t("wb_sheet_reading"), (Head(t("wb_what"), 30), Head(t("wb_meaning"), 110)), _READING)
    for line in lines:
        sheet.add(line)
