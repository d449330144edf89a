"""From the page as a reader sees it (origin top left, turned, cropped) back to the coordinates of the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from insek.domain import BBox

if TYPE_CHECKING:
    from pikepdf import Page

_LETTER = (0.0, 0.0, 612.0, 792.0)
"""What PDFium takes for the size of a page that names none."""
_MAX_DEPTH = 50
"""Nodes of the page tree above a page; more is a circle."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Visible area of a page in PDF coordinates (points, origin bottom left) and its quarter turns clockwise, 0-3."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @property
    def width(self) -> float:
        """Width as seen, in points."""
        return self.top - self.bottom if self.turn % 2 else self.right - self.left

    @property
    def height(self) -> float:
        """Height as seen, in points."""
        return self.right - self.left if self.turn % 2 else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        """PDF coordinates of a point of the visible page: the inverse of what `extract` does."""
        if self.turn == 0:
            return self.left + x, self.top - y
        if self.turn == 1:
            return self.left + y, self.bottom + x
        if self.turn == 2:
            return self.right - x, self.bottom + y
        return self.right - y, self.top - x

    def box(self, box: BBox) -> BBox:
        """A visible box, cut to the page, as left, bottom, right, top of the PDF."""
        x0, x1 = (min(max(v, 0.0), self.width) for v in (box[0], box[2]))
        y0, y1 = (min(max(v, 0.0), self.height) for v in (box[1], box[3]))
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def frame_of(page: Page) -> Frame:
    """The frame of a page: its crop box within its media box, as PDFium sees it; both and the turn may be inherited."""
    media = _rectangle(_inherited(page, "/MediaBox")) or _LETTER
    crop = _rectangle(_inherited(page, "/CropBox")) or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if left >= right or bottom >= top:
        left, bottom, right, top = media
    return Frame(left, bottom, right, top, _turn(_inherited(page, "/Rotate")))


def _inherited(page: Page, key: str) -> Any:
    node: Any = page.obj
    for _ in range(_MAX_DEPTH):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _rectangle(value: Any) -> BBox | None:
    """Four numbers as left, bottom, right, top; None for anything else and for what has no area."""
    try:
        a, b, c, d = (float(v) for v in value)
    except (TypeError, ValueError):
        return None
    box = min(a, c), min(b, d), max(a, c), max(b, d)
    return box if box[0] < box[2] and box[1] < box[3] else None


def _turn(value: Any) -> int:
    try:
        return int(value) // 90 % 4
    except (TypeError, ValueError):
        return 0
