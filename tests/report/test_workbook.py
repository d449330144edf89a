"""The workbook of a run: figures as in the reports, nothing that calculates, the review sheet there and back."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from insek.batch import ScreenSettings, screen
from insek.cli import main
from insek.domain import CellState
from insek.guideline import Guideline
from insek.learn.exchange.workbook import MAX_CELL
from insek.learn.labels import load_labels
from insek.learn.policy import load_vocabulary
from insek.learn.queue import run_candidates
from insek.project import Project
from insek.report.jsonout import coverage_json
from insek.report.model import PlanResult
from insek.report.workbook import PlanPart, coverage_xlsx
from insek.report.workbook.book import MAX_TEXT, Book, Head, Marked, Room
from insek.runbook import WORKBOOK
from insek.sheet import NONE, Vocabulary, columns
from runs import TEXT, result_bytes

from .plans import PROVENANCE, Entry, failed, plan
from .test_hostile import BIDI, HALF, LONG, TAG, hostile

SHEETS = ["Übersicht", "Matrix", "Belege", "Kriterien", "Strukturen", "Maßnahmen", "Lücken", "Prüfbogen", "Auswahl",
          "Lesehilfe"]  # fmt: skip
RULES = ScreenSettings(mode="rules", ocr="off", jobs=1, workbook=True)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plaene")
    for number, town in enumerate(("auenfurt", "brunnthal"), 2):
        (folder / f"{town}.txt").write_text(TEXT.format(n=number), "utf-8")
    (folder / "kaputt.pdf").write_bytes(b"%PDF-1.7 abgebrochen")
    return folder


@pytest.fixture(scope="module")
def run(plans: Path, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lauf")
    screen([plans], out, project, RULES)
    return out


def table(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet by their headings."""
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def opened(data: bytes | Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data) if isinstance(data, bytes) else data)


def part(result: PlanResult, guideline: Guideline, review=()) -> PlanPart:
    return PlanPart(result, json.loads(coverage_json(result, guideline, PROVENANCE)), review)


def workbook(results, guideline: Guideline, lang: str = "de", review=()) -> bytes:
    parts = [part(result, guideline, review) for result in results]
    return coverage_xlsx(parts, len(parts), guideline, Vocabulary.of(guideline, {}), PROVENANCE, lang)


def test_sheets_have_names_filters_and_fixed_headings(run: Path) -> None:
    book = opened(run / WORKBOOK)
    assert book.sheetnames == SHEETS
    for name in SHEETS[:7]:
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.max_row == 1 or sheet.auto_filter.ref == sheet.dimensions
        assert all(sheet.column_dimensions[c.column_letter].width >= 8 for c in sheet[1])
        assert all(cell.font.bold for cell in sheet[1])


def test_figures_are_those_of_the_reports(run: Path, guideline: Guideline) -> None:
    book = opened(run / WORKBOOK)
    overview = {row["Dokument"]: row for row in table(book, "Übersicht")}
    assert list(overview) == ["auenfurt", "brunnthal", "kaputt"]
    for slug in overview:
        record = json.loads((run / slug / "coverage.json").read_text("utf-8"))
        assert overview[slug]["Index"] == record["index"]
        matrix = {row["Handlungsfeld"]: row for row in table(book, "Matrix") if row["Dokument"] == slug}
        found = [row for row in table(book, "Belege") if row["Dokument"] == slug]
        gaps = [row for row in table(book, "Lücken") if row["Dokument"] == slug]
        for field in guideline.fields:
            assert matrix[field.label]["Feldwert"] == record["fields"][field.id]
            for stage in guideline.stages:
                cell = record["cells"][field.id][stage.id]
                here = [r for r in found if (r["Handlungsfeld"], r["Planungsschritt"]) == (field.label, stage.label)]
                assert [r["Passage"] for r in here] == [e["passage_id"] for e in cell["evidence"]]
                assert [r["Zitat"] for r in here] == [e["quote"] for e in cell["evidence"]]
                assert all(r["Zählt, weil"] for r in here)
                told = str(matrix[field.label][stage.label])
                assert told[0] in "●○–▨"
                assert (f"({cell['n_evidence']})" in told) is bool(cell["n_evidence"])
        assert len({(r["Handlungsfeld"], r["Planungsschritt"]) for r in gaps}) == len(record["gaps"])
    assert "beschädigt" in str(overview["kaputt"]["Hinweise"])


def test_a_state_has_a_sign_a_word_and_a_fill(run: Path) -> None:
    book = opened(run / WORKBOOK)
    cells = [cell for row in book["Matrix"].iter_rows(min_row=2, min_col=3, max_col=9) for cell in row]
    fills = {str(cell.value)[0]: cell.fill.start_color.rgb[2:] for cell in cells}
    assert set(fills) == {"●", "–", "▨"}
    assert len(set(fills.values())) == 3


def test_the_overview_leads_to_the_reports(run: Path) -> None:
    sheet = opened(run / WORKBOOK)["Übersicht"]
    targets = [cell.hyperlink.target for row in sheet.iter_rows(min_row=2) for cell in row if cell.hyperlink]
    assert targets == [f"{slug}/report.html" for slug in ("auenfurt", "brunnthal", "kaputt")]
    assert all((run / target).is_file() for target in targets)


def test_two_runs_give_the_same_bytes_and_verify_agrees(run: Path, plans: Path, project: Project,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(project.root)
    other = run.with_name(f"{run.name}-zwei")  # beside the first: the way to the plans is part of the result
    screen([plans], other, project, replace(RULES, jobs=2))
    assert result_bytes(run) == result_bytes(other)
    assert CliRunner().invoke(main, ["verify", str(run)]).exit_code == 0
    path = other / WORKBOOK
    path.write_bytes(path.read_bytes() + b"x")
    result = CliRunner().invoke(main, ["verify", str(other)])
    assert result.exit_code == 65
    assert WORKBOOK in result.output


def test_no_time_is_in_the_file(run: Path) -> None:
    with zipfile.ZipFile(run / WORKBOOK) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_a_workbook_is_renewed_by_report_and_goes_with_a_run_without(plans: Path, project: Project, tmp_path: Path,
                                                                     monkeypatch) -> None:  # fmt: skip
    monkeypatch.chdir(project.root)
    out = tmp_path / "lauf"
    screen([plans], out, project, replace(RULES, workbook=False))
    assert not (out / WORKBOOK).exists()
    assert CliRunner().invoke(main, ["report", str(out), "--workbook"]).exit_code == 0
    first = (out / WORKBOOK).read_bytes()
    (out / WORKBOOK).write_bytes(b"alt")
    assert CliRunner().invoke(main, ["report", str(out)]).exit_code == 0
    assert (out / WORKBOOK).read_bytes() == first
    screen([plans], out, project, replace(RULES, workbook=False))
    assert not (out / WORKBOOK).exists()


def test_the_review_sheet_comes_back_as_labels(run: Path, place: Project, tmp_path: Path, monkeypatch) -> None:
    """Filled in as a person would, saved by another program, imported."""
    monkeypatch.chdir(place.root)
    guideline = load_guideline_of(place)
    vocabulary = load_vocabulary(place.guideline_folder, guideline)
    book = opened(run / WORKBOOK)
    sheet = book["Prüfbogen"]
    at = {cell.value: cell.column for cell in sheet[1]}
    assert list(at) == [column.header for column in columns(vocabulary)]
    theme, field, stage, depth = (next(iter(vocabulary.names[k].items())) for k in ("theme", "field", "stage", "depth"))
    texts = [sheet.cell(row, at["Text"]).value for row in range(2, sheet.max_row + 1)]
    assert len(texts) >= 3
    for row, words in ((2, {f"Thema: {theme[1]}": "ja", "Feld 1": field[1], "Schritt": stage[1], "Tiefe": depth[1]}),
                       (3, {f"Thema: {NONE}": "ja"})):  # fmt: skip
        for header, word in {**words, "Bearbeitet von": "Kim", "Geprüft": "ja"}.items():
            sheet.cell(row, at[header], word)
    book.save(tmp_path / "ausgefüllt.xlsx")
    result = CliRunner().invoke(main, ["labels", "import", str(tmp_path / "ausgefüllt.xlsx")])
    assert result.exit_code == 0, result.output
    assert "2 neu" in result.output
    labels = {label.text: label for label in load_labels(place.labels_folder, guideline)}
    first, second = labels[texts[0]], labels[texts[1]]
    assert (first.themes, first.fields, first.stage, first.depth) == ((theme[0],), (field[0],), stage[0], depth[0])
    assert second.themes == ()
    assert {first.annotator, second.annotator} == {"Kim"}
    assert first.document == "auenfurt.txt"
    again = CliRunner().invoke(main, ["labels", "import", str(tmp_path / "ausgefüllt.xlsx")])
    assert "2 schon bekannt" in again.output


def load_guideline_of(project: Project) -> Guideline:
    from insek.guideline import load_guideline

    return load_guideline(project.guideline_folder)


def test_review_rows_have_the_ids_of_the_queue_and_lists_of_words(run: Path, project: Project,
                                                                  guideline: Guideline) -> None:  # fmt: skip
    book = opened(run / WORKBOOK)
    rows = table(book, "Prüfbogen")
    known = {"P-" + c.entry.id: "T-" + c.entry.digest for c in run_candidates(run, guideline)}
    assert len({row["Kennung"] for row in rows}) == len(rows)
    assert all(known[row["Kennung"]] == row["Prüfsumme"] for row in rows)
    assert any("Beleg für" in str(row["Grund"]) for row in rows)
    rules = book["Prüfbogen"].data_validations.dataValidation
    assert len(rules) == len(guideline.themes) + 1 + 3 + 2 + 1
    lists = {column[0]: [word for word in column[1:] if word] for column in zip(*book["Auswahl"].values, strict=True)}
    assert lists["Schritt"] == [stage.label for stage in guideline.stages]
    assert all(cell.number_format == "@" for cell in book["Prüfbogen"][2])


def test_hostile_text_stays_text(toy: Guideline) -> None:
    entry = Entry(1, f'=HYPERLINK("http://x";"y") {LONG} {HALF}', ("green",), ("parks",), "aims", "substance", 0.9,
                  ("=1+1", BIDI), (("theme", "green", "=r", "@SUM(A1)"),))  # fmt: skip
    formula = plan(toy, [entry], title="=cmd|' /C calc'!A0", municipality="+49", source="-2+3.pdf", slug="a")
    huge = plan(toy, [replace(entry, text="\x00\ufffe" + "w" * 1_000_000)], slug="b")
    data = workbook([hostile(toy), formula, huge, failed(source=TAG + HALF, error=TAG + BIDI, todo=LONG)], toy)
    book = opened(data)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
    assert all(len(text) <= min(MAX_CELL, MAX_TEXT * 7) for text in texts)
    assert not [text for text in texts if text[0] in "=+-@\t\r"]
    assert any("<script>alert" in text for text in texts)
    assert any("[U+202E]" in text for text in texts)
    assert not [text for text in texts if set(text) & set("\u202e\u2066\x07\x1b\u200b")]
    assert "'=cmd|" in "".join(texts)


def test_passages_that_a_spreadsheet_would_change_are_not_reviewed(tmp_path: Path, project: Project) -> None:
    theme = "Die Stadt fördert die Teilhabe von Geflüchteten am Vereinsleben mit {0} Sprachcafés."
    bad = theme.format("_x0041_")
    (tmp_path / "a.txt").write_text(f"2 Ziele\n\n{bad}\n\n{theme.format('drei')}\n\n=1+1 {theme.format('vier')}\n",
                                    "utf-8")  # fmt: skip
    screen([tmp_path / "a.txt"], tmp_path / "lauf", project, RULES)
    texts = [row["Text"] for row in table(opened(tmp_path / "lauf" / WORKBOOK), "Prüfbogen")]
    assert theme.format("drei") in texts
    assert "'=1+1 " + theme.format("vier") in texts
    assert bad not in texts


def test_english_sheets(toy: Guideline) -> None:
    entry = Entry(1, "A green park.", ("green",), ("parks",), "aims", "substance", 0.9)
    book = opened(workbook([plan(toy, [entry])], toy, "en"))
    assert book.sheetnames[:7] == ["Overview", "Matrix", "Evidence", "Criteria", "Structures", "Measures", "Gaps"]
    assert toy.fields[0].label_en in [row["Action field"] for row in table(book, "Matrix")]


def test_every_plan_gets_an_equal_share_of_the_room() -> None:
    with Book("Probe") as book:
        sheet = book.sheet("Blatt", (Head("A", 10), Head("B", 10, "whole")), Room(10, 1_000))
        wants = (1, 100, 100)
        for done, want in enumerate(wants):
            sheet.next_plan(len(wants) - done)
            for number in range(want):
                sheet.add([f"plan {done}", number])
        rows = [row[0] for row in opened(book.saved())["Blatt"].iter_rows(min_row=2, values_only=True)]
    assert [rows.count(f"plan {n}") for n in range(3)] == [1, 4, 5]
    assert sheet.left_out == sum(wants) - 10


def test_long_texts_use_up_the_room() -> None:
    with Book("Probe") as book:
        sheet = book.sheet("Blatt", (Head("A", 10),), Room(100, 5_000))
        sheet.next_plan(1)
        for _ in range(10):
            sheet.add(["x" * 50_000])
    assert (sheet.rows, sheet.left_out) == (3, 7)


def test_a_damaged_plan_leaves_no_open_files(toy: Guideline) -> None:
    good = part(plan(toy, []), toy)
    with pytest.raises(KeyError):
        coverage_xlsx([good, replace(good, record={})], 2, toy, Vocabulary.of(toy, {}), PROVENANCE)


def test_what_is_left_out_is_said(toy: Guideline, monkeypatch: pytest.MonkeyPatch) -> None:
    from insek.report import workbook as module

    monkeypatch.setitem(module._MOST, "evidence", Room(1, 100_000))
    entries = [Entry(n, f"A green park {n}.", ("green",), ("parks",), "aims", "substance", 0.9 - n / 100)
               for n in range(1, 6)]  # fmt: skip
    book = opened(workbook([plan(toy, entries)], toy))
    assert [row["Zitat"] for row in table(book, "Belege")] == ["A green park 1."]
    assert any("sind 1 von 2 Zeilen" in str(row["Was es heißt"]) for row in table(book, "Lesehilfe"))


def test_marked_cells_show_text_and_fill() -> None:
    with Book("Probe") as book:
        sheet = book.sheet("Blatt", (Head("A", 10), Head("B", 10)), Room(9, 999))
        sheet.add([Marked("● belegt", CellState.EVIDENCED), None])
        cell = opened(book.saved())["Blatt"]["A2"]
    assert (cell.value, cell.fill.fill_type) == ("● belegt", "solid")
