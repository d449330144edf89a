"""The card of a model: what it is for, what it was made from, how good it is and where it fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage


def model_card(manifest: Mapping[str, Any], metrics: Mapping[str, Any], guideline: Guideline,
               labels: Sequence[LabelledPassage]) -> str:  # fmt: skip
    """Markdown in German; the figures are those of `metrics.json`."""
    merged = metrics["merged"]
    made = manifest["made_from"]
    return f"""# Modell {manifest["id"]}

**Aufgabe.** Passagen deutscher Stadtentwicklungspläne nach „{guideline.title}“ kennzeichnen: Thema, Handlungsfeld,
Planungsschritt und Tiefe. Die Entscheidung fällt zusammen mit den Regeln des Leitfadens `{guideline.name}`.

**Daten.** {manifest["passages"]} gekennzeichnete Passagen aus {manifest["municipalities"]} Gemeinden
({_sizes(labels)}). Die Passagen
und ihre Kennzeichen hat ein Sprachmodell für dieses Projekt geschrieben; die Gemeinden gibt es nicht.

**Verfahren.** {made["factory"]}, lineares Modell über Wortstämme, Wortpaare, Wortteile, Überschriften und Regeltreffer;
Anfangswert {made["seed"]}. Schwellen je Kennzeichen aus der Kreuzvalidierung, Vollständigkeit höher gewichtet.

**Güte** in {metrics["folds"]}-facher Kreuzvalidierung, geteilt nach Gemeinden (Regeln und Modell zusammen):

| Kennzeichen | Genauigkeit | Vollständigkeit | F1 | Passagen |
|---|---|---|---|---|
{_rows(merged["themes"])}
{_rows(merged["fields"])}

Themen im Mittel (Makro-F1) {merged["theme_macro_f1"]:.2f}, Felder {merged["field_macro_f1"]:.2f};
Planungsschritt richtig {merged["stage_accuracy"]:.2f}, Tiefe richtig {merged["depth_accuracy"]:.2f}.

**Grenzen.** Die Werte gelten für geschriebene Passagen; auf echten Plänen, besonders mit Lesefehlern, liegen sie
niedriger. Ein Thema ohne die üblichen Wörter kann übersehen werden. Für Pläne in anderen Sprachen ist das Modell nicht
gedacht.

**Versionen.** insek {made["insek"]}, scikit-learn {made["sklearn"]}, Python {manifest["python"]}.
Prüfsummen: Labels `{made["labels"][:12]}`, Regeln `{made["rules"][:12]}`.
"""


def _rows(scores: Mapping[str, Mapping[str, float]]) -> str:
    return "\n".join(
        f"| {label} | {s['precision']:.2f} | {s['recall']:.2f} | {s['f1']:.2f} | {s['support']} |"
        for label, s in scores.items()
    )


def _sizes(labels: Sequence[LabelledPassage]) -> str:
    places = {label.municipality: label.size for label in labels}
    return ", ".join(f"{n} {size}" for size, n in sorted(Counter(places.values()).items()))
