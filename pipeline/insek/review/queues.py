"""Queues: which passages to look at, in which order, and why. Pure, but for reading the plans.

The order rests on the saved tags alone, not on decisions: a queue is the same after a restart and for everybody.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from insek.domain import Decision
from insek.guideline import Guideline
from insek.learn.settle import divided
from insek.review.library import Library
from insek.reviews import Place, Review
from insek.score import counts_for_guideline

MOST = 200
"""Passages in a queue over many plans: more are no afternoon's work."""
AUDIT = 50
"""Passages of an audit: a share of one half is then known to about 14 points (95 %)."""
DOUBT = 0.2
"""Least doubt of an uncertain passage: one in five such statements would be wrong."""
BLIND_QUEUES = ("second", "audit")
"""Queues that tell nothing of what the program or somebody else found."""
QUEUES = ("cell", "gap", "teach", "uncertain", "disputed", "audit", "second", "check")


@dataclass(frozen=True, slots=True)
class QueueName:
    """Which queue: its kind and what it is about. `plan` is empty for all plans; `seed` matters to the audit only."""

    kind: str
    plan: str = ""
    field: str = ""
    stage: str = ""
    seed: int = 0

    @property
    def query(self) -> str:
        """As the query of an address."""
        given = {"q": self.kind, "plan": self.plan, "f": self.field, "s": self.stage}
        return urlencode({k: v for k, v in given.items() if v} | ({"seed": self.seed} if self.kind == "audit" else {}))

    @property
    def short(self) -> str:
        """As it stands in `reviews.jsonl`."""
        return "/".join(str(part) for part in (self.kind, self.plan, self.field, self.stage, self.seed or "") if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage of a queue; `why` says why it is there: a `Shortfall` in a gap, words among those that teach, or empty.

    `picked` is the name that the label store has for the choice (`learn.labels.PICKED`), or empty.
    """

    place: Place
    why: str = ""
    picked: str = ""


Others = Mapping[Place, Mapping[str, Review]]


def entries(name: QueueName, library: Library, guideline: Guideline, others: Others, annotator: str) -> list[Entry]:
    """The passages of a queue in the order to look at them.

    Args:
        name: which queue.
        library: the plans.
        guideline: gives the labels.
        others: last decisions by passage and annotator.
        annotator: who is at the desk.

    Raises:
        KeyError: the plan, field or stage is unknown.
    """
    slugs = [name.plan] if name.plan else library.slugs
    if name.kind == "cell":
        return _cell(name, library, guideline)
    if name.kind == "gap":
        gaps = library.plan(name.plan).result.coverage.gaps  # type: ignore[union-attr]  # failed plans are not listed
        gap = next((g for g in gaps if (g.field, g.stage) == (name.field, name.stage)), None)
        near = zip(gap.nearest, gap.why, strict=True) if gap else ()
        return [Entry((name.plan, e.passage_id), why) for e, why in near]
    if name.kind in ("second", "check"):
        found = _of_others(slugs, others, annotator)
        return found if name.kind == "second" else sorted(found, key=lambda e: not _divided(others[e.place]))
    if name.kind == "audit":
        return _audit(slugs, library, name.seed)
    rank = {"uncertain": _uncertain, "disputed": _disputed}[name.kind]
    return [Entry(place, picked=name.kind) for place in _first(slugs, library, rank)]


def _cell(name: QueueName, library: Library, guideline: Guideline) -> list[Entry]:
    """All passages that fill a cell, the least sure first: those are the ones that a cell may owe to a mistake."""
    found = [
        (max(decision.scores.values(), default=0.0), passage.id)
        for passage, decision in library.plan(name.plan).tagged.values()
        if decision.stage == name.stage and name.field in decision.fields
        and counts_for_guideline(passage, decision, guideline)
    ]  # fmt: skip
    return [Entry((name.plan, passage_id)) for _, passage_id in sorted(found)]


def _of_others(slugs: Sequence[str], others: Others, annotator: str) -> list[Entry]:
    """Passages that somebody else decided."""
    return [
        Entry(place)
        for place, lines in others.items()
        if place[0] in slugs and any(who != annotator and r.label.themes is not None for who, r in lines.items())
    ]


def _divided(lines: Mapping[str, Review]) -> bool:
    """Whether people disagree so that nothing can be learned: what a second look should settle first."""
    return divided([review.label for review in lines.values()])


def _audit(slugs: Iterable[str], library: Library, seed: int) -> list[Entry]:
    """A sample of all passages alike: what is found here holds for all of them, within chance."""
    places = sorted((slug, p.id) for slug in slugs for p, _ in library.plan(slug).sentences())
    drawn = random.Random(seed).sample(places, min(AUDIT, len(places)))
    return [Entry(place, picked="random") for place in drawn]


def _first(slugs: Iterable[str], library: Library, rank: Callable[[Decision], float | None]) -> list[Place]:
    def ranked() -> Iterator[tuple[float, Place]]:
        for slug in slugs:
            for passage, decision in library.plan(slug).sentences():
                if (value := rank(decision)) is not None:
                    yield -value, (slug, passage.id)

    return [place for _, place in heapq.nsmallest(MOST, ranked())]


def _uncertain(decision: Decision) -> float | None:
    """The largest doubt about a theme: 1 minus the probability of what was said."""
    doubts = [1 - score if theme in decision.themes else score for theme, score in decision.scores.items()]
    doubt = max(doubts, default=0.0)
    return doubt if doubt >= DOUBT else None


def _disputed(decision: Decision) -> float | None:
    """The likeliest to have a theme first: a missed passage costs most."""
    return max(decision.scores.values(), default=0.0) if decision.disputed else None
