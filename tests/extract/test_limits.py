"""Pages that no reader should get through: each costs itself, with a reason, and the document goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from insek.domain import Document, PageState
from insek.extract import ExtractSettings, read_document
from insek.extract.limits import risky
from insek.extract.pdffile import REOPEN

from .handmade import FREE, handmade, stream, text

GOOD = text("Die Stadt Lindental hat im Frühjahr eine Umfrage unter allen Haushalten durchgeführt.")
OFF = ExtractSettings(ocr="off")
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]"


def read(tmp_path: Path, data: bytes, settings: ExtractSettings = OFF) -> Document:
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(data)
    return read_document(plan, settings)


def given_up(document: Document) -> str:
    """Reason of the first page, of two; the second must be read."""
    first, second = document.pages
    assert first.state is PageState.FAILED
    assert "Umfrage" in second.text
    assert any(first.reason in w and "Seite 1" in w for w in document.warnings if first.reason)
    assert document.readable_share == 0.5
    return first.reason or ""


def nested(levels: int, width: int) -> bytes:
    """Two pages, the first with forms that draw forms, `width` times over on each of so many levels."""
    inner = stream(GOOD, FORM + b"/Resources<</Font<</F1 3 0 R>>>>")
    forms = [
        stream(b"/X Do\n" * width, FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (FREE + i + 1))
        for i in range(levels)
    ]
    return handmade([b"/X Do\n", GOOD], extra=[*forms, inner], resources=b"/XObject<</X %d 0 R>>" % FREE)


def test_honest_forms_need_no_guard(tmp_path: Path) -> None:
    data = nested(2, 3)
    assert not risky(data)
    document = read(tmp_path, data)
    assert [p.state for p in document.pages] == [PageState.TEXT, PageState.TEXT]


def test_forms_in_forms_without_end(tmp_path: Path) -> None:
    data = nested(10, 10)
    assert len(data) < 10_000
    assert risky(data)
    settings = ExtractSettings(ocr="off", page_seconds=60.0, page_memory=400_000_000)  # memory must run out first
    assert "brach" in given_up(read(tmp_path, data, settings))


def test_a_page_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    settings = ExtractSettings(ocr="off", page_seconds=1.0, page_memory=8_000_000_000)
    assert "abgebrochen" in given_up(read(tmp_path, nested(10, 10), settings))


def test_after_some_such_pages_the_file_is_left(tmp_path: Path) -> None:
    forms = [stream(b"/X Do\n" * 10, FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (FREE + i + 1)) for i in range(9)]
    last = stream(GOOD, FORM + b"/Resources<</Font<</F1 3 0 R>>>>")
    data = handmade([b"/X Do\n"] * 8, extra=[*forms, last], resources=b"/XObject<</X %d 0 R>>" % FREE)
    settings = ExtractSettings(ocr="off", page_seconds=0.8, page_memory=8_000_000_000)
    document = read(tmp_path, data, settings)
    assert [p.state for p in document.pages] == [PageState.FAILED] * 8
    assert "Nach 5 Seiten" in (document.pages[7].reason or "")
    assert document.readable_share == 0


def test_contents_that_swell(tmp_path: Path) -> None:
    data = handmade([GOOD + b"0 0 m 1 1 l S\n" * 5_000_000, GOOD])
    assert len(data) < 1_000_000
    assert risky(data)
    settings = ExtractSettings(ocr="off", page_seconds=20.0, page_memory=300_000_000)
    assert given_up(read(tmp_path, data, settings))


def test_twofold_packing_is_guarded() -> None:
    assert risky(handmade([GOOD], extra=[stream(b"x" * 10, FORM + b"/Filter[/FlateDecode/FlateDecode]")]))


def test_two_hundred_thousand_lines_are_read(tmp_path: Path) -> None:
    lines = b"".join(b"%d %d m %d %d l S\n" % (i % 500, i % 700, i % 491, i % 697) for i in range(200_000))
    data = handmade([GOOD + lines, GOOD])
    assert not risky(data)
    document = read(tmp_path, data)
    assert [p.state for p in document.pages] == [PageState.TEXT, PageState.TEXT]
    assert document.pages[0].text == document.pages[1].text


def test_too_many_objects(tmp_path: Path) -> None:
    data = handmade([GOOD + b"0 0 m 1 1 l S\n" * 2_000, GOOD])
    assert "2.001 Zeichenobjekte" in given_up(read(tmp_path, data, ExtractSettings(ocr="off", max_objects=1_000)))


def test_a_million_characters(tmp_path: Path) -> None:
    lines = b"".join(text("wort " * 20, x=1 + i % 7, y=14_000 - 1.3 * i, size=1) for i in range(10_000))
    reason = given_up(read(tmp_path, handmade([lines, GOOD], size=(600, 14_400))))
    assert "Zeichen" in reason
    assert "zu viele" in reason


def test_a_picture_of_900_million_pixels_is_not_drawn(tmp_path: Path) -> None:
    size = 30_000
    picture = stream(
        b"\xff" * (size * size // 8),
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1" % (size, size),
    )
    data = handmade([b"q 595 0 0 842 0 0 cm /I Do Q\n", GOOD], extra=[picture], resources=b"/XObject<</I 4 0 R>>")
    for ocr in ("off", "force"):
        document = read(tmp_path, data, ExtractSettings(ocr=ocr, ocr_pixels=200_000))  # type: ignore[arg-type]
        assert document.pages[0].state is PageState.FAILED
        assert "900 Millionen Bildpunkten" in (document.pages[0].reason or "")


def test_a_text_layer_over_a_huge_picture_is_read(tmp_path: Path) -> None:
    picture = stream(
        b"\xff" * 1000,
        b"/Type/XObject/Subtype/Image/Width 40000/Height 40000/ColorSpace/DeviceGray/BitsPerComponent 1",
    )
    over = b"q 595 0 0 842 0 0 cm /I Do Q\n" + b"".join(
        text(f"Zeile {i} über die Wege in der Stadt und die Orte", y=700 - 20 * i) for i in range(12)
    )
    data = handmade([over], extra=[picture], resources=b"/XObject<</I 4 0 R>>")
    assert "Zeile 11" in read(tmp_path, data).pages[0].text


def test_a_page_of_two_hundred_inches(tmp_path: Path) -> None:
    document = read(
        tmp_path, handmade([text("Die Wege sind kurz in der Stadt.", 7000, 7000, 400)], size=(14_400, 14_400))
    )
    assert document.pages[0].text == "Die Wege sind kurz in der Stadt."
    assert document.pages[0].width_pt == 14_400


def test_more_pages_than_are_read_at_one_opening(tmp_path: Path) -> None:
    count = 2 * REOPEN + 1
    document = read(
        tmp_path, handmade([text(f"Abschnitt {chr(65 + i % 26)} über Wege und Orte.", y=400) for i in range(count)])
    )
    assert [p.number for p in document.pages] == list(range(1, count + 1))
    assert [p.text[10] for p in document.pages] == [chr(65 + i % 26) for i in range(count)]


@pytest.mark.parametrize("data", [b"", b"stream\n", b"stream\r\nendstream", b"<</Subtype/Form>>stream\nxx"])
def test_torn_files_are_looked_through(data: bytes) -> None:
    assert not risky(data)
