"""OCR of the pages that have no text layer, or one that lies: which pages, their pictures, and what becomes of them.

Runs after the engine and before the layout code: the words of a page are replaced and everything behind them stays
the same. PDFium draws the pages in this thread, for it knows no threads; Tesseract's processes read them side by side.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from insek.domain import PageState
from insek.extract.drawing import only_labels
from insek.extract.notices import page_list, pages_counted
from insek.extract.scanlines import Scan, scanned_words
from insek.extract.scansizes import settle_sizes
from insek.extract.settings import ExtractSettings
from insek.extract.tesseract import (
    OcrFailure,
    Picture,
    Tesseract,
    find_tesseract,
    recognise,
    turn_needed,
    what_is_missing,
)
from insek.extract.textlayer import known_share, lies
from insek.extract.words import RawDocument, RawPage

WORDS = 3
"""Fewer words than this make no page read: a stamp, a number, the name of a street."""
READ_SHARE = 0.5
"""Share of the letters on a page that OCR must be sure of; below, the page stays a picture."""
BETTER = 1.3
"""A text layer is replaced where the reading has this many times its share of known words."""
KNOWN = 0.05
"""... and at least this share: below, both are noise, or a language that is not German."""
DRAWING_REASON = "Die Seite ist eine Zeichnung oder Karte: Die Texterkennung fand nur einzelne Beschriftungen."
"""Why the lettering of a drawing is not taken as text."""
STEEP = 0.014
"""Rise of lines per unit of width from which on Tesseract loses words: none at 0.8 degrees, a quarter at two."""


def read_by_ocr(path: Path, data: bytes, raw: RawDocument, settings: ExtractSettings) -> None:
    """Read the pages that need it, in place; without Tesseract leave them and add a notice."""
    wanted = [page for page in raw.pages if _wanted(page, settings)]
    if not wanted:
        return
    tool = find_tesseract()
    if tool is None:
        numbers = page_list([page.number for page in wanted])
        raw.notices += (f"Texterkennung für {pages_counted(len(wanted))} nicht möglich ({numbers}): "
                        f"{what_is_missing()}",)  # fmt: skip
        return
    done = [page for page, scan in _scans(path, data, wanted, tool, settings) if _taken(page, scan, settings)]
    settle_sizes(done, [p for p in raw.pages if p.state is PageState.TEXT])
    if done:
        raw.ocr = f"tesseract {tool.version}"


def _wanted(page: RawPage, settings: ExtractSettings) -> bool:
    if settings.ocr == "off" or page.state is PageState.FAILED or page.pixels > settings.max_pixels:
        return False
    return settings.ocr == "force" or page.state is PageState.IMAGE_ONLY or lies(page)


def _scans(
    path: Path, data: bytes, wanted: Sequence[RawPage], tool: Tesseract, settings: ExtractSettings
) -> Iterator[tuple[RawPage, Scan | OcrFailure]]:
    """What OCR makes of each page, in their order; only a few pictures are kept in memory at a time."""
    from insek.extract.pdffile import opened

    def work(page: RawPage, picture: Picture) -> Scan | OcrFailure:
        try:
            return _read(page, picture, tool, settings)
        except OcrFailure as failure:
            return failure

    pending: deque[tuple[RawPage, Future[Scan | OcrFailure]]] = deque()
    with opened(path, data) as (lib, handle), ThreadPoolExecutor(settings.ocr_threads) as pool:
        for page in wanted:
            picture = _picture(lib, handle, page, settings)
            pending.append((page, pool.submit(work, page, picture)))
            if len(pending) > settings.ocr_threads:
                yield pending[0][0], pending.popleft()[1].result()
        while pending:
            yield pending[0][0], pending.popleft()[1].result()


def _read(page: RawPage, picture: Picture, tool: Tesseract, settings: ExtractSettings) -> Scan:
    """What OCR reads on a picture, turned where its writing lies on its side or on its head."""
    scan = scanned_words(recognise(tool, picture, settings.ocr_seconds), picture, page.width)
    if abs(scan.slope) > STEEP:
        level = picture.straightened(scan.slope)
        other = scanned_words(recognise(tool, level, settings.ocr_seconds), level, page.width)
        scan = other if _sensible(other) else scan
    if _sensible(scan):
        return scan
    turn = turn_needed(tool, picture, settings.ocr_seconds)
    if not turn:
        return scan
    picture = picture.turned(turn)
    width = page.width if turn == 180 else page.height
    other = scanned_words(recognise(tool, picture, settings.ocr_seconds), picture, width)
    other.turn = turn
    return other if _sensible(other) else scan


def _sensible(scan: Scan) -> bool:
    """Whether a reading holds German words, and more that OCR was sure of than not."""
    share, count = known_share(w.text for w in scan.words)
    return not scan.sideways and count >= WORDS and share >= KNOWN and _sure_share(scan) >= READ_SHARE


def _sure_share(scan: Scan) -> float:
    """Share of the letters read that were kept."""
    read, lost = (sum(map(len, texts)) for texts in ([w.text for w in scan.words], scan.dropped))
    return read / max(read + lost, 1)


def _picture(lib: Any, handle: Any, page: RawPage, settings: ExtractSettings) -> Picture:
    """The page drawn in grey, as a reader sees it."""
    area = max(page.width * page.height, 1.0) / 72**2
    dpi = min(settings.ocr_dpi, int((settings.ocr_pixels / area) ** 0.5))
    width, height = max(int(page.width * dpi / 72), 1), max(int(page.height * dpi / 72), 1)
    drawn = lib.FPDF_LoadPage(handle, page.number - 1)
    bitmap = lib.FPDFBitmap_CreateEx(width, height, lib.FPDFBitmap_Gray, None, 0)
    try:
        lib.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        lib.FPDF_RenderPageBitmap(bitmap, drawn, 0, 0, width, height, 0, lib.FPDF_GRAYSCALE | lib.FPDF_ANNOT)
        stride = lib.FPDFBitmap_GetStride(bitmap)
        address = ctypes.cast(lib.FPDFBitmap_GetBuffer(bitmap), ctypes.c_void_p).value or 0
        grey = ctypes.string_at(address, stride * height)
    finally:
        lib.FPDFBitmap_Destroy(bitmap)
        lib.FPDF_ClosePage(drawn)
    if stride != width:
        grey = b"".join(grey[y * stride : y * stride + width] for y in range(height))
    return Picture(width, height, grey, max(dpi, 1))


def _taken(page: RawPage, scan: Scan | OcrFailure, settings: ExtractSettings) -> bool:
    """Put what was read into the page, or say on the page why not."""
    if isinstance(scan, OcrFailure):
        return _kept(page, str(scan))
    if len(scan.words) < WORDS or _sure_share(scan) < READ_SHARE:
        if page.state is PageState.IMAGE_ONLY:
            page.dropped += [*(w.text for w in scan.words), *scan.dropped]
        return _kept(page, "Die Texterkennung fand auf der Seite keinen verlässlichen Text.")
    if settings.ocr != "force" and only_labels(scan.words):
        if page.state is PageState.IMAGE_ONLY:
            page.dropped += [*(w.text for w in scan.words), *scan.dropped]
        return _kept(page, DRAWING_REASON)
    if settings.ocr == "auto" and page.state is PageState.TEXT and not _better(page, scan):
        return False
    page.words, page.rotated, page.dropped = scan.words, [], scan.dropped
    page.rules = scan.rules
    if scan.turn in (90, 270):
        page.width, page.height = page.height, page.width
    page.state, page.reason, page.confidence = PageState.OCR, None, round(scan.confidence, 4)
    return True


def _kept(page: RawPage, reason: str) -> bool:
    if page.state is PageState.IMAGE_ONLY:
        page.reason = reason
    return False


def _better(page: RawPage, scan: Scan) -> bool:
    """Whether the reading makes more sense than the text layer it would replace."""
    layer, _ = known_share(w.text for w in page.words)
    share, _ = known_share(w.text for w in scan.words)
    return share > max(BETTER * layer, KNOWN)
