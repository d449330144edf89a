"""Scanned pages: what Tesseract's words become, which pages it reads, and what is said about it."""

from __future__ import annotations

import io
import os
import stat
import zlib
from pathlib import Path

import pypdfium2
import pytest

from insek.domain import Block, BlockKind, Document, Page, PageState
from insek.extract import ExtractSettings, as_text, ocr, read_document, tesseract
from insek.extract.confusions import mend_pages
from insek.extract.drawn import drawn_lines
from insek.extract.notices import reading_warnings
from insek.extract.scanlines import scanned_words
from insek.extract.scansizes import settle_sizes
from insek.extract.tesseract import OcrFailure, Picture, Read, find_tesseract, parse_table
from insek.extract.textlayer import lies, unmapped
from insek.extract.words import BOLD, PLAIN, RawPage, Word

from .conftest import PROSE, Setter, prose

needs_tesseract = pytest.mark.skipif(
    find_tesseract() is None, reason="Tesseract with German data is not installed (tesseract-ocr tesseract-ocr-deu)"
)
SCAN_PAGE = '#place(top + left, image("{}", width: 21cm, height: 29.7cm))'


def scanned(plan: Path, turn: float = 0.0, dpi: int = 200) -> bytes:
    """The first page as a grey picture, turned by so many degrees."""
    page = pypdfium2.PdfDocument(plan)[0]
    picture = page.render(scale=dpi / 72).to_pil().convert("L")
    out = io.BytesIO()
    picture.rotate(turn, resample=3, fillcolor=255).save(out, "PNG")
    return out.getvalue()


def scan_plan(set_plan: Setter, body: str, *, page: str = 'paper: "a4", margin: 2cm', turn: float = 0.0) -> Path:
    name = f"scan{zlib.crc32(repr((body, page, turn)).encode())}.png"
    picture = scanned(set_plan(body, page=page), turn)
    return set_plan(SCAN_PAGE.format(name), page='paper: "a4", margin: 0cm', files={name: picture})


def flat(document: Document) -> str:
    return as_text(document).replace("\f", "").replace("\n\n", " ").replace("\n", " ")


@needs_tesseract
def test_a_scan_becomes_paragraphs_and_headings(set_plan: Setter) -> None:
    body = "= Leitziele der Stadt\n\n" + prose(0, 4) + "\n\n*Begegnungshaus am Markt*\n\n" + prose(4, 4)
    document = read_document(scan_plan(set_plan, body, turn=0.4))
    page = document.pages[0]
    assert page.state is PageState.OCR
    assert page.confidence is not None
    assert page.confidence > 0.9
    assert [b.text for b in page.blocks if b.kind is BlockKind.HEADING] == [
        "Leitziele der Stadt",
        "Begegnungshaus am Markt",
    ]
    assert [b.text for b in page.blocks if b.kind is BlockKind.PARAGRAPH] == PROSE
    assert "tesseract" in document.extractor
    assert any("Texterkennung" in w and "1" in w and "%" in w for w in document.warnings)


@needs_tesseract
def test_columns_of_a_scan_are_read_one_after_the_other(set_plan: Setter) -> None:
    plan = scan_plan(set_plan, prose(count=16), page='paper: "a4", columns: 2', turn=-0.3)
    text = flat(read_document(plan))
    positions = [text.find(sentence[:60]) for sentence in PROSE]
    assert positions == sorted(positions)
    assert -1 not in positions


@needs_tesseract
@pytest.mark.parametrize("turn", [90.0, 180.0, 270.0])
def test_pages_scanned_sideways_are_turned(set_plan: Setter, turn: float) -> None:
    picture = scanned(set_plan(prose(0, 8), page="width: 18cm, height: 18cm, margin: 2cm"), turn)
    body = f'#image("turned{turn:.0f}.png", width: 18cm, height: 18cm)'
    page = "width: 18cm, height: 18cm, margin: 0cm"
    document = read_document(set_plan(body, page=page, files={f"turned{turn:.0f}.png": picture}))
    assert document.pages[0].state is PageState.OCR
    text = flat(document).replace("aufihre", "auf ihre")  # a space that Tesseract misses on the turned picture
    assert text.strip() == " ".join(PROSE)


@needs_tesseract
def test_a_steep_scan_is_straightened_first(set_plan: Setter) -> None:
    plan = scan_plan(set_plan, prose(count=16), page='paper: "a4", columns: 2', turn=2.0)
    text = flat(read_document(plan))
    assert sum(sentence in text for sentence in PROSE) >= 7


def test_straightened_picture() -> None:
    rows = [bytearray([255]) * 200 for _ in range(100)]
    for x in range(200):
        rows[50 + round(0.05 * (x - 100))][x] = 0
    picture = Picture(200, 100, bytes(b"".join(rows)), 100).straightened(0.05)
    assert (picture.width, picture.height, len(picture.grey)) == (200, 100, 20_000)
    assert picture.grey[50 * 200 : 51 * 200].count(0) > 190


def test_turned_pictures() -> None:
    picture = Picture(3, 2, b"abcdef", 100)
    assert picture.turned(90) == Picture(2, 3, b"daebfc", 100)
    assert picture.turned(180) == Picture(3, 2, b"fedcba", 100)
    assert picture.turned(270) == Picture(2, 3, b"cfbead", 100)


@needs_tesseract
def test_off_leaves_scans_alone_and_force_reads_text_too(set_plan: Setter) -> None:
    plan = scan_plan(set_plan, prose(0, 8))
    assert read_document(plan, ExtractSettings(ocr="off")).pages[0].state is PageState.IMAGE_ONLY
    forced = read_document(set_plan(prose(0, 8)), ExtractSettings(ocr="force"))
    assert forced.pages[0].state is PageState.OCR
    assert PROSE[3] in flat(forced)


@needs_tesseract
def test_ocr_twice_gives_the_same(set_plan: Setter) -> None:
    plan = scan_plan(set_plan, prose(0, 8))
    assert read_document(plan) == read_document(plan, ExtractSettings(ocr_threads=1))


@needs_tesseract
def test_a_stamp_on_a_scan_is_no_text_layer(set_plan: Setter) -> None:
    picture = scanned(set_plan(prose(0, 8)))
    body = SCAN_PAGE.format("stamped.png") + "#place(top + left)[Anlage 3 zur Drucksache 2021/0815, Seite 4 von 120]"
    plan = set_plan(body, page='paper: "a4", margin: 0cm', files={"stamped.png": picture})
    assert read_document(plan, ExtractSettings(ocr="off")).pages[0].state is PageState.IMAGE_ONLY
    assert PROSE[0] in flat(read_document(plan))


@needs_tesseract
def test_a_layer_of_nonsense_over_a_picture_is_replaced(set_plan: Setter) -> None:
    picture = scanned(set_plan(prose(0, 8)))
    shifted = " ".join("".join(chr(97 + (ord(c) + 3) % 26) for c in w if c.isalpha()) for w in " ".join(PROSE).split())
    body = (
        SCAN_PAGE.format("lying.png")
        + f"#place(top + left, dy: 5cm)[#text(fill: white.transparentize(100%), 6pt)[{shifted}]]"
    )
    document = read_document(set_plan(body, page='paper: "a4", margin: 0cm', files={"lying.png": picture}))
    assert document.pages[0].state is PageState.OCR
    assert PROSE[5] in flat(document)


@needs_tesseract
def test_a_photo_is_never_read(set_plan: Setter) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.radial_gradient("L").resize((600, 850)).save(out, "PNG")
    plan = set_plan(SCAN_PAGE.format("p.png"), page='paper: "a4", margin: 0cm', files={"p.png": out.getvalue()})
    page = read_document(plan, ExtractSettings(ocr="force")).pages[0]
    assert page.state is PageState.EMPTY
    assert page.blocks == ()


def fake_tesseract(folder: Path, body: str) -> None:
    program = folder / "tesseract"
    program.write_text("#!/bin/sh\n" + body)
    program.chmod(program.stat().st_mode | stat.S_IEXEC)


def test_without_tesseract_pages_stay_pictures(
    set_plan: Setter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = scan_plan(set_plan, prose(0, 8))
    monkeypatch.setenv("PATH", str(tmp_path))
    document = read_document(plan)
    assert document.pages[0].state is PageState.IMAGE_ONLY
    told = [w for w in document.warnings if "tesseract-ocr-deu" in w]
    assert len(told) == 1
    assert "Programm Tesseract fehlt" in told[0]
    assert "(1)" in told[0]


def test_without_german_data_the_notice_says_so(
    set_plan: Setter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = scan_plan(set_plan, prose(0, 8))
    fake_tesseract(tmp_path, "echo tesseract 9.9; echo eng\n")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    document = read_document(plan)
    assert document.pages[0].state is PageState.IMAGE_ONLY
    assert any("Sprachdaten" in w for w in document.warnings)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("cat >/dev/null; exec sleep 30", "länger als"),
        ("cat >/dev/null; exit 3", "Code 3"),
        ("cat >/dev/null", "keinen"),
    ],
)
def test_a_page_that_fails_keeps_its_state_and_says_why(
    set_plan: Setter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str
) -> None:
    plan = scan_plan(set_plan, prose(0, 8))
    asked = 'case "$1" in --version) echo tesseract 9.9; exit;; --list-langs) echo deu; exit;; esac\n'
    fake_tesseract(tmp_path, asked + body)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    page = read_document(plan, ExtractSettings(ocr_seconds=1.0)).pages[0]
    assert page.state is PageState.IMAGE_ONLY
    assert reason in (page.reason or "")


def test_table_of_words() -> None:
    table = (
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
        "4\t1\t2\t1\t1\t0\t10\t20\t30\t40\t-1\t\n"
        '5\t1\t2\t1\t1\t1\t10\t20\t30\t40\t91.5\t"Haus"\n'
        "5\t1\t2\t1\t1\t2\t50\t20\t30\t40\t95\t \n"
    )
    assert parse_table(table) == [Read('"Haus"', 10, 20, 40, 60, 0.915, (2, 1, 1))]


BLANK = Picture(1000, 1400, bytes([255]) * 1_400_000, 100)


def line(texts: str, number: int, top: int, confidence: float = 0.95, slope: float = 0.0) -> list[Read]:
    reads, x = [], 100
    for text in texts.split():
        right = x + 10 * len(text)
        y = top + round(slope * (x + right) / 2)
        deep = 4 if set("gjpqy,;") & set(text) else 0
        reads.append(Read(text, x, y, right, y + 14 + deep, confidence, (1, 1, number)))
        x = right + 8
    return reads


def test_an_askew_line_gets_one_baseline() -> None:
    reads = line("Die Stadt fragt alle Haushalte nach Wegen durch das Viertel", 1, 500, slope=0.02)
    words = scanned_words(reads, BLANK, 720).words
    assert len({w.base for w in words}) == 1
    assert {w.weight for w in words} == {PLAIN}


def test_noise_is_dropped_by_the_line_and_kept_in_sight() -> None:
    reads = [*line("Das Haus ist nicht gesperrt", 1, 100), *line("Wr4 ;x zl", 2, 200, 0.2), *line("| |", 3, 300, 0.9)]
    reads[3] = reads[3]._replace(confidence=0.1)  # one doubtful word, and it turns the meaning of the sentence
    scan = scanned_words(reads, BLANK, 720)
    assert [w.text for w in scan.words] == ["Das", "Haus", "ist", "nicht", "gesperrt"]
    assert scan.dropped == ["Wr4 ;x zl", "| |"]


def test_marks_of_items_and_hyphens_at_line_ends() -> None:
    scan = scanned_words([*line("e Sprachkurse in der Weststadt—", 1, 100)], BLANK, 720)
    assert (scan.words[0].text, scan.words[-1].text) == ("•", "Weststadt-")


def test_strong_strokes_are_bold() -> None:
    rows = [bytearray([255]) * 1000 for _ in range(1400)]
    reads = [*line("Sanierung", 1, 100), *line("Die Kurse beginnen", 2, 200)]
    for read, thick in zip(reads, (4, 2, 2, 2), strict=True):
        for y in range(read.top, read.bottom):
            for x in range(read.left, read.right, 10):
                rows[y][x : x + thick] = bytes(thick)
    scan = scanned_words(reads, Picture(1000, 1400, bytes(b"".join(rows)), 100), 720)
    assert [w.weight for w in scan.words] == [BOLD, PLAIN, PLAIN, PLAIN]


def test_drawn_lines_of_a_scan_are_those_of_its_table() -> None:
    rows = [bytearray([250]) * 1000 for _ in range(1400)]
    for y in (300, 400):
        for x in range(100, 900):  # a little askew: five pixels down on the way
            rows[y + (x - 100) // 160][x] = 180
            rows[y + 1 + (x - 100) // 160][x] = 180
    for x in (100, 500, 898):
        for y in range(300, 405):
            rows[y][x : x + 2] = bytes([180, 180])
    for y in range(600, 700):
        rows[y][100:900] = bytes(800)  # a filled box
    flat, tall = drawn_lines(Picture(1000, 1400, bytes(b"".join(rows)), 100))
    assert [(s.start, s.end, s.first) for s in flat] == [(100, 900, 300), (100, 900, 400)]
    assert [(s.first, s.start) for s in tall] == [(100, 300), (500, 300), (898, 300)]


@needs_tesseract
def test_a_ruled_table_of_a_scan_is_read_by_rows(set_plan: Setter) -> None:
    cells = ["Maßnahme", "Zuständigkeit", "Zeitraum", "Sprachkurs im Bahnhof", "Amt für Soziales", "ab 2025",
             "Wohnlotsen für Familien", "Wohnbau", "laufend"]  # fmt: skip
    table = f"#table(columns: (1fr, 1fr, 1fr), stroke: 0.5pt, {', '.join(f'[{c}]' for c in cells)})"
    document = read_document(scan_plan(set_plan, prose(0, 6) + "\n\n" + table, turn=0.3))
    rows = [b.text for b in document.pages[0].blocks if b.kind is BlockKind.TABLE_ROW]
    assert rows == [" | ".join(cells[i : i + 3]) for i in (0, 3, 6)]


def test_sizes_follow_those_of_the_text_layer() -> None:
    words = [("Ein langer Absatz mit Worten", 10.6), ("Ziele", 15.1), ("und weiter", 10.2)]
    scan = RawPage(2, 595, 842, [Word(text, 50, 300, 100, size) for text, size in words])
    layer = RawPage(1, 595, 842, [Word("x" * 60, 50, 300, 100, 10.0), Word("y" * 50, 50, 300, 200, 14.0)])
    settle_sizes([scan], [layer])
    assert [w.size for w in scan.words] == [10.0, 14.0, 10.0]


def page_of(text: str, **more: float) -> RawPage:
    page = RawPage(1, 595, 842, [Word(w, 0, 1, 10 * i, 10) for i, w in enumerate(text.split())])
    page.cover, page.unmapped = more.get("cover", 0.0), int(more.get("unmapped", 0))
    return page


def test_text_layers_that_lie() -> None:
    good = " ".join(PROSE)
    shifted = " ".join("Glh Vwdgw kdw lp Iuxkmdku" for _ in range(20))
    names = " ".join("Hauptstraße Bahnhof Neckar Marktplatz Kirche" for _ in range(6))
    assert not lies(page_of(good, cover=1.0))
    assert lies(page_of(shifted, cover=1.0))
    assert lies(page_of(shifted))
    assert lies(page_of(good, unmapped=300))
    assert not lies(page_of(names, cover=1.0))  # too few words to judge
    assert unmapped("a\x01b\ufffd(cid:12)\x02\ufffe") == 3


def test_a_good_layer_is_kept_where_ocr_reads_no_better(monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of(" ".join("Ana dili dersleri ve danışma hizmeti" for _ in range(12)), cover=1.0)
    noise = scanned_words(line("Ana dii dersleri ve danisma hizmeti", 1, 100), BLANK, 720)
    assert not ocr._taken(page, noise, ExtractSettings())
    assert page.state is PageState.TEXT
    assert not ocr._taken(page, OcrFailure("x"), ExtractSettings())


def mended(text: str, other: str = "") -> str:
    pages = (Page(1, PageState.OCR, (Block(BlockKind.PARAGRAPH, text),)),
             Page(2, PageState.TEXT, (Block(BlockKind.PARAGRAPH, other),)))  # fmt: skip
    return mend_pages(pages, frozenset({1}))[0].text


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Angebote fiir Fliichtlinge iiber das Jahr", "Angebote für Flüchtlinge über das Jahr"),
        ("die groBen StraBen, die grofien Strafien", "die großen Straßen, die großen Straßen"),
        ("Biirgerbeteiligung der Bevolkerung", "Bürgerbeteiligung der Bevölkerung"),
        ("Fliichtlingsunterkiinfte k6nnen", "Flüchtlingsunterkiinfte können"),
        ("UÜbungsleitende der OÖffentlichkeit", "Übungsleitende der Öffentlichkeit"),
        ("Ubungsleitende der Offentlichkeit", "Übungsleitende der Öffentlichkeit"),
        ("Maßnahmen fiir Schiiler", "Maßnahmen für Schüler"),
    ],
)
def test_typical_confusions(read: str, meant: str) -> None:
    assert mended(read) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Die Forderung wurde erhoben, die Förderung würde steigen",
        "initiieren, variieren und assoziieren",
        "Hawaii, Tiber und Uber",
        "im alten Modern und gern warten die Modem-Nutzer",
        "Familie Burger wohnt konstant am Fluss, 16 Personen, Haus 6a",
        "Ludwig XIII und der Sportverein TuS Losse e. V.",
        "Politik und Solidarität der LBS und der GmbH",
        "der Lehrer schon drucken",
        "Binnenwanderung, hoffentlich ohne Beraubung, im Außenwanderungssaldo",
    ],
)
def test_what_stays_as_read(text: str) -> None:
    assert mended(text, "Förderung würde schön drücken Bürger könnte") == text


def test_other_pages_bear_witness() -> None:
    assert mended("Unterkiinfte am Miihlgraben", "Die Unterkünfte am Mühlgraben") == "Unterkünfte am Mühlgraben"
    assert mended("Unterkiinfte") == "Unterkiinfte"


def test_codes_of_measures() -> None:
    assert mended("v1 | Neue Brücke", "V1 Neue Brücke") == "V1 | Neue Brücke"
    assert mended("sı | Haus der Begegnung", "S1 Haus der Begegnung") == "S1 | Haus der Begegnung"
    assert mended("a1 Neue Brücke", "V1 Neue Brücke") == "a1 Neue Brücke"
    assert mended("Bi Neubau der Schule", "B2 Kurse am Vormittag") == "B1 Neubau der Schule"
    assert mended("Ei Neubau der Schule", "B2 Kurse am Vormittag") == "Ei Neubau der Schule"


def test_each_change_is_kept_and_told() -> None:
    page = Page(3, PageState.OCR, (Block(BlockKind.PARAGRAPH, "fiir alle, fiir uns"),), confidence=0.7)
    read = mend_pages((page,), frozenset({3}))
    assert read[0].repairs == (("fiir", "für"), ("fiir", "für"))
    told = reading_warnings(read)
    assert "70 %" in told[0]
    assert "Unsichere Texterkennung" in told[1]
    assert any("fiir → für" in w for w in told)


def test_version_and_languages_are_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tesseract(tmp_path, f'echo x >> "{tmp_path}/asked"; echo tesseract 9.9; echo deu\n')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    assert tesseract.find_tesseract() == tesseract.find_tesseract()
    assert (tmp_path / "asked").read_text().count("x") == 2
