"""Training: from labels to a model folder. Seeded; the same labels, rules and seed give the same id and bytes."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from insek import __version__
from insek.domain import content_id
from insek.guideline import Guideline
from insek.learn.card import gate_of, model_card, with_gate
from insek.learn.estimators import FACTORIES, Head, check_support, heads_for
from insek.learn.evaluate import cross_validated
from insek.learn.labels import LabelledPassage
from insek.learn.learned import learned_from, learned_record, shares
from insek.learn.matrix import SCALE, WITH_ENCODER, all_features, learn_idf, sparse_matrix
from insek.learn.merging import learn_merge, stage_offsets
from insek.learn.split import folds_by_group, groups_of
from insek.learn.suspects import suspicion_in
from insek.modelstore import save_model
from insek.tag import Tagger
from insek.tag.encoder import Encoder, identity
from insek.tag.features import VIEWS, Sight
from insek.tag.verdict import Verdict, judge

MODEL_ONLY = frozenset({"model", "sentence", "length"})
"""Signals that the classifier is left with when the rules are switched off."""

_MIN_GROUPS = 3
"""Fewer groups give no idea of how the next plan will differ."""

_MIN_NATURAL = 300
"""Fewer passages would leave some theme without the examples that its weights are learned from."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class TrainingSettings:
    """How to train. `folds` is cut to the number of municipalities; `factory` is a key of FACTORIES."""

    factory: str = "linear_svm"
    folds: int = 7
    seed: int = 20231
    hard_series: frozenset[str] = frozenset()
    """Series that the merge does not learn from; see `LabelPolicy`."""
    stage_shares: Mapping[str, float] = field(default_factory=dict)
    """Expected shares of the stages; see `LabelPolicy`."""
    encoder: Encoder | None = None
    """Adds the numbers of a sentence encoder to what the classifier sees."""

    @property
    def scale(self) -> dict[str, float]:
        """Weight of each feature group."""
        return SCALE if self.encoder is None else WITH_ENCODER


@dataclass(frozen=True)
class Prepared:
    """Labels with what rules and features make of them; all sequences have the same length."""

    labels: Sequence[LabelledPassage]
    sights: Sequence[Sight]
    found: Sequence[Mapping[str, float]]
    verdicts: Sequence[Verdict]

    def some(self, rows: Sequence[int]) -> Prepared:
        """The same for some of the passages, by their place (0-based)."""
        return Prepared([self.labels[i] for i in rows], [self.sights[i] for i in rows],
                        [self.found[i] for i in rows], [self.verdicts[i] for i in rows])  # fmt: skip


def prepare(labels: Sequence[LabelledPassage], tagger: Tagger, guideline: Guideline,
            encoder: Encoder | None = None) -> Prepared:  # fmt: skip
    """Run the rules, and the encoder, over labelled passages once, for everything that follows."""
    asked = [label for label in labels if label.themes is not None]
    sights = [tagger.sight(label.text, label.heading_path) for label in asked]
    return Prepared(asked, sights, all_features(sights, encoder), [judge(s, guideline) for s in sights])


def train(labels: Sequence[LabelledPassage], tagger: Tagger, guideline: Guideline, models: Path,
          digests: Mapping[str, str], settings: TrainingSettings | None = None,
          progress: Progress = lambda _: None) -> Path:  # fmt: skip
    """Train, cross-validate and save a model; returns its folder.

    Args:
        labels: labelled passages; those without a look at themes are left out.
        tagger: gives the rules.
        guideline: gives the questions.
        models: the models folder of the project.
        digests: digests of labels and rules, written into the manifest.
        settings: how to train.
        progress: told what is being done.
    """
    settings = settings or TrainingSettings()
    if settings.encoder is not None:
        progress(f"Encoder {settings.encoder.name} liest die Passagen …")
    prepared = prepare(labels, tagger, guideline, settings.encoder)
    heads = heads_for(guideline)
    check_support(heads, prepared.labels)
    progress(f"{len(prepared.labels)} Passagen, Kreuzvalidierung nach Gemeinden …")
    logits, folds = out_of_fold(prepared, heads, settings)
    like_plans = natural(prepared.labels, settings.hard_series)
    merge = _learn_both(prepared, logits, like_plans, guideline, settings)
    metrics = cross_validated(prepared.labels, logits, prepared.verdicts, folds, guideline, like_plans,
                              settings.stage_shares)  # fmt: skip
    learned = learned_from(prepared.labels, suspicion_in(prepared.labels, heads, logits, settings.seed))
    metrics["suspicion"] = shares(learned)
    progress("Endgültiges Modell …")
    idf, fitted = fit_heads(prepared.found, prepared.labels, heads, settings)
    columns = [head.weights(len(idf)) for head in fitted]
    weights = np.hstack([w for w, _ in columns]).astype(np.float32)
    bias = np.concatenate([b for _, b in columns]).astype(np.float32)
    manifest = _manifest(guideline, fitted, merge, digests, settings, prepared)
    folder = models / str(manifest["id"])
    card = _with_answer(model_card(manifest, metrics, guideline, prepared.labels), folder / "CARD.md")
    save_model(folder, manifest, idf, weights, bias, {h.name: h.estimator for h in fitted}, card, metrics,
               learned_record(learned))  # fmt: skip
    return folder


def _learn_both(prepared: Prepared, logits: Sequence[dict[str, float]], like_plans: Sequence[bool],
                guideline: Guideline, settings: TrainingSettings) -> dict[str, Any]:  # fmt: skip
    """What the merge learns from passages like plans, and from all of them for the classifier without the rules."""
    rows = [i for i, kept in enumerate(like_plans) if kept]
    some = prepared.some(rows)
    merge = learn_merge(some.labels, [logits[i] for i in rows], some.verdicts, guideline)
    merge["model_only"] = learn_merge(prepared.labels, logits, prepared.verdicts, guideline, MODEL_ONLY)
    for part in (merge, merge["model_only"]):
        part["stage"]["offsets"] = stage_offsets(prepared.labels, settings.stage_shares)
    return merge


def _with_answer(card: str, former: Path) -> str:
    """A new card with what the gate said when the same model was trained before: the model is still the same."""
    told = gate_of(former.read_text("utf-8")) if former.is_file() else ""
    return with_gate(card, told) if told else card


def natural(labels: Sequence[LabelledPassage], hard: frozenset[str]) -> list[bool]:
    """Which passages the merge learns from: those of no hard series, or all where too few are left."""
    kept = [label.series not in hard for label in labels]
    return kept if sum(kept) >= _MIN_NATURAL else [True] * len(labels)


def out_of_fold(prepared: Prepared, heads: Sequence[Head],
                settings: TrainingSettings) -> tuple[list[dict[str, float]], list[int]]:  # fmt: skip
    """Log-odds of each passage from a classifier that has not seen its municipality, and the fold of each passage."""
    folds = make_folds(prepared.labels, settings)
    logits: list[dict[str, float]] = [{} for _ in folds]
    for fold in sorted(set(folds)):
        inside = [i for i, f in enumerate(folds) if f != fold]
        outside = [i for i, f in enumerate(folds) if f == fold]
        idf, fitted = fit_heads(
            [prepared.found[i] for i in inside], [prepared.labels[i] for i in inside], heads, settings
        )
        matrix = sparse_matrix([prepared.found[i] for i in outside], idf)
        for head in fitted:
            weights, bias = head.weights(len(idf))
            scores = matrix @ weights + bias
            for row, i in enumerate(outside):
                logits[i].update(zip(head.outputs, scores[row].tolist(), strict=True))
    return logits, folds


def make_folds(labels: Sequence[LabelledPassage], settings: TrainingSettings) -> list[int]:
    """Fold of each passage; by municipality and series, or by municipality alone where there are under three groups."""
    groups = groups_of([(label.municipality, label.series) for label in labels])
    if len(set(groups)) < _MIN_GROUPS:
        groups = [label.municipality for label in labels]
    return folds_by_group(groups, min(settings.folds, len(set(groups))), settings.seed)


def fit_heads(found: Sequence[Mapping[str, float]], labels: Sequence[LabelledPassage], heads: Sequence[Head],
              settings: TrainingSettings) -> tuple[dict[str, float], list[Head]]:  # fmt: skip
    """Vocabulary with its idf, and all heads fitted on the passages."""
    idf = learn_idf(found)
    matrix = sparse_matrix(found, idf)
    names = list(idf)
    return idf, [head.fit(matrix, names, labels, FACTORIES[settings.factory], settings.seed) for head in heads]


def _manifest(guideline: Guideline, heads: Sequence[Head], merge: dict[str, Any], digests: Mapping[str, str],
              settings: TrainingSettings, prepared: Prepared) -> dict[str, Any]:  # fmt: skip
    import sklearn

    thresholds = merge.pop("thresholds")
    made_from = {
        **digests,
        "guideline": guideline.name,
        "factory": settings.factory,
        "folds": settings.folds,
        "hard_series": sorted(settings.hard_series),
        "stage_shares": dict(settings.stage_shares),
        "seed": settings.seed,
        "views": VIEWS,
        "scale": settings.scale,
        "insek": __version__,
        "sklearn": sklearn.__version__,
        **({} if settings.encoder is None else {"encoder": identity(settings.encoder)}),
    }
    return {
        "id": content_id(made_from),
        "guideline": guideline.name,
        "made_from": made_from,
        "python": platform.python_version(),
        "passages": len(prepared.labels),
        "municipalities": len({label.municipality for label in prepared.labels}),
        "outputs": [output for head in heads for output in head.outputs],
        "scale": settings.scale,
        "merge": merge,
        "thresholds": thresholds,
    }
