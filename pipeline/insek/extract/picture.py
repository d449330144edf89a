"""Tell a page that is a picture of writing from a photo, a map, a divider or a blank page, by a small rendering."""

from __future__ import annotations

from typing import Any

DPI = 72
"""Ten-point lines are ten pixels apart: enough to see lines of writing, too little to read them. About 10 ms."""
WHITE, DARK = 200, 130
"""Grey values (0-255): paper is lighter than the first, ink darker than the second once averaged to 72 dpi."""
LINES, SIDE_LINES = 8, 16
"""Lines of writing that make a page worth reading; upright ones are also fronts of houses and bars of charts."""

STRIPS, MORE = 8, 12
"""Narrow strips of a page, and how many more bands one of them must show: the branches of a tree are bands there."""

_INK = bytes(1 if v < DARK + 40 else 0 for v in range(256))


def looks_written(lib: Any, page: Any, width: float, height: float) -> bool:
    """Whether the page looks like writing on paper: mostly white, some ink, and the ink in lines."""
    scale = min(1.0, 1200 / max(width, height, 1.0)) * DPI / 72
    grey, stride, rows = _render(lib, page, max(int(width * scale), 1), max(int(height * scale), 1))
    white = sum(grey.count(v) for v in range(WHITE, 256)) / max(len(grey), 1)
    if white < 0.6:
        return False
    ink = grey.translate(_INK)
    share = ink.count(1) / max(len(ink), 1)
    if not 0.005 < share < 0.3:
        return False
    if _bands(ink, stride, rows) >= LINES:
        return True
    aside = b"".join(ink[x::stride] for x in range(stride))  # a page scanned on its side has its lines upright
    return _bands(aside, rows, stride) >= SIDE_LINES


def _bands(ink: bytes, stride: int, rows: int) -> int:
    """Most bands of ink in one upright strip; narrow ones see the lines of a page that lies askew, too."""
    half, narrow = stride // 2, stride // STRIPS
    wide = max(_lines(ink, stride, rows, 0, half), _lines(ink, stride, rows, half, stride))
    strips = sorted(_lines(ink, stride, rows, i * narrow, (i + 1) * narrow) for i in range(STRIPS))
    return max(wide, strips[-2] - MORE)  # two strips must agree


def _lines(ink: bytes, stride: int, rows: int, left: int, right: int) -> int:
    """Number of inked bands between white bands in an upright strip of the page."""
    need = max(2, (right - left) // 50)
    inked = [ink.count(1, y * stride + left, y * stride + right) >= need for y in range(rows)]
    bands, run = 0, 0
    for dark in inked:
        if dark:
            run += 1
            continue
        bands += 2 <= run <= 20  # lower than two pixels is a rule, higher than twenty no line of text
        run = 0
    return bands


def _render(lib: Any, page: Any, width: int, height: int) -> tuple[bytes, int, int]:
    import ctypes

    bitmap = lib.FPDFBitmap_CreateEx(width, height, lib.FPDFBitmap_Gray, None, 0)
    try:
        lib.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        lib.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, lib.FPDF_GRAYSCALE)
        stride = lib.FPDFBitmap_GetStride(bitmap)
        address = ctypes.cast(lib.FPDFBitmap_GetBuffer(bitmap), ctypes.c_void_p).value or 0
        return ctypes.string_at(address, stride * height), stride, height
    finally:
        lib.FPDFBitmap_Destroy(bitmap)
