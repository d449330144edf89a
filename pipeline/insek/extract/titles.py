"""The title of a plan: what the file says, what its running heads repeat, what stands large on its first pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from insek.domain import Block, BlockKind, Page

FIRST_PAGES = 3
"""Cover, half title and imprint; behind them come contents and chapters."""
LONG_WORDS, LONG_CHARS = 22, 160
"""Longer texts are no titles."""
MOST_CHARS = 1_000
"""Longer titles in the metadata are whole texts, or made to keep their reader busy: they are not looked at."""
ENOUGH = 4.0
"""Points from which on a block or running head is taken for the title: one of the first page that is a heading, or one
that the running heads repeat."""

_PLAN = re.compile(
    r"konzept|\bisek\b|\binsek\b|\bstek\b|strategie|leitbild|plan\b(?!:)|planung\b|programm|bericht|leitlinien|fortschreibung"
    r"|untersuchung|dokumentation|monitoring|agenda|charta|gutachten|studie|vertrag|papier|umfrage|merkblatt|eckpunkte"
    r"|satzung|richtlinie|perspektive",
    re.I,
)
_GENERAL = re.compile(
    r"(?:end|ergebnis|schluss|abschluss|zwischen|kurz)?(?:bericht|fassung)|konzept|dokumentation|rahmenplan|entwurf|anlage|anhang",
    re.I,
)
"""Words that say what a paper is but not which: too little for a title of their own."""
_NO_TITLE = re.compile(
    r"(?:inhalt|impressum|vorwort|grußwort|einleitung|einführung|vorbemerkung|präambel|zusammenfassung|kurzfassung|anlass"
    r"|verzeichnis|herausgegeben|herausgeber|bearbeitung|ansprechpartner|auftraggeber|auftragnehmer|redaktion|layout|druck"
    r"|stand\b|kontakt|gefördert|verfasser|beschlossen|projektleitung|agenda$|ablauf|übersicht|sitzung|bild|foto|karte|quelle"
    r"|liebe\b|sehr geehrte)",
    re.I,
)
_OFFICE = re.compile(
    r"\bstand\b.*\d{4}|(?<!ges)amt\b|behörde\b|\b(?:dezernat|referat|fachbereich|fachdienst|abteilung|institut|gmbh|büro|telefon|tel\.|fax|gbr|kg|verwaltung"
    r"|rathaus|(?:ober)?bürgermeister(?:in)?|minister(?:ium)?|prof\.|dr\.)(?:\b|(?<=\.))"
    r"|druckerei\b|@|www\.|https?:|\b\d{5}\b|\w(?:straße|str\.|platz|weg|allee)\s+\d|[„“”\"].*\?$",
    re.I,
)
_PLACE_ONLY = re.compile(
    r"(?:landeshauptstadt|universitätsstadt|hansestadt|kreisstadt|stadt|gemeinde|markt|landkreis)(?:\s+[\w.()-]+){1,4}",
    re.I,
)
_NUMBERED = re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[A-Z][.)]?|[IVX]+[.)])\s+\S")
_PROGRAM = re.compile(r"^microsoft (?:office )?(?:word|powerpoint|excel|publisher)\s*[-–]\s*", re.I)
_SUFFIX = re.compile(r"\.(?:docx?|indd|pdf|pptx?|qxd|xlsx?|odt|rtf)\b.*$", re.I)
_JUNK = re.compile(
    r"^(?:microsoft|untitled|unbenannt|dokument\d*|document\d*|slide|folie|powerpoint|layout|titel|entwurf|druck)\b",
    re.I,
)
_PAGE = re.compile(
    r"^\W*(?:seite\s+)?\d{1,4}\b(?!\.)(?:\s+von\s+\d+)?\W*|\W*\b(?:seite\s+)?\d{1,3}(?:\s+von\s+\d+)?\W*$", re.I
)
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    points: float
    origin: str


def propose_title(pages: Sequence[Page], meta: str | None) -> tuple[str, str] | None:
    """The most likely title and where it comes from: `metadata`, `running_head` or `page:<n>`; None where nothing is.

    A title in the metadata that a person wrote wins; one that a program made from a file name is one candidate of
    several.
    """
    given = _metadata(meta)
    if given and given.points >= ENOUGH + 2:
        return given.text, given.origin
    heads = _running_heads(pages)
    found = [c for c in (given, *_from_heads(heads), *_from_pages(pages, heads)) if c and c.points >= ENOUGH]
    if not found:
        return None
    best = max(found, key=lambda c: c.points)
    return best.text[:LONG_CHARS], best.origin


def _metadata(meta: str | None) -> _Candidate | None:
    """The title in the metadata, freed of what programs add; None where it is a file name or nothing."""
    if not meta or len(meta) > MOST_CHARS:
        return None
    plain = _decoded(meta).strip()
    text = _SUFFIX.sub("", _PROGRAM.sub("", plain))
    text = re.sub(r"^\d{4}-\d{2}-\d{2}\s+|_\d+$|\s*\[[^\]]*\]$", "", text).strip(" -_")
    if len(text) <= 5 or " " not in text or "_" in text or _JUNK.search(text) or not _wordy(text):
        return None
    made = text != plain
    points = (ENOUGH if made else ENOUGH + 2) + (1.0 if _PLAN.search(text) else 0.0)
    return _Candidate(text, points, "metadata")


def _decoded(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252: "BÃ¼rger" is "Bürger"."""
    if "Ã" not in text:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _wordy(text: str) -> bool:
    return len(_LETTER.findall(text)) >= 0.6 * len(text.replace(" ", ""))


def _running_heads(pages: Sequence[Page]) -> list[tuple[str, int]]:
    """Parts of running heads that look like titles, with the number of pages they stand on, most frequent first."""
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for page in pages:
        parts = {p for line in page.dropped for p in re.split(r"\s*[|•·]\s*| {3,}", line)}
        for part in sorted(parts):
            text = _PAGE.sub("", part).strip(" -–|,")
            if len(_LETTER.findall(text)) >= 8 and not _no_title(text):
                key = text.casefold()
                counts[key] += 1
                shown.setdefault(key, text)
    need = max(3, len(pages) // 8)
    return [(shown[key], n) for key, n in counts.most_common() if n >= need]


def _from_heads(heads: Sequence[tuple[str, int]]) -> Iterator[_Candidate]:
    for place, (text, _) in enumerate(heads[:6]):
        plan = 2.0 if _PLAN.search(text) else 0.0
        yield _Candidate(text, ENOUGH + plan - 0.2 * place - (2.0 if text.count(" ") == 0 else 0.0), "running_head")


def _from_pages(pages: Sequence[Page], heads: Sequence[tuple[str, int]]) -> Iterator[_Candidate]:
    known = {w for text, _ in heads[:6] for w in _WORD.findall(text.casefold())}
    first = next((i for i, page in enumerate(pages) if page.blocks), 0)
    for nth, page in enumerate(pages[first : first + FIRST_PAGES]):
        top = _top_level(page)
        for i, block in enumerate(page.blocks[:25]):
            if not _short(block) or _no_title(block.text):
                continue
            points = _points(block, nth, i, top, known)
            yield _Candidate(_completed(page.blocks, i), points, f"page:{page.number}")


def _short(block: Block) -> bool:
    text = block.text
    return (
        block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.TABLE_ROW)
        and 4 < len(text) <= LONG_CHARS
        and text.count(" ") < LONG_WORDS
        and _wordy(text)
        and not text[0].islower()
    )


def _no_title(text: str) -> bool:
    return bool(
        _NO_TITLE.match(text)
        or _OFFICE.search(text)
        or _PLACE_ONLY.fullmatch(text)
        or _NUMBERED.match(text)
        or text.rstrip()[-1:] in ".:;,"
        or "...." in text
    )


def _top_level(page: Page) -> int:
    return min((b.level for b in page.blocks if b.level), default=0)


def _points(block: Block, nth: int, place: int, top: int, known: set[str]) -> float:
    """How much a block looks like the title; `nth` page with text, `place` on it, `known` words of running heads."""
    text = block.text
    words = {w for w in _WORD.findall(text.casefold()) if len(w) > 3}
    points = (3.0, 1.0, 0.5)[nth] - 0.1 * min(place, 10)
    points += 1.0 if block.level else 0.0
    points += 1.0 if block.level and block.level == top else 0.0
    points += 3.0 if _PLAN.search(text) else 0.0
    points += 1.5 if words and len(words & known) >= 0.6 * len(words) else 0.0
    points -= 1.5 if _GENERAL.fullmatch(text) else 0.0
    points -= 2.0 if " " not in text and not _PLAN.search(text) else 0.0
    return points - (1.5 if block.kind is BlockKind.TABLE_ROW else 0.0)


def _completed(blocks: Sequence[Block], i: int) -> str:
    """A title with the lines below that belong to it: after one or two words, or in the middle of a phrase.

    "Leitbild / Linden" and "Konzept zur systematischen / Beteiligung" are one title each, where the type is the same.
    """
    text = " ".join(blocks[i].text.split())
    for after in blocks[i + 1 : i + 4]:
        open_end = text.rsplit(" ", 1)[-1].islower()
        if (text.count(" ") > 1 and not open_end) or not _continues(blocks[i], after):
            break
        text = f"{text} {after.text}"
    return text


def _continues(block: Block, after: Block) -> bool:
    if after.kind is not block.kind or after.level != block.level or after.text.count(" ") > 5:
        return False
    return _wordy(after.text) and not _no_title(after.text)
