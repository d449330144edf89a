"""The gate before a model goes live: a frozen test set, floors per label, and no label worse than it was.

All of it is data in `models/gate.yaml`: which passages are the test, their digest, the floors with their reasons. A
model that pleases on the labels it was corrected with may have forgotten something else; only passages that never take
part in learning can show it.

Rules decide most of the themes, and would hide a classifier that was taught wrongly. So the classifier is also compared
with the live one by itself; there a fall must be as large as `classifier_fall`, because alone it swings more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from insek.errors import ConfigError
from insek.guideline import Guideline, load_guideline, read_yaml
from insek.learn.bootstrap import Measured, Range, difference, draws, measure, resampling_groups
from insek.learn.counts import Counts, count, label_names
from insek.learn.evaluate import decided
from insek.learn.labels import LabelledPassage, load_labels
from insek.learn.policy import load_vocabulary
from insek.learn.systems import classifier_opinions, linear_model, merged_opinions, rule_tagger
from insek.learn.train import Prepared, prepare
from insek.modelstore import manifest_of, promoted_id
from insek.project import Project
from insek.sheet import Vocabulary
from insek.store import folder_digest

GATE = "gate.yaml"
_MEASURES = ("precision", "recall", "f1")


@dataclass(frozen=True)
class Floor:
    """The least a label must reach: `measure` is precision, recall or f1, `value` 0-1, `reason` why so much."""

    label: str
    measure: str
    value: float
    reason: str


@dataclass(frozen=True)
class Gate:
    """Contents of `gate.yaml`: folder of the test passages with its sha256, floors, and the seed of the resampling.

    `classifier_fall` (0-1) is the fall in F1 of a theme that the classifier alone must not reach; None: not asked.
    """

    folder: Path
    sha256: str
    floors: tuple[Floor, ...]
    seed: int
    source: Path
    classifier_fall: float | None = None


@dataclass(frozen=True)
class Finding:
    """One reason against a model. `kind` is floor, regression, leak or rules; `text` is plain German."""

    kind: str
    label: str
    text: str


@dataclass(frozen=True)
class GateResult:
    """What the gate says: measures of the model and of the live one on the test set, and the reasons against it."""

    model: str
    live: str | None
    test_sha256: str
    passages: int
    measured: Mapping[str, Measured]
    live_measured: Mapping[str, Measured]
    differences: Mapping[str, Range]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against the model."""
        return not self.findings


def load_gate(project: Project, guideline: Guideline) -> Gate:
    """Read `models/gate.yaml`; ConfigError names what is wrong, and refuses a test set that was changed."""
    path = project.models_folder / GATE
    data = read_yaml(path)
    test = data.get("test_set")
    if not isinstance(test, dict) or not isinstance(test.get("folder"), str) or not isinstance(test.get("sha256"), str):
        raise ConfigError(f"{path}: `test_set` braucht `folder` und `sha256`.", "Ergänzen.")
    folder = (project.root / test["folder"]).resolve()
    if not folder.is_relative_to(project.root.resolve()):
        raise ConfigError(f"{path}: `test_set.folder` liegt außerhalb des Projekts.", "Einen Ordner im Projekt nennen.")
    digest = folder_digest(folder, ("*.jsonl",))
    if digest != test["sha256"]:
        raise ConfigError(
            f"{folder}: die Testpassagen sind nicht die, deren Prüfsumme in {path.name} steht; sie haben {digest}.",
            "Die Passagen zurückholen. Wer sie bewusst ändert, trägt die neue Prüfsumme dort ein und begründet es.",
        )
    floors = tuple(_floors(data.get("floors"), guideline, path))
    seed = data.get("seed", 20231)
    return Gate(folder, digest, floors, int(seed), path, _classifier_fall(data.get("classifier_fall"), path))


def _classifier_fall(entry: Any, path: Path) -> float | None:
    if entry is None:
        return None
    value = entry.get("value") if isinstance(entry, dict) else None
    if not isinstance(value, float) or not 0 < value < 1 or not isinstance(entry.get("reason"), str):
        raise ConfigError(f"{path}: `classifier_fall` braucht `value` (zwischen 0 und 1) und `reason`.", "Ergänzen.")
    return value


def _floors(entries: Any, guideline: Guideline, path: Path) -> Iterator[Floor]:
    if not isinstance(entries, dict) or not entries:
        raise ConfigError(f"{path}: `floors` fehlt.", "Je Kennzeichen einen Mindestwert nennen.")
    known = label_names(guideline)
    for label, entry in entries.items():
        values = [k for k in _MEASURES if isinstance(entry, dict) and isinstance(entry.get(k), int | float)]
        if label not in known or not values or not isinstance(entry.get("reason"), str):
            raise ConfigError(
                f"{path}: Mindestwert „{label}“ ist unvollständig oder unbekannt.",
                "Nötig: ein Kennzeichen des Leitfadens, precision, recall oder f1, und `reason`.",
            )
        yield from (Floor(str(label), k, float(entry[k]), entry["reason"]) for k in values)


def frozen_passages(project: Project, guideline: Guideline) -> list[LabelledPassage]:
    """The test passages of a project; none where it has no gate. ConfigError as in `load_gate`."""
    if not (project.models_folder / GATE).is_file():
        return []
    return load_labels(load_gate(project, guideline).folder, guideline)


def ask_gate(project: Project, model: str) -> GateResult:
    """Measure a model against floors and the live model on the frozen test set.

    Raises:
        ConfigError: gate, test set or labels are not valid.
        ModelError: one of the models cannot be loaded.
    """
    guideline = load_guideline(project.guideline_folder)
    gate = load_gate(project, guideline)
    test = load_labels(gate.folder, guideline)
    prepared = prepare(test, rule_tagger(project), guideline)
    groups = resampling_groups(prepared.labels)
    drawn = draws(len(set(groups)), gate.seed)
    live = promoted_id(project.models_folder)
    counts = _counts(project, model, prepared, groups, guideline)
    before = _counts(project, live, prepared, groups, guideline) if live and live != model else None
    measured = measure(counts, drawn)
    differences = difference(before, counts, drawn) if before else {}
    live_measured = measure(before, drawn) if before else {}
    words = load_vocabulary(project.guideline_folder, guideline)
    alone = _alone(project, model, live, prepared, gate, guideline) if live and before else ()
    findings = [*_foreign_rules(project, model), *_leaks(project, test, guideline), *_below(gate, measured, words),
                *_worse(measured, live_measured, differences, words), *alone]  # fmt: skip
    return GateResult(model, live, gate.sha256, len(prepared.labels), measured, live_measured, differences,
                      tuple(findings))  # fmt: skip


def _counts(project: Project, model: str, prepared: Prepared, groups: list[str], guideline: Guideline) -> Counts:
    linear = linear_model(project, model, guideline)
    tagged = [decided(o) for o in merged_opinions(prepared, linear, guideline)]
    return count(prepared.labels, tagged, groups, guideline)


def _alone(project: Project, model: str, live: str, prepared: Prepared, gate: Gate,
           guideline: Guideline) -> Iterator[Finding]:  # fmt: skip
    """Themes in which the classifier alone fell beyond chance and by as much as the gate allows at most."""
    if gate.classifier_fall is None:
        return
    groups = resampling_groups(prepared.labels)
    drawn = draws(len(set(groups)), gate.seed)
    before, now = (
        count(
            prepared.labels, [decided(o) for o in classifier_opinions(prepared, linear, guideline)], groups, guideline
        )
        for linear in (linear_model(project, name, guideline) for name in (live, model))
    )
    was, has = measure(before, drawn), measure(now, drawn)
    vocabulary = load_vocabulary(project.guideline_folder, guideline)
    ranges = difference(before, now, drawn)
    for label in (f"theme/{theme}" for theme in guideline.theme_ids):
        low, high = ranges[label]
        if high < 0 and was[label].f1 - has[label].f1 >= gate.classifier_fall:
            name = vocabulary.name_of(label)
            told = f"{name}: Das Modell ohne Regeln hat F1 {_two(has[label].f1)}, das eingesetzte {_two(was[label].f1)}"
            yield Finding("regression", label, f"{told} (Unterschied {_two(low)} bis {_two(high)}). Falsche Labels? "
                          "`insek labels check` prüft sie.")  # fmt: skip


def _foreign_rules(project: Project, model: str) -> Iterator[Finding]:
    if manifest_of(project.models_folder / model)["made_from"].get("rules") != project.rules_digest():
        yield Finding("rules", "", "Das Modell wurde mit anderen Regeln gelernt, als im Projekt stehen; neu lernen.")


def _leaks(project: Project, test: list[LabelledPassage], guideline: Guideline) -> Iterator[Finding]:
    """Test passages among the labels that are learned from: they would only test the memory."""
    if not any(project.labels_folder.glob("*.jsonl")):
        return
    frozen = {" ".join(label.text.split()) for label in test}
    leaked = [x for x in load_labels(project.labels_folder, guideline) if " ".join(x.text.split()) in frozen]
    if leaked:
        yield Finding(
            "leak", "", f"{len(leaked)} Testpassagen stehen auch unter den Labels (zuerst {leaked[0].source})."
        )


def _below(gate: Gate, measured: Mapping[str, Measured], words: Vocabulary) -> Iterator[Finding]:
    for floor in gate.floors:
        value = getattr(measured[floor.label], floor.measure)
        if value < floor.value:
            told = f"{words.name_of(floor.label)}: {_NAMES[floor.measure]} {_two(value)}"
            yield Finding("floor", floor.label, f"{told}, verlangt sind {_two(floor.value)} ({floor.reason})")


def _worse(now: Mapping[str, Measured], before: Mapping[str, Measured],
           differences: Mapping[str, Range], words: Vocabulary) -> Iterator[Finding]:  # fmt: skip
    """Labels whose F1 fell by more than chance explains: the whole interval of the difference lies below zero."""
    for label, (low, high) in differences.items():
        if high < 0:
            told = (
                f"{words.name_of(label)}: F1 {_two(now[label].f1)}, beim eingesetzten Modell {_two(before[label].f1)}"
            )
            yield Finding("regression", label, f"{told} (Unterschied {_two(low)} bis {_two(high)})")


def _two(value: float) -> str:
    """A figure in German: two digits, a comma, and a minus that is as wide as a digit."""
    return f"{value:.2f}".replace(".", ",").replace("-", "−")


_NAMES = {"precision": "Genauigkeit", "recall": "Vollständigkeit", "f1": "F1"}
