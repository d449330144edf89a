"""What is said about how well a document was read."""

from __future__ import annotations

from pathlib import Path

from insek.domain import Block, BlockKind, Page, PageState
from insek.extract import ExtractSettings, read_document
from insek.extract.notices import reading_warnings
from insek.extract.quality import order_uncertain, reading_quality

from .conftest import PROSE, Setter, prose

HEAD = 'paper: "a4", header: [Rahmenplan Lindental], numbering: "1"'


def test_quality_of_a_plan(set_plan: Setter) -> None:
    document = read_document(set_plan("\n#pagebreak()\n".join(prose(i, 4) for i in range(6)), page=HEAD))
    quality = reading_quality(document.pages)
    assert quality.engines == {"pdfium": 6}
    assert quality.words == sum(len(p.text.split()) for p in document.pages)
    assert quality.dropped_lines == 12
    assert quality.dropped_samples == ("Rahmenplan Lindental",)
    assert (quality.ocr_confidence, quality.unsure_pages, quality.column_risk, quality.languages) == (None, (), (), {})


def test_honest_columns_are_no_risk(set_plan: Setter) -> None:
    for columns in (1, 2, 3):
        document = read_document(set_plan(prose(0, 24), page=f'paper: "a4", columns: {columns}'))
        assert reading_quality(document.pages).column_risk == ()


def test_text_printed_over_text_is_a_risk(set_plan: Setter) -> None:
    over = "#place(top + left, dy: 3.3pt)[" + prose(4, 6) + "]\n" + prose(0, 6)
    document = read_document(set_plan(over + "\n#pagebreak()\n" + prose(0, 4)))
    assert reading_quality(document.pages).column_risk == (1,)
    assert any("Unsichere Lesereihenfolge" in w and w.endswith(": 1.") for w in document.warnings)


def paragraph(text: str, top: float) -> Block:
    return Block(BlockKind.PARAGRAPH, text, (50.0, top, 500.0, top + 20.0))


def test_torn_sentences_are_a_risk() -> None:
    halves = [(s[: len(s) // 2].rsplit(" ", 1)[0], s[len(s) // 2 :].split(" ", 1)[1]) for s in PROSE]
    torn = [p for _, end in halves if end[0].islower() for p in (PROSE[0], end)]
    page = Page(1, PageState.TEXT, tuple(paragraph(t, 30.0 * i) for i, t in enumerate(torn)))
    whole = Page(2, PageState.TEXT, tuple(paragraph(t, 30.0 * i) for i, t in enumerate(PROSE)))
    assert order_uncertain(page)
    assert not order_uncertain(whole)


def test_unsure_ocr_and_failed_pages_are_named() -> None:
    pages = [
        Page(1, PageState.OCR, (paragraph(PROSE[0] * 3, 0),), confidence=0.95, engine="tesseract"),
        Page(2, PageState.OCR, (paragraph(PROSE[1] * 3, 0),), confidence=0.65, engine="tesseract"),
        *(Page(n, PageState.FAILED, reason="Sie ist beschädigt.") for n in range(3, 11)),
    ]
    quality = reading_quality(pages)
    assert quality.ocr_confidence == 0.8
    assert quality.unsure_pages == (2,)
    assert quality.engines == {"tesseract": 2}
    warnings = reading_warnings(pages)
    assert "Seite 3 konnte nicht gelesen werden: Sie ist beschädigt." in warnings
    assert "3 weitere Seiten konnten nicht gelesen werden: 8-10." in warnings


def test_empty_text_is_never_a_success(set_plan: Setter, tmp_path: Path) -> None:
    for document in (read_document(set_plan("#h(1pt)"), ExtractSettings(ocr="off")), read_document(blank(tmp_path))):
        assert any("kaum Text" in w for w in document.warnings)
        assert reading_quality(document.pages).words == 0


def blank(folder: Path) -> Path:
    path = folder / "plan.txt"
    path.write_text("\u00ad\n\f12\n", encoding="utf-8")
    return path
