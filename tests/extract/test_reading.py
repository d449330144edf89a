"""What can be read, what cannot, and what is said about it; one contract for all engines."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insek.domain import PageState
from insek.errors import InputError, MissingInputError, UsageError
from insek.extract import EXTRACTORS, SUFFIXES, ExtractSettings, as_text, read_document
from insek.extract.layout import lay_out
from insek.extract.words import RawPage, Word

from .conftest import PROSE, Setter, prose

PDF_ENGINES = [name for name in EXTRACTORS if name != "text"]


def picture_of(plan: Path, dpi: int = 120) -> bytes:
    page = pypdfium2.PdfDocument(plan)[0]
    out = io.BytesIO()
    page.render(scale=dpi / 72).to_pil().convert("RGB").save(out, "PNG")
    return out.getvalue()


def photo() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.radial_gradient("L").resize((600, 850)).convert("RGB").save(out, "PNG")
    return out.getvalue()


FULL_PAGE = '#place(top + left, image("{}", width: 21cm, height: 29.7cm))'


@pytest.mark.parametrize("engine", PDF_ENGINES)
def test_contract_of_engines(set_plan: Setter, engine: str) -> None:
    plan = set_plan("= Leitziele der Stadt\n" + prose(count=30), page='paper: "a4", columns: 2')
    document = read_document(plan, ExtractSettings(engine=engine))
    again = read_document(plan, ExtractSettings(engine=engine))
    assert document == again
    assert document.extractor.startswith(engine)
    assert [p.number for p in document.pages] == list(range(1, len(document.pages) + 1))
    text = as_text(document)
    assert text.count("\f") == len(document.pages) - 1
    assert unicodedata.is_normalized("NFC", text)
    for sentence in PROSE:
        assert sentence in text.replace("\f", "").replace("\n\n", " ")
    assert document.source == str(plan)
    assert len(document.id) == 64
    for page in document.pages:
        for block in page.blocks:
            assert block.bbox is not None
            x0, top, x1, bottom = block.bbox
            assert -1 <= x0 < x1 <= page.width_pt + 1
            assert -1 <= top < bottom <= page.height_pt + 1


def test_engines_read_the_same_words(set_plan: Setter) -> None:
    plan = set_plan(
        "= Leitziele der Stadt\n" + prose(count=12) + "\n\n#table(columns: 2, [Amt], [Ziel], [Bau], [Park])"
    )
    read = [read_document(plan, ExtractSettings(engine=engine)) for engine in PDF_ENGINES]
    assert len({as_text(document) for document in read}) == 1


def test_text_engine_reads_form_feeds_as_pages(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("Erste Seite mit Text.\n\fZweite Seite mit Text.\n", encoding="utf-8")
    document = read_document(plan)
    assert [p.text for p in document.pages] == ["Erste Seite mit Text.", "Zweite Seite mit Text."]
    assert as_text(document) == "Erste Seite mit Text.\n\fZweite Seite mit Text.\n"


def test_suffixes() -> None:
    assert {".pdf", ".txt", ".md"} == SUFFIXES


@pytest.mark.parametrize(
    ("name", "data", "part", "error"),
    [
        ("leer.pdf", b"", "leer", MissingInputError),
        ("leer.txt", b"  \n", "leer", MissingInputError),
        ("seite.pdf", b"<!DOCTYPE html><html></html>", "Internetseite", InputError),
        ("brief.pdf", b"PK\x03\x04rest", "Office", InputError),
        ("bild.pdf", b"\x89PNG....", "Bild", InputError),
        ("kaputt.pdf", b"%PDF-1.7\n%%EOF", "beschädigt", InputError),
        ("brief.docx", b"PK\x03\x04rest", "Dateiformat", InputError),
        ("binaer.txt", b"ab\x00\x01\x02\xff", "Zeichen", InputError),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, part: str, error: type[InputError]) -> None:
    plan = tmp_path / name
    plan.write_bytes(data)
    with pytest.raises(error) as caught:
        read_document(plan)
    assert name in caught.value.what
    assert part in caught.value.what
    assert caught.value.todo


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="gibt es nicht"):
        read_document(tmp_path / "nichts.pdf")
    with pytest.raises(InputError, match="Ordner"):
        read_document(tmp_path)


def test_no_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match="Leserechte"):
        read_document(tmp_path / "plan.pdf")


def test_unknown_engine(set_plan: Setter) -> None:
    with pytest.raises(UsageError, match="pdfplumber"):
        read_document(set_plan(prose(0, 1)), ExtractSettings(engine="zauber"))


@pytest.mark.parametrize("engine", PDF_ENGINES)
def test_truncated_pdf(set_plan: Setter, tmp_path: Path, engine: str) -> None:
    plan = tmp_path / "halb.pdf"
    data = set_plan(prose(0, 8)).read_bytes()
    plan.write_bytes(data[: len(data) // 10])
    with pytest.raises(InputError, match="beschädigt"):
        read_document(plan, ExtractSettings(engine=engine))


@pytest.mark.parametrize("engine", PDF_ENGINES)
def test_encrypted_pdf(set_plan: Setter, tmp_path: Path, engine: str) -> None:
    for password, opens in (("geheim", False), ("", True)):
        writer = pypdf.PdfWriter(clone_from=set_plan(prose(0, 4)))
        writer.encrypt(user_password=password, owner_password="besitz", algorithm="AES-128")
        plan = tmp_path / f"schutz{opens}.pdf"
        writer.write(plan)
        if opens:
            assert PROSE[0] in read_document(plan, ExtractSettings(engine=engine)).pages[0].text
        else:
            with pytest.raises(InputError, match="Kennwort"):
                read_document(plan, ExtractSettings(engine=engine))


def test_states_of_pages(set_plan: Setter) -> None:
    scan = picture_of(set_plan(prose(0, 8)))
    body = "\n#pagebreak()\n".join(
        [prose(0, 3), FULL_PAGE.format("scan.png"), FULL_PAGE.format("photo.png"), "#h(1pt)"]
    )
    document = read_document(
        set_plan(body, page='paper: "a4", margin: 0cm', files={"scan.png": scan, "photo.png": photo()}),
        ExtractSettings(ocr="off"),
    )
    assert [p.state for p in document.pages] == [PageState.TEXT, PageState.IMAGE_ONLY, PageState.EMPTY, PageState.EMPTY]
    assert document.readable_share == 0.75
    assert document.pages[1].reason
    assert any("ohne Textebene" in w and "2" in w for w in document.warnings)


def test_a_scan_is_no_error(set_plan: Setter) -> None:
    scan = picture_of(set_plan(prose(0, 8)))
    document = read_document(
        set_plan(FULL_PAGE.format("only.png"), page='paper: "a4", margin: 0cm', files={"only.png": scan}),
        ExtractSettings(ocr="off"),
    )
    assert document.readable_share == 0
    assert "keine Textebene" in document.warnings[0]


def test_a_page_beyond_the_limits_is_given_up(set_plan: Setter) -> None:
    plan = set_plan("Kurz.\n#pagebreak()\n" + prose(0, 8))
    document = read_document(plan, ExtractSettings(max_chars=500))
    assert [p.state for p in document.pages] == [PageState.TEXT, PageState.FAILED]
    assert "Zeichen" in (document.pages[1].reason or "")
    assert any("Seite 2" in w for w in document.warnings)


def test_title_place_and_year(set_plan: Setter, tmp_path: Path) -> None:
    title = "#align(center)[#text(size: 24pt)[Stadtentwicklungskonzept Lindental 2027]]"
    body = title + "\n\nStadt Lindental, Fachbereich Planung\n\n"
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(set_plan(body + prose(0, 4) + "\n\nDie Wege in Lindental sind kurz.").read_bytes())
    document = read_document(plan)
    assert document.title == "Stadtentwicklungskonzept Lindental 2027"
    assert document.municipality == "Lindental"
    assert document.year == 2027


def test_reading_needs_no_heavy_packages(set_plan: Setter) -> None:
    code = (
        "import sys, pathlib; import insek.extract as e;"
        "assert not {'pypdfium2', 'pypdfium2_raw', 'pdfplumber'} & set(sys.modules);"
        f"e.read_document(pathlib.Path({str(set_plan(prose(0, 1)))!r}));"
        "assert not {'pdfplumber', 'numpy', 'PIL', 'spacy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ}, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


words = st.builds(
    Word,
    st.text(alphabet="abcäöüABC-.,0123", min_size=1, max_size=9),
    st.floats(10, 500),
    st.just(0.0),
    st.floats(10, 830),
    st.sampled_from([6.0, 9.5, 10.0, 14.0]),
    st.sampled_from([0, 1, 2]),
).map(lambda w: w._replace(x1=w.x0 + 0.5 * w.size * len(w.text)))


def letters(texts: list[str]) -> Counter[str]:
    return Counter(c for text in texts for c in text if c.isalnum())


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.lists(st.lists(words, max_size=40, unique_by=lambda w: (w.text, round(w.base))), min_size=1, max_size=4))
def test_every_word_ends_in_one_block_or_in_dropped(pages: list[list[Word]]) -> None:
    before = letters([w.text for page in pages for w in page])
    raw = [RawPage(i, 595, 842, list(page)) for i, page in enumerate(pages, 1)]
    laid = lay_out(raw)
    assert letters([t for p in laid for t in (*(b.text for b in p.blocks), *p.dropped)]) == before
    assert [p.number for p in laid] == list(range(1, len(pages) + 1))
