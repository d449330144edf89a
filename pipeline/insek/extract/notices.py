"""What a user should know about how a plan was read, in plain German."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from insek.domain import Page, PageState

UNSURE = 0.8
"""Mean confidence of OCR below which the text of a page needs a second look; clean print has 0.95."""
SHOWN = 6
"""Examples in one warning."""


def reading_warnings(pages: Sequence[Page]) -> tuple[str, ...]:
    """Warnings about pages that could not be read, and about documents with hardly any text."""
    out: list[str] = []
    images = [p.number for p in pages if p.state is PageState.IMAGE_ONLY]
    failed = [p for p in pages if p.state is PageState.FAILED]
    if images and len(images) == len(pages):
        out.append("Das Dokument hat keine Textebene (nur Bilder): nichts daraus konnte ausgewertet werden.")
    elif images:
        out.append(f"{pages_counted(len(images))} ohne Textebene (nur Bild): {page_list(images)}.")
    out += [f"Seite {p.number} konnte nicht gelesen werden: {p.reason}" for p in failed[:5]]
    if len(failed) > 5:
        out.append(f"Weitere {len(failed) - 5} Seiten konnten nicht gelesen werden.")
    out += _ocr_warnings([p for p in pages if p.confidence is not None])
    words = sum(b.text.count(" ") + 1 for p in pages for b in p.blocks)
    if not images and not failed and words < 20 * max(len(pages), 1):
        out.append(f"Das Dokument enthält kaum Text ({words} Wörter auf {len(pages)} Seiten).")
    return tuple(out)


def _ocr_warnings(read: Sequence[Page]) -> list[str]:
    """Which pages OCR read, how surely, where it was unsure, and which words were repaired."""
    if not read:
        return []
    sure = [p.confidence or 0.0 for p in read]
    out = [
        f"{pages_counted(len(read))} durch Texterkennung (OCR) gelesen, Sicherheit im Mittel "
        f"{_percent(sum(sure) / len(sure))}: {page_list([p.number for p in read])}."
    ]
    low = [p for p in read if (p.confidence or 0.0) < UNSURE]
    if low:
        out.append(
            f"Unsichere Texterkennung (unter {_percent(UNSURE)}), Zitate am Original prüfen: "
            f"{page_list([p.number for p in low])}."
        )
    lost = sum(len(line.split()) for p in low for line in p.dropped)
    if lost:
        out.append(f"Auf diesen Seiten wurden {lost} Wörter als unlesbar ausgelassen.")
    return out + _repair_warning(read)


def _repair_warning(read: Sequence[Page]) -> list[str]:
    changes = Counter(change for p in read for change in p.repairs)
    if not changes:
        return []
    shown = [f"{old} → {new}" for (old, new), _ in sorted(changes.items(), key=lambda c: (-c[1], c[0]))[:SHOWN]]
    more = " …" if len(changes) > SHOWN else ""
    return [f"Lesefehler der Texterkennung berichtigt ({changes.total()}): {', '.join(shown)}{more}."]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def pages_counted(number: int) -> str:
    """Number of pages in words: "1 Seite", "4 Seiten"."""
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
