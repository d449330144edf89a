"""What a user should know about how a plan was read, in plain German."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from insek.domain import Page, PageState
from insek.extract.language import NAMES
from insek.extract.quality import UNSURE

SHOWN = 6
"""Examples in one warning."""


def reading_warnings(pages: Sequence[Page], uncertain: Sequence[int] = ()) -> tuple[str, ...]:
    """Warnings about what could not be read, what was read unsurely, and documents with hardly any text.

    `uncertain` are the numbers of pages whose order of reading is uncertain.
    """
    out = _picture_warnings(pages)
    failed = [p for p in pages if p.state is PageState.FAILED and not p.language]
    out += [f"Seite {p.number} konnte nicht gelesen werden: {p.reason}" for p in failed[:5]]
    if len(failed) > 5:
        rest = [p.number for p in failed[5:]]
        what = f"{len(rest)} weitere Seiten konnten" if len(rest) > 1 else "Eine weitere Seite konnte"
        out.append(f"{what} nicht gelesen werden: {page_list(rest)}.")
    out += _language_warnings(pages)
    out += _ocr_warnings([p for p in pages if p.confidence is not None])
    if uncertain:
        out.append(f"Unsichere Lesereihenfolge (verschachtelte Spalten oder übereinander gedruckter Text), Zitate am "
                   f"Original prüfen: {page_list(uncertain)}.")  # fmt: skip
    return (*out, *_little_text(pages))


def _picture_warnings(pages: Sequence[Page]) -> list[str]:
    images = [p.number for p in pages if p.state is PageState.IMAGE_ONLY]
    if images and len(images) == len(pages):
        return ["Das Dokument hat keine Textebene (nur Bilder): nichts daraus konnte ausgewertet werden."]
    return [f"{pages_counted(len(images))} ohne Textebene (nur Bild): {page_list(images)}."] if images else []


def _little_text(pages: Sequence[Page]) -> list[str]:
    if any(p.state in (PageState.IMAGE_ONLY, PageState.FAILED) for p in pages):
        return []
    words = sum(b.text.count(" ") + 1 for p in pages for b in p.blocks)
    if words >= 20 * max(len(pages), 1):
        return []
    return [f"Das Dokument enthält kaum Text ({_words(words)} auf {pages_counted(len(pages))})."]


def _language_warnings(pages: Sequence[Page]) -> list[str]:
    """Which pages are in which other language, and what that means for the result."""
    out = []
    for code in sorted({p.language for p in pages if p.language}):
        found = [p for p in pages if p.language == code]
        which = _these([p.number for p in found])
        what = "wurden" if len(found) > 1 else "wurde"
        out.append(f"{which} nicht auf Deutsch ({NAMES[code]}) und {what} nicht bewertet.")
        if any(not p.state.readable for p in found):
            out.append(f"Ein großer Teil des Dokuments ist {NAMES[code]}: Was dort steht, gilt als nicht gelesen.")
    return out


def _these(numbers: Sequence[int]) -> str:
    return f"Die Seite {numbers[0]} ist" if len(numbers) == 1 else f"Die Seiten {page_list(numbers)} sind"


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
        out.append(f"Auf diesen Seiten {'wurden' if lost > 1 else 'wurde'} {_words(lost)} ausgelassen: unlesbar, oder "
                   "Teil einer Kopf- oder Fußzeile.")  # fmt: skip
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


def _words(number: int) -> str:
    return "1 Wort" if number == 1 else f"{number} Wörter"


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
