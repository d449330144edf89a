"""Gaps: cells without evidence, with the passages that came nearest and why they were not enough. Pure.

The distance of a passage from a cell is 1 - c p: p is how sure it is that the passage is on theme (1 for a heading that
names the theme), c the share of such passages that would fill the cell after all (`gaps` in `scoring.yaml`), divided by
the number of stages between for a passage of another stage. Nearest is what a reader should look at first.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from insek.domain import Cell, Gap, Shortfall
from insek.guideline import Guideline
from insek.score.cells import Place
from insek.score.doubt import doubtful_passages
from insek.score.items import Item, evidence_of, placed

Near = tuple[float, Shortfall, Item]


def gaps(items: Sequence[Item], cells: Iterable[Cell], guideline: Guideline) -> tuple[Gap, ...]:
    """One gap for each cell without evidence, in the order of the cells."""
    candidates = _Candidates(items, guideline)
    return tuple(_gap((c.field, c.stage), candidates, guideline) for c in cells if not c.n_evidence)


def _gap(place: Place, candidates: _Candidates, guideline: Guideline) -> Gap:
    nearest = heapq.nsmallest(guideline.scoring.nearest, candidates.near(place), key=lambda n: (n[0], n[2].order))
    return Gap(*place, tuple(evidence_of(i, guideline) for _, _, i in nearest), tuple(w.value for _, w, _ in nearest))


class _Candidates:
    """The passages that may come near a cell, sorted once so that no cell looks at all of them."""

    def __init__(self, items: Sequence[Item], guideline: Guideline) -> None:
        self.shares, self.stages = guideline.scoring.gap_shares, guideline.stage_ids
        self.doubtful = doubtful_passages(items, guideline)
        self.untied = _by_place((i, i.decision.fields, i.decision.stage) for i in items
                                if i.decision.themes and not i.counts)  # fmt: skip
        self.headings = _by_place((i, i.decision.near_fields, i.decision.near_stage) for i in items if i.decision.hints)
        self.by_field: dict[str, list[Item]] = defaultdict(list)
        self.by_stage: dict[str, list[Item]] = defaultdict(list)
        for item in placed(items):
            self.by_stage[str(item.decision.stage)].append(item)
            for field in item.decision.fields:
                self.by_field[field].append(item)

    def near(self, place: Place) -> Iterator[Near]:
        """Everything near a cell with its distance; a passage comes up once, by what it has in common."""
        field, stage = place
        for why, found in ((Shortfall.UNDER_THRESHOLD, self.doubtful), (Shortfall.NOT_TIED, self.untied),
                           (Shortfall.HEADING_ONLY, self.headings)):  # fmt: skip
            for item in found.get(place, ()):
                yield self._distance(why, item), why, item
        for item in self.by_field.get(field, ()):
            yield self._distance(Shortfall.OTHER_STAGE, item, self._apart(item, stage)), Shortfall.OTHER_STAGE, item
        for item in self.by_stage.get(stage, ()):
            yield self._distance(Shortfall.OTHER_FIELD, item), Shortfall.OTHER_FIELD, item

    def _distance(self, why: Shortfall, item: Item, apart: int = 1) -> float:
        sure = 1.0 if why is Shortfall.HEADING_ONLY else item.probability
        return 1.0 - self.shares[why.value] * sure / apart

    def _apart(self, item: Item, stage: str) -> int:
        return abs(self.stages.index(str(item.decision.stage)) - self.stages.index(stage))


def _by_place(found: Iterable[tuple[Item, Iterable[str], str | None]]) -> Mapping[Place, list[Item]]:
    sorted_in: dict[Place, list[Item]] = defaultdict(list)
    for item, fields, stage in found:
        for field in fields if stage else ():
            sorted_in[field, str(stage)].append(item)
    return sorted_in
