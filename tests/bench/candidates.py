"""The candidates for the classifier in nested cross-validation split by municipality; prints a table, asserts nothing.

    python tests/bench/candidates.py [--folds 5] [--inner 3] [CANDIDATE …]

Outer folds hold back whole municipalities and series. Within the rest, inner folds choose the strength of
regularisation, the weights of the merge and the thresholds; the municipalities held back are only scored. The inner
folds share the inverse document frequencies of the outer one, which knows no label. Strengths are compared by the mean
of theme and field macro F1, stage and depth accuracy of the classifier alone.

Columns: macro F1 of themes and fields, accuracy of stage and depth on passages that read like plans, of rules and
classifier together and of the classifier alone, each with the standard deviation over outer folds; themes over all
passages; processor seconds of one fit of all heads; the strengths chosen.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import ComplementNB

from insek.guideline import Guideline, load_guideline
from insek.learn.estimators import FACTORIES, Head, heads_for
from insek.learn.evaluate import Tagged, decided, score_all
from insek.learn.labels import LabelledPassage, load_labels
from insek.learn.matrix import learn_idf, sparse_matrix
from insek.learn.merging import learn_merge, stage_offsets
from insek.learn.policy import LabelPolicy, load_policy
from insek.learn.systems import rule_tagger
from insek.learn.train import MODEL_ONLY, Prepared, TrainingSettings, make_folds, natural, prepare
from insek.project import Project
from insek.tag.merge import merged_opinion

SEED = 20231
SUMS = ("theme_macro_f1", "field_macro_f1", "stage_accuracy", "depth_accuracy")
Factory = Callable[[int], Any]
Logits = list[dict[str, float]]


class LinearBayes:
    """Complement naive Bayes as a linear classifier (Rennie et al. 2003): its log-ratios are the weights."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def set_params(self, alpha: float) -> LinearBayes:
        """The same with another smoothing."""
        return LinearBayes(alpha)

    def fit(self, matrix: csr_matrix, answers: Any) -> LinearBayes:
        """Learn; `matrix` must not be negative."""
        found = ComplementNB(alpha=self.alpha).fit(matrix, answers)
        self.classes_, rows = found.classes_, found.feature_log_prob_
        self.coef_ = rows[1:] - rows[:1] if len(rows) == 2 else rows
        self.intercept_ = np.zeros(len(self.coef_))
        return self


CANDIDATES: dict[str, tuple[Factory, str, tuple[float, ...]]] = {
    "linear_svm": (FACTORIES["linear_svm"], "C", (0.1, 0.3, 1.0)),
    "logistic": (FACTORIES["logistic"], "C", (1.0, 4.0, 16.0)),
    "ridge": (FACTORIES["ridge"], "alpha", (0.3, 1.0, 3.0)),
    "huber": (FACTORIES["huber"], "alpha", (1e-4, 3e-4, 1e-3)),
    "bayes": (lambda _: LinearBayes(), "alpha", (0.1, 0.3, 1.0)),
}
"""Factory, the parameter that sets the strength of regularisation, and its grid."""


@dataclass(frozen=True)
class Task:
    """What is learned from: prepared passages, and what the guideline says of learning."""

    data: Prepared
    guideline: Guideline
    policy: LabelPolicy

    def some(self, rows: Sequence[int]) -> Task:
        """The same with some of the passages."""
        return Task(self.data.some(rows), self.guideline, self.policy)

    @property
    def like_plans(self) -> list[int]:
        """Rows of passages that read like plans."""
        return [i for i, kept in enumerate(natural(self.data.labels, self.policy.hard_series)) if kept]


@dataclass(frozen=True)
class FoldScores:
    """Scores (0-1) on one outer fold by system and kind of passage, the strength chosen, seconds of one fit."""

    scores: Mapping[str, Mapping[str, Any]]
    strength: float
    seconds: float


def with_strength(name: str, strength: float) -> Factory:
    """The factory of a candidate with another strength of regularisation."""
    factory, parameter, _ = CANDIDATES[name]
    return lambda seed: factory(seed).set_params(**{parameter: strength})


def fitted(matrix: csr_matrix, names: Sequence[str], labels: Sequence[LabelledPassage], guideline: Guideline,
           factory: Factory) -> list[Head]:  # fmt: skip
    """All heads."""
    return [head.fit(matrix, names, labels, factory, SEED) for head in heads_for(guideline)]


def logits(matrix: csr_matrix, heads: Sequence[Head]) -> Logits:
    """Output -> log-odds for each row."""
    found: Logits = [{} for _ in range(matrix.shape[0])]
    for head in heads:
        weights, bias = head.weights(matrix.shape[1])
        for row, values in enumerate((matrix @ weights + bias).tolist()):
            found[row].update(zip(head.outputs, values, strict=True))
    return found


def held_out(task: Task, matrix: csr_matrix, names: Sequence[str], folds: Sequence[int], factory: Factory) -> Logits:
    """Log-odds of each passage from a classifier that has not seen its fold."""
    found: Logits = [{} for _ in folds]
    for fold in sorted(set(folds)):
        inside = [i for i, f in enumerate(folds) if f != fold]
        outside = [i for i, f in enumerate(folds) if f == fold]
        heads = fitted(matrix[inside], names, [task.data.labels[i] for i in inside], task.guideline, factory)
        for i, values in zip(outside, logits(matrix[outside], heads), strict=True):
            found[i] = values
    return found


def merge_of(task: Task, scores: Logits, *, alone: bool) -> dict[str, Any]:
    """Weights and thresholds as training learns them: alone from all passages, together from those like plans."""
    rows = range(len(scores)) if alone else task.like_plans
    data = task.data
    learned = learn_merge([data.labels[i] for i in rows], [scores[i] for i in rows], [data.verdicts[i] for i in rows],
                          task.guideline, MODEL_ONLY if alone else None)  # fmt: skip
    learned["stage"]["offsets"] = stage_offsets(data.labels, task.policy.stage_shares)
    return learned


def opinions(task: Task, scores: Logits, learned: Mapping[str, Any]) -> list[Tagged]:
    """The decisions."""
    pairs = zip(scores, task.data.verdicts, strict=True)
    return [decided(merged_opinion(x, v, task.guideline, learned, learned["thresholds"])) for x, v in pairs]


def choose(task: Task, matrix: csr_matrix, names: Sequence[str], name: str, inner: int) -> tuple[float, Logits]:
    """The best strength by inner folds, with the log-odds it gave there."""
    folds = make_folds(task.data.labels, TrainingSettings(folds=inner, seed=SEED))
    best: tuple[float, float, Logits] | None = None
    for strength in CANDIDATES[name][2]:
        scores = held_out(task, matrix, names, folds, with_strength(name, strength))
        tagged = opinions(task, scores, merge_of(task, scores, alone=True))
        value = float(np.mean([score_all(task.data.labels, tagged, task.guideline)[s] for s in SUMS]))
        if best is None or value > best[0]:
            best = value, strength, scores
    if best is None:
        raise ValueError(f"{name} has no strengths to choose from")
    return best[1], best[2]


def scored(task: Task, scores: Logits, learned: Mapping[str, Any], system: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Scores of a system on all passages and on those that read like plans, if there are any."""
    tagged = opinions(task, scores, learned)
    yield f"{system}/all", score_all(task.data.labels, tagged, task.guideline)
    rows = [i for i, label in enumerate(task.data.labels) if label.series not in task.policy.hard_series]
    if rows:
        labels = [task.data.labels[i] for i in rows]
        yield f"{system}/like plans", score_all(labels, [tagged[i] for i in rows], task.guideline)


def outer_fold(known: Task, unknown: Task, name: str, inner: int) -> FoldScores:
    """Choose and learn on what is known, score what is not."""
    idf = learn_idf(known.data.found)
    names, matrix = list(idf), sparse_matrix(known.data.found, idf)
    strength, inside = choose(known, matrix, names, name, inner)
    began = time.process_time()
    heads = fitted(matrix, names, known.data.labels, known.guideline, with_strength(name, strength))
    seconds = time.process_time() - began
    outside = logits(sparse_matrix(unknown.data.found, idf), heads)
    together = scored(unknown, outside, merge_of(known, inside, alone=False), "both")
    alone = scored(unknown, outside, merge_of(known, inside, alone=True), "model")
    return FoldScores({**dict(together), **dict(alone)}, strength, seconds)


def nested(task: Task, name: str, outer: int, inner: int) -> Iterator[FoldScores]:
    """One result per outer fold."""
    folds = make_folds(task.data.labels, TrainingSettings(folds=outer, seed=SEED))
    for fold in sorted(set(folds)):
        known = task.some([i for i, f in enumerate(folds) if f != fold])
        yield outer_fold(known, task.some([i for i, f in enumerate(folds) if f == fold]), name, inner)


def row(name: str, results: Sequence[FoldScores]) -> str:
    """One line of the table."""
    cells = []
    for kind, wanted in (("both/like plans", SUMS), ("model/like plans", SUMS), ("both/all", SUMS[:1])):
        for measure in wanted:
            values = [r.scores[kind][measure] for r in results if kind in r.scores]
            cells.append(f"{np.mean(values):.3f}±{np.std(values, ddof=1):.3f}")
    seconds = np.mean([r.seconds for r in results])
    return " ".join([f"{name:<11}", *cells, f"{seconds:6.1f}", ",".join(f"{r.strength:g}" for r in results)])


def load_task() -> Task:
    """The labels of the project."""
    project = Project.find()
    guideline = load_guideline(project.guideline_folder)
    labels = load_labels(project.labels_folder, guideline)
    return Task(prepare(labels, rule_tagger(project), guideline), guideline,
                load_policy(project.guideline_folder, guideline))  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Nested cross-validation of the candidates for the classifier.")
    parser.add_argument("candidates", nargs="*", metavar="CANDIDATE", help=", ".join(CANDIDATES))
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--inner", type=int, default=3)
    asked = parser.parse_args()
    task = load_task()
    head = " ".join(f"{s.split('_')[0]:<11}" for s in (*SUMS, *SUMS, SUMS[0]))
    print(f"{'':<11} {'both, like plans':<47} {'classifier alone, like plans':<47} both, all\n{'':<11} {head}     s")
    for name in asked.candidates or CANDIDATES:
        print(row(name, list(nested(task, name, asked.folds, asked.inner))), flush=True)


if __name__ == "__main__":
    main()
