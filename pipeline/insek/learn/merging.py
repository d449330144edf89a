"""Learn how much to trust classifier and rules: weights of the signals, and a threshold per label.

Everything is learned from log-odds that the classifier gave to passages of municipalities it had not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage
from insek.tag.merge import combine, depth_signals, field_signals, stage_scores, theme_signals
from insek.tag.verdict import Verdict

BETA = 1.25
"""Recall counts this many times as much as precision when a threshold is chosen: a wrong "not found" is the worst
error, yet a matrix full of doubtful evidence would not be read."""

_GRID = np.round(np.arange(0.15, 0.801, 0.025), 3)
_STAGE_GRID = np.round(np.arange(0.0, 2.01, 0.1), 2)

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
        asked = [(signals(x, v), target(label)) for label, x, v in rows if target(label) is not None]
        kept = [({k: s for k, s in found.items() if only is None or k in only}, bool(y)) for found, y in asked]
        weights = _fit([s for s, _ in kept], [y for _, y in kept])
        learned[name] = weights
        scores = np.array([combine(s, weights) for s, _ in kept])
        learned["thresholds"][name] = best_threshold(scores, np.array([y for _, y in kept]), _beta(name))
    learned["stage"] = {"rules": 0.0 if only else _stage_weight(rows, guideline)}
    return learned


def _beta(name: str) -> float:
    return BETA if name.startswith("theme/") else 1.0


def _questions(guideline: Guideline) -> list[tuple[str, Callable[[Logits, Verdict], dict[str, float]],
                                                   Callable[[LabelledPassage], bool | None]]]:  # fmt: skip
    fullest = guideline.depth_ids[0]
    themes = [(f"theme/{t}", _theme(t), _wanted("themes", t)) for t in guideline.theme_ids]
    fields = [(f"field/{f}", _field(f), _wanted("fields", f)) for f in guideline.field_ids]
    depth = (f"depth/{fullest}", lambda x, v: depth_signals(x[f"depth/{fullest}"], v),
             lambda label: None if label.depth is None else label.depth == fullest)  # fmt: skip
    return [*themes, *fields, depth]


def _theme(theme: str) -> Callable[[Logits, Verdict], dict[str, float]]:
    return lambda x, v: theme_signals(x[f"theme/{theme}"], v, theme)


def _field(name: str) -> Callable[[Logits, Verdict], dict[str, float]]:
    return lambda x, v: field_signals(x[f"field/{name}"], v, name)


def _wanted(kind: str, value: str) -> Callable[[LabelledPassage], bool | None]:
    def target(label: LabelledPassage) -> bool | None:
        values = getattr(label, kind)
        return None if values is None or (kind == "fields" and not label.themes) else value in values

    return target


def _fit(signals: Sequence[Mapping[str, float]], wanted: Sequence[bool]) -> dict[str, float]:
    names = sorted(signals[0])
    matrix = np.array([[s[n] for n in names] for s in signals])
    fitted = LogisticRegression(C=10.0, max_iter=1000).fit(matrix, np.array(wanted))
    weights = {n: round(float(w), 5) for n, w in zip(names, fitted.coef_[0], strict=True)}
    return {"bias": round(float(fitted.intercept_[0]), 5), **weights}


def best_threshold(scores: NDArray[np.float64], wanted: NDArray[np.bool_], beta: float) -> float:
    """The threshold of a fixed grid with the best F-beta; of equal ones the middle.

    Args:
        scores: probabilities, shape (n,).
        wanted: whether the label applies, shape (n,).
        beta: weight of recall against precision.
    """
    values = [f_beta(wanted, scores >= t, beta) for t in _GRID]
    best = [t for t, value in zip(_GRID, values, strict=True) if value >= max(values) - 1e-9]
    return float(best[len(best) // 2])


def f_beta(wanted: NDArray[np.bool_], found: NDArray[np.bool_], beta: float = 1.0) -> float:
    """F-beta of a yes/no decision; 0 where nothing is wanted or found."""
    hit = float(np.sum(wanted & found))
    total = (1 + beta**2) * hit + beta**2 * float(np.sum(wanted & ~found)) + float(np.sum(~wanted & found))
    return (1 + beta**2) * hit / total if total else 0.0


def _stage_weight(rows: Sequence[tuple[LabelledPassage, Logits, Verdict]], guideline: Guideline) -> float:
    """How much the rules count beside the classifier: the smallest weight of the grid with the best accuracy."""
    asked = [(label.stage, x, v) for label, x, v in rows if label.stage]
    ids = guideline.stage_ids

    def accuracy(weight: float) -> float:
        hits = 0
        for stage, x, v in asked:
            scores = stage_scores(x, v, ids, weight)
            hits += ids[scores.index(max(scores))] == stage
        return hits / max(len(asked), 1)

    return float(max(_STAGE_GRID, key=lambda w: (accuracy(float(w)), -w)))
