"""Read and validate the files of a guideline folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from insek.guideline.entries import (
    Attribute,
    Bundle,
    Condition,
    Criterion,
    Field,
    Guideline,
    Level,
    Stage,
    Structure,
    Theme,
)
from insek.guideline.reading import Entry, read_yaml
from insek.guideline.scoring import Numbers, read_scoring

_QUOTES = ("words", "clause")
_LISTS = ("stages", "themes", "fields", "structures", "bundles", "attributes")
_HEAD = ("id", "version", "title", "source")
_SECTIONS = ("themes", "fields", "stages", "bundles", "levels", "structures", "attributes", "chain", "criteria")
_NAMES = ("id", "label", "label_en", "section")


def load_guideline(folder: Path) -> Guideline:
    """Read `guideline.yaml` and `scoring.yaml` of a folder; ConfigError names file, line, entry and remedy."""
    file = Entry(read_yaml(folder / "guideline.yaml"), folder / "guideline.yaml")
    weights = Numbers(Entry(read_yaml(folder / "scoring.yaml"), folder / "scoring.yaml"))
    file.only((*_HEAD, *_SECTIONS))
    name, version, title, source = file.texts(_HEAD)
    themes = tuple(_theme(e) for e in file.entries("themes"))
    fields = tuple(_field(e, weights) for e in file.entries("fields"))
    stages = tuple(_stage(e, weights) for e in file.entries("stages"))
    bundles = tuple(_bundle(e, _ids(fields)) for e in file.entries("bundles", required=False))
    levels = tuple(_level(e) for e in file.entries("levels", required=False))
    structures = tuple(_structure(e, _ids(levels)) for e in file.entries("structures", required=False))
    attributes = tuple(_attribute(e) for e in file.entries("attributes", required=False))
    if not any(theme.on_theme for theme in themes):
        raise file.error("hat kein Thema mit `on_theme: true`", "Mindestens eines muss für sich zählen.")
    groups = (stages, themes, fields, structures, bundles, attributes)
    known = dict(zip(_LISTS, map(_ids, groups), strict=True))
    return Guideline(
        id=name,
        version=version,
        title=title,
        source=source,
        themes=themes,
        fields=fields,
        stages=stages,
        bundles=bundles,
        scoring=read_scoring(weights, _ids(themes), _ids(stages)),
        levels=levels,
        structures=structures,
        attributes=attributes,
        criteria=tuple(_criterion(e, known) for e in file.entries("criteria", required=False)),
        chain=file.ids("chain", known["stages"]),
    )


def _ids(entries: Iterable[Any]) -> tuple[str, ...]:
    return tuple(e.id for e in entries)


def _theme(entry: Entry) -> Theme:
    entry.only(("id", "label", "label_en", "on_theme", "description"))
    name, label, label_en, description = entry.texts(("id", "label", "label_en", "description"))
    return Theme(name, label, label_en, entry.flag("on_theme"), description)


def _field(entry: Entry, weights: Numbers) -> Field:
    keys = ("id", "label", "label_en", "group", "section", "description")
    entry.only(keys)
    name, label, label_en, group, section, description = entry.texts(keys)
    return Field(name, label, label_en, group, section, description, weights.number("field_weights", group, "weight"))


def _stage(entry: Entry, weights: Numbers) -> Stage:
    entry.only((*_NAMES, "expects"))
    name, label, label_en, section, expects = entry.texts((*_NAMES, "expects"))
    return Stage(name, label, label_en, section, expects, weights.number("stage_weights", name, "weight"))


def _bundle(entry: Entry, fields: Collection[str]) -> Bundle:
    entry.only((*_NAMES, "field", "description"))
    name, label, label_en, section, description = entry.texts((*_NAMES, "description"))
    return Bundle(name, entry.choice("field", fields), label, label_en, section, description)


def _level(entry: Entry) -> Level:
    entry.only(("id", "label", "label_en"))
    return Level(*entry.texts(("id", "label", "label_en")))


def _structure(entry: Entry, levels: Collection[str]) -> Structure:
    entry.only((*_NAMES, "level"))
    name, label, label_en, section = entry.texts(_NAMES)
    return Structure(name, entry.choice("level", levels), label, label_en, section)


def _attribute(entry: Entry) -> Attribute:
    entry.only((*_NAMES, "quote"))
    name, label, label_en, section = entry.texts(_NAMES)
    return Attribute(name, label, label_en, section, entry.choice("quote", _QUOTES))


def _criterion(entry: Entry, known: Mapping[str, Collection[str]]) -> Criterion:
    entry.only((*_NAMES, "stage", "question", "met_by"))
    name, label, label_en, section, question = entry.texts((*_NAMES, "question"))
    stage = entry.choice("stage", known["stages"])
    conditions = tuple(_condition(e, entry, known) for e in entry.nested("met_by"))
    return Criterion(name, stage, section, label, label_en, question, conditions)


def _condition(entry: Entry, criterion: Entry, known: Mapping[str, Collection[str]]) -> Condition:
    """What speaks for a criterion; one that asks for nothing but a tie would be met by any passage."""
    entry.only(("wording", "tied", *_LISTS, "min_fields", "min_passages"))
    lists = {key: entry.ids(key, known[key]) for key in _LISTS}
    wording = entry.flag("wording", default=False)
    if not wording and not any(lists.values()):
        raise criterion.error("hat unter `met_by` eine Bedingung, die nichts verlangt",
                              f"`wording: true` oder eine Liste angeben: {', '.join(_LISTS)}.")  # fmt: skip
    return Condition(
        wording=wording,
        tied=entry.flag("tied", default=True),
        min_fields=entry.count("min_fields", 0),
        min_passages=entry.count("min_passages", 1),
        **lists,
    )
