"""Criteria of the guideline and structures that a plan names, each with its quotes. Pure.

A passage speaks for a condition where all that the condition asks of a passage holds. A criterion is met where one of
its conditions has enough passages, in enough fields, that say something by themselves; it is hinted at where passages
speak for it but only touch it, are too few, or have its wording without being tied to the theme.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from insek.domain import CriterionResult, CriterionState, Measure, StructureResult
from insek.guideline import Condition, Criterion, Guideline
from insek.score.items import Item, likely_place, quotes


def criteria(items: Sequence[Item], measures: Iterable[Measure], guideline: Guideline, *,
             unread: bool) -> tuple[CriterionResult, ...]:  # fmt: skip
    """The state of every criterion, in the order of the guideline.

    Args:
        items: all passages with their decisions.
        measures: the measures on theme; a field of such a form ("Kosten: …") names the theme by its measure.
        guideline: gives the criteria.
        unread: whether pages could not be read.
    """
    within = frozenset(name for measure in measures for name in measure.passage_ids)
    fields = [i for i in items if i.passage.id in within and not i.counts]
    return tuple(_judge(criterion, items, fields, guideline, unread=unread) for criterion in guideline.criteria)


def _judge(criterion: Criterion, items: Sequence[Item], fields: Sequence[Item], guideline: Guideline, *,
           unread: bool) -> CriterionResult:  # fmt: skip
    most = guideline.scoring.few_quotes
    hinting: dict[str, Item] = {}
    meeting: dict[str, Item] = {}
    for condition in criterion.conditions:
        named = [i for i in fields if _names(i, condition, guideline)]
        speaking = [i for i in items if _speaks(i, condition, criterion.id)] + named
        telling = [i for i in speaking if _tells(i, condition)] + named
        if _enough(telling, condition):
            meeting.update((i.passage.id, i) for i in telling)
        hinting.update((i.passage.id, i) for i in speaking)
        hinting.update((i.passage.id, i) for i in items if _untied(i, condition, criterion.id))
    if meeting:
        return CriterionResult(criterion.id, CriterionState.MET, quotes(meeting.values(), guideline, most))
    if hinting:
        return CriterionResult(criterion.id, CriterionState.HINTED, quotes(hinting.values(), guideline, most))
    return CriterionResult(criterion.id, CriterionState.NOT_READABLE if unread else CriterionState.NOT_FOUND)


def _speaks(item: Item, condition: Condition, criterion: str) -> bool:
    return (item.counts or not condition.tied) and _fits(item, condition, criterion)


def _untied(item: Item, condition: Condition, criterion: str) -> bool:
    """The wording of the criterion in a passage that is not tied to the theme."""
    return condition.wording and condition.tied and not item.counts and _fits(item, condition, criterion)


def _names(item: Item, condition: Condition, guideline: Guideline) -> bool:
    """Whether a form field of a measure on theme names what the condition asks of measures, and it asks no more."""
    more = condition.wording or condition.themes or condition.fields or condition.structures or condition.bundles
    here = not condition.stages or guideline.scoring.measure_stage in condition.stages
    return here and not more and any(tag.value in condition.attributes for tag in item.decision.named)


def _fits(item: Item, condition: Condition, criterion: str) -> bool:
    decision = item.decision
    if condition.wording and criterion not in decision.criteria:
        return False
    fields, stage = likely_place(item)
    asked: tuple[tuple[Sequence[str], Iterable[str | None]], ...] = (
        (condition.stages, (stage,)),
        (condition.themes, decision.themes),
        (condition.fields, fields),
        (condition.structures, decision.structures),
        (condition.bundles, decision.bundles),
        (condition.attributes, (tag.value for tag in decision.named)),
    )
    return all(not wanted or any(value in wanted for value in given) for wanted, given in asked)


def _tells(item: Item, condition: Condition) -> bool:
    """Whether a passage is more than a touch: wording and names speak for themselves where no tie is asked for."""
    return item.strong or not condition.tied


def _enough(items: Sequence[Item], condition: Condition) -> bool:
    fields = {f for i in items for f in likely_place(i)[0]}
    return len(items) >= max(condition.min_passages, 1) and len(fields) >= condition.min_fields


def structures(items: Iterable[Item], guideline: Guideline) -> tuple[StructureResult, ...]:
    """Every structure of the guideline with the passages that name it, on theme or not; 0 passages for none."""
    naming: dict[str, list[Item]] = {s.id: [] for s in guideline.structures}
    for item in items:
        for structure in item.decision.structures:
            naming[structure].append(item)
    return tuple(
        StructureResult(name, len(found), tuple(sorted({i.passage.pages[0] for i in found})),
                        quotes(found, guideline, guideline.scoring.few_quotes))
        for name, found in naming.items()
    )  # fmt: skip
