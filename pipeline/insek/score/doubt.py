"""How sure it is that nothing stands where nothing was found. Pure; reasons and check in design note 0010.

Two things can hide in an empty cell. A passage whose words gave nothing away: the program misses a passage with the
rate `r` known from labelled plans, and cells like this one (same field, same stage) are filled with the share `s`; by
Bayes' rule a cell in which nothing was found then holds something with the probability b = s r / (s r + 1 - s). And a
passage that was seen but stayed under the threshold: passage i with the probability q_i. Together
risk = 1 - (1 - b) prod(1 - q_i).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from insek.domain import Doubt
from insek.guideline import Guideline
from insek.score.cells import Place
from insek.score.items import Item, likely_place

_HALF = 0.5
"""Added to the filled and to the empty cells (Jeffreys' prior): a dozen cells cannot prove a share of 0 or 1."""


def doubts(items: Iterable[Item], filled: Collection[Place], unread: float, guideline: Guideline) -> dict[Place, Doubt]:
    """The doubt of every cell.

    Args:
        items: all passages.
        filled: the cells that hold evidence.
        unread: share of pages that could not be read, 0-1.
        guideline: gives fields, stages and the rates of missed passages.
    """
    missed = guideline.missed_rate
    doubtful = doubtful_passages(items, guideline)
    rows, columns = Counter(f for f, _ in filled), Counter(s for _, s in filled)
    others = len(guideline.stage_ids) + len(guideline.field_ids) - 2
    found = {}
    for place in ((f, s) for f in guideline.field_ids for s in guideline.stage_ids):
        near = rows[place[0]] + columns[place[1]] - 2 * (place in filled)
        share = (near + _HALF) / (others + 2 * _HALF)
        unseen = share * missed / (share * missed + 1.0 - share)
        chances = [i.probability for i in doubtful.get(place, ())]
        risk = 1.0 - (1.0 - unseen) * math.prod(1.0 - q for q in chances)
        found[place] = Doubt(round(risk, 4), len(chances), near, others, round(unread, 4))
    return found


def doubtful_passages(items: Iterable[Item], guideline: Guideline) -> Mapping[Place, list[Item]]:
    """Passages without a theme that may have one after all, by the cells they would fill."""
    found: dict[Place, list[Item]] = defaultdict(list)
    for item in items:
        if item.decision.themes or item.probability < guideline.scoring.doubt_floor:
            continue
        fields, stage = likely_place(item)
        for field in fields if stage else ():
            found[field, str(stage)].append(item)
    return found
