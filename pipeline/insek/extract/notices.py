"""What a user should know about how a plan was read, in plain German."""

from __future__ import annotations

from collections.abc import Sequence

from insek.domain import Page, PageState


def reading_warnings(pages: Sequence[Page]) -> tuple[str, ...]:
    """Warnings about pages that could not be read, and about documents with hardly any text."""
    out: list[str] = []
    images = [p.number for p in pages if p.state is PageState.IMAGE_ONLY]
    failed = [p for p in pages if p.state is PageState.FAILED]
    if images and len(images) == len(pages):
        out.append("Das Dokument hat keine Textebene (nur Bilder): nichts daraus konnte ausgewertet werden.")
    elif images:
        out.append(f"{_count(len(images))} ohne Textebene (nur Bild): {page_list(images)}.")
    out += [f"Seite {p.number} konnte nicht gelesen werden: {p.reason}" for p in failed[:5]]
    if len(failed) > 5:
        out.append(f"Weitere {len(failed) - 5} Seiten konnten nicht gelesen werden.")
    words = sum(b.text.count(" ") + 1 for p in pages for b in p.blocks)
    if not images and not failed and words < 20 * max(len(pages), 1):
        out.append(f"Das Dokument enthält kaum Text ({words} Wörter auf {len(pages)} Seiten).")
    return tuple(out)


def _count(number: int) -> str:
    return "1 Seite" if number == 1 else f"{number} Seiten"


def page_list(numbers: Sequence[int]) -> str:
    """Page numbers with ranges: "3, 7-12"."""
    parts: list[str] = []
    start = end = numbers[0]
    for n in [*numbers[1:], -1]:
        if n == end + 1:
            end = n
            continue
        parts.append(str(start) if start == end else f"{start}-{end}")
        start = end = n
    return ", ".join(parts)
