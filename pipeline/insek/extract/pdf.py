"""Words, drawn lines and state of one PDF page, read with PDFium through its raw interface.

A page has thousands of characters and Python is slow per call, so each word costs three calls: the origin of its
first character, the box of its last one and its text object; font and size are looked up once per text object.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import deque
from itertools import repeat
from typing import Any

from insek.domain import PageState
from insek.extract.objects import Objects, page_objects
from insek.extract.packed import PackedWords
from insek.extract.picture import looks_written
from insek.extract.settings import ExtractSettings
from insek.extract.spaced import close_up, spaced_runs
from insek.extract.textlayer import COVERED, unmapped
from insek.extract.words import BOLD, ITALIC, PLAIN, RawPage, Word, named_weight

_WORD = re.compile(r"[^\s\x00-\x1f\ufffe\xa0\u2000-\u200b]+[\x02\ufffe]?|[\x02\ufffe]")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){3}[^\W\d_](?!\w)")
_HYPHENS = ("\x02", "\ufffe")
FEW_CHARS = 25
"""Fewer printed characters than this beside a page-filling image: the text is a stamp or a page number."""
SCAN_COVER, STAMP_CHARS = 0.9, 200
"""A picture of the whole page may carry more text: council offices stamp number and date on what they have scanned."""
SLANT = 0.08
"""Quarter turns (7 degrees) by which writing may lean and still be read as level: stamps and scans are a little askew,
watermarks and posters lean by more."""
IMAGE_REASON = "Die Seite ist ein Bild ohne Textebene."


class _Frame:
    """Turns page space (origin bottom left, unrotated) into what a reader sees (origin top left)."""

    __slots__ = ("bottom", "height", "left", "top", "turn", "width")

    def __init__(self, lib: Any, page: Any) -> None:
        box = lib.FS_RECTF()
        lib.FPDF_GetPageBoundingBox(page, box)
        self.left, self.bottom, self.top = box.left, box.bottom, box.top
        self.turn = lib.FPDFPage_GetRotation(page)
        self.width, self.height = lib.FPDF_GetPageWidthF(page), lib.FPDF_GetPageHeightF(page)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of page space on the visible page."""
        right, up = x - self.left, y - self.bottom
        if self.turn == 0:
            return right, self.top - y
        if self.turn == 1:
            return up, right
        if self.turn == 2:
            return self.width - right, up
        return self.width - up, self.height - right


class PageReader:
    """Reads page after page of one open file."""

    def __init__(self, lib: Any, settings: ExtractSettings) -> None:
        """`lib` is PDFium's raw interface."""
        self.lib = lib
        self.settings = settings
        # The same functions without ctypes' conversion of pointer types: half the time per call.
        pointer, integer = ctypes.c_void_p, ctypes.c_int
        self.get_origin = _fast(lib.FPDFText_GetCharOrigin, integer, pointer, integer, pointer, pointer)
        self.get_box = _fast(lib.FPDFText_GetLooseCharBox, integer, pointer, integer, pointer)
        self.get_object = _fast(lib.FPDFText_GetTextObject, pointer, pointer, integer)
        self.get_size = _fast(lib.FPDFTextObj_GetFontSize, integer, pointer, pointer)
        self.get_matrix = _fast(lib.FPDFPageObj_GetMatrix, integer, pointer, pointer)
        self.get_font = _fast(lib.FPDFTextObj_GetFont, pointer, pointer)
        self.get_mode = _fast(lib.FPDFTextObj_GetTextRenderMode, integer, pointer)
        self.size, self.matrix = ctypes.c_float(), lib.FS_MATRIX()  # filled anew for each text object

    def page(self, handle: Any, index: int) -> RawPage:
        """Read the page with this 0-based index; one that cannot be read is `failed` with its reason."""
        lib = self.lib
        page = lib.FPDF_LoadPage(handle, index)
        if not page:
            return RawPage(index + 1, 0, 0, state=PageState.FAILED, reason="Die Seite ist beschädigt.")
        try:
            return self._loaded(page, index + 1)
        finally:
            lib.FPDF_ClosePage(page)

    def _loaded(self, page: Any, number: int) -> RawPage:
        frame = _Frame(self.lib, page)
        raw = RawPage(number, frame.width, frame.height)
        count = self.lib.FPDFPage_CountObjects(page)
        if count > self.settings.max_objects:
            raw.state, raw.reason = PageState.FAILED, f"Sie enthält {thousands(count)} Zeichenobjekte, zu viele."
            return raw
        text_page = self.lib.FPDFText_LoadPage(page)
        if not text_page:
            raw.state, raw.reason = PageState.FAILED, "Die Textebene der Seite ist beschädigt."
            return raw
        try:
            self._text(text_page, frame, raw)
        finally:
            self.lib.FPDFText_ClosePage(text_page)
        if raw.state is PageState.TEXT:
            objects = page_objects(self.lib, page, frame.point, count)
            raw.rules, raw.shades = objects.rules, objects.shades
            raw.cover = objects.image_area / max(raw.width * raw.height, 1.0)
            raw.pixels = objects.pixels
            self._judge(page, raw, objects)
        return raw

    def _judge(self, page: Any, raw: RawPage, objects: Objects) -> None:
        """Say what a page without (much) text is: nothing, a picture, or writing that only OCR could read."""
        printed = sum(len(w.text) for w in raw.words) + sum(len(w.text) for w in raw.rotated)
        stamped = raw.cover >= SCAN_COVER and printed < STAMP_CHARS
        if printed >= FEW_CHARS and not stamped:
            return
        covered = raw.cover >= COVERED
        drawn = objects.paths >= 200  # text turned into outlines takes hundreds of paths
        if (covered or drawn) and raw.pixels > self.settings.max_pixels:
            raw.state = PageState.FAILED
            raw.reason = f"Sie ist ein Bild mit {thousands(raw.pixels // 10**6)} Millionen Bildpunkten, zu groß."
            return
        if (covered or drawn) and looks_written(self.lib, page, raw.width, raw.height):
            raw.state = PageState.IMAGE_ONLY
            raw.reason = IMAGE_REASON
        elif not printed:
            raw.state = PageState.EMPTY

    def _text(self, text_page: Any, frame: _Frame, raw: RawPage) -> None:
        lib = self.lib
        count = lib.FPDFText_CountChars(text_page)
        if count > self.settings.max_chars:
            raw.state, raw.reason = (
                PageState.FAILED,
                f"Sie enthält {thousands(count)} Zeichen, zu viele für eine Seite.",
            )
            return
        if count <= 0:
            return
        buffer = (ctypes.c_ushort * (count + 1))()
        written = lib.FPDFText_GetText(text_page, 0, count, buffer)
        data = bytes(memoryview(buffer).cast("B")[: 2 * max(written - 1, 0)])
        text = data.decode("utf-16-le", "replace")
        if len(text) * 2 != len(data) or len(text) != count:
            text = _one_by_one(lib, text_page, count)
        raw.unmapped = unmapped(text)
        self._words(text, text_page, frame, raw)

    def _words(self, text: str, text_page: Any, frame: _Frame, raw: RawPage) -> None:
        handle = ctypes.cast(text_page, ctypes.c_void_p).value
        spans = [found.span() for found in _WORD.finditer(text)]
        starts = [start for start, _ in spans]
        origins, boxes = self._measure(handle, spans, starts)
        keys = list(map(self.get_object, repeat(handle), starts))
        fonts: dict[Any, int] = {}
        styles = {key: self._style(key, fonts) for key in dict.fromkeys(keys)}
        texts = [text[start:end] for start, end in spans]
        upright = frame.turn == 0
        # Straight text on an unturned page, by far the most common case, goes without a call per word.
        left, top, width, height = frame.left, frame.top, frame.width, frame.height
        words: list[Word] = []
        turned: list[Word] = []
        new = tuple.__new__
        for i, (word, key, x, y, end) in enumerate(
            zip(texts, keys, origins[0::2], origins[1::2], boxes[2::4], strict=True)
        ):
            if word[-1] in _HYPHENS:
                word = word[:-1].removesuffix("-") + "-"
            if "\ue000" <= word[0] <= "\uf8ff":
                word = "•" + word[1:]  # a mark of a symbol font: these fonts have no letters
            size, weight, turn = styles[key]
            if not upright or turn:
                placed, away = _turned(word, styles[key], (x, y), boxes[4 * i : 4 * i + 4], frame)
                (turned if away else words).append(placed)
                continue
            base, x = top - y, x - left
            if -size < base < height + size and end > left and x < width:
                words.append(new(Word, (word, x, max(end - left, x), base, size, weight)))
        if _SPACED.search(text) and len(words) == len(spans):
            runs = spaced_runs(texts, spans, lambda i: self.lib.FPDFText_IsGenerated(text_page, i) == 1)
            words = close_up(words, runs)
        raw.words, raw.rotated = PackedWords(words), turned

    def _measure(self, handle: Any, spans: list[tuple[int, int]], starts: list[int]) -> tuple[list[float], list[float]]:
        """Origins (x, y) of the first and boxes (left, top, right, bottom) of the last character of each word.

        The calls run inside `map`, which is twice as fast as a loop.
        """
        n = len(spans)
        origins, boxes = (ctypes.c_double * (2 * n))(), (ctypes.c_float * (4 * n))()
        first, box = ctypes.addressof(origins), ctypes.addressof(boxes)
        xs, ys = range(first, first + 16 * n, 16), range(first + 8, first + 8 + 16 * n, 16)
        deque(map(self.get_origin, repeat(handle), starts, xs, ys), 0)
        ends = [end - 1 for _, end in spans]
        deque(map(self.get_box, repeat(handle), ends, range(box, box + 16 * n, 16)), 0)
        return origins[:], boxes[:]

    def _style(self, key: int | None, fonts: dict[Any, int]) -> tuple[float, int, float]:
        """Size on the page, bold, and direction in quarter turns counter-clockwise of a text object."""
        if not key:
            return 10.0, PLAIN, 0
        lib, size, matrix = self.lib, self.size, self.matrix
        size.value, matrix.a, matrix.b, matrix.c, matrix.d = 0.0, 0.0, 0.0, 0.0, 0.0
        self.get_size(key, ctypes.addressof(size))
        self.get_matrix(key, ctypes.addressof(matrix))
        font = self.get_font(key)
        weight = fonts.get(font)
        if weight is None:
            weight = fonts[font] = _weight(lib, ctypes.cast(font, lib.FPDF_FONT))
        if self.get_mode(key) == lib.FPDF_TEXTRENDERMODE_FILL_STROKE:
            weight = BOLD  # outlined to look bold
        elif abs(matrix.c) > 0.1 * abs(matrix.d) and not matrix.b:
            weight = max(weight, ITALIC)  # slanted to look italic
        scale = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
        return max(abs(size.value) * scale, 1.0), weight, _turn(matrix.a, matrix.b)


def thousands(number: int) -> str:
    """A number as German writes it: "1.200.000"."""
    return f"{number:,}".replace(",", ".")


def _turned(
    text: str, style: tuple[float, int, float], origin: tuple[float, float], box: list[float], frame: _Frame
) -> tuple[Word, bool]:
    """A word on a turned page, or of turned text, and whether it does not read from left to right."""
    size, weight, turn = style
    left, top, right, bottom = box
    x, base = frame.point(*origin)
    ends = [frame.point(px, py) for px, py in ((left, bottom), (right, top), (left, top), (right, bottom))]
    turn = (turn - frame.turn) % 4
    if turn == 0:
        return Word(text, x, max(x, *(p[0] for p in ends)), base, size, weight), False
    return _upright(text, (x, base), ends, turn, size, weight), True


def _fast(function: Any, restype: Any, *argtypes: Any) -> Any:
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(restype, *argtypes)(address)


def _turn(a: float, b: float) -> float:
    """Quarter turns counter-clockwise of the writing direction (a, b) of a text matrix; whole where nearly so."""
    if b == 0 and a > 0:
        return 0
    turn = math.atan2(b, a) / (math.pi / 2) % 4
    return round(turn) % 4 if abs(turn - round(turn)) < SLANT else turn


def _weight(lib: Any, font: Any) -> int:
    buffer = ctypes.create_string_buffer(128)
    length = lib.FPDFFont_GetBaseFontName(font, buffer, 128)
    name = buffer.value.decode("utf-8", "replace") if 0 < length <= 128 else ""
    bold = lib.FPDFFont_GetWeight(font) >= 650
    return BOLD if bold else named_weight(name)


def _one_by_one(lib: Any, text_page: Any, count: int) -> str:
    """Text with exactly one character per PDFium index: needed where PDFium leaves out or doubles code units."""
    codes = (lib.FPDFText_GetUnicode(text_page, i) for i in range(count))
    return "".join(chr(c) if 0 < c < 0xD800 or 0xDFFF < c < 0x110000 else "\x01" for c in codes)


def _upright(
    text: str, origin: tuple[float, float], ends: list[tuple[float, float]], turn: float, size: float, weight: int
) -> Word:
    """A rotated word, turned so that its line reads left to right in its own frame."""
    right, up = math.cos(turn * math.pi / 2), math.sin(turn * math.pi / 2)
    along = [x * right - y * up for x, y in (origin, *ends)]
    return Word(text, min(along), max(along), origin[0] * up + origin[1] * right, size, weight)
