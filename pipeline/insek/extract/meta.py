"""Title, municipality and year of a plan, proposed from metadata and first pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from insek.domain import BlockKind, Page

FIRST_PAGES = 4
_PLACE = (
    r"[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)*(?: (?:an|am|im|in|ob|bei|vor|unter) (?:der |dem )?[A-ZÄÖÜ][a-zäöüß]+)?"
)
_TOWN = re.compile(
    rf"\b(?:Große Kreisstadt|Kreisstadt|Universitätsstadt|Hansestadt|Landeshauptstadt|Stadt|Samtgemeinde|Gemeinde|Markt"
    rf"|Landkreis)\s+"
    rf"((?:Bad |Sankt |St\. |Neu |Alt )?{_PLACE})"
)
_NO_TOWN_TEXT = """
    Entwicklung Entwicklungskonzept Für Und Der Die Das Mit Von Planung Umland Teil Konzept Rat Stadt Gemeinde Amt
    Dezernat Verwaltung Region Land Quartier
"""
_NO_TOWN = frozenset(_NO_TOWN_TEXT.split())
_YEAR = re.compile(r"\b(19[89]\d|20[0-4]\d)\b")
_MONTH = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_DATED = re.compile(
    rf"(?:\b(?:Stand|Beschluss|beschlossen|Fassung|Redaktionsschluss|Copyright)\b|©)[^\n]{{0,40}}?\b((?:19|20)\d\d)\b"
    rf"|\b(?:{_MONTH})\s+((?:19|20)\d\d)\b"
)
_GOAL = re.compile(
    r"(?:isek|insek|stek|konzept|strategie|leitbild|vision|plan|programm|perspektive|horizont|stadt|bis|zukunft)\W+((?:20)\d\d)\b",
    re.I,
)
_OLDEST = 1985
_NO_LIMIT = 2100
_PLAN = re.compile(
    r"konzept|isek|insek|strategie|leitbild|plan\b|programm|bericht|leitlinien|rahmenplan|fortschreibung", re.I
)
_JUNK_TITLE = re.compile(
    r"^(?:microsoft|untitled|unbenannt|dokument\d*|document\d*|slide|folie|powerpoint|layout|titel)\b|\.(?:docx?|indd|pdf|pptx?|qxd|xlsx?)\s*$",
    re.I,
)


def propose_title(pages: Sequence[Page], meta: str | None) -> str | None:
    """The metadata title if a person wrote it, else the largest words on the first pages that sound like a plan."""
    if meta and len(meta) > 5 and " " in meta and not _JUNK_TITLE.search(meta):
        return meta[:200]
    heads = [b for p in pages[:FIRST_PAGES] for b in p.blocks if b.kind is BlockKind.HEADING and len(b.text) > 3]
    heads.sort(key=lambda b: b.level)
    for block in heads:
        if _PLAN.search(block.text):
            return block.text[:200]
    return heads[0].text[:200] if heads else None


def propose_municipality(pages: Sequence[Page], source: str) -> str | None:
    """The place the file is named after, if the text speaks of it; else the place most often called a town.

    A name counts only if the text also speaks of being "in" it or names it three times: "Gemeinde Rechtslage" is a
    town in no plan.
    """
    texts = [text for page in pages[:60] for text in (page.text, *page.dropped)]
    for name in _file_names(source):
        if sum(len(re.findall(rf"\b(?:in|aus|nach|Stadt|Gemeinde|für) {name}\b", text)) for text in texts) >= 2:
            return name
    counts: Counter[str] = Counter()
    for i, text in enumerate(texts[:200]):
        for found in _TOWN.finditer(text):
            if found[1].split()[0] not in _NO_TOWN:
                counts[found[1]] += 3 if i < FIRST_PAGES else 1
    for name, times in sorted(counts.items(), key=lambda c: (-c[1], c[0])):
        place = re.compile(rf"\b(?:in|aus|nach|bei) {re.escape(name)}\b")
        if times >= 3 or any(place.search(text) for text in texts):
            return name
    return None


def _file_names(source: str) -> list[str]:
    """Words of a file name as a place would be written: "muenster_isek" gives "Muenster", "Münster", "Isek"."""
    names = []
    for word in re.findall(r"[^\W\d_]{4,}", Path(source).stem):
        plain = word[0].upper() + word[1:].lower()
        umlaut = plain.replace("ue", "ü").replace("oe", "ö").replace("ae", "ä").replace("Ue", "Ü").replace("Oe", "Ö")
        names += [plain] if umlaut == plain else [plain, umlaut]
    return names


def propose_year(pages: Sequence[Page], source: str, created: int | None) -> int | None:
    """Year of the plan: the date printed on the first pages, else a year of the file name or text that is no goal.

    "Stand: Mai 2022" and "beschlossen am 3. März 2022" date a plan; "ISEK 2035" and "bis 2030" name its horizon. A year
    after the making of the file is a goal too. The date of the file's making is the last resort.
    """
    limit = (created or _NO_LIMIT) + 1
    texts = [Path(source).stem.replace("_", " "), *(p.text for p in pages[:FIRST_PAGES])]
    found = (int(m[1] or m[2]) for text in texts for m in _DATED.finditer(text))
    dated = Counter(year for year in found if _OLDEST <= year <= limit)
    if dated:
        return max(dated, key=lambda y: (dated[y], y))
    for text in texts:
        goals = {int(y) for y in _GOAL.findall(text)}
        years = Counter(int(y) for y in _YEAR.findall(text))
        fit = [y for y in years if _OLDEST <= y <= limit and y not in goals]
        if fit:
            return max(fit, key=lambda y: (y == created, years[y], y))
    return created
