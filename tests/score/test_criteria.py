"""Criteria and structures against a guideline built for the test."""

from __future__ import annotations

from dataclasses import replace

import pytest

from insek.domain import CriterionState
from insek.guideline import Condition, Criterion, Structure
from insek.score import score

from .makers import GUIDELINE, attribute, decision, document, nothing, passage


def state(items, *conditions, unread=()):
    criterion = Criterion("c", "goals", "6.1", "Ziel", "Goal", "Nennt ein Ziel das Thema?", conditions)
    guideline = replace(GUIDELINE, criteria=(criterion,))
    (result,) = score(document(unread=unread), items, guideline).criteria
    return result


def one(**more):
    return [(passage(1), decision(1, **more))]


@pytest.mark.parametrize(
    ("condition", "more", "expected"),
    [
        (Condition(stages=("goals",)), dict(stage="goals"), "met"),
        (Condition(stages=("goals",)), dict(stage="measures"), "not_found"),
        (Condition(stages=("goals",)), dict(stage="goals", depth="mention"), "hinted"),
        (Condition(stages=("goals",)), dict(stage="goals", p=0.4), "hinted"),
        (Condition(stages=("goals",)), dict(stage="goals", themes=("participation",)), "not_found"),
        (Condition(stages=("goals",), tied=False), dict(stage="goals", themes=("participation",)), "met"),
        (Condition(themes=("integration",)), dict(), "not_found"),
        (Condition(fields=("social",)), dict(), "met"),
        (Condition(wording=True), dict(), "not_found"),
        (Condition(wording=True), dict(criteria=("c",)), "met"),
        (Condition(wording=True), dict(criteria=("c",), themes=("participation",)), "hinted"),
        (Condition(structures=("guides",)), dict(structures=("guides",)), "met"),
        (Condition(structures=("guides",), stages=("goals",)), dict(structures=("guides",)), "not_found"),
        (Condition(bundles=("language",)), dict(bundles=("language",)), "met"),
        (Condition(stages=("inventory",), min_passages=2), dict(), "hinted"),
        (Condition(stages=("inventory",), min_fields=2), dict(), "hinted"),
        (Condition(stages=("inventory",), min_fields=2), dict(field=("social", "housing")), "met"),
    ],
)
def test_all_that_a_condition_asks_must_hold(condition, more, expected):
    assert state(one(**more), condition).state.value == expected


def test_any_condition_is_enough_and_its_passages_are_quoted():
    items = [(passage(1), decision(1)), (passage(2), decision(2, stage="goals", p=0.95)),
             (passage(3), decision(3, stage="goals"))]  # fmt: skip
    result = state(items, Condition(stages=("monitoring",)), Condition(stages=("goals",)))
    assert result.state is CriterionState.MET
    assert [e.passage_id for e in result.evidence] == ["p2", "p3"]


def test_attribute_named_by_a_passage():
    text = "Federführung: Sozialamt"
    named = (attribute(1, "lead", text, "Sozialamt"),)
    items = [(passage(1, text=text), decision(1, stage="measures", named=named))]
    assert state(items, Condition(attributes=("lead",))).state is CriterionState.MET
    assert state(items, Condition(attributes=("cost",))).state is CriterionState.NOT_FOUND


def test_untied_condition_takes_passages_without_theme():
    items = [(passage(1), nothing(1, criteria=("c",)))]
    assert state(items, Condition(wording=True, tied=False)).state is CriterionState.MET
    assert state(items, Condition(wording=True)).state is CriterionState.HINTED


def test_criterion_in_a_plan_read_in_part_is_never_called_not_found():
    assert state([], Condition(wording=True), unread=[2]).state is CriterionState.NOT_READABLE
    assert state(one(criteria=("c",)), Condition(wording=True), unread=[2]).state is CriterionState.MET


def test_structures_are_counted_on_theme_or_not():
    guideline = replace(GUIDELINE, structures=(Structure("office", "l", "Büro", "Office", "8"),
                                               Structure("fund", "l", "Fonds", "Fund", "8")))  # fmt: skip
    items = [(passage(1, page=4), nothing(1, structures=("office",))),
             (passage(2, page=2), decision(2, structures=("office",))),
             (passage(3, page=4), nothing(3, structures=("office",)))]  # fmt: skip
    office, fund = score(document(), items, guideline).structures
    assert (office.passages, office.pages) == (3, (2, 4))
    assert office.evidence[0].passage_id == "p2"
    assert (fund.passages, fund.pages, fund.evidence) == (0, (), ())
