"""How good the decisions are: per label, for rules, classifier, both and a key-word baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage
from insek.learn.merging import Logits, f_beta, learn_merge, stage_offsets
from insek.tag.merge import Opinion, merged_opinion
from insek.tag.verdict import Verdict


@dataclass(frozen=True)
class Tagged:
    """The labels that a system gave to one passage."""

    themes: frozenset[str]
    fields: frozenset[str]
    stage: str | None
    depth: str | None


@dataclass(frozen=True)
class LabelScore:
    """Precision, recall and F1 (0-1) of one label, with the number of passages that have it."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


def score_all(labels: Sequence[LabelledPassage], tagged: Sequence[Tagged], guideline: Guideline) -> dict[str, Any]:
    """Scores per theme and field, macro means, and accuracy of stage and depth.

    Fields, stage and depth are scored on passages that have a theme by the labels.
    """
    themes = [_score(t, labels, tagged, "themes") for t in guideline.theme_ids]
    on = [i for i, label in enumerate(labels) if label.themes]
    some, their = [labels[i] for i in on], [tagged[i] for i in on]
    fields = [_score(f, some, their, "fields") for f in guideline.field_ids]
    present = [f.f1 for f in fields if f.support]
    return {
        "themes": {s.label: _as_dict(s) for s in themes},
        "fields": {s.label: _as_dict(s) for s in fields},
        "theme_macro_f1": _mean([s.f1 for s in themes]),
        "field_macro_f1": _mean(present),
        "stage_accuracy": _accuracy(some, their, "stage"),
        "depth_accuracy": _accuracy(some, their, "depth"),
        "passages": len(labels),
    }


def _score(name: str, labels: Sequence[LabelledPassage], tagged: Sequence[Tagged], kind: str) -> LabelScore:
    asked = [(label, t) for label, t in zip(labels, tagged, strict=True) if getattr(label, kind) is not None]
    wanted = np.array([name in getattr(label, kind) for label, _ in asked], dtype=bool)
    found = np.array([name in getattr(t, kind) for _, t in asked], dtype=bool)
    hits, n_wanted, n_found = int((wanted & found).sum()), int(wanted.sum()), int(found.sum())
    precision = hits / n_found if n_found else 0.0
    return LabelScore(name, precision, hits / n_wanted if n_wanted else 0.0, f_beta(wanted, found), n_wanted)


def _as_dict(score: LabelScore) -> dict[str, float]:
    values = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    return {**{k: round(v, 4) for k, v in values.items()}, "support": score.support}


def _accuracy(labels: Sequence[LabelledPassage], tagged: Sequence[Tagged], kind: str) -> float:
    pairs = [(getattr(a, kind), getattr(b, kind)) for a, b in zip(labels, tagged, strict=True) if getattr(a, kind)]
    return _mean([float(a == b) for a, b in pairs])


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0


def decided(opinion: Opinion) -> Tagged:
    """An opinion as a set of labels."""
    return Tagged(frozenset(opinion.themes), frozenset(opinion.fields), opinion.stage, opinion.depth)


def cross_validated(
    labels: Sequence[LabelledPassage],
    logits: Sequence[Logits],
    verdicts: Sequence[Verdict],
    folds: Sequence[int],
    guideline: Guideline,
    like_plans: Sequence[bool],
    stage_shares: Mapping[str, float],
) -> dict[str, Any]:
    """Scores of rules and classifier together on municipalities that neither classifier nor merge has seen.

    `like_plans` says of each passage whether the merge may learn from it; `natural` are the scores on those alone, of
    which there are `like_plans`. `stage_shares` moves the stages as in the model that is saved: the figures are those
    of what will decide, and stages are as frequent among the labels as they are nowhere else.
    """
    tagged: list[Tagged | None] = [None] * len(labels)
    for fold in sorted(set(folds)):
        inside = [i for i, f in enumerate(folds) if f != fold and like_plans[i]]
        learned = learn_merge([labels[i] for i in inside], [logits[i] for i in inside],
                              [verdicts[i] for i in inside], guideline)  # fmt: skip
        learned["stage"]["offsets"] = stage_offsets([x for x, f in zip(labels, folds, strict=True) if f != fold],
                                                    stage_shares)  # fmt: skip
        for i in (i for i, f in enumerate(folds) if f == fold):
            opinion = merged_opinion(logits[i], verdicts[i], guideline, learned, learned["thresholds"])
            tagged[i] = decided(opinion)
    done = [t for t in tagged if t is not None]
    rows = [i for i, kept in enumerate(like_plans) if kept]
    return {
        "merged": score_all(labels, done, guideline),
        "natural": score_all([labels[i] for i in rows], [done[i] for i in rows], guideline),
        "folds": len(set(folds)),
        "like_plans": len(rows),
    }
