"""Drawn lines, shades and images of a page: what tables, boxes and scans are known by."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from insek.extract.words import Rule

Point = Callable[[float, float], tuple[float, float]]
Box = tuple[float, float, float, float]
THIN, THICK, LONG = 2.0, 5.0, 12.0
"""Points: a filled shape thinner than this is a line, as word processors draw table borders; up to the second number
it is one if it is so many times as long."""
MANY = 5_000
"""A page with more objects is a map or a chart: its lines are no table and not worth the time."""
SEGMENTS = 4_000
"""Most parts of one path that is taken for several lines or boxes in one; the outline of an area has more."""
PAPER = 250
"""Shades from this grey value (0-255) cannot be told from paper."""


@dataclass(slots=True)
class Objects:
    """What was found on a page: straight lines, shaded boxes, number of paths, area of all images in square points."""

    rules: list[Rule] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    paths: int = 0
    image_area: float = 0.0
    pixels: int = 0
    """Pixels of the largest image."""
    cut_off: bool = False
    """Whether there were more objects than are looked at."""


def page_objects(lib: Any, page: Any, point: Point, count: int) -> Objects:
    """Go through the objects of a page, into forms too; `point` turns page space into the visible page."""
    found = Objects()
    _Walk(lib, found).children(lib.FPDFPage_GetObject, page, count, point, 0)
    return found


class _Walk:
    def __init__(self, lib: Any, found: Objects) -> None:
        self.lib, self.found = lib, found
        self.edges = [ctypes.c_float() for _ in range(4)]
        self.left = MANY

    def children(self, get: Any, parent: Any, count: int, point: Point, depth: int) -> bool:
        """Whether an image was among the objects."""
        lib, pictured = self.lib, False
        self.found.cut_off |= count > self.left
        wanted = min(count, max(self.left, 0))
        self.left -= wanted
        for i in range(wanted):
            obj = get(parent, i)
            kind = lib.FPDFPageObj_GetType(obj)
            if kind == lib.FPDF_PAGEOBJ_PATH:
                self.found.paths += 1
                self._path(obj, point)
            elif kind == lib.FPDF_PAGEOBJ_IMAGE:
                pictured = True
                self._picture(obj, point, depth)
            elif kind == lib.FPDF_PAGEOBJ_FORM and depth < 3:
                self._form(obj, point, depth)
        return pictured

    def _picture(self, obj: Any, point: Point, depth: int) -> None:
        wide, high = ctypes.c_uint(), ctypes.c_uint()
        self.lib.FPDFImageObj_GetImagePixelSize(obj, wide, high)  # 0 for a form
        self.found.pixels = max(self.found.pixels, wide.value * high.value)
        if depth == 0:  # inside a form the box of the whole form counts
            x0, top, x1, bottom = self._bounds(obj, point)
            self.found.image_area += (x1 - x0) * (bottom - top)

    def _form(self, obj: Any, point: Point, depth: int) -> None:
        lib = self.lib
        m = lib.FS_MATRIX()
        lib.FPDFPageObj_GetMatrix(obj, m)
        a, b, c, d, e, f = m.a, m.b, m.c, m.d, m.e, m.f

        def inner(x: float, y: float) -> tuple[float, float]:
            return point(a * x + c * y + e, b * x + d * y + f)

        count = lib.FPDFFormObj_CountObjects(obj)
        if self.children(lib.FPDFFormObj_GetObject, obj, count, inner, depth + 1):
            self._picture(obj, point, depth)

    def _bounds(self, obj: Any, point: Point) -> Box:
        left, bottom, right, top = self.edges
        if not self.lib.FPDFPageObj_GetBounds(obj, left, bottom, right, top):
            return 0.0, 0.0, 0.0, 0.0
        return _box([point(left.value, top.value), point(right.value, bottom.value)])

    def _path(self, obj: Any, point: Point) -> None:
        box = self._bounds(obj, point)
        if box[3] - box[1] <= THICK or box[2] - box[0] <= THICK:
            self._shape(box, filled=False, stroked=True)
            return
        segments = self.lib.FPDFPath_CountSegments(obj)
        if segments > SEGMENTS or box[2] - box[0] <= 8 or box[3] - box[1] <= 8:
            return
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        self.lib.FPDFPath_GetDrawMode(obj, mode, stroke)
        stroked, filled = bool(stroke.value), bool(mode.value) and self._dark(obj)
        if segments <= 5:
            self._shape(box, filled=filled, stroked=stroked)
        elif stroked or mode.value:
            self._compound(obj, point, segments, filled=filled, stroked=stroked)

    def _dark(self, obj: Any) -> bool:
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        self.lib.FPDFPageObj_GetFillColor(obj, red, green, blue, alpha)
        return alpha.value > 0 and min(red.value, green.value, blue.value) < PAPER

    def _shape(self, box: Box, *, filled: bool, stroked: bool) -> None:
        """A straight line or a box."""
        x0, top, x1, bottom = box
        wide, high = x1 - x0, bottom - top
        rules = self.found.rules
        if high <= THIN < wide or (LONG * high < wide and high <= THICK):
            y = (top + bottom) / 2
            rules.append(Rule(x0, y, x1, y))
        elif wide <= THIN < high or (LONG * wide < high and wide <= THICK):
            x = (x0 + x1) / 2
            rules.append(Rule(x, top, x, bottom))
        elif wide > 8 and high > 8:
            if stroked:
                rules += _frame(*box)
            if filled:
                self.found.shades.append(box)

    def _compound(self, obj: Any, point: Point, segments: int, *, filled: bool, stroked: bool) -> None:
        """Lines and boxes that were drawn as one path; a path with curves is none of them."""
        for points in self._subpaths(obj, point, segments):
            box = _box(points)
            if box[3] - box[1] <= THICK or box[2] - box[0] <= THICK or _rectangle(points):
                self._shape(box, filled=filled, stroked=stroked)
            elif stroked:
                for a, b in itertools.pairwise(points):
                    if abs(a[0] - b[0]) <= 0.5 or abs(a[1] - b[1]) <= 0.5:
                        self._shape(_box([a, b]), filled=False, stroked=True)

    def _subpaths(self, obj: Any, point: Point, segments: int) -> Iterator[list[tuple[float, float]]]:
        lib, m = self.lib, self.lib.FS_MATRIX()
        lib.FPDFPageObj_GetMatrix(obj, m)
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        for i in range(segments):
            segment = lib.FPDFPath_GetPathSegment(obj, i)
            kind = lib.FPDFPathSegment_GetType(segment)
            if kind == lib.FPDF_SEGMENT_BEZIERTO:
                return
            lib.FPDFPathSegment_GetPoint(segment, x, y)
            at = point(m.a * x.value + m.c * y.value + m.e, m.b * x.value + m.d * y.value + m.f)
            if kind == lib.FPDF_SEGMENT_MOVETO:
                if len(points) > 1:
                    yield points
                points = []
            points.append(at)
            if lib.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        if len(points) > 1:
            yield points


def _box(points: list[tuple[float, float]]) -> Box:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _rectangle(points: list[tuple[float, float]]) -> bool:
    corners = {(round(x), round(y)) for x, y in points}
    return len(corners) == 4 and len({x for x, _ in corners}) == 2 and len({y for _, y in corners}) == 2


def _frame(x0: float, top: float, x1: float, bottom: float) -> list[Rule]:
    return [Rule(x0, top, x1, top), Rule(x0, bottom, x1, bottom), Rule(x0, top, x0, bottom), Rule(x1, top, x1, bottom)]
