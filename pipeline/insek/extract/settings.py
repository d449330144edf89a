"""Settings of extraction."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExtractSettings:
    """What a user may choose, and the bounds that keep one odd page from holding up a document."""

    engine: str | None = None
    """Name in `EXTRACTORS`; None chooses by file type."""
    max_chars: int = 60_000
    """Characters of one page; the densest printed page measured has 9,000, a broadsheet of figures 25,000."""
    max_objects: int = 300_000
    """Drawing objects of one page; vector maps reach 200,000 and take about a second."""
