"""What `insek train` and `insek evaluate` do, without the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from insek.errors import MissingInputError, ModelError
from insek.guideline import Guideline, load_guideline
from insek.learn.curve import learning_curve
from insek.learn.evaluation import SUMS, evaluation
from insek.learn.gate import load_gate
from insek.learn.labels import load_labels
from insek.learn.policy import LabelPolicy, load_policy
from insek.learn.systems import BOTH, SYSTEMS, decide_all, linear_model, rule_tagger
from insek.learn.train import Prepared, TrainingSettings, prepare, train
from insek.modelstore import promoted_id
from insek.project import Project
from insek.sheet import Vocabulary
from insek.store import folder_digest
from insek.tag import Tagger
from insek.tag.encoder import Encoder, load_encoder

SEED = 20231


def train_model(project: Project, labels: Path | None, factory: str, seed: int, say: Callable[[str], None],
                encoder: str | None = None) -> Path:  # fmt: skip
    """Train on the labels of a project (or of another folder); returns the model folder. `encoder`: key of ENCODERS."""
    from insek.errors import UsageError
    from insek.learn.estimators import FACTORIES

    if project.bundled:
        raise UsageError("Das mitgelieferte Projekt wird nicht verändert.",
                         "Mit `insek init ORDNER` ein eigenes anlegen und dort lernen.")  # fmt: skip
    if factory not in FACTORIES:
        raise UsageError(f"Das Verfahren „{factory}“ gibt es nicht.", f"Vorhanden: {', '.join(FACTORIES)}.")
    opened = load_encoder(encoder) if encoder else None
    guideline = load_guideline(project.guideline_folder)
    policy = load_policy(project.guideline_folder, guideline)
    tagger = rule_tagger(project)
    folder = labels or project.labels_folder
    digests = {"labels": folder_digest(folder, ("*.jsonl",)), "rules": project.rules_digest()}
    made = train(load_labels(folder, guideline), tagger, guideline, project.models_folder, digests,
                 _settings(policy, factory, seed, opened), say)  # fmt: skip
    return made


def _settings(policy: LabelPolicy, factory: str, seed: int, encoder: Encoder | None) -> TrainingSettings:
    return TrainingSettings(factory=factory, seed=seed, hard_series=policy.hard_series,
                            stage_shares=policy.stage_shares, encoder=encoder)  # fmt: skip


def evaluate_model(project: Project, model: str | None, labels: Path | None, *, curve: bool = False,
                   say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:  # fmt: skip
    """Everything `insek evaluate` tells of a model, as plain data; see `evaluation` for the measures.

    Args:
        project: gives model, rules and labels.
        model: id of the model; the live one when None.
        labels: folder of the labels to measure on; the frozen test passages of the gate when None.
        curve: learn from ever more of the project's labels as well (minutes).
        say: told what is being done.

    Raises:
        ModelError: there is no such model.
        MissingInputError: there are no labels, or nobody has answered them.
        ConfigError: gate, rules or labels are not valid.
    """
    guideline = load_guideline(project.guideline_folder)
    name = model or promoted_id(project.models_folder)
    if name is None:
        raise ModelError("Kein Modell angegeben und keines eingesetzt.", "`insek train --promote` legt eines an.")
    folder = labels or load_gate(project, guideline).folder
    linear = linear_model(project, name, guideline)
    tagger = rule_tagger(project)
    encoder = linear.encoder if curve else None
    test = prepare(load_labels(folder, guideline), tagger, guideline, encoder)
    if not test.labels:
        raise MissingInputError(
            f"{folder} enthält keine beantworteten Labels.", "Mit `insek labels import` welche holen."
        )
    found = evaluation(decide_all(test, linear, guideline, project.guideline_folder), guideline, SEED)
    known = folder.resolve() == project.labels_folder.resolve()
    return {
        "model": name,
        "guideline": guideline.name,
        "labels": {"folder": folder.name, "sha256": folder_digest(folder, ("*.jsonl",)), "learned_from": known},
        "cross_validation": _cross_validation(project, name),
        **found,
        "learning_curve": _curve(project, test, tagger, guideline, encoder, say) if curve else [],
    }


def _cross_validation(project: Project, model: str) -> dict[str, Any]:
    """What cross-validation by municipality said when the model was made."""
    path = project.models_folder / model / "metrics.json"
    try:
        return dict(json.loads(path.read_text("utf-8"))["merged"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ModelError(f"{path} ist nicht lesbar.", "Das Modell mit `insek train` neu anlegen.") from None


def _curve(project: Project, test: Prepared, tagger: Tagger, guideline: Guideline, encoder: Encoder | None,
           say: Callable[[str], None]) -> list[dict[str, Any]]:  # fmt: skip
    learned = prepare(load_labels(project.labels_folder, guideline), tagger, guideline, encoder)
    policy = load_policy(project.guideline_folder, guideline)
    return learning_curve(learned, test, guideline, _settings(policy, TrainingSettings.factory, SEED, encoder), say)


_SYSTEM_NAMES = {"keywords": "Stichwort", "rules": "Regeln", "model": "Modell", "both": "beide"}
_NONE = "–"
_SUM_NAMES = ("Themen im Mittel", "Felder im Mittel", "Schritt richtig", "Tiefe richtig")


def evaluation_table(told: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """The main figures of `evaluate_model` as a table in plain text: F1 per label and system, interval of both.

    A label that no passage has cannot be measured: a dash stands there, no nought.
    """
    both, cv = told["systems"][BOTH], told["cross_validation"]
    rows = [name for name in both if name.startswith(("theme/", "field/"))] + ["stage", "depth"]
    table = pd.DataFrame({_SYSTEM_NAMES[s]: [_f1(told, s, r) for r in rows] for s in SYSTEMS})
    table["95 %"] = [_interval(both[r]) for r in rows]
    table["Vollst."] = [_figure(both[r]["recall"]) if both[r]["support"] else _NONE for r in rows]
    table["Kreuzv."] = [_figure(_of_cv(cv, r)) for r in rows]
    table["Passagen"] = [str(both[r]["support"]) for r in rows]
    table.index = pd.Index([vocabulary.name_of(r) for r in rows])
    sums = pd.DataFrame({_SYSTEM_NAMES[s]: [_sum(told, s, k) for k in SUMS] for s in SYSTEMS}, index=list(_SUM_NAMES))
    sums["Kreuzv."] = [_figure(cv[k]) for k in SUMS]
    return "\n".join([f"Modell {told['model']}, F1, Passagen: {told['passages']}", *_caution(told), "",
                      *(t.to_string() + "\n" for t in (table, sums)),
                      "beide: Regeln und Modell zusammen, wie in den Berichten; 95 % und Vollständigkeit gelten dafür.",
                      "Kreuzv.: Kreuzvalidierung nach Gemeinden auf den Labels, aus denen gelernt wurde."])  # fmt: skip


def _f1(told: Mapping[str, Any], system: str, row: str) -> str:
    """F1 of a label; key words say nothing but themes."""
    measured = told["systems"][system][row]
    asked = measured["support"] and (system != "keywords" or row.startswith("theme/"))
    return _figure(measured["f1"]) if asked else _NONE


def _interval(measured: Mapping[str, Any]) -> str:
    return "{:.2f}–{:.2f}".format(*measured["f1_interval"]).replace(".", ",") if measured["support"] else _NONE


def _sum(told: Mapping[str, Any], system: str, key: str) -> str:
    return _NONE if system == "keywords" and not key.startswith("theme_") else _figure(told["sums"][system][key])


def _figure(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")


def _caution(told: Mapping[str, Any]) -> list[str]:
    said = []
    if told["labels"]["learned_from"]:
        said.append("Achtung: Auf diesen Labels wurde gelernt; „Modell“ und „beide“ sind hier geschmeichelt.")
    if told["resampled"] == "passage":
        said.append("Achtung: Die Labels kommen aus zu wenigen Gemeinden; die Bereiche (95 %) sind zu eng.")
    return said


def _of_cv(cv: Mapping[str, Any], row: str) -> float:
    kind, _, name = row.partition("/")
    return float(cv[f"{kind}s"][name]["f1"] if name else cv[f"{kind}_accuracy"])
