"""The learning curve: what more labels have brought, and so what the next ones may bring."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from insek.guideline import Guideline
from insek.learn.estimators import heads_for
from insek.learn.evaluate import decided, score_all
from insek.learn.evaluation import SUMS
from insek.learn.labels import LabelledPassage
from insek.learn.matrix import sparse_matrix
from insek.learn.merging import learn_merge, stage_offsets
from insek.learn.train import Prepared, TrainingSettings, fit_heads, natural, out_of_fold
from insek.tag.merge import merged_opinion

START = 250
_FOLDS = 3
"""Enough to learn how far to trust the classifier; the curve asks for its direction, not for the third digit."""


def sizes(n: int) -> list[int]:
    """Numbers of passages from `START` to all `n`, each double the one before."""
    steps = []
    size = START
    while size < n:
        steps.append(size)
        size *= 2
    return [*steps, n]


def learning_curve(train: Prepared, test: Prepared, guideline: Guideline, settings: TrainingSettings,
                   progress: Callable[[str], None] = lambda _: None) -> list[dict[str, Any]]:  # fmt: skip
    """Scores on `test` of models learned from ever more passages of `train`, with and without the rules.

    Whole municipalities are added in a seeded order, so that each step knows more places, as in life.
    """
    order = _by_municipality(train.labels, settings.seed)
    points = []
    for size in sizes(len(order)):
        progress(f"Lernkurve: {size} Passagen …")
        points.append({"passages": size, **_point(train.some(order[:size]), test, guideline, settings)})
    return points


def _by_municipality(labels: Sequence[LabelledPassage], seed: int) -> list[int]:
    places = sorted({label.municipality for label in labels})
    random.Random(seed).shuffle(places)
    rank = {place: i for i, place in enumerate(places)}
    return sorted(range(len(labels)), key=lambda i: (rank[labels[i].municipality], i))


def _point(some: Prepared, test: Prepared, guideline: Guideline, settings: TrainingSettings) -> dict[str, Any]:
    heads = heads_for(guideline)
    few = replace(settings, folds=_FOLDS)
    logits, _ = out_of_fold(some, heads, few)
    rows = [i for i, kept in enumerate(natural(some.labels, settings.hard_series)) if kept]
    merge = learn_merge([some.labels[i] for i in rows], [logits[i] for i in rows],
                        [some.verdicts[i] for i in rows], guideline)  # fmt: skip
    merge["stage"]["offsets"] = stage_offsets(some.labels, settings.stage_shares)
    idf, fitted = fit_heads(some.found, some.labels, heads, few)
    scores = list(_logits(test, idf, fitted))
    opinions = [merged_opinion(x, v, guideline, merge, merge["thresholds"])
                for x, v in zip(scores, test.verdicts, strict=True)]  # fmt: skip
    found = score_all(test.labels, [decided(o) for o in opinions], guideline)
    return {name: found[name] for name in SUMS}


def _logits(test: Prepared, idf: dict[str, float], fitted: Sequence[Any]) -> Iterator[dict[str, float]]:
    matrix = sparse_matrix(test.found, idf)
    parts = [(head.outputs, matrix @ weights + bias) for head in fitted for weights, bias in [head.weights(len(idf))]]
    for row in range(len(test.labels)):
        yield {name: float(v) for outputs, table in parts for name, v in zip(outputs, table[row], strict=True)}
