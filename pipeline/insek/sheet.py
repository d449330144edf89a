"""The review sheet: its columns, the words in its drop-down lists, and how text is kept from turning into formulas.

One place for everybody who writes or reads it: `insek labels` (XLSX and CSV) and the workbook of a run. The words are
those of the guideline, so another guideline has another sheet.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from insek.guideline import Guideline

YES, NO, NONE = "ja", "nein", "keines"
_YES = frozenset({"ja", "j", "x", "1", "true", "wahr", "yes", "y"})
_NO = frozenset({"nein", "n", "0", "false", "falsch", "no"})
_NONE = frozenset({"keines", "keins", "kein", "keine", "none", "keines der themen", "-"})
FIELD_SLOTS = 3
"""Columns for fields: as many as the codebook allows on one passage."""
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
KIND_NAMES = {"theme": "Thema", "field": "Feld", "stage": "Schritt", "depth": "Tiefe"}
"""The four questions, as they are called before a label ("Thema: ...")."""
PICKED_NAMES = {"random": "Zufall", "uncertain": "unsicher", "disputed": "strittig", "variety": "Vielfalt"}
"""Why a passage was picked for labelling."""
ID_MARK, DIGEST_MARK = "P-", "T-"
"""Put before ids and digests: a spreadsheet takes `4e12` for a number and rounds it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the program, its heading, its width in characters, whether the annotator fills it.

    `kind` is the question (a key of KIND_NAMES) whose words the cells may hold, or empty.
    """

    key: str
    header: str
    width: int
    fill: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Ids of the guideline and the words for them, per question (a key of KIND_NAMES), in its order."""

    names: Mapping[str, Mapping[str, str]]
    others: Mapping[str, Mapping[str, str]]
    """Further words that are understood (case-folded) -> id, per question."""

    @classmethod
    def of(cls, guideline: Guideline, depth_names: Mapping[str, str]) -> Vocabulary:
        """The words of a guideline; a depth without a name goes by its id."""
        names = {
            "theme": {t.id: t.label for t in guideline.themes},
            "field": {f.id: f.label for f in guideline.fields},
            "stage": {s.id: s.label for s in guideline.stages},
            "depth": {d: depth_names.get(d, d) for d in guideline.depth_ids},
        }
        english = {
            "theme": {t.label_en: t.id for t in guideline.themes},
            "field": {f.label_en: f.id for f in guideline.fields},
            "stage": {s.label_en: s.id for s in guideline.stages},
            "depth": {},
        }
        others = {
            kind: {_plain(word): name for word, name in [*english[kind].items(), *((i, i) for i in ids)]}
            | {_plain(word): name for name, word in ids.items()}
            for kind, ids in names.items()
        }
        return cls(names, others)

    def find(self, kind: str, word: str) -> str | None:
        """The id that a word stands for, or None; capitals and white space do not matter."""
        return self.others[kind].get(_plain(word))

    def meant(self, kind: str, word: str) -> str | None:
        """The name that a mistyped word comes nearest to, or None."""
        near = difflib.get_close_matches(_plain(word), list(self.others[kind]), n=1, cutoff=0.7)
        return self.names[kind][self.others[kind][near[0]]] if near else None

    def name_of(self, label: str) -> str:
        """A label as measured ("theme/<id>", or "stage" for a whole question) in words: "Thema: …", "Schritt"."""
        kind, _, value = label.partition("/")
        return f"{KIND_NAMES[kind]}: {self.names[kind][value]}" if value else KIND_NAMES[kind]

    def words(self, kind: str, ids: Iterable[str]) -> list[str]:
        """The names of ids."""
        return [self.names[kind][name] for name in ids]


def _plain(word: str) -> str:
    return " ".join(word.split()).casefold()


def columns(vocabulary: Vocabulary) -> tuple[Column, ...]:
    """All columns of the sheet, in order."""
    themes = [Column(f"theme:{name}", f"{KIND_NAMES['theme']}: {label}", 14, True)
              for name, label in vocabulary.names["theme"].items()]  # fmt: skip
    fields = [Column(f"field:{n}", f"{KIND_NAMES['field']} {n}", 22, True, "field") for n in range(1, FIELD_SLOTS + 1)]
    return (
        Column("id", "Kennung", 16),
        Column("document", "Dokument", 22),
        Column("municipality", "Gemeinde", 18),
        Column("pages", "Seite", 8),
        Column("kind", "Art", 11),
        Column("before", "Überschriften", 32),
        Column("text", "Text", 80),
        Column("picked", "Ausgewählt als", 13),
        Column("why", "Grund", 30),
        *(Column(f"suggested:{kind}", f"Vorschlag {name}", 22) for kind, name in KIND_NAMES.items()),
        *themes,
        Column("none", f"{KIND_NAMES['theme']}: {NONE}", 14, True),
        *fields,
        Column("stage", KIND_NAMES["stage"], 22, True, "stage"),
        Column("depth", KIND_NAMES["depth"], 14, True, "depth"),
        Column("annotator", "Bearbeitet von", 18, True),
        Column("reviewed", "Geprüft", 9, True),
        Column("comment", "Kommentar", 40, True),
        Column("digest", "Prüfsumme", 20),
    )


def choices(column: Column, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What the drop-down list of a column offers; empty where the cell is free or not to be filled."""
    if column.key.startswith("theme:"):
        return YES, NO
    if column.key in ("none", "reviewed"):
        return (YES,)
    words = tuple(vocabulary.names[column.kind].values()) if column.kind else ()
    return (*words, NONE) if column.kind == "field" else words


def yes_or_no(word: str) -> bool | None:
    """True or False for a word that says so, None for any other."""
    plain = _plain(word)
    return True if plain in _YES else False if plain in _NO else None


def says_none(word: str) -> bool:
    """Whether a word says that nothing applies."""
    return _plain(word) in _NONE


def guard(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before what begins one, and before another."""
    return f"'{text}" if text[:1] in _FORMULA or text.startswith("'") else text


def unguard(text: str) -> str:
    """The text before `guard`; a single apostrophe that stands before anything else is somebody's own."""
    return text[1:] if text.startswith("'") and text[1:2] in (*_FORMULA, "'") else text
