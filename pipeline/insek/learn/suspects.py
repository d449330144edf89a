"""Labels that are probably wrong: confident learning on probabilities from models that have not seen the passage.

After Northcutt, Jiang & Chuang (2021), "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70,
section 3.1: for each class j the mean probability of j among the passages labelled j is its threshold; a passage with
another label whose probability for j reaches the threshold is counted as a j in truth. Each label is asked on its own
(applies or not), the way it is trained; stages are one question with one class each.

The probabilities are those that cross-validation in training gives anyway, split by municipality and series, brought to
0-1 by a logistic curve (Platt 1999) on the same out-of-fold margins. A single curve of two numbers over all passages
gives no passage away. `insek labels check` splits and learns the way `insek train` does by default: both find the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from insek.learn.estimators import Head
from insek.learn.labels import LabelledPassage

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that is probably wrong. `given` is what stands there, `likely` what it should be.

    `given` and `likely` are values of the guideline, for themes, fields and depth with `present` telling whether the
    label was given; `confidence` is the probability (0-1) of what was given.
    """

    passage: LabelledPassage
    kind: str
    given: str
    likely: str
    present: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Suspicion:
    """All suspects, the least probable label first, and the questions: (kind, value, passages that were asked)."""

    suspects: tuple[Suspect, ...]
    asked: tuple[tuple[str, str, tuple[LabelledPassage, ...]], ...]


def suspicion_in(labels: Sequence[LabelledPassage], heads: Sequence[Head], logits: Sequence[Mapping[str, float]],
                 seed: int) -> Suspicion:  # fmt: skip
    """Labels that a classifier contradicts which has not seen their municipality.

    Args:
        labels: the passages.
        heads: the questions.
        logits: for each passage, output -> log-odds or margin out of fold.
        seed: of the logistic curves.
    """
    suspects: list[Suspect] = []
    asked = []
    for head in heads:
        rows = [i for i, label in enumerate(labels) if head.targets(label) is not None]
        margins = np.array([[logits[i][output] for output in head.outputs] for i in rows])
        found = _suspects_of(head, [labels[i] for i in rows], margins, seed)
        suspects += found
        asked.append((*_named(head), tuple(labels[i] for i in rows)))
    suspects.sort(key=lambda s: (s.confidence, s.passage.id, s.kind, s.given))
    return Suspicion(tuple(suspects), tuple(asked))


def _named(head: Head) -> tuple[str, str]:
    """Kind and value of a question; the value is empty for a choice among several."""
    kind, _, value = (head.name if len(head.outputs) > 1 else head.outputs[0]).partition("/")
    return kind, value


def _suspects_of(head: Head, labels: Sequence[LabelledPassage], margins: Floats, seed: int) -> list[Suspect]:
    kind, value = _named(head)
    answers = [head.targets(label) for label in labels]
    if len(head.outputs) == 1:
        given = np.array([int(bool(answer)) for answer in answers])
        yes = calibrated(margins[:, 0], given, seed)
        probabilities = np.column_stack([1 - yes, yes])
        classes = ["", value]
    else:
        classes = [output.partition("/")[2] for output in head.outputs]
        given = np.array([classes.index(answer) for answer in answers])
        curves = [calibrated(margins[:, j], (given == j).astype(int), seed) for j in range(len(classes))]
        probabilities = np.column_stack(curves)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
    likely = confident_classes(probabilities, given)
    wrong = np.flatnonzero((likely >= 0) & (likely != given))
    return [
        Suspect(labels[i], kind, classes[given[i]] or value, classes[likely[i]] or value, bool(classes[given[i]]),
                round(float(probabilities[i, given[i]]), 4))
        for i in map(int, wrong)
    ]  # fmt: skip


def calibrated(margins: Floats, given: NDArray[np.int_], seed: int) -> Floats:
    """Margins, shape (passages,), as probabilities 0-1 by a logistic curve; all one class gives that class."""
    if given.min() == given.max():
        return np.full(len(given), float(given[0]))
    curve = LogisticRegression(random_state=seed).fit(margins[:, None], given)
    return np.asarray(curve.predict_proba(margins[:, None])[:, 1])


def confident_classes(probabilities: Floats, given: NDArray[np.int_]) -> NDArray[np.int_]:
    """The class that each item confidently belongs to, shape (items,), -1 where there is none.

    Args:
        probabilities: out of fold, shape (items, classes), 0-1.
        given: class (0-based) that each item is labelled with, shape (items,).
    """
    n_classes = probabilities.shape[1]
    thresholds = np.array([probabilities[given == j, j].mean() if (given == j).any() else np.inf
                           for j in range(n_classes)])  # fmt: skip
    reached = np.where(probabilities >= thresholds, probabilities, -1.0)
    best = reached.argmax(axis=1)
    return np.where(reached.max(axis=1) >= 0, best, -1)
