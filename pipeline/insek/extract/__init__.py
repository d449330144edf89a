"""Reading of plans: a file becomes a `Document` of pages with blocks in reading order.

pypdfium2 is imported when the first PDF is read, pdfplumber only when its engine is chosen; no spaCy, pandas or
scikit-learn here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from insek.domain import Document, Page, PageState
from insek.errors import InputError, MissingInputError, UsageError, cause
from insek.extract.notices import reading_warnings
from insek.extract.settings import ExtractSettings, OcrMode
from insek.extract.words import RawDocument

SUFFIXES: frozenset[str] = frozenset({".pdf", ".txt", ".md"})
"""File name endings that can be read, in small letters."""


class Extractor(Protocol):
    """An engine: bytes of one file to a document."""

    def __call__(self, path: Path, data: bytes, settings: ExtractSettings) -> Document:
        """Read a file whose bytes are already in memory; raise `InputError` if that is impossible."""
        ...


def _pdfium(path: Path, data: bytes, settings: ExtractSettings) -> Document:
    from insek.extract import pdffile
    from insek.extract.choice import choose_engines
    from insek.extract.limits import risky

    raw = pdffile.read_raw(path, data, settings)
    if not risky(data):  # the second engine has no guard
        choose_engines(data, raw.pages)
    return _assembled(path, data, raw, pdffile.version, settings)


def _pdfplumber(path: Path, data: bytes, settings: ExtractSettings) -> Document:
    from insek.extract import plumber

    return _assembled(path, data, plumber.read_raw(path, data, settings), plumber.version, settings)


def _assembled(
    path: Path, data: bytes, raw: RawDocument, version: Callable[[], str], settings: ExtractSettings
) -> Document:
    from insek.extract.bookmarked import with_labels
    from insek.extract.confusions import mend_pages
    from insek.extract.layout import lay_out
    from insek.extract.ocr import read_by_ocr

    read_by_ocr(path, data, raw, settings)
    scans = frozenset(p.number for p in raw.pages if p.state is PageState.OCR)
    pages = lay_out(raw.pages, raw.outline)
    pages = with_labels(mend_pages(pages, scans), raw.labels)
    engine = version()
    pages = tuple(p if p.engine else replace(p, engine=_read_by(p, engine)) for p in pages)
    engine = f"{engine}, {raw.ocr}" if raw.ocr else engine
    return _document(path, data, pages, engine, raw.title, raw.created, raw.notices)


def _read_by(page: Page, engine: str) -> str:
    """Name of what read a page; empty for a page without text."""
    if page.state is PageState.OCR:
        return "tesseract"
    return engine.split()[0] if page.state is PageState.TEXT else ""


def _text(path: Path, data: bytes, settings: ExtractSettings) -> Document:
    from insek.extract.text import read_text

    pages = tuple(replace(p, engine="text") if p.blocks else p for p in read_text(path, data))
    return _document(path, data, pages, "text", None, None)


EXTRACTORS: dict[str, Extractor] = {"pdfium": _pdfium, "pdfplumber": _pdfplumber, "text": _text}
"""Engines by name. `pdfium` is the default for PDFs, `text` for text files."""


def read_document(path: Path, settings: ExtractSettings | None = None) -> Document:
    """Read a plan (`.pdf`, `.txt`, `.md`).

    A PDF without text layer is no error: OCR reads its pages, or they are `image_only`. Raises `MissingInputError`
    where there is nothing to read and `InputError` where the file cannot be read.
    """
    settings = settings or ExtractSettings()
    data = _bytes(path)
    name = _engine(path, data)
    if settings.engine is not None:
        if settings.engine not in EXTRACTORS:
            raise UsageError(f"Unbekannte Lese-Engine: {settings.engine}.", f"Möglich sind: {', '.join(EXTRACTORS)}.")
        if name != "text":
            name = settings.engine
    return EXTRACTORS[name](path, data, settings)


def ocr_program(mode: OcrMode) -> str:
    """Version of the OCR program that `mode` would use; empty where none is used or found."""
    from insek.extract.tesseract import find_tesseract

    tool = find_tesseract() if mode != "off" else None
    return tool.version if tool else ""


def as_text(document: Document) -> str:
    """Pages parted by form feeds; on a page one block a line with a blank line between."""
    return "\f".join("\n\n".join(b.text for b in page.blocks) + "\n" for page in document.pages)


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise InputError(f"{path}: Das ist keine Datei, sondern eine Leitung oder ein Gerät.",
                             "Eine PDF- oder Textdatei angeben.")  # fmt: skip
        data = path.read_bytes()
    except FileNotFoundError:
        raise MissingInputError(f"{path}: Diese Datei gibt es nicht.", "Pfad und Schreibweise prüfen.") from None
    except IsADirectoryError:
        raise InputError(f"{path}: Das ist ein Ordner, keine Datei.", "Eine PDF- oder Textdatei angeben.") from None
    except PermissionError:
        raise InputError(
            f"{path}: Keine Leserechte für diese Datei.", "Rechte der Datei oder des Ordners ändern."
        ) from None
    except OSError as error:
        raise InputError(
            f"{path}: Die Datei kann nicht gelesen werden ({cause(error)}).", "Datenträger prüfen."
        ) from error
    if not data.strip():
        raise MissingInputError(
            f"{path.name}: Die Datei ist leer ({len(data)} Bytes).", "Datei erneut herunterladen oder kopieren."
        )
    return data


def _engine(path: Path, data: bytes) -> str:
    suffix = path.suffix.lower()
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdfium"
    if suffix == ".pdf":
        raise InputError(
            f"{path.name}: Die Datei heißt .pdf, ist aber keine PDF-Datei{_looks_like(head)}.",
            "Das Original als PDF beschaffen oder in PDF umwandeln.",
        )
    if suffix in (".txt", ".md"):
        return "text"
    raise InputError(f"{path.name}: Dieses Dateiformat wird nicht gelesen.", "Möglich sind .pdf, .txt und .md.")


def _looks_like(head: bytes) -> str:
    start = head.lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return " (sondern eine Internetseite)"
    if head.startswith(b"PK\x03\x04"):
        return " (sondern ein Office- oder ZIP-Dokument)"
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")):
        return " (sondern ein Bild)"
    return ""


def _document(
    path: Path,
    data: bytes,
    pages: tuple[Page, ...],
    extractor: str,
    title: str | None,
    created: int | None,
    notices: tuple[str, ...] = (),
) -> Document:
    from insek.extract.language import mark_languages
    from insek.extract.meta import propose
    from insek.extract.quality import reading_quality

    pages = mark_languages(pages)
    proposal, reading = propose(pages, path.name, title, created), reading_quality(pages)
    return Document(
        hashlib.sha256(data).hexdigest(),
        str(path),
        pages,
        proposal.title,
        proposal.municipality,
        proposal.year,
        extractor,
        (*notices, *reading_warnings(pages, reading.column_risk)),
        proposal.origins,
        reading,
    )


__all__ = [
    "EXTRACTORS",
    "SUFFIXES",
    "ExtractSettings",
    "Extractor",
    "OcrMode",
    "as_text",
    "ocr_program",
    "read_document",
]
