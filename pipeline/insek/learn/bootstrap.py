"""Intervals by resampling: how far precision, recall and F1 would move with other plans of the same kind.

Percentile bootstrap over whole groups (Efron & Tibshirani 1993, chapters 13 and 16): passages of one plan resemble each
other, so that drawing single passages would promise too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insek.learn.counts import FALSE, HIT, MISSED, Counts
from insek.learn.labels import LabelledPassage

RESAMPLES = 2000
LEVEL = 0.95
ENOUGH_GROUPS = 8
"""With fewer groups, drawing groups gives intervals that are too narrow and jumpy; single passages are drawn then."""

Range = tuple[float, float]


@dataclass(frozen=True)
class Measured:
    """Precision, recall and F1 of a label (0-1) with intervals, and the number of passages that have it."""

    precision: float
    recall: float
    f1: float
    support: int
    precision_interval: Range
    recall_interval: Range
    f1_interval: Range


def resampling_groups(labels: Sequence[LabelledPassage]) -> list[str]:
    """The group of each passage: its municipality, or itself where there are too few municipalities."""
    places = [label.municipality for label in labels]
    return places if len(set(places)) >= ENOUGH_GROUPS else [f"{i}" for i in range(len(places))]


def draws(n_groups: int, seed: int, resamples: int = RESAMPLES) -> NDArray[np.int64]:
    """How often each group is drawn, int64, shape (resamples, groups); each row sums to the number of groups."""
    return np.random.default_rng(seed).multinomial(n_groups, np.full(n_groups, 1.0 / n_groups), size=resamples)


def measure(counts: Counts, drawn: NDArray[np.int64], level: float = LEVEL) -> dict[str, Measured]:
    """Label -> measures with their intervals at `level` (0-1), from the draws of `draws`."""
    whole = _measures(counts.table.sum(axis=0)[None])
    sampled = _measures(np.tensordot(drawn, counts.table, axes=1))
    low, high = (np.nanquantile(sampled, q, axis=1) for q in ((1 - level) / 2, (1 + level) / 2))
    support = counts.support()
    return {name: _measured(whole[:, 0, i], low[:, i], high[:, i], support[name])
            for i, name in enumerate(counts.labels)}  # fmt: skip


def _measured(values: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], n: int) -> Measured:
    point = [round(float(v), 4) for v in values]
    spans = [(round(float(a), 4), round(float(b), 4)) for a, b in zip(low, high, strict=True)]
    return Measured(point[0], point[1], point[2], n, spans[0], spans[1], spans[2])


def difference(one: Counts, two: Counts, drawn: NDArray[np.int64], level: float = LEVEL) -> dict[str, Range]:
    """Label -> interval of the F1 of `two` minus that of `one`, both counted on the same passages and groups."""
    if one.groups != two.groups or one.labels != two.labels:
        raise ValueError("both counts must be over the same groups and labels")
    gaps = _measures(np.tensordot(drawn, two.table, axes=1))[2] - _measures(np.tensordot(drawn, one.table, axes=1))[2]
    low, high = (np.nanquantile(gaps, q, axis=0) for q in ((1 - level) / 2, (1 + level) / 2))
    return {n: (round(float(low[i]), 4), round(float(high[i]), 4)) for i, n in enumerate(one.labels)}


def _measures(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Precision, recall and F1, shape (3, samples, labels), from counts of shape (samples, labels, 3); 0 for 0/0."""
    hit, false, missed = (table[..., k].astype(np.float64) for k in (HIT, FALSE, MISSED))
    parts = ((hit, hit + false), (hit, hit + missed), (2 * hit, 2 * hit + false + missed))
    return np.stack([np.divide(a, b, out=np.zeros_like(a), where=b > 0) for a, b in parts])
