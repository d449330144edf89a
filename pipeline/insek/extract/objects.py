"""Drawn lines and images of a page: what tables, boxes and scans are known by."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from insek.extract.words import Rule

Point = Callable[[float, float], tuple[float, float]]
THIN = 2.0
"""Points: a filled shape thinner than this is a line, as word processors draw table borders."""
MANY = 5_000
"""A page with more objects is a map or a chart: its lines are no table and not worth the time."""


@dataclass(slots=True)
class Objects:
    """What was found on a page: straight lines, number of paths, area of all images in square points."""

    rules: list[Rule] = field(default_factory=list)
    paths: int = 0
    image_area: float = 0.0


def page_objects(lib: Any, page: Any, point: Point, count: int) -> Objects:
    """Go through the objects of a page, into forms too; `point` turns page space into the visible page."""
    found = Objects()
    _Walk(lib, point, found).children(lib.FPDFPage_GetObject, page, count, 0)
    return found


class _Walk:
    def __init__(self, lib: Any, point: Point, found: Objects) -> None:
        self.lib, self.point, self.found = lib, point, found
        self.edges = [ctypes.c_float() for _ in range(4)]
        self.left = MANY

    def children(self, get: Any, parent: Any, count: int, depth: int) -> None:
        lib = self.lib
        for i in range(min(count, self.left)):
            obj = get(parent, i)
            kind = lib.FPDFPageObj_GetType(obj)
            if kind == lib.FPDF_PAGEOBJ_PATH:
                self.found.paths += 1
                self._path(obj)
            elif kind == lib.FPDF_PAGEOBJ_IMAGE and depth == 0:
                x0, top, x1, bottom = self._bounds(obj)
                self.found.image_area += (x1 - x0) * (bottom - top)
            elif kind == lib.FPDF_PAGEOBJ_FORM and depth < 3:
                self.left -= 1
                self._form(obj, depth)
        self.left -= count

    def _form(self, obj: Any, depth: int) -> None:
        # Objects of a form lie in the form's own space: only images count, by the box of the whole form.
        lib = self.lib
        inner = Objects()
        walk = _Walk(lib, self.point, inner)
        walk.left = max(self.left, 0)
        walk.children(lib.FPDFFormObj_GetObject, obj, lib.FPDFFormObj_CountObjects(obj), depth + 1)
        self.found.paths += inner.paths
        if any(
            lib.FPDFPageObj_GetType(lib.FPDFFormObj_GetObject(obj, i)) == lib.FPDF_PAGEOBJ_IMAGE
            for i in range(min(lib.FPDFFormObj_CountObjects(obj), 20))
        ):
            x0, top, x1, bottom = self._bounds(obj)
            self.found.image_area += (x1 - x0) * (bottom - top)

    def _bounds(self, obj: Any) -> tuple[float, float, float, float]:
        left, bottom, right, top = self.edges
        if not self.lib.FPDFPageObj_GetBounds(obj, left, bottom, right, top):
            return 0.0, 0.0, 0.0, 0.0
        ax, ay = self.point(left.value, top.value)
        bx, by = self.point(right.value, bottom.value)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def _path(self, obj: Any) -> None:
        x0, top, x1, bottom = self._bounds(obj)
        wide, high = x1 - x0, bottom - top
        rules = self.found.rules
        if high <= THIN < wide:
            y = (top + bottom) / 2
            rules.append(Rule(x0, y, x1, y))
        elif wide <= THIN < high:
            x = (x0 + x1) / 2
            rules.append(Rule(x, top, x, bottom))
        elif wide > 8 and high > 8 and self._stroked(obj):
            rules += _frame(x0, top, x1, bottom)

    def _stroked(self, obj: Any) -> bool:
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        self.lib.FPDFPath_GetDrawMode(obj, mode, stroke)
        return bool(stroke.value) and self.lib.FPDFPath_CountSegments(obj) <= 5


def _frame(x0: float, top: float, x1: float, bottom: float) -> list[Rule]:
    return [Rule(x0, top, x1, top), Rule(x0, bottom, x1, bottom), Rule(x0, top, x0, bottom), Rule(x1, top, x1, bottom)]
