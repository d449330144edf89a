"""The review sheet and the formats of other programs: what goes out comes back, and what is wrong is named."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.errors import InputError, OutputError
from insek.learn.entries import Answer
from insek.learn.exchange import WRITERS, read_rows
from insek.learn.exchange.workbook import cell_text
from insek.learn.labels import text_digest
from insek.learn.policy import load_vocabulary
from insek.sheet import Vocabulary, columns, guard, unguard
from sheets import entry


@pytest.fixture(scope="module")
def words(project, guideline) -> Vocabulary:
    return load_vocabulary(project.guideline_folder, guideline)


NOTHING = entry("Der Kanal wird saniert.", id="b", answer=Answer((), (), None, None))
OPEN = entry("Noch niemand hat das gelesen.", id="c", answer=Answer(), annotator="")


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_every_format_brings_back_what_it_was_given(words, form):
    rows = read_rows(WRITERS[form]([entry(), NOTHING, OPEN], words), "datei", words)
    assert [row.faults for row in rows] == [(), (), ()]
    back = [row.entry for row in rows]
    assert [unguard(e.text) if form in ("xlsx", "csv") else e.text for e in back] == \
        [e.text for e in (entry(), NOTHING, OPEN)]  # fmt: skip
    answers = [e.answer for e in back]
    if form == "prodigy":  # what nobody answered goes out with the suggestion ticked, and counts only when accepted
        assert answers == [entry().answer, NOTHING.answer, Answer()]
    else:
        assert answers == [e.answer for e in (entry(), NOTHING, OPEN)]
    for key in ("id", "digest", "document", "municipality", "pages", "kind", "before", "picked"):
        assert getattr(back[0], key) == getattr(entry(), key), key
    assert [e.annotator for e in back] == ["anna", "anna", ""]


def test_suggestions_are_never_taken_for_labels(words):
    for form in WRITERS:
        (row,) = read_rows(WRITERS[form]([OPEN], words), "datei", words)
        assert row.entry.answer == Answer(), form
        assert not row.faults, form


# --- the sheet in Excel ----------------------------------------------------------------------------------------------


def book(words, *entries):
    return openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"](entries, words)))


def saved(workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def cell(sheet, words, row, key):
    return sheet.cell(row, [c.key for c in columns(words)].index(key) + 1)


def test_the_sheet_offers_lists_and_holds_no_formula(words):
    workbook = book(words, entry(), entry("+49 721 ist die Vorwahl der Beratung.", id="d"))
    sheet = workbook["Prüfbogen"]
    assert not [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    rules = {str(r.sqref): r.formula1 for r in sheet.data_validations.dataValidation}
    assert len(rules) == len(words.names["theme"]) + 7
    lists = workbook["Auswahl"]
    offered = [[c.value for c in column if c.value] for column in lists.iter_cols()]
    assert ["Feld 1", *words.names["field"].values(), "keines"] in offered
    assert ["Schritt", *words.names["stage"].values()] in offered


def test_a_sheet_filled_in_by_hand(words):
    workbook = book(words, OPEN, entry("Zweite Passage.", id="z", answer=Answer()))
    sheet = workbook["Prüfbogen"]
    cell(sheet, words, 2, "theme:migration").value = "JA"
    cell(sheet, words, 2, "field:1").value = "kultur, freizeit, SPORT"
    cell(sheet, words, 2, "field:2").value = "housing"
    cell(sheet, words, 2, "depth").value = "Erwähnung"
    cell(sheet, words, 2, "reviewed").value = True
    cell(sheet, words, 3, "none").value = "x"
    rows = read_rows(saved(workbook), "bogen.xlsx", words)
    assert [r.number for r in rows] == [2, 3]
    assert rows[0].entry.answer == Answer(("migration",), ("housing", "culture"), None, "mention")
    assert rows[0].entry.reviewed
    assert rows[1].entry.answer == Answer((), ())


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("stage", "Massnamen", "gemeint ist wohl „Maßnahmen“"),
        ("stage", datetime.date(2026, 5, 3), "ein Datum daraus gemacht"),
        ("field:1", "=A1", "eine Formel"),
        ("theme:migration", "vielleicht", "erwartet wird ja oder nein"),
        ("field:1", "Soziales; Bildung; Gesundheit; Bauen und Wohnen", "mehr als 3 Felder"),
        ("none", "ja", "zugleich ein Label"),
        ("id", None, "„Kennung“ ist leer"),
        ("digest", None, "„Prüfsumme“ ist leer"),
    ],
)
def test_a_bad_cell_is_named(words, key, value, told):
    workbook = book(words, NOTHING, entry())
    cell(workbook["Prüfbogen"], words, 3, key).value = value
    first, second = read_rows(saved(workbook), "bogen.xlsx", words)
    assert first.faults == ()
    assert second.number == 3
    assert told in "; ".join(second.faults)


@pytest.mark.parametrize(
    ("filled", "told"),
    [({"stage": "Monitoring"}, "Schritt ohne Thema"), ({"field:2": "Soziales"}, "Feld ohne Thema"),
     ({"theme:migration": "nein"}, "nur ein Teil der Themen"),
     ({"none": "ja", "depth": "Aussage"}, "Tiefe ohne Thema")],
)  # fmt: skip
def test_half_an_answer_is_named(words, filled, told):
    workbook = book(words, OPEN)
    for key, value in filled.items():
        cell(workbook["Prüfbogen"], words, 2, key).value = value
    (row,) = read_rows(saved(workbook), "bogen.xlsx", words)
    assert told in "; ".join(row.faults)


def test_merged_cells_count_for_all_rows_they_cover(words):
    workbook = book(words, OPEN, entry("Zwei.", id="d", answer=Answer()), entry("Drei.", id="e", answer=Answer()))
    sheet = workbook["Prüfbogen"]
    letter = cell(sheet, words, 2, "none").column_letter
    sheet[f"{letter}2"] = "ja"
    sheet.merge_cells(f"{letter}2:{letter}3")
    rows = read_rows(saved(workbook), "bogen.xlsx", words)
    assert [r.entry.answer.themes for r in rows] == [(), (), None]


def test_remarks_above_other_sheets_and_moved_columns_do_not_matter(words):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "Übersicht"
    sheet = workbook.create_sheet("Meine Prüfung")
    table = list(book(words, entry())["Prüfbogen"].iter_rows(values_only=True))
    sheet.append(["Bitte bis Freitag", None])
    for row in table:
        sheet.append([*reversed(row), "Notiz"])
    (row,) = read_rows(saved(workbook), "bogen.xlsx", words)
    assert row.number == 3
    assert row.entry.answer == entry().answer


def test_missing_columns_are_named(words):
    workbook = book(words, entry())
    sheet = workbook["Prüfbogen"]
    sheet.delete_cols(cell(sheet, words, 1, "digest").column)
    with pytest.raises(InputError, match="Prüfsumme"):
        read_rows(saved(workbook), "bogen.xlsx", words)


def test_a_text_too_long_for_a_cell_is_refused(words):
    with pytest.raises(OutputError, match="zu lang"):
        WRITERS["xlsx"]([entry("a " * 20_000)], words)


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (3.5, "3.5"), (True, "ja"), (None, ""), (datetime.date(2026, 4, 3), "2026-04-03"),
     ("a_x000D_\r\nb", "a\nb")],
)  # fmt: skip
def test_what_excel_makes_of_cells(value, text):
    assert cell_text(value) == text


# --- hostile and damaged workbooks -----------------------------------------------------------------------------------


def repacked(data: bytes, **changed: bytes) -> bytes:
    """The archive with parts replaced or added; the key is the end of the name of a part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            stem = name.rpartition("/")[2].partition(".")[0]
            target.writestr(name, changed.pop(stem, None) or source.read(name))
        for name, content in changed.items():
            target.writestr(f"xl/{name}.xml", content)
    return out.getvalue()


def test_a_zip_bomb_is_not_unpacked(words):
    bomb = repacked(saved(book(words, entry())), bombe=b"\0" * (80 << 20))
    assert len(bomb) < 1 << 20
    with pytest.raises(InputError, match="zu groß"):
        read_rows(bomb, "bogen.xlsx", words)


def test_a_merged_area_over_the_whole_sheet_is_refused(words):
    workbook = book(words, entry())
    data = saved(workbook)
    part = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    merged = part.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>')
    assert merged != part
    with pytest.raises(InputError, match="zu groß"):
        read_rows(repacked(data, sheet1=merged), "bogen.xlsx", words)


def test_too_many_cells_are_refused_whatever_the_part_is_called(words):
    data, out = saved(book(words, entry())), io.BytesIO()
    cells = b"".join(b'<row r="%d">%s</row>' % (row, b"<c/>" * 60) for row in range(3, 12_000)) + b"</sheetData>"
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name).replace(b"sheet1.xml", b"sheet1.dat")
            target.writestr(name.replace("sheet1.xml", "sheet1.dat"), part.replace(b"</sheetData>", cells))
    assert len(out.getvalue()) < 1 << 20
    with pytest.raises(InputError, match="zu groß"):
        read_rows(out.getvalue(), "bogen.xlsx", words)


def test_a_workbook_with_a_picture_is_read(words):
    data = repacked(saved(book(words, entry())), bild=b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert [row.entry.text for row in read_rows(data, "bogen.xlsx", words)] == [entry().text]


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1d", "\x85", "\x00", "\x07"])
def test_control_signs_make_no_other_text_of_a_passage(words, sign):
    text = f"Die Stadt{sign}berät Geflüchtete."
    [row] = read_rows(WRITERS["xlsx"]([entry(text)], words), "bogen.xlsx", words)
    assert text_digest(row.entry.text) == row.entry.digest == text_digest(text)


def test_entities_are_not_expanded(words):
    data = saved(book(words, entry()))
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    with pytest.raises(InputError, match="beschädigt"):
        read_rows(repacked(data, sharedStrings=laughs), "bogen.xlsx", words)


def test_damaged_workbooks_say_so(words):
    data = saved(book(words, entry()))
    for damaged in (data[: len(data) // 2], data[:200] + b"\xff" * 400 + data[600:], b"PK\x03\x04" + b"x" * 100,
                    repacked(data, sheet1=b"<worksheet><sheetData>")):  # fmt: skip
        with pytest.raises(InputError, match="beschädigt"):
            read_rows(damaged, "bogen.xlsx", words)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("brief.txt", "kein Excel")
    with pytest.raises(InputError, match="beschädigt"):
        read_rows(out.getvalue(), "brief.zip", words)
    with pytest.raises(InputError, match=r"\.xls"):
        read_rows(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "alt.xls", words)


# --- CSV as Excel and others leave it --------------------------------------------------------------------------------


def csv_of(words, delimiter=";", **kind):
    rows = list(
        csv.reader(io.StringIO(WRITERS["csv"]([entry()], words).decode("utf-8-sig"), newline=""), delimiter=";")
    )
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, **kind).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_in_any_dress(words, encoding, delimiter):
    text = csv_of(words, delimiter, quoting=csv.QUOTE_ALL)
    (row,) = read_rows(text.encode(encoding), "bogen.csv", words)
    assert row.entry.answer == entry().answer
    assert text_digest(unguard(row.entry.text)) == row.entry.digest


def test_csv_with_the_separator_in_the_first_line(words):
    (row,) = read_rows(f"sep=,\r\n{csv_of(words, ',')}".encode(), "bogen.csv", words)
    assert row.number == 3
    assert row.entry.answer == entry().answer


def test_csv_keeps_ids_that_look_like_numbers(words):
    line = csv_of(words).splitlines()[1]
    assert line.startswith("P-4e12")


def test_a_table_of_something_else_is_refused(words):
    with pytest.raises(InputError, match="kein Prüfbogen"):
        read_rows(b"Name;Ort\r\nAnna;Ahlenrode\r\n", "liste.csv", words)
    with pytest.raises(InputError, match="keine Textdatei"):
        read_rows(b"\x00\x01\x02" * 50, "bild.png", words)


@given(st.text(max_size=40))
def test_guarding_loses_nothing_and_leaves_no_formula(text):
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")
