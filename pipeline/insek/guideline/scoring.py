"""The numbers of a guideline: weights, limits and rates of `scoring.yaml`, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from insek.domain import Shortfall
from insek.errors import ConfigError
from insek.guideline.reading import Entry


@dataclass(frozen=True, slots=True)
class Scoring:
    """Numbers of `scoring.yaml`; all are shares 0-1 unless named a count.

    `missed` is the share of passages per theme that the program does not find. From `doubt_floor` on a passage under
    the threshold counts as doubtful. `gap_shares` tell by the value of a `Shortfall` how many of such passages
    would fill a cell after all.
    `measure_stage` is the stage whose passages are measures; None where the guideline has none. A rule that fires on
    more than `busy_share` of a text is told of, and one that is always covered by another where it has `shadow_hits`
    (count) or more.
    """

    depth_weights: Mapping[str, float]
    mention_cap: float
    evidence_floor: float
    max_quotes: int
    few_quotes: int
    min_share_for_index: float
    own_heading_passages: int
    own_heading_share: float
    cross_cutting_fields: int
    cross_cutting_share: float
    missed: Mapping[str, float]
    doubt_floor: float
    nearest: int
    gap_shares: Mapping[str, float]
    measure_stage: str | None
    busy_share: float
    shadow_hits: int
    reasons: Mapping[str, str]


_SECTIONS = ("version", "field_weights", "stage_weights", "depth_weights", "cell", "readability", "anchoring", "missed",
             "doubt", "gaps", "measures", "checks")  # fmt: skip


class Numbers:
    """Access to `scoring.yaml` that insists on a number and a reason; errors name file and line."""

    def __init__(self, file: Entry) -> None:
        """`file`: the whole of `scoring.yaml`."""
        self.file = file
        self.reasons: dict[str, str] = {}

    def names(self, section: str) -> Iterable[str]:
        """The names of the entries of a section; at least one."""
        names = self._section(section).data
        if not names:
            raise self.file.error(f"hat unter `{section}` keinen Eintrag", "Mit Zahl und `reason:` ergänzen.")
        return names

    def share(self, section: str, name: str, key: str = "value") -> float:
        """A value between 0 and 1."""
        value = self.number(section, name, key)
        if value > 1:
            raise self._entry(section, name).error(f"`{name}` ist {value:g}", "Anteile liegen zwischen 0 und 1.")
        return value

    def count(self, section: str, name: str) -> int:
        """A whole number from 0."""
        value = self.number(section, name, "value")
        if value % 1:
            raise self._entry(section, name).error(f"`{name}` ist {value:g}", "Hier steht eine ganze Zahl.")
        return int(value)

    def number(self, section: str, name: str, key: str) -> float:
        """A number from 0."""
        entry = self._entry(section, name)
        value = entry.data.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < math.inf:
            raise entry.error(f"`{section}.{name}.{key}` ist keine Zahl ab 0", "Die Zahl ergänzen.")
        self._keep_reason(section, name, entry)
        return float(value)

    def choice(self, section: str, name: str, key: str, allowed: tuple[str, ...]) -> str:
        """One of several ids."""
        entry = self._entry(section, name)
        value = entry.choice(key, allowed)
        self._keep_reason(section, name, entry)
        return value

    def _keep_reason(self, section: str, name: str, entry: Entry) -> None:
        reason = entry.data.get("reason")
        if not isinstance(reason, str) or not reason:
            raise entry.error(f"`{section}.{name}` hat keine Begründung", "`reason:` ergänzen.")
        self.reasons[f"{section}.{name}"] = reason

    def _section(self, section: str) -> Entry:
        data = self.file.data.get(section)
        if not isinstance(data, dict):
            raise ConfigError(f"{self.file.file}: Abschnitt `{section}` fehlt.", "Ergänzen; die Vorlage ist insek-mit.")
        return Entry(data, self.file.file)

    def _entry(self, section: str, name: str) -> Entry:
        data = self._section(section)
        if not isinstance(data.data.get(name), dict):
            raise data.error(f"`{section}.{name}` fehlt", "Mit Zahl und `reason:` ergänzen.")
        return Entry(data.data[name], data.file)


def read_scoring(numbers: Numbers, themes: Iterable[str], stages: tuple[str, ...]) -> Scoring:
    """All numbers but the weights of fields and stages, which stand with them.

    Args:
        numbers: the file.
        themes: ids of the themes; each needs a rate of missed passages.
        stages: ids of the stages, one of which may be that of the measures.
    """
    measured = "measures" in numbers.file.data
    scoring = Scoring(
        depth_weights={d: numbers.share("depth_weights", d, "weight") for d in numbers.names("depth_weights")},
        mention_cap=numbers.share("cell", "mention_cap"),
        evidence_floor=numbers.share("cell", "evidence_floor"),
        max_quotes=numbers.count("cell", "max_quotes"),
        few_quotes=numbers.count("cell", "few_quotes"),
        min_share_for_index=numbers.share("readability", "min_share_for_index"),
        own_heading_passages=numbers.count("anchoring", "own_heading_passages"),
        own_heading_share=numbers.share("anchoring", "own_heading_share"),
        cross_cutting_fields=numbers.count("anchoring", "cross_cutting_fields"),
        cross_cutting_share=numbers.share("anchoring", "cross_cutting_share"),
        missed={theme: numbers.share("missed", theme) for theme in themes},
        doubt_floor=numbers.share("doubt", "floor"),
        nearest=numbers.count("gaps", "nearest"),
        gap_shares={why.value: numbers.share("gaps", why.value) for why in Shortfall},
        measure_stage=numbers.choice("measures", "stage", "value", stages) if measured else None,
        busy_share=numbers.share("checks", "busy_share"),
        shadow_hits=numbers.count("checks", "shadow_hits"),
        reasons=numbers.reasons,
    )
    numbers.file.only(_SECTIONS)  # after what is missing: a slip of the pen is both
    return scoring
