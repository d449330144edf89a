"""`labels.yaml` of a guideline folder: codebook version, names of depths, floors and alarms, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from insek.errors import ConfigError
from insek.guideline import Guideline, read_yaml
from insek.sheet import KIND_NAMES, Vocabulary


@dataclass(frozen=True, slots=True)
class LabelPolicy:
    """What is asked of labels. A guideline without `labels.yaml` has no floors; the defaults raise the usual alarms.

    `positives` is the smallest number of passages per label and `suspect_shares` (0-1) the share of suspected errors
    that makes an import suspicious, both by question; `suspect_picked` is the least such share among passages that the
    program itself picked as doubtful or unusual. The lower end of the measured share must reach them (`alarms`).
    """

    codebook: str = "1"
    depth_names: Mapping[str, str] = field(default_factory=dict)
    positives: Mapping[str, int] = field(default_factory=dict)
    alpha: float = 0.667
    alpha_units: int = 30
    suspect_shares: Mapping[str, float] = field(
        default_factory=lambda: {"theme": 0.16, "field": 0.22, "stage": 0.25, "depth": 0.25}
    )
    suspect_picked: float = 0.25
    suspect_ratio: float = 2.0
    suspect_passages: int = 20
    hard_series: frozenset[str] = frozenset()
    """Series that the merge of classifier and rules does not learn from; see `merging`."""
    stage_shares: Mapping[str, float] = field(default_factory=dict)
    """Expected share of each stage (0-1) among passages with a theme; empty: as in the labels."""


def load_policy(folder: Path, guideline: Guideline) -> LabelPolicy:
    """The policy of a guideline folder; ConfigError names file and entry of a bad value."""
    path = folder / "labels.yaml"
    if not path.is_file():
        return LabelPolicy()
    data = read_yaml(path)
    positives = data.get("positives")
    if not isinstance(positives, dict) or not set(positives) <= set(KIND_NAMES):
        raise ConfigError(f"{path}: `positives` nennt andere Fragen als {', '.join(KIND_NAMES)}.", "Berichtigen.")
    names = data.get("depth_names")
    if not isinstance(names, dict) or set(names) != set(guideline.depth_ids):
        raise ConfigError(f"{path}: `depth_names` nennt nicht genau {', '.join(guideline.depth_ids)}.", "Berichtigen.")
    return LabelPolicy(
        codebook=str(data.get("codebook", "1")),
        depth_names={str(k): str(v) for k, v in names.items()},
        positives={kind: int(_number(data, path, "positives", kind)) for kind in positives},
        alpha=_number(data, path, "agreement", "alpha"),
        alpha_units=int(_number(data, path, "agreement", "units")),
        suspect_shares={kind: _number(data, path, "suspects", kind) for kind in KIND_NAMES},
        suspect_picked=_number(data, path, "suspects", "picked"),
        suspect_ratio=_number(data, path, "suspects", "ratio"),
        suspect_passages=int(_number(data, path, "suspects", "passages")),
        hard_series=_names(data, path, "hard_series"),
        stage_shares=_shares(data, path, guideline),
    )


def _names(data: Mapping[str, Any], path: Path, section: str) -> frozenset[str]:
    """The names of a section that may be missing."""
    entry = data.get(section, {"names": [], "reason": ""})
    names = entry.get("names") if isinstance(entry, dict) else None
    if not isinstance(names, list) or not isinstance(entry.get("reason"), str):
        raise ConfigError(f"{path}: `{section}` braucht `names` (eine Liste) und `reason`.", "Ergänzen.")
    return frozenset(str(name) for name in names)


def _shares(data: Mapping[str, Any], path: Path, guideline: Guideline) -> Mapping[str, float]:
    """Expected shares of all stages, all above 0 and together about 1; empty where the section is missing."""
    entry = data.get("stage_shares")
    if entry is None:
        return {}
    values = entry.get("values") if isinstance(entry, dict) else None
    good = isinstance(values, dict) and isinstance(entry.get("reason"), str)
    if not isinstance(values, dict) or not good or not _whole(values, guideline):
        raise ConfigError(f"{path}: `stage_shares` braucht `reason` und unter `values` einen Anteil je Schritt.",
                          "Die Anteile liegen über 0 und ergeben zusammen 1.")  # fmt: skip
    return {str(stage): float(share) for stage, share in values.items()}


def _whole(shares: Mapping[Any, Any], guideline: Guideline) -> bool:
    """Whether every stage has a share above 0 and all together make 1, give or take rounding."""
    numbers = all(isinstance(v, float) and v > 0 for v in shares.values())
    return numbers and set(shares) == set(guideline.stage_ids) and abs(sum(shares.values()) - 1) < 0.05


def load_vocabulary(folder: Path, guideline: Guideline) -> Vocabulary:
    """The words of the review sheet for a guideline folder."""
    return Vocabulary.of(guideline, load_policy(folder, guideline).depth_names)


def _number(data: Mapping[str, Any], path: Path, section: str, name: str) -> float:
    part = data.get(section)
    entry = part.get(name) if isinstance(part, dict) else None
    value = entry.get("value") if isinstance(entry, dict) else None
    reason = entry.get("reason") if isinstance(entry, dict) else None
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0 or not isinstance(reason, str):
        raise ConfigError(f"{path}: `{section}.{name}` braucht `value` (Zahl ab 0) und `reason`.", "Ergänzen.")
    return float(value)
