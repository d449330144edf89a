"""Passages as the score sees them: does one count, how sure is it, does it say something. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insek.domain import Decision, Evidence, Passage, TagKind
from insek.guideline import Guideline


@dataclass(frozen=True, slots=True)
class Item:
    """A passage with its decision.

    `counts` says whether it counts for the guideline, `probability` (0-1) how sure that is, `strong` whether it says
    something by itself: the fullest depth, and surer than the floor of evidence.
    """

    passage: Passage
    decision: Decision
    counts: bool
    probability: float
    strong: bool

    @property
    def order(self) -> tuple[int, float, str]:
        """Key of the reading order, whatever order the passages came in."""
        return self.passage.pages[0], self.passage.position, self.passage.id


def items_of(tagged: Iterable[tuple[Passage, Decision]], guideline: Guideline) -> list[Item]:
    """All passages in reading order, so that no result depends on the order they were given in."""
    return sorted((_item(p, d, guideline) for p, d in tagged), key=lambda item: item.order)


def _item(passage: Passage, decision: Decision, guideline: Guideline) -> Item:
    probability = _probability(decision, guideline)
    full = decision.depth == guideline.depth_ids[0]
    return Item(passage, decision, counts_for_guideline(passage, decision, guideline), probability,
                full and probability >= guideline.scoring.evidence_floor)  # fmt: skip


def counts_for_guideline(passage: Passage, decision: Decision, guideline: Guideline) -> bool:
    """Whether a passage counts: on theme by itself, or participation tied to migrants by itself or its headings.

    A tie is a rule for an on-theme theme that fired in the headings above a passage on participation.
    """
    if decision.on_theme:
        return True
    ties = (r for r in decision.reasons if r.kind is TagKind.THEME and r.value in guideline.on_theme_ids)
    return bool(decision.themes) and any(ties)


def _probability(decision: Decision, guideline: Guideline) -> float:
    """Probability that the passage is on theme: that of its surest theme that counts by itself, else of any.

    A passage without a theme has that of the theme it comes nearest to.
    """
    themes = decision.themes or tuple(decision.scores)
    sure = [decision.scores.get(t, 0.0) for t in themes if t in guideline.on_theme_ids]
    return max(sure or [decision.scores.get(t, 0.0) for t in themes], default=0.0)


def evidence_of(item: Item, guideline: Guideline) -> Evidence:
    """The passage as a quote with its page and reasons; its depth is the least where it has none."""
    passage, decision = item.passage, item.decision
    return Evidence(
        passage_id=passage.id,
        page=passage.pages[0],
        quote=passage.text,
        themes=decision.themes,
        score=round(item.probability, 4),
        depth=decision.depth or guideline.depth_ids[-1],
        reasons=decision.reasons,
        heading_path=passage.heading_path,
    )


def best_first(items: Iterable[Item], guideline: Guideline) -> list[Item]:
    """The passages that say most and are surest first; the page and the id decide a tie."""
    weights, least = guideline.scoring.depth_weights, guideline.depth_ids[-1]
    return sorted(items, key=lambda i: (not i.counts, -weights[i.decision.depth or least] * i.probability,
                                        i.passage.pages[0], i.passage.id))  # fmt: skip


def quotes(items: Iterable[Item], guideline: Guideline, most: int) -> tuple[Evidence, ...]:
    """At most `most` of the passages as evidence, best first."""
    return tuple(evidence_of(item, guideline) for item in best_first(items, guideline)[:most])


def placed(items: Iterable[Item]) -> list[Item]:
    """The passages that count and have a stage: those that fill cells."""
    return [i for i in items if i.counts and i.decision.stage is not None]


def likely_place(item: Item) -> tuple[Sequence[str], str | None]:
    """Fields and stage of a passage, or those it would have if it had a theme."""
    decision = item.decision
    return (decision.fields, decision.stage) if decision.themes else (decision.near_fields, decision.near_stage)
