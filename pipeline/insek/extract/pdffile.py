"""PDF files read with PDFium: opening, metadata, bookmarks, and the pages one after another."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from insek.errors import InputError
from insek.extract.limits import risky
from insek.extract.outline import read_labels, read_outline
from insek.extract.pdf import PageReader, thousands
from insek.extract.settings import ExtractSettings
from insek.extract.words import RawDocument, RawPage

REOPEN = 200
"""Pages after which the file is opened anew: PDFium keeps what it has parsed as long as a file is open."""


def version() -> str:
    """Name and version of the engine."""
    from pypdfium2_raw.version import PDFIUM_INFO

    return f"pdfium {PDFIUM_INFO.tag}"


def read_raw(path: Path, data: bytes, settings: ExtractSettings) -> RawDocument:
    """Read all pages of a PDF; a page that cannot be read is `failed` with its reason, the others go on."""
    from insek.extract.guarded import read_guarded

    with opened(path, data) as (lib, handle):
        count = lib.FPDF_GetPageCount(handle)
        if count == 0:
            raise InputError(
                f"{path.name}: Die PDF-Datei enthält keine Seiten.", "Datei neu exportieren oder beschaffen."
            )
        if count > settings.max_pages:
            raise InputError(f"{path.name}: Die PDF-Datei nennt {thousands(count)} Seiten, zu viele.",
                             "Wenn sie wirklich so lang ist, in Teile zerlegen; sonst neu exportieren.")  # fmt: skip
        raw = RawDocument([], _meta(lib, handle, b"Title"), _year(_meta(lib, handle, b"CreationDate")))
        raw.outline = read_outline(lib, handle)
        raw.labels = read_labels(lib, handle, count)
    pages = read_guarded(data, settings, count) if risky(data) else read_pages(data, settings, 0, count)
    raw.pages = list(pages)
    return raw


def read_pages(data: bytes, settings: ExtractSettings, first: int, stop: int) -> Iterator[RawPage]:
    """Pages with 0-based indexes from `first` up to `stop`, one after another."""
    for start in range(first, stop, REOPEN):
        with opened(Path(), data) as (lib, handle):
            reader = PageReader(lib, settings)
            for index in range(start, min(start + REOPEN, stop)):
                yield reader.page(handle, index)


@contextmanager
def opened(path: Path, data: bytes) -> Iterator[tuple[Any, Any]]:
    """PDFium's raw interface and the open document; InputError where it cannot be opened."""
    import pypdfium2_raw as lib

    lib.FPDF_InitLibrary()
    handle = lib.FPDF_LoadMemDocument64(data, len(data), None)
    if not handle:
        raise _load_error(path, lib.FPDF_GetLastError(), lib)
    try:
        yield lib, handle
    finally:
        lib.FPDF_CloseDocument(handle)


def _load_error(path: Path, code: int, lib: Any) -> InputError:
    if code == lib.FPDF_ERR_PASSWORD:
        return InputError(
            f"{path.name}: Die PDF-Datei ist verschlüsselt und braucht ein Kennwort.",
            "Datei ohne Kennwort speichern oder eine freie Fassung beschaffen.",
        )
    if code == lib.FPDF_ERR_SECURITY:
        return InputError(
            f"{path.name}: Die PDF-Datei nutzt einen Schutz, der nicht gelesen werden kann.",
            "Datei ohne Schutz speichern oder eine freie Fassung beschaffen.",
        )
    return InputError(
        f"{path.name}: Die PDF-Datei ist beschädigt oder unvollständig.",
        "Datei erneut herunterladen oder in einem PDF-Programm öffnen und neu speichern.",
    )


def _meta(lib: Any, handle: Any, tag: bytes) -> str | None:
    size = lib.FPDF_GetMetaText(handle, tag, None, 0)
    if size <= 2:
        return None
    buffer = ctypes.create_string_buffer(size)
    lib.FPDF_GetMetaText(handle, tag, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace").strip() or None


def _year(date: str | None) -> int | None:
    found = re.search(r"(?:19|20)\d\d", date or "")
    return int(found[0]) if found else None
