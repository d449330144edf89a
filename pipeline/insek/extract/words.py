"""Words and drawn lines of a page, as an engine hands them to the layout code.

Both PDF engines produce these values, so everything behind them (reading order, running heads, headings) is shared.
All coordinates are points with the origin at the top left of the visible page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from insek.domain import PageState

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

    `cells` is 0 for running text, else the number of cells of the table row that the fragment holds.
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
    words: list[Word] = field(default_factory=list)
    rotated: list[Word] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    state: PageState = PageState.TEXT
    reason: str | None = None
    cover: float = 0.0
    """Share of the page under images; may pass 1 where they overlap."""
    unmapped: int = 0
    """Characters that the font does not map to letters."""
    confidence: float | None = None
    """Mean confidence of OCR, 0-1."""
    dropped: list[str] = field(default_factory=list)
    """What OCR was not sure of."""


@dataclass(slots=True)
class RawDocument:
    """All pages of a file with what its metadata says; `title` may be any nonsense a word processor left there."""

    pages: list[RawPage]
    title: str | None = None
    created: int | None = None
    outline: tuple[tuple[int, str, int], ...] = ()
    """Bookmarks as level (1-based), title, page (1-based)."""
    notices: tuple[str, ...] = ()
    """What a user should know about the reading, in German."""
    ocr: str = ""
    """Name and version of the OCR program, if it read a page."""
