"""The card of a model: what it is for, what it was made from, how good it is and where it fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage
from insek.tag.encoder import INSTALL

BUNDLED = "insek"
"""Annotator of the labels that come with the program."""

_GATE = "\n\n**Prüfung vor dem Einsatz.**\n\n"
"""Heads what the gate said, at the end of a card."""

_SIZE_NAMES = {
    "rural": "ländlich",
    "small": "Kleinstadt",
    "medium": "Mittelstadt",
    "large": "Großstadt",
    "unknown": "Größe nicht bekannt",
}
_EXAMPLE_LENGTH = 100
"""Characters that an example should have: long enough to be understood, short enough for a table."""
_EXAMPLE_MAX = 180


def model_card(manifest: Mapping[str, Any], metrics: Mapping[str, Any], guideline: Guideline,
               labels: Sequence[LabelledPassage]) -> str:  # fmt: skip
    """Markdown in German; the figures are those of `metrics.json`, the examples come from the labels."""
    return f"{_task(manifest, guideline, labels)}\n\n{_quality(manifest, metrics, guideline, labels)}"


def with_gate(card: str, told: str) -> str:
    """A card with what the gate said of its model (Markdown), in place of what it said before."""
    return f"{card.split(_GATE)[0].rstrip()}{_GATE}{told.strip()}\n"


def gate_of(card: str) -> str:
    """What the gate said, as a card has it; empty where it was not asked."""
    return card.partition(_GATE)[2]


def _task(manifest: Mapping[str, Any], guideline: Guideline, labels: Sequence[LabelledPassage]) -> str:
    """What the model is asked, and what it learned from."""
    return f"""# Modell {manifest["id"]}

**Aufgabe.** Passagen deutscher Stadtentwicklungspläne nach „{guideline.title}“ kennzeichnen: Thema, Handlungsfeld,
Planungsschritt und Tiefe. Die Entscheidung fällt zusammen mit den Regeln des Leitfadens `{guideline.name}`.

**Daten.** {manifest["passages"]} gekennzeichnete Passagen aus {manifest["municipalities"]} Gemeinden
({_sizes(labels)}).

{_hands(labels)}

**Kennzeichen** mit je einer Passage, an der sie gelernt wurden:

| Kennzeichen | Beispiel |
|---|---|
{_examples(guideline, labels)}"""


def _quality(manifest: Mapping[str, Any], metrics: Mapping[str, Any], guideline: Guideline,
             labels: Sequence[LabelledPassage]) -> str:  # fmt: skip
    """How it was made, how good it is and where it fails."""
    merged = metrics["merged"]
    made = manifest["made_from"]
    return f"""\
**Verfahren.** {made["factory"]}, lineares Modell über Wortstämme, Wortpaare, Wortteile, Überschriften und Regeltreffer;
Anfangswert {made["seed"]}. Schwellen je Kennzeichen aus der Kreuzvalidierung, Vollständigkeit höher gewichtet.
{_encoder(made)}
**Aufteilung.** {metrics["folds"]}-fache Kreuzvalidierung. Was aus einer Gemeinde oder einer Reihe stammt, liegt immer
im selben Teil. {_held_back(labels, metrics, made)}

{_suspected(metrics, guideline)}

**Güte** in der Kreuzvalidierung (Regeln und Modell zusammen):

| Kennzeichen | Genauigkeit | Vollständigkeit | F1 | Passagen |
|---|---|---|---|---|
{_rows(merged["themes"], {t.id: t.label for t in guideline.themes})}
{_rows(merged["fields"], {f.id: f.label for f in guideline.fields})}

Themen im Mittel (Makro-F1) {_figure(merged["theme_macro_f1"])}, Felder {_figure(merged["field_macro_f1"])};
Planungsschritt richtig {_figure(merged["stage_accuracy"])}, Tiefe richtig {_figure(merged["depth_accuracy"])}.

**Grenzen.** Die Werte gelten für Passagen wie die gelernten; auf anderen Plänen, besonders mit Lesefehlern, können sie
niedriger liegen. Ein Thema ohne die üblichen Wörter kann übersehen werden. Für Pläne in anderen Sprachen ist das Modell
nicht gedacht.

**Versionen.** insek {made["insek"]}, scikit-learn {made["sklearn"]}, Python {manifest["python"]}.
Prüfsummen: Labels `{made["labels"][:12]}`, Regeln `{made["rules"][:12]}`.
"""


def _suspected(metrics: Mapping[str, Any], guideline: Guideline) -> str:
    """Share of the theme labels of each file that a classifier contradicts which has not seen their municipality."""
    rows = "\n".join(f"| {file} | {' | '.join(_share(asked.get(f'theme/{t}')) for t in guideline.theme_ids)} |"
                     for file, asked in metrics["suspicion"].items())  # fmt: skip
    return f"""\
**Verdacht.** Wie oft ein Modell, das die Gemeinde nicht kannte, dem Label sicher widerspricht. Drei von hundert sind
üblich; viel mehr deuten auf vertauschte Labels (`insek labels check`):

| Datei | {" | ".join(theme.label for theme in guideline.themes)} |
|---|{"---|" * len(guideline.themes)}
{rows}"""


def _share(counted: Mapping[str, int] | None) -> str:
    """Suspected of asked passages, as percent."""
    if not counted:
        return "–"
    return f"{counted['suspected']} von {counted['asked']} ({100 * counted['suspected'] / counted['asked']:.0f} %)"


def _encoder(made: Mapping[str, Any]) -> str:
    """A paragraph on the sentence encoder; "" in a model without one."""
    encoder = made.get("encoder")
    if encoder is None:
        return ""
    return f"""
**Encoder.** Dazu die Zahlen des Satz-Encoders `{encoder["name"]}`, Fassung {encoder["version"]}, Prüfsumme
`{encoder["digest"]}`. Wer das Modell verwendet, braucht ihn auch: {INSTALL}
"""


def _rows(scores: Mapping[str, Mapping[str, float]], names: Mapping[str, str]) -> str:
    return "\n".join(
        f"| {names[label]} | {_figure(s['precision'])} | {_figure(s['recall'])} | {_figure(s['f1'])} | {s['support']} |"
        for label, s in scores.items()
    )


def _figure(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _sizes(labels: Sequence[LabelledPassage]) -> str:
    places = {label.municipality: label.size for label in labels}
    counts = Counter(places.values())
    return ", ".join(f"{name}: {counts[size]}" for size, name in _SIZE_NAMES.items() if counts[size])


def _hands(labels: Sequence[LabelledPassage]) -> str:
    """Who labelled: the bundled labels and their origin, then everybody else with the number of passages."""
    counts = Counter(name for label in labels for name in label.annotator.split(", "))
    told = []
    if bundled := counts.pop(BUNDLED, 0):
        origin = "Text und Kennzeichen hat ein Sprachmodell geschrieben, die Gemeinden gibt es nicht."
        told.append(f"{bundled} davon kommen mit dem Programm: {origin}")
    if counts:
        others = ", ".join(f"{name} ({n})" for name, n in sorted(counts.items()))
        told.append(f"Von anderen gekennzeichnet: {others}.")
    reviewed = sum(label.reviewed for label in labels)
    told.append(f"Ein zweites Mal geprüft: {reviewed}.")
    return "\n".join(told)


def _held_back(labels: Sequence[LabelledPassage], metrics: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    """Which series the merge of rules and classifier did not learn from."""
    if metrics["like_plans"] == len(labels):
        return ""
    hard = ", ".join(made["hard_series"])
    told = f"Wie weit dem Modell neben den Regeln zu trauen ist, wurde an {metrics['like_plans']} Passagen"
    return f"{told}\ngelernt, ohne die Reihen, die schwerer sind als Text aus Plänen ({hard})."


def _examples(guideline: Guideline, labels: Sequence[LabelledPassage]) -> str:
    """One row for each theme, field and stage that has a passage."""
    rows: Iterator[tuple[str, str, Callable[[LabelledPassage], bool]]] = iter((
        *(("Thema", t.label, _has("themes", t.id)) for t in guideline.themes),
        *(("Feld", f.label, _has("fields", f.id)) for f in guideline.fields),
        *(("Schritt", s.label, _has("stage", s.id)) for s in guideline.stages),
    ))  # fmt: skip
    told = ((kind, name, _example(labels, carries)) for kind, name, carries in rows)
    return "\n".join(f"| {kind}: {name} | {text} |" for kind, name, text in told if text)


def _has(question: str, value: str) -> Callable[[LabelledPassage], bool]:
    """Whether a passage carries a label; `value` among several, or alone."""

    def carries(label: LabelledPassage) -> bool:
        answer = getattr(label, question)
        return answer == value or (isinstance(answer, tuple) and value in answer)

    return carries


def _example(labels: Sequence[LabelledPassage], carries: Callable[[LabelledPassage], bool]) -> str:
    """The clean passage with a label whose length is nearest to an example's, as a cell of a table; "" without one."""
    fitting = [x for x in labels if carries(x) and not x.faults and len(x.text) <= _EXAMPLE_MAX]
    if not fitting:
        return ""
    best = min(fitting, key=lambda x: (abs(len(x.text) - _EXAMPLE_LENGTH), x.id))
    return " ".join(best.text.split()).replace("|", "/")
