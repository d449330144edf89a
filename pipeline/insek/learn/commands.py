"""What `insek train` and `insek evaluate` do, without the command line."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from insek.errors import ModelError
from insek.guideline import load_guideline
from insek.learn.baseline import load_baseline, themes_by_keywords
from insek.learn.evaluate import Tagged, decided, score_all
from insek.learn.labels import LabelledPassage, load_labels
from insek.learn.train import Prepared, TrainingSettings, prepare, train
from insek.modelstore import load_model, promote, promoted_id
from insek.project import Project
from insek.store import folder_digest
from insek.tag import Tagger
from insek.tag.merge import merged_opinion, opinion_of_rules
from insek.tag.model import LinearModel, as_linear
from insek.tag.rules import load_rules

SYSTEMS = ("keywords", "rules", "model", "both")
_SUMS = ("theme_macro_f1", "field_macro_f1", "stage_accuracy", "depth_accuracy")


def train_model(project: Project, labels: Path | None, factory: str, seed: int, say: Callable[[str], None], *,
                promote_it: bool) -> Path:  # fmt: skip
    """Train on the labels of a project (or of another folder); returns the model folder."""
    from insek.errors import UsageError
    from insek.learn.estimators import FACTORIES

    if project.bundled:
        raise UsageError("Das mitgelieferte Projekt wird nicht verändert.",
                         "Mit `insek init ORDNER` ein eigenes anlegen und dort lernen.")  # fmt: skip
    if factory not in FACTORIES:
        raise UsageError(f"Das Verfahren „{factory}“ gibt es nicht.", f"Vorhanden: {', '.join(FACTORIES)}.")
    guideline = load_guideline(project.guideline_folder)
    tagger = Tagger(load_rules(project.guideline_folder, guideline), guideline, None)
    folder = labels or project.labels_folder
    digests = {"labels": folder_digest(folder, ("*.jsonl",)), "rules": project.rules_digest()}
    made = train(load_labels(folder, guideline), tagger, guideline, project.models_folder, digests,
                 TrainingSettings(factory=factory, seed=seed), say)  # fmt: skip
    if promote_it:
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        promote(project.models_folder, made.name, since=today, why="insek train --promote")
    else:
        say("Das Modell ist abgelegt, aber nicht eingesetzt (--promote setzt es ein).")
    return made


def evaluation_table(project: Project, model: str | None, labels: Path | None) -> str:
    """Scores of all systems as a table in plain text."""
    guideline = load_guideline(project.guideline_folder)
    name = model or promoted_id(project.models_folder)
    if name is None or Path(name).name != name:
        raise ModelError("Kein Modell angegeben und keines eingesetzt.", "`insek train --promote` legt eines an.")
    scores = evaluate_systems(project, name, labels)
    metrics = json.loads((project.models_folder / name / "metrics.json").read_text("utf-8"))
    lines = [f"Modell {name}, {scores['both']['passages']} Passagen aus {labels or project.labels_folder}", ""]
    if labels is None:
        lines += ["Achtung: Auf diesen Labels wurde gelernt; „model“ und „both“ sind hier geschmeichelt.",
                  "Ehrlich ist die Spalte „cv“: Kreuzvalidierung nach Gemeinden.", ""]  # fmt: skip
        scores["cv"] = metrics["merged"]
    rows = [("themes", t) for t in guideline.theme_ids] + [("fields", f) for f in guideline.field_ids]
    return "\n".join([*lines, _table(scores, rows)])


def _table(scores: Mapping[str, Mapping[str, Any]], rows: Sequence[tuple[str, str]]) -> str:
    """F1 per label and the four sums, one column per system, in plain text."""
    table = pd.DataFrame(
        {name: [found[kind][label]["f1"] for kind, label in rows] + [found[s] for s in _SUMS]
         for name, found in scores.items()},
        index=[label for _, label in rows] + list(_SUMS),
    )  # fmt: skip
    table["Passagen"] = [str(scores["both"][kind][label]["support"]) for kind, label in rows] + [""] * len(_SUMS)
    return table.to_string(float_format="{:.3f}".format)


def evaluate_systems(project: Project, model: str, labels: Path | None) -> dict[str, dict[str, Any]]:
    """System -> scores as in `score_all`, for key words, rules, classifier and both."""
    guideline = load_guideline(project.guideline_folder)
    tagger = Tagger(load_rules(project.guideline_folder, guideline), guideline, None)
    linear = as_linear(load_model(project.models_folder / model), guideline)
    prepared = prepare(load_labels(labels or project.labels_folder, guideline), tagger, guideline)
    baseline = load_baseline(project.guideline_folder, guideline)
    keyworded = [_by_keywords(label, baseline) for label in prepared.labels]
    tagged = {
        "keywords": keyworded,
        "rules": [decided(opinion_of_rules(v, guideline)) for v in prepared.verdicts],
        "model": _by_model(prepared, linear, linear.merge["model_only"], tagger),
        "both": _by_model(prepared, linear, {**linear.merge, "thresholds": linear.thresholds}, tagger),
    }
    return {name: score_all(prepared.labels, tagged[name], guideline) for name in SYSTEMS}


def _by_keywords(label: LabelledPassage, baseline: Mapping[str, tuple[str, ...]]) -> Tagged:
    return Tagged(themes_by_keywords(label.text, baseline), frozenset(), None, None)


def _by_model(prepared: Prepared, linear: LinearModel, learned: Mapping[str, Any], tagger: Tagger) -> list[Tagged]:
    return [
        decided(
            merged_opinion(
                linear.logits(linear.weigh(sight)), verdict, tagger.guideline, learned, learned["thresholds"]
            )
        )
        for sight, verdict in zip(prepared.sights, prepared.verdicts, strict=True)
    ]
