"""The municipality of a plan: the place its file is named after, or the one it calls its town."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from insek.domain import Page

READ_PAGES = 60
"""Pages looked at: what a plan has not called its town by then is none."""
FIRST_PAGES = 4
NAMED_SHARE = 0.1
"""Share of the pages with text that must name the place: a plan speaks of its own town, others are named in passing."""
CALLED = 3
"""How often a place must be called a town (on the first pages once will do), and how often be named at all, where no
sentence is "in" it."""
_PLACE = (
    r"[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)*(?: (?:an|am|im|in|ob|bei|vor|unter) (?:der |dem )?[A-ZÄÖÜ][a-zäöüß]+)?"
)
_TOWN = re.compile(
    rf"\b(?:Große Kreisstadt|Kreisstadt|Universitätsstadt|Hansestadt|Landeshauptstadt|Stadt|Samtgemeinde|Gemeinde|Markt"
    rf"|Landkreis)\s+"
    rf"((?:Bad |Sankt |St\. |Neu |Alt )?{_PLACE})"
)
_DISTRICT = (
    r"\b(?:Stadtteil|Stadtteils|Ortsteil|Ortsteils|Stadtbezirk|Stadtbezirks|Stadtteilbeirat|Ortsbeirat)(?:s|es)? "
)
_NO_TOWN_TEXT = """
    Entwicklung Entwicklungskonzept Für Und Der Die Das Mit Von Planung Umland Teil Konzept Rat Stadt Gemeinde Amt
    Dezernat Verwaltung Region Land Quartier Plan Bericht Strategie Entwurf Endbericht Isek Insek Stek Leitbild Anlage
    Wohnen Integration Beteiligung Klima Kultur Sport Bildung Soziales Verkehr Umwelt
"""
_STATES_TEXT = """
    Baden-Württemberg Bayern Brandenburg Hessen Mecklenburg-Vorpommern Niedersachsen Nordrhein-Westfalen Rheinland-Pfalz
    Saarland Sachsen Sachsen-Anhalt Schleswig-Holstein Thüringen Deutschland Bund
"""
_NO_TOWN = frozenset((_NO_TOWN_TEXT + _STATES_TEXT).split())


def propose_municipality(pages: Sequence[Page], source: str) -> tuple[str, str] | None:
    """The place and where it comes from: `file_name`, `page:<n>` or `text`.

    A name of the file counts where the text speaks of being "in" that place; any name only where enough pages name it,
    and not where the text calls it a part of a town.
    """
    texts = ["\n".join((page.text, *page.dropped)) for page in pages[:READ_PAGES]]
    for name in _file_names(source):
        if _spoken_of(name, texts) and not _is_district(name, texts):
            return name, "file_name"
    counts: Counter[str] = Counter()
    for i, text in enumerate(texts):
        for found in _TOWN.finditer(text):
            if found[1].split()[0] not in _NO_TOWN:
                counts[found[1]] += 3 if i < FIRST_PAGES else 1
    for name, times in sorted(counts.items(), key=lambda c: (-c[1], c[0])):
        if _own(name, times, texts):
            return name, _origin(name, pages)
    return None


def _own(name: str, times: int, texts: Sequence[str]) -> bool:
    """Whether a place that is called a town is the plan's own: "Gemeinde Rechtslage" is a town in no plan."""
    pages = sum(name in text for text in texts)
    if pages < NAMED_SHARE * sum(bool(text) for text in texts):
        return False
    place = re.compile(rf"\b(?:in|aus|nach|bei) {re.escape(name)}\b")
    often = times >= CALLED and sum(text.count(name) for text in texts) >= CALLED
    return often or any(place.search(text) for text in texts)


def _origin(name: str, pages: Sequence[Page]) -> str:
    for page in pages[:FIRST_PAGES]:
        if name in page.text or any(name in line for line in page.dropped):
            return f"page:{page.number}"
    return "text"


def _spoken_of(name: str, texts: Sequence[str]) -> bool:
    """Whether a text is about a place: it is in it, or names it often and knows its people ("Lindentaler")."""
    town = re.compile(rf"\bStadt {name}\b")
    inside = re.compile(rf"\b(?:in|aus|nach|Stadt|Gemeinde|für) {name}\b")
    naming = [text for text in texts if name in text]
    if sum(len(inside.findall(text)) for text in naming) >= 2 or any(town.search(text) for text in naming):
        return True
    people = re.compile(rf"\b{name.removesuffix('en') if name.endswith('en') else name}er\b")
    return sum(text.count(name) for text in texts) >= 3 and any(people.search(text) for text in texts)


def _is_district(name: str, texts: Sequence[str]) -> bool:
    district = re.compile(rf"{_DISTRICT}{name}\b")
    town = re.compile(rf"\b(?:Stadt|Gemeinde|Markt) {name}\b")
    naming = [text for text in texts if name in text]
    parts = sum(len(district.findall(text)) for text in naming)
    return parts > sum(len(town.findall(text)) for text in naming)


def _file_names(source: str) -> list[str]:
    """Words of a file name as a place would be written: "muenster_isek" gives "Muenster", "Münster", "Isek"."""
    names = []
    stem = unicodedata.normalize("NFC", Path(source).stem)  # file names from macOS have their umlauts in two parts
    for word in re.findall(r"[^\W\d_]{4,}", stem):
        plain = word[0].upper() + word[1:].lower()
        umlaut = plain.replace("ue", "ü").replace("oe", "ö").replace("ae", "ä").replace("Ue", "Ü").replace("Oe", "Ö")
        names += [plain] if umlaut == plain else [plain, umlaut]
    return [name for name in names if name not in _NO_TOWN]
