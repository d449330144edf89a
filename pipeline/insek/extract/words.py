"""Words and drawn lines of a page, as an engine hands them to the layout code.

Both PDF engines produce these values, so everything behind them (reading order, running heads, headings) is shared.
All coordinates are points with the origin at the top left of the visible page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from insek.domain import PageState
from insek.extract.cells import GridRow

BULLETS = "•·▪■□●○◦‣►▶▸➢➔→✓✔❖◆◊∙⁃"
"""Characters that only ever begin a list item; dashes and numbers need more care."""

MARKER = re.compile(rf"(?:[{BULLETS}]|[–—*+»>-]|o|\(?\d{{1,2}}[.)]|\(?[a-z]\))")
"""A list marker standing alone."""


PLAIN, ITALIC, BOLD = 0, 1, 2
"""How strongly type is set off from text, in ascending order."""


_BOLD_NAME = re.compile(r"bold|black|heavy|semib|demi|[-,]bd\b", re.I)
_ITALIC_NAME = re.compile(r"ital|obliq|kursiv|slanted|[-,]it\b", re.I)


def named_weight(font: str) -> int:
    """Weight by the name of a font, such as "Arial-BoldMT"."""
    if _BOLD_NAME.search(font):
        return BOLD
    return ITALIC if _ITALIC_NAME.search(font) else PLAIN


class Word(NamedTuple):
    """A word as printed. `base` is the baseline; `size` the font size in points as seen on the page.

    `weight` is `PLAIN`, `ITALIC` or `BOLD`.
    """

    text: str
    x0: float
    x1: float
    base: float
    size: float
    weight: int = PLAIN


class Fragment(NamedTuple):
    """Neighbouring words of one line that no wide gap parts: the unit of reading order.

    `cells` is 0 for running text, else the number of cells of the table row that the fragment holds; `row` is that row.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    weight: int = PLAIN
    cells: int = 0
    row: GridRow | None = None


@dataclass(slots=True)
class Grid:
    """A table as edges of columns (`xs`) and rows (`ys`) in points, ascending, and the slots that have no wall.

    Slots are counted from 0 as (row, column). A slot in `open_right` is one cell with the slot to its right, one in
    `open_below` with the slot below.
    """

    xs: list[float]
    ys: list[float]
    open_right: set[tuple[int, int]] = field(default_factory=set)
    open_below: set[tuple[int, int]] = field(default_factory=set)
    open_end: bool = False
    """Whether the upright lines reach beyond the last flat one."""
    shaded: set[int] = field(default_factory=set)
    """Rows on a shade."""


class Rule(NamedTuple):
    """A straight drawn line: horizontal where `top == bottom`, upright where `x0 == x1`."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class RawPage:
    """One page as an engine read it. `number` is 1-based; rotated words read along the page edge."""

    number: int
    width: float
    height: float
    words: Sequence[Word] = ()
    rotated: list[Word] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    shades: list[tuple[float, float, float, float]] = field(default_factory=list)
    """Boxes filled with a colour that can be told from paper: left, top, right, bottom."""
    state: PageState = PageState.TEXT
    reason: str | None = None
    cover: float = 0.0
    """Share of the page under images; may pass 1 where they overlap."""
    pixels: int = 0
    """Pixels of the largest image."""
    unmapped: int = 0
    """Characters that the font does not map to letters."""
    confidence: float | None = None
    """Mean confidence of OCR, 0-1."""
    dropped: list[str] = field(default_factory=list)
    """What OCR was not sure of."""
    grids: list[Grid] | None = None
    """Tables that a second engine found; None where the lines of the page decide."""
    engine: str = ""
    """What read the page."""
    signals: tuple[tuple[str, float], ...] = ()
    """What the choice of the engine rests on, by name."""


@dataclass(slots=True)
class RawDocument:
    """All pages of a file with what its metadata says; `title` may be any nonsense a word processor left there."""

    pages: list[RawPage]
    title: str | None = None
    created: int | None = None
    outline: tuple[tuple[int, str, int], ...] = ()
    """Bookmarks as level (1-based), title, page (1-based)."""
    labels: tuple[str | None, ...] = ()
    """What the file calls its pages, in file order; empty where it has no names of its own for them."""
    notices: tuple[str, ...] = ()
    """What a user should know about the reading, in German."""
    ocr: str = ""
    """Name and version of the OCR program, if it read a page."""
