"""The second engine: words from pdfplumber, for comparison and for pages that PDFium reads badly."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

from insek.domain import PageState
from insek.errors import InputError
from insek.extract.packed import PackedWords
from insek.extract.pdf import FEW_CHARS, IMAGE_REASON, thousands
from insek.extract.settings import ExtractSettings
from insek.extract.textlayer import COVERED, unmapped
from insek.extract.words import RawDocument, RawPage, Rule, Word, named_weight


def version() -> str:
    """Name and version of the engine."""
    from importlib.metadata import version as installed

    return f"pdfplumber {installed('pdfplumber')}"


def opened(data: bytes, pages: list[int] | None = None) -> Any:
    """A file as pdfplumber opens it; of its pages only those with these numbers (1-based) where they are given."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # its warnings would stand in English among our lines
    return pdfplumber.open(io.BytesIO(data), pages=pages)


def read_raw(path: Path, data: bytes, settings: ExtractSettings) -> RawDocument:
    """Read all pages; pdfplumber's words carry the same fields as PDFium's."""
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    try:
        with opened(data) as pdf:
            pages = [_page(page, i, settings) for i, page in enumerate(pdf.pages, 1)]
            title = pdf.metadata.get("Title")
    except (PdfminerException, MalformedPDFException) as error:
        if any(isinstance(a, PDFPasswordIncorrect) for a in error.args):
            raise InputError(
                f"{path.name}: Die PDF-Datei ist verschlüsselt und braucht ein Kennwort.",
                "Datei ohne Kennwort speichern.",
            ) from error
        raise InputError(
            f"{path.name}: Die PDF-Datei ist beschädigt oder unvollständig.", "Datei erneut herunterladen."
        ) from error
    return RawDocument(pages, title if isinstance(title, str) else None)


def _page(page: Any, number: int, settings: ExtractSettings) -> RawPage:
    raw = RawPage(number, float(page.width), float(page.height))
    if len(page.chars) > settings.max_chars:
        raw.state, raw.reason = (
            PageState.FAILED,
            f"Sie enthält {thousands(len(page.chars))} Zeichen, zu viele für eine Seite.",
        )
        return raw
    # letters printed twice to look bold lie up to a point apart; PDFium leaves the second ones out by itself
    once = page.dedupe_chars(tolerance=1, extra_attrs=("fontname", "size"))
    found = once.extract_words(x_tolerance_ratio=0.15, keep_blank_chars=False, extra_attrs=["fontname", "size"])
    words: list[Word] = []
    for word in found:
        size = float(word["size"])
        text = "•" + word["text"][1:] if "\ue000" <= word["text"][0] <= "\uf8ff" else word["text"]
        words.append(
            Word(text, word["x0"], word["x1"], word["bottom"] - 0.22 * size, size, named_weight(word["fontname"]))
        )
    raw.words = PackedWords(words)
    raw.rules = [_rule(edge) for edge in page.edges]
    raw.unmapped = sum(unmapped(w.text) for w in raw.words)
    area = sum((i["x1"] - i["x0"]) * (i["bottom"] - i["top"]) for i in page.images)
    raw.cover = area / max(raw.width * raw.height, 1.0)
    if sum(len(w.text) for w in raw.words) < FEW_CHARS:
        if raw.cover >= COVERED:
            raw.state, raw.reason = PageState.IMAGE_ONLY, IMAGE_REASON
        elif not raw.words:
            raw.state = PageState.EMPTY
    return raw


def _rule(edge: dict[str, Any]) -> Rule:
    if edge["orientation"] == "h":
        return Rule(edge["x0"], edge["top"], edge["x1"], edge["top"])
    return Rule(edge["x0"], edge["top"], edge["x0"], edge["bottom"])
