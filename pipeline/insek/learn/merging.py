"""Learn how much to trust classifier and rules: weights of the signals, and a threshold per label.

Everything is learned from log-odds that the classifier gave to passages of municipalities it had not seen.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage
from insek.tag.merge import combine, depth_score, field_scores, stage_scores, theme_signals
from insek.tag.verdict import Verdict, best_fields

BETA = 1.5
"""Recall counts this many times as much as precision when a threshold is chosen: a wrong "not found" is the worst
error, yet a matrix full of doubtful evidence would not be read."""

PRIORS = {"evidence": 0.9, "hint": 0.03, "nothing": 0.001}
"""Share of passages of real plans that carry a theme, by what the rules found for it: evidence, only risky words or a
heading, nothing. The corpus was written to be hard - themes without their words, words without their theme - and a
merge that takes its shares for those of real plans trusts the rules far too little. See pipeline/notes/0005."""

_GRID = np.round(np.arange(0.1, 0.801, 0.025), 3)
_FIELD_GRID = (0.0, 0.25, 0.5)
"""At most half a weak word per unit of log-odds: on real plans the classifier knows fields less well than on written
passages, of other authors too, and more of it made fields worse there."""
_DEPTH_GRID = (0.5, 0.75, 1.0, 1.5)
"""An output of the classifier beyond these overrules the rules. Not below a half: alone it is worse on real plans."""
_STAGE_GRID = np.round(np.arange(1.0, 2.01, 0.1), 2)
"""The rules count at least one unit of log-odds per unit of support: they carry over to real plans, while the
classifier has learned chapter headings that extraction often loses."""

MODEL_FIELDS = {"rules": 0.0, "model": 1.0, "offset": 1.5}
"""The classifier alone: a field is set where its log-odds are positive (the offset is the floor of `best_fields`)."""

Logits = Mapping[str, float]


def learn_merge(labels: Sequence[LabelledPassage], logits: Sequence[Logits], verdicts: Sequence[Verdict],
                guideline: Guideline, only: frozenset[str] | None = None) -> dict[str, Any]:  # fmt: skip
    """Weights of the signals per question, and `thresholds`.

    Args:
        labels: n labelled passages.
        logits: n mappings output -> log-odds, each from a classifier that had not seen the municipality.
        verdicts: n verdicts of the rules.
        guideline: gives the questions.
        only: signals to learn from; all when None.
    """
    learned: dict[str, Any] = {"thresholds": {}}
    rows = list(zip(labels, logits, verdicts, strict=True))
    for name, signals, target in _questions(guideline):
        asked = [(signals(x, v), target(label), v) for label, x, v in rows if target(label) is not None]
        found = [{k: s for k, s in all_signals.items() if only is None or k in only} for all_signals, _, _ in asked]
        wanted = np.array([bool(y) for _, y, _ in asked])
        weights = _prior_weights(name, wanted, [v for _, _, v in asked])
        learned[name] = _fit(found, wanted, weights)
        scores = np.array([combine(s, learned[name]) for s in found])
        learned["thresholds"][name] = best_threshold(scores, wanted, _beta(name), weights)
    learned["field"] = MODEL_FIELDS if only else _rule_fields(_field_weight(rows, guideline))
    learned["stage"] = {"rules": 0.0 if only else _stage_weight(rows, guideline)}
    learned["depth"] = {"rules": 0.0 if only else _depth_weight(rows, guideline)}
    return learned


def _beta(name: str) -> float:
    return BETA if name.startswith("theme/") else 1.0


def _questions(guideline: Guideline) -> list[tuple[str, Callable[[Logits, Verdict], dict[str, float]],
                                                   Callable[[LabelledPassage], bool | None]]]:  # fmt: skip
    return [(f"theme/{t}", _theme(t), _wanted(t)) for t in guideline.theme_ids]


def _theme(theme: str) -> Callable[[Logits, Verdict], dict[str, float]]:
    return lambda x, v: theme_signals(x[f"theme/{theme}"], v, theme)


def _wanted(theme: str) -> Callable[[LabelledPassage], bool | None]:
    return lambda label: None if label.themes is None else theme in label.themes


def _prior_weights(name: str, wanted: NDArray[np.bool_], verdicts: Sequence[Verdict]) -> NDArray[np.float64]:
    """Weights, shape (n,), under which themes are as frequent as in real plans (PRIORS); ones for other questions."""
    weights = np.ones(len(wanted))
    kind, label = name.split("/")
    if kind != "theme":
        return weights
    cells = np.array([_cell(v, label) for v in verdicts])
    for cell, prior in PRIORS.items():
        inside = cells == cell
        yes, no = inside & wanted, inside & ~wanted
        weights[yes] = prior * inside.sum() / max(yes.sum(), 1)
        weights[no] = (1 - prior) * inside.sum() / max(no.sum(), 1)
    return weights


def _cell(verdict: Verdict, theme: str) -> str:
    support = verdict.themes[theme]
    if support.evidence:
        return "evidence"
    return "hint" if support.risky or support.heading else "nothing"


def _fit(signals: Sequence[Mapping[str, float]], wanted: NDArray[np.bool_],
         weights: NDArray[np.float64]) -> dict[str, float]:  # fmt: skip
    names = sorted(signals[0])
    matrix = np.array([[s[n] for n in names] for s in signals])
    fitted = LogisticRegression(C=10.0, max_iter=1000).fit(matrix, wanted, sample_weight=weights)
    learned = {n: round(float(w), 5) for n, w in zip(names, fitted.coef_[0], strict=True)}
    return {"bias": round(float(fitted.intercept_[0]), 5), **learned}


def best_threshold(scores: NDArray[np.float64], wanted: NDArray[np.bool_], beta: float,
                   weights: NDArray[np.float64]) -> float:  # fmt: skip
    """The threshold of a fixed grid with the best F-beta; of equal ones the middle.

    Args:
        scores: probabilities, shape (n,).
        wanted: whether the label applies, shape (n,).
        beta: weight of recall against precision.
        weights: how much each passage counts, shape (n,).
    """
    values = [f_beta(wanted, scores >= t, beta, weights) for t in _GRID]
    best = [t for t, value in zip(_GRID, values, strict=True) if value >= max(values) - 1e-9]
    return float(best[len(best) // 2])


def stage_offsets(labels: Sequence[LabelledPassage], shares: Mapping[str, float]) -> dict[str, float]:
    """What to add to the score of each stage where stages are rarer or more frequent than among the labels.

    Args:
        labels: the passages that the classifier learns from.
        shares: expected share of each stage (0-1); empty for no offsets.
    """
    counts = Counter(label.stage for label in labels if label.stage)
    total = max(counts.total(), 1)
    return {s: round(math.log(share * total / counts[s]), 5) for s, share in shares.items() if counts[s]}


def f_beta(wanted: NDArray[np.bool_], found: NDArray[np.bool_], beta: float = 1.0,
           weights: NDArray[np.float64] | None = None) -> float:  # fmt: skip
    """F-beta of a yes/no decision, weighted if asked for; 0 where nothing is wanted or found."""
    counts = np.ones(len(wanted)) if weights is None else weights
    hit = float(counts[wanted & found].sum())
    missed, false = float(counts[wanted & ~found].sum()), float(counts[~wanted & found].sum())
    total = (1 + beta**2) * hit + beta**2 * missed + false
    return (1 + beta**2) * hit / total if total else 0.0


def _rule_fields(weight: float) -> dict[str, float]:
    return {"rules": 1.0, "model": weight, "offset": 0.0}


def _field_weight(rows: Sequence[tuple[LabelledPassage, Logits, Verdict]], guideline: Guideline) -> float:
    """How much the classifier counts beside the rules: the smallest weight of the grid with the best macro F1."""
    asked = [(label.fields, x, v) for label, x, v in rows if label.themes and label.fields is not None]
    ids = guideline.field_ids

    def macro_f1(weight: float) -> float:
        found = [
            best_fields(dict(zip(ids, field_scores(x, v, ids, _rule_fields(weight)), strict=True))) for _, x, v in asked
        ]
        scores = [f_beta(np.array([f in fields for fields, _, _ in asked]), np.array([f in got for got in found]))
                  for f in ids]  # fmt: skip
        return float(np.mean(scores))

    return float(max(_FIELD_GRID, key=lambda w: (macro_f1(float(w)), -w)))


def _depth_weight(rows: Sequence[tuple[LabelledPassage, Logits, Verdict]], guideline: Guideline) -> float:
    """How much the rules count beside the classifier: the smallest weight of the grid with the best accuracy."""
    asked = [(label.depth == guideline.depth_ids[0], x, v) for label, x, v in rows if label.depth]

    def accuracy(weight: float) -> float:
        hits = sum((depth_score(x, v, guideline, weight) >= 0) is full for full, x, v in asked)
        return hits / max(len(asked), 1)

    return max(_DEPTH_GRID, key=lambda w: (accuracy(w), -w))


def _stage_weight(rows: Sequence[tuple[LabelledPassage, Logits, Verdict]], guideline: Guideline) -> float:
    """How much the rules count beside the classifier: the smallest weight of the grid with the best accuracy."""
    asked = [(label.stage, x, v) for label, x, v in rows if label.stage]
    ids = guideline.stage_ids

    def accuracy(weight: float) -> float:
        hits = 0
        for stage, x, v in asked:
            scores = stage_scores(x, v, ids, {"rules": weight})
            hits += ids[scores.index(max(scores))] == stage
        return hits / max(len(asked), 1)

    return float(max(_STAGE_GRID, key=lambda w: (accuracy(float(w)), -w)))
