"""Tables: cells that are right in passages, over all authored table pages."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, NameObject

from insek.domain import BlockKind, Page, Passage
from insek.extract import ExtractSettings, read_document
from insek.extract.choice import measure, strays
from insek.extract.grids import cells_of, find_grids
from insek.extract.objects import MANY
from insek.extract.words import Grid, RawPage, Rule, Word
from insek.segment import segment

from .conftest import Setter, prose
from .handmade import handmade, text
from .table_pages import MEASURES, NO_TABLES, PAGES, RULED, WIDTHS
from .table_parts import Row, TablePage, cells

LEAST_SHARE = 0.95


def passages(plan: Path) -> list[Passage]:
    return list(segment(read_document(plan)))


def plan_of(set_plan: Setter, page: TablePage) -> Path:
    return set_plan(page.body, page=page.page, head=page.head + "\n#set par(justify: false)")


def said(head: str, text: str) -> str:
    return f"{head}: {text}" if head else text


def said_by(passage: Passage) -> list[str]:
    return passage.text.split("; ")


def right_cells(row: Row, found: list[Passage]) -> tuple[int, list[str]]:
    """Cells of a row that one passage under its titles says, and the missing ones."""
    titles, cells = row
    wanted = [said(head, text) for head, text in cells.items()]
    best: list[str] = []
    for passage in found:
        if all(t in passage.heading_path for t in titles):
            hits = [w for w in wanted if w in said_by(passage)]
            best = max(best, hits, key=len)
    return len(best), [w for w in wanted if w not in best]


def count(page: TablePage, found: list[Passage]) -> tuple[int, int, list[str]]:
    """Right cells, all cells (wrong ones in passages of the table included), and what is missing or wrong."""
    rows = [p for p in found if p.kind is BlockKind.TABLE_ROW]
    right, missing = 0, []
    for row in page.rows:
        hits, gone = right_cells(row, rows)
        right += hits
        missing += [f"- {g}" for g in gone]
    wanted = {said(h, t) for _, cells in page.rows for h, t in cells.items()}
    wrong = [f"+ {c}" for p in rows for c in said_by(p) if c not in wanted] if page.rows else []
    return right, right + max(len(missing), len(wrong)), [*missing, *wrong]


def test_cells_of_all_table_pages(set_plan: Setter) -> None:
    right = total = 0
    lines = []
    for page in PAGES:
        hits, every, misses = count(page, passages(plan_of(set_plan, page)))
        right, total = right + hits, total + every
        lines += [f"{page.name:<42}{hits:>4} of {every:>4}", *(f"    {m}" for m in misses[:12])]
    assert total > 300
    assert right >= LEAST_SHARE * total, "\n".join(lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_each_table_page_is_read(set_plan: Setter, page: TablePage) -> None:
    found = passages(plan_of(set_plan, page))
    right, total, misses = count(page, found)
    assert right >= 0.9 * total, "\n".join(misses)
    if page.passages is not None:
        assert sum(p.kind is BlockKind.TABLE_ROW for p in found) == page.passages


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table(set_plan: Setter, name: str) -> None:
    document = read_document(set_plan(NO_TABLES[name]))
    assert [b.text for p in document.pages for b in p.blocks if b.kind is BlockKind.TABLE_ROW] == []


RASTER = "\n".join(
    f"#place(top + left, d{a}: {i * 4}mm)[#line(length: {length}, angle: {angle}deg, stroke: 0.2pt)]"
    for a, length, angle, count in (("x", "20cm", 90, 43), ("y", "17cm", 0, 51))
    for i in range(count)
)


def engines(pages: tuple[Page, ...]) -> list[str]:
    return [p.engine for p in pages if "pdfplumber" in p.engine]


def test_pdfplumber_is_asked_where_words_run_through_the_walls(set_plan: Setter) -> None:
    page = read_document(set_plan(RASTER + prose(0, 8))).pages[0]
    signals = dict(page.signals)
    assert page.engine == "pdfium+pdfplumber"
    assert signals["strays"] > 0.1
    assert {"rules", "crossings", "cells", "merged", "plumber_grids", "plumber_strays"} <= set(signals)
    assert [b for b in page.blocks if b.kind is BlockKind.TABLE_ROW] == []  # a raster behind text is no table


@pytest.mark.parametrize(
    ("sound", "broken"),
    [(b"/Count 1/Kids[4 0 R]", b"/Count 2/Kids[4 0 R (x)]"), (b"/MediaBox[0 0 595 842]", b"/MediaBox[0 0 595 (x)]")],
)
def test_a_file_that_only_pdfium_can_read_keeps_its_tables(tmp_path: Path, sound: bytes, broken: bytes) -> None:
    walls = b" ".join(b"%d 400 m %d 700 l S 50 %d m 350 %d l S" % (x, x, x + 350, x + 350) for x in range(50, 351, 60))
    words = b"".join(
        text("Integrationsbeauftragte im Stadtteil", 55 + 150 * (i % 2), 410 + 30 * (i // 2)) for i in range(18)
    )
    plan = tmp_path / "plan.pdf"
    data = handmade([walls + words])
    plan.write_bytes(data)
    whole = read_document(plan)
    assert whole.pages[0].engine == "pdfium+pdfplumber"
    assert sound in data
    plan.write_bytes(data.replace(sound, broken))
    page = read_document(plan).pages[0]
    assert page.engine == "pdfium"
    assert dict(page.signals)["plumber_failed"] == 1
    assert page.text.count("Integrationsbeauftragte") == 18


def test_pdfplumber_is_not_asked_about_clear_tables_and_text(set_plan: Setter) -> None:
    ruled = read_document(plan_of(set_plan, RULED))
    assert engines(ruled.pages) == []
    assert dict(ruled.pages[0].signals)["cells"] == 24
    assert dict(ruled.pages[0].signals)["strays"] == 0
    text = read_document(set_plan(prose(0, 8)))
    assert text.pages[0].signals == ()


def test_both_engines_read_the_same_rows(set_plan: Setter) -> None:
    rows = []
    for engine in ("pdfium", "pdfplumber"):
        document = read_document(plan_of(set_plan, RULED), ExtractSettings(engine=engine))
        rows.append([b.row for b in document.pages[0].blocks if b.kind is BlockKind.TABLE_ROW])
    assert rows[0] == rows[1]
    assert len(rows[0]) == 6


def test_strays_are_the_share_of_words_through_a_wall() -> None:
    grid = Grid([0, 100, 200], [0, 20])
    within = [Word("Amt", 10, 40, 12, 10), Word("Kosten", 120, 180, 12, 10)]
    across = Word("Zuständigkeit", 60, 140, 12, 10)
    assert strays([*within, across], [grid]) == pytest.approx(1 / 3)
    grid.open_right = {(0, 0)}
    assert strays([*within, across], [grid]) == 0
    assert strays([across], []) == 0


def ruled_lines(*, gap: bool) -> list[Rule]:
    """A grid of two by two slots; with `gap` the left column has no line between its rows."""
    flat = [Rule(0, y, 200, y) for y in (0, 40)] + [Rule(100 if gap else 0, 20, 200, 20)]
    return flat + [Rule(x, 0, x, 40) for x in (0, 100, 200)]


def test_slots_without_a_wall_are_one_cell() -> None:
    (grid,) = find_grids(ruled_lines(gap=False))
    assert len(set(cells_of(grid).values())) == 4
    (grid,) = find_grids(ruled_lines(gap=True))
    assert cells_of(grid)[0, 0] == cells_of(grid)[1, 0] == (0, 1, 0, 0)
    page = RawPage(1, 200, 40, rules=ruled_lines(gap=True))
    assert measure(page, [grid])["merged"] == 1


def test_a_page_with_very_many_objects_is_read_in_bounds(set_plan: Setter, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=set_plan(prose(0, 6)))
    page = writer.pages[0]
    lines = "\n".join(f"{i % 590} {i % 830} m {i % 590 + 3} {i % 830 + 2} l S" for i in range(200_000))
    drawing = DecodedStreamObject()
    drawing.set_data(b"q 0.1 w\n" + lines.encode() + b"\nQ\n" + page.get_contents().get_data())
    page[NameObject("/Contents")] = writer._add_object(drawing)
    plan = tmp_path / "karte.pdf"
    writer.write(plan)
    read = read_document(plan).pages[0]
    assert "Umfrage" in read.text
    assert "pdfplumber" not in read.engine
    assert dict(read.signals).get("rules", 0) <= 4 * MANY


def test_a_table_drawn_as_one_path_is_found(set_plan: Setter, tmp_path: Path) -> None:
    """Office programs write all borders of a table as one path, some inside a form."""
    table = f"#table({WIDTHS}, stroke: none, row-gutter: 5pt, {cells(MEASURES[:3])})"
    writer = pypdf.PdfWriter(clone_from=set_plan(table))
    page = writer.pages[0]
    borders = (
        "q 0.5 w 50 700 m 545 700 l 50 600 m 545 600 l 50 700 m 50 600 l 300 700 m 300 600 l 545 700 m 545 600 l S Q"
    )
    drawing = DecodedStreamObject()
    drawing.set_data(borders.encode() + b"\n" + page.get_contents().get_data())
    page[NameObject("/Contents")] = writer._add_object(drawing)
    plan = tmp_path / "pfad.pdf"
    writer.write(plan)
    signals = dict(read_document(plan).pages[0].signals)
    assert signals["rules"] == 5
    assert signals["grids"] == 1
