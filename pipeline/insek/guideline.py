"""Load and validate a guideline folder (`rules/<guideline>/`): names, sections, weights.

No name of a theme, field or stage stands in the code; another guideline is another folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from insek.errors import ConfigError

_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme; `on_theme` themes count towards the guideline by themselves."""

    id: str
    label: str
    label_en: str
    on_theme: bool
    description: str


@dataclass(frozen=True, slots=True)
class Field:
    """An action field (Handlungsfeld) with the guideline section it comes from; `weight` is relative."""

    id: str
    label: str
    label_en: str
    group: str
    section: str
    description: str
    weight: float


@dataclass(frozen=True, slots=True)
class Stage:
    """A planning stage; `expects` completes "Der Leitfaden erwartet hier: ..."; `weight` is relative."""

    id: str
    label: str
    label_en: str
    section: str
    expects: str
    weight: float


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle of measures of the pool of ideas under one field."""

    id: str
    field: str
    label: str
    section: str
    description: str


@dataclass(frozen=True, slots=True)
class Structure:
    """A body, person, concept, place or fund that plans name; `level` is the id of a `Level`."""

    id: str
    level: str
    label: str
    label_en: str
    section: str


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the three-level model: administration, in between, on site, and what funds them."""

    id: str
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a measure should name: lead, cost, time horizon, partners, indicator."""

    id: str
    label: str
    label_en: str
    section: str


@dataclass(frozen=True, slots=True)
class Condition:
    """When a passage speaks for a criterion: everything given must hold; an empty tuple asks nothing.

    `wording` asks for a rule of kind `criterion` with the id of the criterion; `tied` for a passage that counts for the
    guideline (on theme, or participation tied to migrants). `stages`, `themes`, `fields`, `structures`, `bundles` and
    `attributes` each ask for at least one of the ids they hold. `min_fields` and `min_passages` are counts over the
    whole plan.
    """

    wording: bool = False
    tied: bool = True
    stages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    structures: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    min_fields: int = 0
    min_passages: int = 1


@dataclass(frozen=True, slots=True)
class Criterion:
    """A checkable criterion: the question a reader asks, the stage it belongs to, and what speaks for it.

    `label` is short, `question` whole; both German, `label_en` English. The plan meets it where any of `conditions`
    holds.
    """

    id: str
    stage: str
    section: str
    label: str
    label_en: str
    question: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Scoring:
    """Numbers of `scoring.yaml`; all are shares 0-1 unless named a count."""

    depth_weights: Mapping[str, float]
    mention_cap: float
    evidence_floor: float
    max_quotes: int
    min_share_for_index: float
    own_heading_passages: int
    cross_cutting_fields: int
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Guideline:
    """A validated guideline. The order of themes, fields and stages is the order in every report."""

    id: str
    version: str
    title: str
    source: str
    themes: tuple[Theme, ...]
    fields: tuple[Field, ...]
    stages: tuple[Stage, ...]
    bundles: tuple[Bundle, ...]
    scoring: Scoring
    levels: tuple[Level, ...] = ()
    structures: tuple[Structure, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    chain: tuple[str, ...] = ()
    """Stages of the red thread, in planning order."""

    @property
    def name(self) -> str:
        """`id@version`, as written into every result."""
        return f"{self.id}@{self.version}"

    @property
    def theme_ids(self) -> tuple[str, ...]:
        """Ids of the themes in order."""
        return tuple(t.id for t in self.themes)

    @property
    def on_theme_ids(self) -> frozenset[str]:
        """Ids of the themes that count by themselves."""
        return frozenset(t.id for t in self.themes if t.on_theme)

    @property
    def field_ids(self) -> tuple[str, ...]:
        """Ids of the fields in order."""
        return tuple(f.id for f in self.fields)

    @property
    def stage_ids(self) -> tuple[str, ...]:
        """Ids of the stages in order."""
        return tuple(s.id for s in self.stages)

    @property
    def depth_ids(self) -> tuple[str, ...]:
        """Ids of the depths, the fullest first."""
        weights = self.scoring.depth_weights
        return tuple(sorted(weights, key=lambda d: -weights[d]))


def load_guideline(folder: Path) -> Guideline:
    """Read `guideline.yaml` and `scoring.yaml` of a folder; ConfigError names file, entry and remedy."""
    data = read_yaml(folder / "guideline.yaml")
    scoring = read_yaml(folder / "scoring.yaml")
    where = folder / "guideline.yaml"
    weights = _Numbers(scoring, folder / "scoring.yaml")
    guideline = Guideline(
        id=_text(data, "id", where),
        version=_text(data, "version", where),
        title=_text(data, "title", where),
        source=_text(data, "source", where),
        themes=tuple(_theme(e, where) for e in _entries(data, "themes", where)),
        fields=tuple(_field(e, weights, where) for e in _entries(data, "fields", where)),
        stages=tuple(_stage(e, weights, where) for e in _entries(data, "stages", where)),
        bundles=tuple(_bundle(e, where) for e in data.get("bundles") or []),
        scoring=_scoring(weights),
    )
    _check_references(guideline, where)
    return guideline


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping, loaded safely; ConfigError with file and line where it is broken."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=loader)  # a safe loader, the C one where built
    except FileNotFoundError:
        raise ConfigError(f"{path} fehlt.", "Mit `insek init` ein vollständiges Projekt anlegen.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} ist nicht in UTF-8 gespeichert ({error.reason}).", "Als UTF-8 speichern.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}{_line(error)}: kein gültiges YAML.", _problem(error)) from None
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: erwartet werden Einträge der Form `name: wert`.", "Die Datei prüfen.")
    return data


def _line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", Zeile {mark.line + 1}" if mark else ""


def _problem(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or "Einrückung und Anführungszeichen prüfen"
    return f"Meldung: {problem}."


def _text(entry: Mapping[str, Any], key: str, where: Path) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        name = entry.get("id", "?")
        raise ConfigError(f"{where}: Eintrag „{name}“ hat keinen Text unter `{key}`.", f"`{key}:` ergänzen.")
    return value


def _texts(entry: Mapping[str, Any], keys: Iterable[str], where: Path) -> list[str]:
    return [_text(entry, key, where) for key in keys]


def _entries(data: Mapping[str, Any], key: str, where: Path) -> list[Mapping[str, Any]]:
    entries = data.get(key)
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
        raise ConfigError(f"{where}: `{key}` muss eine Liste von Einträgen sein.", f"Den Abschnitt `{key}:` prüfen.")
    ids = [_text(e, "id", where) for e in entries]
    for name in ids:
        if not _ID.fullmatch(name) or ids.count(name) > 1:
            raise ConfigError(f"{where}: Kennung „{name}“ unter `{key}` ist ungültig oder doppelt.",
                              "Kennungen sind einmalig und bestehen aus a-z, 0-9 und _.")  # fmt: skip
    return entries


def _theme(entry: Mapping[str, Any], where: Path) -> Theme:
    on_theme = entry.get("on_theme")
    if not isinstance(on_theme, bool):
        raise ConfigError(f"{where}: Thema „{entry['id']}“ braucht `on_theme: true` oder `false`.", "Ergänzen.")
    name, label, label_en, description = _texts(entry, ("id", "label", "label_en", "description"), where)
    return Theme(name, label, label_en, on_theme, description)


def _field(entry: Mapping[str, Any], weights: _Numbers, where: Path) -> Field:
    keys = ("id", "label", "label_en", "group", "section", "description")
    name, label, label_en, group, section, description = _texts(entry, keys, where)
    weight = weights.number("field_weights", group, "weight")
    return Field(name, label, label_en, group, section, description, weight)


def _stage(entry: Mapping[str, Any], weights: _Numbers, where: Path) -> Stage:
    name, label, label_en, section, expects = _texts(entry, ("id", "label", "label_en", "section", "expects"), where)
    return Stage(name, label, label_en, section, expects, weights.number("stage_weights", name, "weight"))


def _bundle(entry: Mapping[str, Any], where: Path) -> Bundle:
    return Bundle(*_texts(entry, ("id", "field", "label", "section", "description"), where))


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


def _check_references(guideline: Guideline, where: Path) -> None:
    for bundle in guideline.bundles:
        if bundle.field not in guideline.field_ids:
            raise ConfigError(f"{where}: Bündel „{bundle.id}“ nennt das unbekannte Feld „{bundle.field}“.",
                              "Eines der Felder unter `fields:` eintragen.")  # fmt: skip
    if not guideline.on_theme_ids:
        raise ConfigError(f"{where}: kein Thema trägt `on_theme: true`.", "Mindestens eines muss für sich zählen.")
