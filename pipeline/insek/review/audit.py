"""What a random audit says of the program: how often it names the themes that people name, within chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

from insek.review.desk import Desk
from insek.review.queues import QueueName
from insek.reviews import counting

_Z = 1.96
"""Normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Passages drawn and decided; among them those with the same themes, those the program missed or made up.

    `low` and `high` (0-1) bound the share of the same in all passages of the run, 95 %.
    """

    drawn: int
    decided: int
    same: int
    missed: int
    made_up: int
    low: float
    high: float


def audit(desk: Desk) -> Audit | None:
    """The audit of all plans so far; None before its first decision, and while it would take long to draw."""
    name = QueueName("audit", seed=desk.settings.seed)
    if not desk.quick(name):
        return None
    labels = counting(desk.journal.reviews)
    places = [entry.place for entry in desk.queue(name)]
    pairs = [(set(desk.item(p).decision.themes), set(labels[p].themes or ())) for p in places if p in labels]
    if not pairs:
        return None
    same = sum(program == person for program, person in pairs)
    missed = sum(bool(person - program) for program, person in pairs)
    made_up = sum(bool(program - person) for program, person in pairs)
    return Audit(len(places), len(pairs), same, missed, made_up, *wilson(same, len(pairs)))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Interval of a share, 95 %: Wilson (1927), Journal of the American Statistical Association 22:209-212."""
    share, z2 = hits / n, _Z**2
    middle, spread = share + z2 / (2 * n), _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + z2 / n)), min(1.0, (middle + spread) / (1 + z2 / n))
