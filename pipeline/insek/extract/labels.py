"""What the fields of measures are called, as labels of a form or heads of columns, and what a number is."""

from __future__ import annotations

import re

_STEM = (
    r"ziel|teilziel|beschreibung|inhalt|anlass|ausgangslage|begründung|hintergrund|federführ|träger|partner|beteilig|akteur|zuständig"
    r"|verantwort|kooperation|mitwirk|ansprech|zielgruppe|zeit|laufzeit|dauer|beginn|frist|termin|kosten|finanz|förder|budget|mittel"
    r"|priorität|status|stand|sachstand|indikator|kennzahl|umsetz|maßnahme|projekt|vorhaben|titel|bezeichnung|nr\b|nummer|ort|lage"
    r"|standort|handlungsfeld|leitziel|schritt|wirkung|ergebnis|synergie|risik|hinweis|bemerkung|anmerkung|verknüpfung|ämter|amt\b"
    r"|dienststelle|fachbereich|aufwand|personal|ressource|räumlich|baustein|meilenstein|erfolg|evaluation|querbezug|schnittstelle"
)
_STEMS = re.compile(rf"(?:^|[\W_])(?:\w{{0,14}}[a-zäöüß])?(?:{_STEM})", re.I)
_PLAIN = re.compile(r"[^\W\d_][^\d;!?]*")
_TITLE = re.compile(
    r"(?:(?:Maßnahmen?|Projekt|Vorhaben|Titel|Bezeichnung|Name)(?:n?(?:titel|name|bezeichnung))?)", re.I
)
_MEASURE = re.compile(r"maßnahme|projekt|vorhaben|baustein", re.I)
_NUMBER = re.compile(
    r"(?:ca\.|rd\.|rund|etwa|bis|über|ab|<|>|≤|≥|~|±|\+/?-|[+\-–−])?\s*\d[\d.,:\s'’]*(?:\s*(?:[-–/]|bis)\s*\d[\d.,]*)?"
    r"\s*(?:%|‰|€|\*+|[^\W\d_]{1,3}[²³]?\.?|Euro|Tsd\.?|Prozent|Jahre?|Personen|Mio\. (?:€|Euro)|Tsd\. (?:€|Euro))?"
    r"|[-–—−./*x]+|k\. ?A\.",
    re.I,
)
LABEL_WORDS, LABEL_CHARS = 6, 48
"""Longest label of a form."""


def short_name(text: str) -> bool:
    """Whether a text is short enough for a label or column head and no sentence and no figure."""
    plain = text.rstrip(":").strip()
    return (
        0 < len(plain) <= LABEL_CHARS
        and plain.count(" ") < LABEL_WORDS
        and not plain.endswith((".", ",", ";"))
        and _PLAIN.fullmatch(plain) is not None
    )


def is_label(text: str) -> bool:
    """Whether a text is a usual name for a field of a measure ("Federführung", "Kosten und Finanzierung:")."""
    return short_name(text) and _STEMS.search(text) is not None


def names_a_title(text: str) -> bool:
    """Whether the field of this name holds the title of the measure."""
    return _TITLE.fullmatch(text.rstrip(":").strip()) is not None


def names_a_measure(text: str) -> bool:
    """Whether a column of this name lists measures."""
    return _MEASURE.search(text) is not None


def is_number(text: str) -> bool:
    """Whether a cell holds a figure, with its unit, or stands for a missing one."""
    return _NUMBER.fullmatch(text.strip()) is not None
