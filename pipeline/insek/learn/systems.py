"""The four ways to decide that every evaluation sets side by side: key words, rules, classifier, and both together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insek.errors import ModelError
from insek.guideline import Guideline, load_guideline
from insek.learn.baseline import load_baseline, themes_by_keywords
from insek.learn.evaluate import Tagged, decided
from insek.learn.labels import LabelledPassage
from insek.learn.train import Prepared
from insek.modelstore import load_model
from insek.project import Project
from insek.tag import Tagger
from insek.tag.merge import Opinion, merged_opinion, opinion_of_rules
from insek.tag.model import LinearModel, as_linear
from insek.tag.rulefile import load_rules

SYSTEMS = ("keywords", "rules", "model", "both")
BOTH = SYSTEMS[-1]


@dataclass(frozen=True)
class Decided:
    """What each system said of the same passages; `scores` are the theme probabilities (0-1) of both together."""

    labels: Sequence[LabelledPassage]
    tagged: Mapping[str, Sequence[Tagged]]
    scores: Sequence[Mapping[str, float]]


def rule_tagger(project: Project) -> Tagger:
    """The rules of a project without a model."""
    guideline = load_guideline(project.guideline_folder)
    return Tagger(load_rules(project.guideline_folder, guideline), guideline, None)


def linear_model(project: Project, model: str, guideline: Guideline) -> LinearModel:
    """A model of the project by its id; ModelError where the id names no folder of `models/`."""
    if Path(model).name != model or model in ("", ".", ".."):
        raise ModelError(f"„{model}“ ist keine Modellkennung.", "`insek models list` nennt die vorhandenen Modelle.")
    return as_linear(load_model(project.models_folder / model), guideline)


def decide_all(prepared: Prepared, linear: LinearModel, guideline: Guideline, folder: Path) -> Decided:
    """What all systems say of prepared passages; `folder` holds the key words of the guideline."""
    baseline = load_baseline(folder, guideline)
    merged = merged_opinions(prepared, linear, guideline)
    alone = classifier_opinions(prepared, linear, guideline)
    tagged = {
        "keywords": [_by_keywords(label, baseline) for label in prepared.labels],
        "rules": [decided(opinion_of_rules(v, guideline)) for v in prepared.verdicts],
        "model": [decided(o) for o in alone],
        BOTH: [decided(o) for o in merged],
    }
    return Decided(prepared.labels, tagged, [o.scores for o in merged])


def merged_opinions(prepared: Prepared, linear: LinearModel, guideline: Guideline) -> list[Opinion]:
    """What classifier and rules together say of each passage."""
    return _opinions(prepared, linear, guideline, {**linear.merge, "thresholds": linear.thresholds})


def classifier_opinions(prepared: Prepared, linear: LinearModel, guideline: Guideline) -> list[Opinion]:
    """What the classifier says of each passage where the rules are switched off."""
    return _opinions(prepared, linear, guideline, linear.merge["model_only"])


def _opinions(prepared: Prepared, linear: LinearModel, guideline: Guideline,
              learned: Mapping[str, Any]) -> list[Opinion]:  # fmt: skip
    return [
        merged_opinion(linear.logits(linear.weigh(sight)), verdict, guideline, learned, learned["thresholds"])
        for sight, verdict in zip(prepared.sights, prepared.verdicts, strict=True)
    ]


def _by_keywords(label: LabelledPassage, baseline: Mapping[str, tuple[str, ...]]) -> Tagged:
    return Tagged(themes_by_keywords(label.text, baseline), frozenset(), None, None)
