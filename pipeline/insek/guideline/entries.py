"""What a guideline consists of. All entries are validated when they are read (`load`) and trusted afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from insek.guideline.scoring import Scoring


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
    """A bundle of measures of the pool of ideas under one field; `description` says what counts as an instance."""

    id: str
    field: str
    label: str
    label_en: str
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
    """What a measure should name: lead, cost, time horizon, partners, indicator.

    `quote` tells how far a quote from running text reaches: "words" for the words of the rule alone, "clause" for all
    up to the end of the clause. After a label with a colon the quote is always the whole value.
    """

    id: str
    label: str
    label_en: str
    section: str
    quote: str


@dataclass(frozen=True, slots=True)
class Condition:
    """When a passage speaks for a criterion: everything given must hold; an empty tuple asks nothing.

    `wording` asks for a rule of kind `criterion` with the id of the criterion; `tied` for a passage that counts for the
    guideline (on theme, or participation tied to migrants). `stages`, `themes`, `fields`, `structures`, `bundles` and
    `attributes` each ask for at least one of the ids they hold. `min_fields` and `min_passages` (1 and more) are counts
    over the whole plan: so many different fields, so many passages for which all the rest holds.
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


@dataclass(frozen=True)
class Guideline:
    """A validated guideline. The order of themes, fields and stages is the order in every report.

    Ids are asked for with every passage, so they are made once; that needs a class without slots.
    """

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

    @cached_property
    def theme_ids(self) -> tuple[str, ...]:
        """Ids of the themes in order."""
        return tuple(t.id for t in self.themes)

    @cached_property
    def on_theme_ids(self) -> frozenset[str]:
        """Ids of the themes that count by themselves."""
        return frozenset(t.id for t in self.themes if t.on_theme)

    @cached_property
    def field_ids(self) -> tuple[str, ...]:
        """Ids of the fields in order."""
        return tuple(f.id for f in self.fields)

    @cached_property
    def stage_ids(self) -> tuple[str, ...]:
        """Ids of the stages in order."""
        return tuple(s.id for s in self.stages)

    @property
    def missed_rate(self) -> float:
        """Share of passages (0-1) that the program does not find: that of the theme it finds worst."""
        return max(self.scoring.missed[t] for t in self.on_theme_ids)

    @cached_property
    def depth_ids(self) -> tuple[str, ...]:
        """Ids of the depths, the fullest first."""
        weights = self.scoring.depth_weights
        return tuple(sorted(weights, key=lambda d: -weights[d]))
