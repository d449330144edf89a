"""Letters that OCR takes for others ("Fliichtlinge", "groBen", "fiir"), put right where the right word is certain.

A change needs two reasons: the word as read cannot be German, or stands nowhere else; and the word as repaired is
known: it is on a list of this module, or other pages of the document, or the same page more often, write it. What
both might be ("Forderung", "wurde") stays as read. Every change is kept on its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from insek.domain import Block, Page
from insek.extract.vocabulary import FUNCTION_WORDS, Vocabulary

WHOLE = {
    "fiir": "für", "ftir": "für", "fiür": "für", "fir": "für", "fur": "für", "dafiir": "dafür", "dafur": "dafür",
    "hierfiir": "hierfür", "iiber": "über", "tiber": "über", "iber": "über", "uber": "über", "gegeniiber": "gegenüber",
    "gegenuber": "gegenüber", "konnen": "können", "miissen": "müssen", "mussen": "müssen", "diirfen": "dürfen",
    "zuriick": "zurück", "zuruck": "zurück", "wiirde": "würde", "wiirden": "würden", "fiinf": "fünf", "funf": "fünf",
    "zwolf": "zwölf", "gemaB": "gemäß", "gemaf": "gemäß", "grofe": "große", "grofen": "großen", "grofer": "großer",
    "grofien": "großen", "grofie": "große", "mufs": "muss", "daf": "dass", "dafs": "dass", "auBerdem": "außerdem",
    "Burgern": "Bürgern", "Fliichtlinge": "Flüchtlinge", "Gefliichtete": "Geflüchtete",
    "Mafsnahme": "Maßnahme", "Mafsnahmen": "Maßnahmen", "Strafse": "Straße", "Strafsen": "Straßen",
}  # fmt: skip
"""Words as read that are no German words, and what they stand for; looked up as written and with a small letter."""

_STEMS_TEXT = """
    flüchtling geflüchtet geflüchtete bürger bürgerin bürgerbeteiligung bevölkerung schüler förder unterstütz stärk
    öffentlich zuständig ländlich städtisch jährlich künftig möglich nächst räumlich gemäß straße größ groß maßnahme
    schließ außer gebäude grün süd führ prüf wünsch zurück verfüg gültig natürlich gründ schlüssel brücke rücken stück
    küche tür türk müll bühne jüdisch fuß fußweg maßgeb maßstab regelmäß verhältnis zusätz tätig fähig qualität
    identität mobilität universität solidarität priorität aktivität ausländisch einschließlich äußer übergang übung
    überblick überwieg überarbeit überprüf wohnungslös lösung lös höher höhe hör völk persön zugehör schön böden nöt
    können müssen dürfen würde müsste könnte
"""
_STEMS = tuple(sorted(s for s in _STEMS_TEXT.split() if len(s) >= 4))
"""Beginnings and parts of words; a repaired letter within one of them is certain, where the reading is impossible."""

_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(wrong), right)
    for wrong, right in (
        ("ii", "ü"), ("(?<=[a-zäöüß])B(?=[a-zäöü]|$)", "ß"), ("(?<=[a-zäöü])[fs]i(?=[aeo])", "ß"),
        ("(?<=[a-zäöüß])6(?=[a-zäöüß])", "ö"), ("(?<=[A-Z])6(?=[a-zäöüß])", "ö"),
        ("(?<=[a-zäöüß])1(?=[a-zäöüß])", "l"), ("(?<=[a-zäöüß])0(?=[a-zäöüß])", "o"), ("ti", "ü"), ("li", "ü"),
        ("(?<=[a-z])rn", "m"), ("vv", "w"), ("^l(?=[a-z]{3})", "I"), ("u", "ü"), ("o", "ö"), ("a", "ä"),
    )
)  # fmt: skip
_IMPOSSIBLE = re.compile(
    r"[a-zäöüß](?:B(?=[a-zäöü]|$)|[016](?=[a-zäöüß]))|[A-Z]6(?=[a-zäöüß])|(?<![ti])ii|^l[bcdfghkmnpqrstvwxz]"
)
"""What no German word holds; "ii" does in a few ("variieren", "initiieren"), so even this is no reason by itself."""
_DOUBLED = re.compile("UÜ|OÖ|AÄ")
_CAPITALS = re.compile("^(?:Ubung|Uber(?:blick|gang|arbeit|prüf|sicht|nahm|trag|einstimm)|Offentlich|Anderung)")
"""Capital umlauts that lost their dots; only beginnings of words: "Wanderung" and "hoffentlich" are right."""
_TOKEN = re.compile(r"[^\W_]+")
_WORTH = re.compile("[a-zäöüß]")
_CODE = re.compile(r"(^|[|] |; )([A-ZÄÖÜa-zäöü])([ilIı]|\d)(?= (?:[|] )?[A-ZÄÖÜ])")
_CODES = re.compile(r"\b[A-ZÄÖÜ][1-9]\b")


def mend_pages(pages: tuple[Page, ...], scans: frozenset[int]) -> tuple[Page, ...]:
    """Repair the pages with these numbers; the others only bear witness to what words there are."""
    if not scans:
        return pages
    sure = Vocabulary(p.text for p in pages if p.number not in scans)
    read = Vocabulary(p.text for p in pages if p.number in scans)
    codes = frozenset(code for page in pages for code in _CODES.findall(page.text))
    mender = _Mender(sure, read, codes)
    return tuple(_mended(page, mender) if page.number in scans else page for page in pages)


def _mended(page: Page, mender: _Mender) -> Page:
    changes: list[tuple[str, str]] = []
    blocks = tuple(_block(block, mender, changes) for block in page.blocks)
    return replace(page, blocks=blocks, repairs=tuple(changes)) if changes else page


def _block(block: Block, mender: _Mender, changes: list[tuple[str, str]]) -> Block:
    text = _TOKEN.sub(partial(mender.word, changes), block.text)
    text = _CODE.sub(partial(mender.code, changes), text)
    return block if text == block.text else replace(block, text=text)


class _Mender:
    """Repairs words and remembers what it decided about each."""

    def __init__(self, sure: Vocabulary, read: Vocabulary, codes: frozenset[str]) -> None:
        """`sure` are the words of pages with a text layer, `read` those of OCR, `codes` the numbers of measures."""
        self._sure, self._read, self._codes = sure, read, codes
        self._decided: dict[str, str] = {}

    def word(self, changes: list[tuple[str, str]], found: re.Match[str]) -> str:
        """The word that a reading stands for; a change is added to `changes`."""
        token = found[0]
        if token not in self._decided:
            self._decided[token] = self._decide(token)
        right = self._decided[token]
        if right != token:
            changes.append((token, right))
        return right

    def code(self, changes: list[tuple[str, str]], found: re.Match[str]) -> str:
        """The code "B1", read as "Bi" or "b1" at the beginning of a block, where the document has it, or "B2"."""
        before, letter, digit = found.groups()
        code = f"{letter.upper()}{digit if digit.isdigit() else 1}"
        series = letter.isupper() and f"{letter}2" in self._codes
        if found[0] == before + code or not (code in self._codes or series):
            return found[0]
        changes.append((letter + digit, code))
        return before + code

    def _decide(self, token: str) -> str:
        if len(token) < 3 or len(token) > 40 or not _WORTH.search(token):
            return token
        if token.lower() in FUNCTION_WORDS or self._sure.count(token):
            return token
        listed = WHOLE.get(token) or WHOLE.get(token[0].lower() + token[1:])
        if listed and (token in WHOLE or (token[0].isupper() and token not in ("Tiber", "Uber", "Fur"))):
            return listed if token in WHOLE else listed[0].upper() + listed[1:]
        if _CAPITALS.match(token):
            return {"U": "Ü", "O": "Ö", "A": "Ä"}[token[0]] + token[1:]
        doubled = _DOUBLED.sub(lambda m: m[0][1], token)
        if doubled != token:
            return doubled  # capital umlaut, read twice
        return next((c for c in _candidates(token) if self._accepted(token, *c)), (token,))[0]

    def _accepted(self, token: str, right: str, places: frozenset[int]) -> bool:
        if self._sure.count(right):
            return bool(_IMPOSSIBLE.search(token)) or (self._read.count(token) == 1 and _far(token, right))
        if not _IMPOSSIBLE.search(token) or not _far(token, right):
            return _covered(right.lower(), places, _UNRIVALLED)
        return self._read.count(right) > 0 or _covered(right.lower(), places, _STEMS)


_UNRIVALLED = tuple(
    s for s in _STEMS if s in (
        "flüchtling", "bevölkerung", "zuständig", "ländlich", "städtisch", "künftig", "möglich", "räumlich",
        "identität", "mobilität", "universität", "solidarität", "priorität", "aktivität", "ausländisch",
        "bürgerbeteiligung", "unterstütz", "straße", "maßnahme", "schließ", "außer", "regelmäß",
    )
)  # fmt: skip
"""Parts of words that without their umlaut are no words."""


def _far(token: str, right: str) -> bool:
    """Whether more than an umlaut differs: "wurde" and "würde", "Forderung" and "Förderung" are both words."""
    plain = str.maketrans("äöüÄÖÜ", "aouAOU")
    return token.translate(plain) != right.translate(plain) and len(token) >= 6


def _candidates(token: str) -> Iterator[tuple[str, frozenset[int]]]:
    """Words with one or two signs replaced, and where the replacements stand in them (0-based)."""
    once = [(token[: m.start()] + right + token[m.end() :], m.start()) for sign, right in _SIGNS
            for m in sign.finditer(token)]  # fmt: skip
    yield from ((word, frozenset((at,))) for word, at in once)
    for word, at in once:
        for sign, right in _SIGNS:
            yield from ((word[: m.start()] + right + word[m.end() :], frozenset((at, m.start())))
                        for m in sign.finditer(word, at + 1))  # fmt: skip


def _covered(word: str, places: frozenset[int], stems: Sequence[str]) -> bool:
    """Whether every replaced letter lies within a stem that the word holds."""
    spans = [(at, at + len(s)) for s in stems if (at := word.find(s)) >= 0]
    return all(any(start <= place < end for start, end in spans) for place in places)
