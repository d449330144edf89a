"""Promote, list and roll back models; what the gate said is kept with the model."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from insek.errors import ModelError, UsageError
from insek.guideline import load_guideline
from insek.learn.bootstrap import Range
from insek.learn.card import with_gate
from insek.learn.gate import GateResult, ask_gate
from insek.learn.policy import load_vocabulary
from insek.modelstore import history_of, manifest_of, model_ids, promote, promoted_id
from insek.project import Project
from insek.sheet import Vocabulary
from insek.store import write_atomic

GATE_FILE = "gate.json"
_OVERRULABLE = ("floor", "regression", "labels")


@dataclass(frozen=True)
class ModelRow:
    """A model as `insek models list` shows it. `state` is live, former or stored; `since` and `why` of its last use."""

    id: str
    state: str
    since: str
    why: str
    passages: int
    factory: str
    theme_f1: float | None
    damaged: str = ""


def promote_model(project: Project, model: str, *, reason: str | None = None) -> GateResult:
    """Ask the gate and make the model live if it passes, or if `reason` says why a fall is accepted.

    Floors, regressions and suspected labels can be overruled by a reason; a leaked test set and foreign rules cannot:
    then nothing was measured.
    """
    _refuse_bundled(project)
    result = ask_gate(project, model)
    overruled = bool(reason) and all(f.kind in _OVERRULABLE for f in result.findings)
    words = load_vocabulary(project.guideline_folder, load_guideline(project.guideline_folder))
    _keep(project.models_folder / model, result, words, reason if overruled and not result.passed else None)
    if result.passed or overruled:
        why = "bestanden" if result.passed else f"trotz {len(result.findings)} Einwänden: {reason}"
        promote(project.models_folder, model, since=_today(), why=why)
    return result


def live_after(project: Project, result: GateResult) -> bool:
    """Whether the model that the gate was asked about is live now."""
    return promoted_id(project.models_folder) == result.model


def _keep(folder: Path, result: GateResult, words: Vocabulary, reason: str | None) -> None:
    """Write the answer of the gate beside the model and its gist into the card."""
    record = {"asked": _today(), "passed": result.passed, "accepted_because": reason, **asdict(result)}
    write_atomic(folder / GATE_FILE, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    card = folder / "CARD.md"
    text = card.read_text("utf-8") if card.is_file() else f"# Modell {result.model}"
    write_atomic(card, with_gate(text, _gist(result, words, reason)))


def _gist(result: GateResult, words: Vocabulary, reason: str | None) -> str:
    told = f"{result.passages} eingefrorene Testpassagen (Prüfsumme `{result.test_sha256[:12]}`), verglichen mit " + (
        f"Modell {result.live}." if result.live_measured else "keinem anderen Modell."
    )
    told += f"{_news(result)}\n\n{_figures(result, words)}"
    if result.passed:
        return f"Bestanden. {told}"
    lines = "\n".join(f"- {f.text}" for f in result.findings)
    outcome = f"Trotzdem eingesetzt, Begründung: {reason}" if reason else "Nicht eingesetzt."
    return f"Nicht bestanden. {told}\n\n{lines}\n\n{outcome}"


def _news(result: GateResult) -> str:
    """How much of what the model learned is new, with a blank before it; empty where it does not tell."""
    if result.new_passages is None:
        return ""
    beside = f"gegenüber Modell {result.live} neu oder anders gelabelt" if result.live_measured else "neu"
    return f" Von den gelernten Passagen: {result.new_passages} {beside}."


def _figures(result: GateResult, words: Vocabulary) -> str:
    """Recall and F1 of themes, stage and depth on the test set, with 95 % intervals, as a table."""
    rows = [(label, m) for label, m in result.measured.items() if label.startswith("theme/") or "/" not in label]
    return "\n".join(["| Kennzeichen | Vollständigkeit | F1 | Passagen |", "|---|---|---|---|",
                      *(f"| {words.name_of(label)} | {_ranged(m.recall, m.recall_interval)} "
                        f"| {_ranged(m.f1, m.f1_interval)} | {m.support} |" for label, m in rows)])  # fmt: skip


def _ranged(value: float, interval: Range) -> str:
    return "{:.2f} ({:.2f}–{:.2f})".format(value, *interval).replace(".", ",")


def list_models(project: Project) -> list[ModelRow]:
    """All model folders, the live one first, then the former ones by their last use, then the rest by id."""
    history = history_of(project.models_folder)
    order = {record["model"]: i for i, record in reversed(list(enumerate(history)))}
    rows = [_row(project.models_folder / m, history, order) for m in model_ids(project.models_folder)]
    return sorted(rows, key=lambda r: (order.get(r.id, len(order)), r.id))


def _row(folder: Path, history: list[dict[str, Any]], order: Mapping[str, int]) -> ModelRow:
    place = order.get(folder.name)
    state = "stored" if place is None else "live" if place == 0 else "former"
    used = history[place] if place is not None else {"since": "", "why": ""}
    try:
        made = manifest_of(folder)
    except ModelError as error:
        return ModelRow(folder.name, state, used["since"], used["why"], 0, "", None, error.what)
    return ModelRow(folder.name, state, used["since"], used["why"], int(made.get("passages", 0)),
                    str(made["made_from"].get("factory", "")), _theme_f1(folder))  # fmt: skip


def _theme_f1(folder: Path) -> float | None:
    try:
        return float(json.loads((folder / "metrics.json").read_text("utf-8"))["merged"]["theme_macro_f1"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def roll_back(project: Project, reason: str) -> tuple[str, str]:
    """Make the former model live again; returns (model given up, model live now).

    Raises:
        ModelError: there is no former model, or its folder is gone.
    """
    _refuse_bundled(project)
    history = history_of(project.models_folder)
    here = set(model_ids(project.models_folder))
    former = next((r["model"] for r in history[1:] if r["model"] != history[0]["model"]), None)
    if former is None:
        raise ModelError("Es gibt kein früheres Modell.", "`insek models list` zeigt, was war.")
    if former not in here:
        raise ModelError(f"Das frühere Modell {former} liegt nicht mehr unter {project.models_folder}.",
                         "Den Ordner aus der Sicherung zurückholen.")  # fmt: skip
    manifest_of(project.models_folder / former)
    promote(project.models_folder, former, since=_today(), why=f"zurück von {history[0]['model']}: {reason}")
    return str(history[0]["model"]), str(former)


def model_card_of(project: Project, model: str | None) -> str:
    """The card of a model, of the live one when None; ModelError where there is none."""
    name = model or promoted_id(project.models_folder)
    if name is None or name not in model_ids(project.models_folder):
        raise ModelError(f"Ein Modell „{name or ''}“ gibt es nicht.", "`insek models list` nennt die vorhandenen.")
    card = project.models_folder / name / "CARD.md"
    if not card.is_file():
        raise ModelError(f"{card} fehlt.", "Das Modell mit `insek train` neu anlegen.")
    return card.read_text("utf-8")


def _refuse_bundled(project: Project) -> None:
    if project.bundled:
        raise UsageError("Das mitgelieferte Projekt wird nicht verändert.",
                         "Mit `insek init ORDNER` ein eigenes anlegen und dort arbeiten.")  # fmt: skip


def _today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()
