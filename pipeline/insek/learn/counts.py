"""Right, wrong and missed decisions per label and group: what every measure and every interval is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insek.guideline import Guideline
from insek.learn.evaluate import Tagged
from insek.learn.labels import LabelledPassage

HIT, FALSE, MISSED = 0, 1, 2
CHOICES = ("stage", "depth")
"""Questions with exactly one answer. A wrong answer is false and missed at once, so that their F1 is the accuracy."""


@dataclass(frozen=True)
class Counts:
    """Counts of decisions.

    Attributes:
        labels: names of what is counted, `theme/…`, `field/…`, `stage`, `stage/…`, `depth`, `depth/…`.
        groups: names of the groups of passages, in the order of the first axis.
        table: int64, shape (groups, labels, 3): hit, false, missed.
    """

    labels: tuple[str, ...]
    groups: tuple[str, ...]
    table: NDArray[np.int64]

    def support(self) -> dict[str, int]:
        """Label -> number of passages that have it."""
        found = self.table[:, :, HIT].sum(axis=0) + self.table[:, :, MISSED].sum(axis=0)
        return dict(zip(self.labels, found.tolist(), strict=True))


def count(labels: Sequence[LabelledPassage], tagged: Sequence[Tagged], groups: Sequence[str],
          guideline: Guideline) -> Counts:  # fmt: skip
    """Compare decisions with labels.

    Args:
        labels: n labelled passages; a question that a label leaves open (None) is not counted.
        tagged: n decisions of one system.
        groups: n names of groups; resampling draws whole groups.
        guideline: gives the labels. Fields, stage and depth are counted on passages with a theme by the labels.
    """
    names = label_names(guideline)
    column = {name: i for i, name in enumerate(names)}
    known = tuple(sorted(set(groups)))
    row = {name: i for i, name in enumerate(known)}
    table = np.zeros((len(known), len(names), 3), dtype=np.int64)
    for label, decision, group in zip(labels, tagged, groups, strict=True):
        for name, outcome in _outcomes(label, decision, guideline):
            table[row[group], column[name], outcome] += 1
    return Counts(names, known, table)


def label_names(guideline: Guideline) -> tuple[str, ...]:
    """All that is counted, in the order of the guideline."""
    return (
        *(f"theme/{t}" for t in guideline.theme_ids),
        *(f"field/{f}" for f in guideline.field_ids),
        "stage",
        *(f"stage/{s}" for s in guideline.stage_ids),
        "depth",
        *(f"depth/{d}" for d in guideline.depth_ids),
    )


def _outcomes(label: LabelledPassage, decision: Tagged, guideline: Guideline) -> Iterator[tuple[str, int]]:
    yield from _sets("theme", guideline.theme_ids, label.themes, decision.themes)
    if label.themes:
        yield from _sets("field", guideline.field_ids, label.fields, decision.fields)
        for question in CHOICES:
            yield from _choice(question, getattr(label, question), getattr(decision, question))


def _sets(kind: str, ids: Sequence[str], wanted: Sequence[str] | None,
          found: frozenset[str]) -> Iterator[tuple[str, int]]:  # fmt: skip
    if wanted is None:
        return
    for name in ids:
        if name in wanted or name in found:
            yield f"{kind}/{name}", MISSED if name not in found else HIT if name in wanted else FALSE


def _choice(question: str, wanted: str | None, found: str | None) -> Iterator[tuple[str, int]]:
    if wanted is None:
        return
    if wanted == found:
        yield from ((question, HIT), (f"{question}/{wanted}", HIT))
        return
    yield from ((question, FALSE), (question, MISSED), (f"{question}/{wanted}", MISSED))
    if found is not None:
        yield f"{question}/{found}", FALSE
