"""The linear classifiers behind one interface: a factory of unfitted estimators, and the heads that answer a question.

A head is one question with one estimator: does the theme apply, does the field apply, which stage is it, how deep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.svm import LinearSVC

from insek.errors import ConfigError
from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage
from insek.tag.features import VIEWS

FACTORIES: dict[str, Callable[[int], Any]] = {
    "logistic": lambda seed: LogisticRegression(C=4.0, max_iter=1000, random_state=seed),
    "linear_svm": lambda seed: LinearSVC(C=0.3, random_state=seed),
    "ridge": lambda seed: RidgeClassifier(alpha=1.0, random_state=seed),
    "huber": lambda seed: SGDClassifier(loss="modified_huber", alpha=3e-4, random_state=seed),
}
"""Unfitted linear estimators with `coef_` and `intercept_`; another one is another entry."""

MIN_POSITIVES = 5
"""Fewer examples of a label cannot be split and learned from; training names the label and stops."""


@dataclass
class Head:
    """One question. `outputs` are the columns it fills; `targets` gives the answer of a passage or None (not asked)."""

    name: str
    outputs: tuple[str, ...]
    targets: Callable[[LabelledPassage], Any]
    estimator: Any = field(default=None)
    columns: NDArray[np.int64] | None = field(default=None)

    @property
    def view(self) -> str:
        """Letters of the feature groups the head may look at."""
        return VIEWS[self.name.split("/")[0]]

    def fit(self, matrix: csr_matrix, names: Sequence[str], labels: Sequence[LabelledPassage],
            factory: Callable[[int], Any], seed: int) -> Head:  # fmt: skip
        """A head fitted on the passages that answer its question.

        Args:
            matrix: weighed features, shape (passages, features).
            names: feature names in the order of the columns.
            labels: the passages.
            factory: makes an unfitted estimator from a seed.
            seed: of the estimator.
        """
        columns = np.array([i for i, name in enumerate(names) if name[0] in self.view], dtype=np.int64)
        answers = [self.targets(label) for label in labels]
        rows = [i for i, answer in enumerate(answers) if answer is not None]
        estimator = factory(seed).fit(matrix[rows][:, columns], np.array([answers[i] for i in rows]))
        return Head(self.name, self.outputs, self.targets, estimator, columns)

    def weights(self, n_features: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights (n_features, outputs) and bias (outputs,) in the order of `outputs`; zero outside of the view."""
        inner, bias = self._inner_weights()
        weights = np.zeros((n_features, len(self.outputs)))
        weights[self.columns] = inner
        return weights, bias

    def _inner_weights(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights over the columns of the view; a class that training has not seen gets a bias of -6."""
        coef, intercept = np.atleast_2d(self.estimator.coef_), np.atleast_1d(self.estimator.intercept_)
        if len(self.outputs) == 1:
            return coef.T, intercept
        classes = [str(c) for c in self.estimator.classes_]
        if len(classes) == 2 and len(coef) == 1:  # two classes share one row of weights
            coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
        weights = np.zeros((coef.shape[1], len(self.outputs)))
        bias = np.full(len(self.outputs), -6.0)
        for column, output in enumerate(self.outputs):
            name = output.split("/", 1)[1]
            if name in classes:
                weights[:, column], bias[column] = coef[classes.index(name)], intercept[classes.index(name)]
        return weights, bias


def heads_for(guideline: Guideline) -> list[Head]:
    """All questions of a guideline: themes and fields one by one, stage and depth as one choice each."""
    heads = [Head(f"theme/{t}", (f"theme/{t}",), _has("themes", t)) for t in guideline.theme_ids]
    heads += [Head(f"field/{f}", (f"field/{f}",), _has("fields", f)) for f in guideline.field_ids]
    heads.append(Head("stage", tuple(f"stage/{s}" for s in guideline.stage_ids), lambda label: label.stage))
    fullest = guideline.depth_ids[0]
    heads.append(Head("depth", (f"depth/{fullest}",), lambda label: None if label.depth is None
                      else label.depth == fullest))  # fmt: skip
    return heads


def _has(kind: str, value: str) -> Callable[[LabelledPassage], bool | None]:
    """Whether a label applies; fields are asked of passages with a theme only."""

    def target(label: LabelledPassage) -> bool | None:
        values = getattr(label, kind)
        if values is None or (kind == "fields" and not label.themes):
            return None
        return value in values

    return target


def check_support(heads: Sequence[Head], labels: Sequence[LabelledPassage]) -> None:
    """ConfigError where a label has too few positives or negatives to learn from."""
    for head in heads:
        answers = [head.targets(label) for label in labels]
        values = {a for a in answers if a is not None}
        counts = {value: answers.count(value) for value in values}
        if len(values) < 2 or (len(head.outputs) == 1 and min(counts.values()) < MIN_POSITIVES):
            raise ConfigError(f"Für „{head.name}“ gibt es zu wenige Beispiele ({counts}).",
                              f"Mindestens {MIN_POSITIVES} Passagen mit und ohne dieses Label ergänzen.")  # fmt: skip
