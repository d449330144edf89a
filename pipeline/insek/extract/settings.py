"""Settings of extraction."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

OcrMode: TypeAlias = Literal["auto", "off", "force"]
"""Which pages OCR reads: those without a text layer that can be believed, none, or all."""


def _cores() -> int:
    return max(1, min(8, os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class ExtractSettings:
    """What a user may choose, and the bounds that keep one odd page from holding up a document."""

    engine: str | None = None
    """Name in `EXTRACTORS`; None chooses by file type."""
    max_pages: int = 20_000
    """Pages of one file; a file may name a thousand million and hold two. The longest plan known has under 2,000."""
    max_chars: int = 60_000
    """Characters of one page; the densest printed page measured has 9,000, a broadsheet of figures 25,000."""
    max_objects: int = 300_000
    """Drawing objects of one page; vector maps reach 200,000 and take a third of a second."""
    max_pixels: int = 250_000_000
    """Pixels of an image on a page that is to be drawn; A0 scanned at 300 dpi has 140 million. Some formats are
    decoded as a whole, with up to twelve bytes for each pixel."""
    page_seconds: float = 20.0
    """Time for one page of a file that might never end (see `limits`); the slowest honest page seen takes two."""
    page_memory: int = 1_500_000_000
    """Bytes that reading such a file may take; where the system knows no such bound, time alone counts."""
    ocr: OcrMode = "auto"
    """OCR needs Tesseract with German data; without it the pages stay unread and a warning says so."""
    ocr_dpi: int = 300
    """Resolution of the rendering; 200 is no worse on clean print, small print on real scans needs more."""
    ocr_pixels: int = 25_000_000
    """Pixels of one rendering: A3 at 300 dpi has 17 million, larger sheets get a lower resolution."""
    ocr_seconds: float = 90.0
    """Time for one page; a dense page takes three seconds."""
    ocr_threads: int = field(default_factory=_cores)
    """Pages read side by side, each by a process of Tesseract's own."""
