"""A passage on its way to an annotator and back, whatever the file format: what all readers and writers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from insek.learn.labels import MAX_FIELDS
from insek.sheet import KIND_NAMES, NONE, Vocabulary, says_none


@dataclass(frozen=True, slots=True)
class Answer:
    """Answers to the four questions of the codebook. None is "not labelled", an empty tuple "none applies"."""

    themes: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    stage: str | None = None
    depth: str | None = None

    @property
    def given(self) -> bool:
        """Whether anything was answered at all."""
        return self != Answer()


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage in an exchange file. `id` is a handle without further meaning; all texts may be empty.

    `answer` is what a person said, `suggested` what the program says, `picked` and `why` why it was laid before a
    person (see `labels.PICKED`). `at` is the time of the label where the format knows it.
    """

    id: str
    text: str
    digest: str = ""
    document: str = ""
    municipality: str = ""
    pages: str = ""
    kind: str = "paragraph"
    before: str = ""
    answer: Answer = Answer()
    suggested: Answer = Answer()
    picked: str = ""
    why: str = ""
    annotator: str = ""
    reviewed: bool = False
    comment: str = ""
    at: str = ""


META = ("document", "municipality", "pages", "kind", "before", "picked", "why")
"""Texts of an entry that every format carries along as they are."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a reader made of one row or object: its number as the annotator sees it (1-based), and what is wrong."""

    number: int
    entry: Entry
    faults: tuple[str, ...] = ()


@dataclass
class AnswerBuilder:
    """Collects answers given as words and says what is wrong with them."""

    vocabulary: Vocabulary
    faults: list[str] = field(default_factory=list)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    none: set[str] = field(default_factory=set)

    def add(self, kind: str, word: str, where: str) -> None:
        """One word as the answer to a question; `where` names the cell or list it comes from."""
        if kind in ("theme", "field") and says_none(word):
            self.none.add(kind)
            return
        name = self.vocabulary.find(kind, word)
        if name is None:
            near = self.vocabulary.meant(kind, word)
            told = f", gemeint ist wohl „{near}“" if near else _shape(word)
            self.faults.append(f"unbekanntes Label „{word}“ in „{where}“{told}")
        elif name not in self.chosen.setdefault(kind, []):
            self.chosen[kind].append(name)

    def add_flat(self, label: str) -> None:
        """A label such as "Feld: Soziales"; without its question it must fit only one."""
        prefix, colon, word = label.partition(":")
        kinds = {word.casefold(): kind for kind, name in KIND_NAMES.items() for word in (kind, name)}
        if colon and (kind := kinds.get(prefix.strip().casefold())):
            self.add(kind, word.strip(), "label")
            return
        fits = [kind for kind in KIND_NAMES if self.vocabulary.find(kind, label)]
        if len(fits) > 1:
            told = " oder ".join(f"„{KIND_NAMES[kind]}: {label}“" for kind in fits)
            self.faults.append(f"„{label}“ ist mehrdeutig: {told}")
        elif says_none(label):
            self.none.add("theme")
        else:
            self.add(fits[0] if fits else "theme", label, "label")

    def build(self) -> Answer:
        """The answers; contradictions among them are added to the faults."""
        themes, fields = self._several("theme"), self._several("field")
        if fields and len(fields) > MAX_FIELDS:
            self.faults.append(f"mehr als {MAX_FIELDS} Felder")
        stage, depth = self._one("stage"), self._one("depth")
        if not themes:
            named = [KIND_NAMES[k] for k, v in (("field", fields), ("stage", stage), ("depth", depth)) if v]
            if named:
                self.faults.append(f"{', '.join(named)} ohne Thema")
        return Answer(themes, () if themes == () else fields, stage, depth)

    def _several(self, kind: str) -> tuple[str, ...] | None:
        chosen = tuple(name for name in self.vocabulary.names[kind] if name in self.chosen.get(kind, ()))
        if kind in self.none and chosen:
            self.faults.append(f"„{NONE}“ und zugleich ein Label unter „{KIND_NAMES[kind]}“")
        return chosen or (() if kind in self.none else None)

    def _one(self, kind: str) -> str | None:
        chosen = self.chosen.get(kind, [])
        if len(chosen) > 1:
            self.faults.append(f"mehr als ein Label unter „{KIND_NAMES[kind]}“")
        return chosen[0] if chosen else None


def _shape(word: str) -> str:
    """What probably happened to a word that is none."""
    if word.startswith("="):
        return " (eine Formel statt eines Labels)"
    if len(word) >= 10 and word[4:5] == word[7:8] == "-":
        return " (die Tabelle hat ein Datum daraus gemacht)"
    return ""


def flat_labels(answer: Answer, vocabulary: Vocabulary) -> list[str]:
    """Answers as labels such as "Feld: Soziales", in the order of the guideline."""
    given: Mapping[str, Sequence[str] | None] = {
        "theme": answer.themes,
        "field": answer.fields if answer.themes else None,
        "stage": None if answer.stage is None else (answer.stage,),
        "depth": None if answer.depth is None else (answer.depth,),
    }
    labels = []
    for kind, ids in ((kind, ids) for kind, ids in given.items() if ids is not None):
        words = vocabulary.words(kind, (name for name in vocabulary.names[kind] if name in ids))
        labels += [f"{KIND_NAMES[kind]}: {word}" for word in words or [NONE]]
    return labels


def all_flat_labels(vocabulary: Vocabulary) -> list[str]:
    """Every label that `flat_labels` can give, for setting up another program."""
    return [f"{KIND_NAMES[kind]}: {word}" for kind, names in vocabulary.names.items()
            for word in (*names.values(), *((NONE,) if kind in ("theme", "field") else ()))]  # fmt: skip


def meta_of(record: Mapping[str, object]) -> dict[str, Any]:
    """The texts named in META of a foreign object, empty where it has none; its kind is a paragraph by default."""
    return {**{key: text_of(record, key) for key in META}, "kind": text_of(record, "kind") or "paragraph"}


def text_of(record: Mapping[str, object], key: str) -> str:
    """A value of a foreign object as text: numbers as written, nothing as an empty text."""
    value = record.get(key)
    return "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()
