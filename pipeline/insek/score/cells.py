"""The matrix: state, score and interval of each cell, field scores and the index. Pure; formula in the package."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from insek.domain import Cell, CellState, Doubt
from insek.guideline import Guideline
from insek.score.items import Item, best_first, evidence_of, placed

_Z = 1.645
"""Normal quantile of a two-sided 90 % interval."""
Place = tuple[str, str]
"""Ids of a field and a stage."""


def sort_into_cells(items: Iterable[Item]) -> Mapping[Place, Sequence[Item]]:
    """The passages that count, by field and stage; one with several fields stands in several cells."""
    found: dict[Place, list[Item]] = defaultdict(list)
    for item in placed(items):
        for field in item.decision.fields:
            found[field, str(item.decision.stage)].append(item)
    return found


def cell(place: Place, items: Sequence[Item], doubt: Doubt, guideline: Guideline) -> Cell:
    """One cell from its passages; what was missed or not read widens its interval upwards, never its score."""
    scoring, unread = guideline.scoring, doubt.unread > 0
    if not items:
        state, value = (CellState.NOT_READABLE, None) if unread else (CellState.NOT_FOUND, 0.0)
        told = doubt if doubt.unread < 1 else None  # where nothing could be read, nothing is known of it
        return Cell(*place, state, value, (0.0, 1.0 if unread else _round(doubt.risk)), doubt=told)
    ranked = best_first(items, guideline)
    weighed = [scoring.depth_weights[_depth(i, guideline)] * i.probability for i in ranked]
    strong = any(i.strong for i in ranked)
    value = 1.0 - math.prod(1.0 - w for w in weighed)
    value = value if strong else min(value, scoring.mention_cap)
    high = 1.0 if unread else 1.0 - (1.0 - value) * (1.0 - doubt.risk)
    quotes = tuple(evidence_of(i, guideline) for i in ranked[: scoring.max_quotes])
    state = CellState.EVIDENCED if strong else CellState.MENTIONED
    return Cell(*place, state, _round(value), (_round(min(max(weighed), value)), _round(high)), quotes, len(ranked))


def _depth(item: Item, guideline: Guideline) -> str:
    return item.decision.depth or guideline.depth_ids[-1]


def field_score(field: str, cells: Sequence[Cell], guideline: Guideline) -> float | None:
    """0-100, the mean of the cells of a field weighted by stage; None where none of them could be judged."""
    own = [c for c in cells if c.field == field]
    if all(c.state is CellState.NOT_READABLE for c in own):
        return None
    weights = _weights(own, guideline)
    return round(100.0 * sum(w * (c.score or 0.0) for w, c in zip(weights, own, strict=True)), 1)


def index(cells: Sequence[Cell], guideline: Guideline) -> float:
    """0-100, the mean of all cells weighted by field and stage; what is not known counts 0."""
    return round(100.0 * sum(w * (c.score or 0.0) for w, c in zip(_weights(cells, guideline), cells, strict=True)), 1)


def readable_interval(cells: Sequence[Cell], risks: Sequence[float], guideline: Guideline) -> tuple[float, float]:
    """90 % interval of the index (0-100) as far as the readable pages go.

    Each cell is filled with the probability of its score, independently of the others: that gives the lower end. For
    the upper end a cell is also filled where something was missed in it.

    Args:
        cells: all cells.
        risks: probability (0-1) per cell that something was missed in it.
        guideline: gives the weights.
    """
    weights = _weights(cells, guideline)
    scores = [c.score or 0.0 for c in cells]
    tops = [1.0 - (1.0 - s) * (1.0 - r) for s, r in zip(scores, risks, strict=True)]
    low, high = _end(weights, scores, -_Z), _end(weights, tops, _Z)
    return round(100.0 * low, 1), round(100.0 * max(high, sum(map(math.prod, zip(weights, scores, strict=True)))), 1)


def _end(weights: Sequence[float], chances: Sequence[float], z: float) -> float:
    """An end of the normal interval of a weighted sum of independent yes-or-no values; 0-1."""
    mean = sum(w * p for w, p in zip(weights, chances, strict=True))
    spread = math.sqrt(sum(w * w * p * (1.0 - p) for w, p in zip(weights, chances, strict=True)))
    return max(0.0, min(1.0, mean + z * spread))


def _weights(cells: Sequence[Cell], guideline: Guideline) -> list[float]:
    """Weight of each cell, stage times field, scaled to a sum of 1."""
    stages = {s.id: s.weight for s in guideline.stages}
    fields = {f.id: f.weight for f in guideline.fields}
    raw = [stages[c.stage] * fields[c.field] for c in cells]
    total = math.fsum(raw)
    return [w / total for w in raw] if total else [0.0 for _ in raw]


def _round(value: float) -> float:
    return round(value, 4)
