"""Read and validate the files of a guideline folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from insek.errors import ConfigError
from insek.guideline.entries import (
    Attribute,
    Bundle,
    Condition,
    Criterion,
    Field,
    Guideline,
    Level,
    Scoring,
    Stage,
    Structure,
    Theme,
)
from insek.guideline.reading import Entry, read_yaml

_QUOTES = ("words", "clause")
_LISTS = ("stages", "themes", "fields", "structures", "bundles", "attributes")
_NAMES = ("id", "label", "label_en", "section")


def load_guideline(folder: Path) -> Guideline:
    """Read `guideline.yaml` and `scoring.yaml` of a folder; ConfigError names file, line, entry and remedy."""
    file = Entry(read_yaml(folder / "guideline.yaml"), folder / "guideline.yaml")
    weights = _Numbers(read_yaml(folder / "scoring.yaml"), folder / "scoring.yaml")
    name, version, title, source = file.texts(("id", "version", "title", "source"))
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
        scoring=_scoring(weights),
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


def _field(entry: Entry, weights: _Numbers) -> Field:
    keys = ("id", "label", "label_en", "group", "section", "description")
    entry.only(keys)
    name, label, label_en, group, section, description = entry.texts(keys)
    return Field(name, label, label_en, group, section, description, weights.number("field_weights", group, "weight"))


def _stage(entry: Entry, weights: _Numbers) -> Stage:
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


class _Numbers:
    """Access to `scoring.yaml` that insists on a number and a reason."""

    def __init__(self, data: Mapping[str, Any], where: Path) -> None:
        self.data, self.where = data, where
        self.reasons: dict[str, str] = {}

    def names(self, section: str) -> Iterable[str]:
        entries = self.data.get(section)
        if not isinstance(entries, dict):
            raise ConfigError(f"{self.where}: Abschnitt `{section}` fehlt.", "Ergänzen.")
        return entries

    def number(self, section: str, name: str, key: str) -> float:
        entry = (self.data.get(section) or {}).get(name)
        value = entry.get(key) if isinstance(entry, dict) else None
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise ConfigError(f"{self.where}: `{section}.{name}.{key}` muss eine Zahl ab 0 sein.", "Ergänzen.")
        reason = entry.get("reason") if isinstance(entry, dict) else None
        if not isinstance(reason, str) or not reason:
            raise ConfigError(f"{self.where}: `{section}.{name}` hat keine Begründung.", "`reason:` ergänzen.")
        self.reasons[f"{section}.{name}"] = reason
        return float(value)


def _scoring(numbers: _Numbers) -> Scoring:
    return Scoring(
        depth_weights={d: numbers.number("depth_weights", d, "weight") for d in numbers.names("depth_weights")},
        mention_cap=numbers.number("cell", "mention_cap", "value"),
        evidence_floor=numbers.number("cell", "evidence_floor", "value"),
        max_quotes=int(numbers.number("cell", "max_quotes", "value")),
        min_share_for_index=numbers.number("readability", "min_share_for_index", "value"),
        own_heading_passages=int(numbers.number("anchoring", "own_heading_passages", "value")),
        cross_cutting_fields=int(numbers.number("anchoring", "cross_cutting_fields", "value")),
        reasons=numbers.reasons,
    )
