"""Red thread and gaps: where the chain breaks, and what came near."""

from __future__ import annotations

from dataclasses import replace

import pytest

from insek.domain import BlockKind, Decision, Shortfall, Tag, TagKind
from insek.score import score

from .makers import CHAIN, FIELDS, GUIDELINE, decision, document, nothing, passage


def thread(stages, field="social", unread=(), **more):
    items = [(passage(i), decision(i, field=field, stage=s, **more)) for i, s in enumerate(stages)]
    coverage = score(document(unread=unread), items, GUIDELINE)
    return next(t for t in coverage.threads if t.field == field)


@pytest.mark.parametrize(
    ("stages", "broken_at", "strength"),
    [
        (CHAIN, None, 1.0),
        ((), None, 0.0),
        (CHAIN[:2], CHAIN[2], 0.5),
        ((CHAIN[0], CHAIN[2]), CHAIN[1], 0.5),
        (CHAIN[2:], None, 0.5),
    ],
)
def test_thread_breaks_at_the_first_stage_missing_after_one_that_holds(stages, broken_at, strength):
    found = thread(stages)
    assert found.held == tuple(s for s in CHAIN if s in stages)
    assert (found.broken_at, found.strength) == (broken_at, strength)


def test_a_mention_carries_no_thread():
    assert thread(CHAIN, depth="mention").held == ()


def test_thread_says_nothing_of_stages_that_could_not_be_read():
    found = thread(CHAIN[:2], unread=[3])
    assert found.held == CHAIN[:2]
    assert (found.broken, found.broken_at) == ((), None)
    assert thread((), unread=[3]).strength is None


def test_no_chain_no_thread():
    assert score(document(), [], replace(GUIDELINE, chain=())).threads == ()


def gap(items, field="social", stage="goals"):
    found = score(document(), items, GUIDELINE).gaps
    return next(g for g in found if (g.field, g.stage) == (field, stage))


def test_each_reason_has_its_key():
    heading = Tag("p4", TagKind.THEME, "integration", "rule:x", spans=((0, 11),), words=("Integration",))
    items = [
        (passage(1), nothing(1, p=0.3, near=("social",), stage="goals")),
        (passage(2), decision(2, stage="goals", themes=("participation",))),
        (passage(3), decision(3, stage="measures")),
        (passage(4, kind=BlockKind.HEADING), nothing(4, near=("social",), stage="goals", hints=(heading,))),
        (passage(5), decision(5, field="housing", stage="goals")),
    ]
    for passages, why in zip(items, (Shortfall.UNDER_THRESHOLD, Shortfall.NOT_TIED, Shortfall.OTHER_STAGE,
                                     Shortfall.HEADING_ONLY, Shortfall.OTHER_FIELD), strict=True):  # fmt: skip
        found = gap([passages])
        assert [e.passage_id for e in found.nearest] == [passages[0].id]
        assert found.why == (why.value,)
    assert len(gap(items).nearest) == GUIDELINE.scoring.nearest
    assert Shortfall.OTHER_FIELD.value not in gap(items).why


def test_neighbouring_stage_comes_nearer_than_a_distant_one():
    items = [(passage(1), decision(1, stage="implementation")), (passage(2), decision(2, stage="measures"))]
    assert [e.passage_id for e in gap(items).nearest] == ["p2", "p1"]


def test_what_is_far_from_every_sign_of_the_theme_is_not_near():
    assert gap([(passage(1), nothing(1, p=0.02, near=("social",), stage="goals"))]).nearest == ()
    assert gap([(passage(1), decision(1, field="housing", stage="measures"))]).nearest == ()


def test_tagger_says_where_a_passage_without_theme_would_belong(engine):
    text = "Menschen unterschiedlicher Herkunft brauchen Beratung im Stadtteilzentrum."
    found = engine.tagger.tag(passage(1, text=text, headings=("5 Ziele",)))
    sure = any(found.scores[t] >= GUIDELINE.scoring.doubt_floor for t in GUIDELINE.on_theme_ids)
    assert bool(found.themes) or bool(found.near_stage) == sure
    silent = engine.tagger.tag(passage(2, text="Die Kanalisation wird erneuert."))
    assert silent == Decision("p2", scores=silent.scores)


def test_heading_hints_at_its_theme_and_stays_without_one(engine):
    found = engine.tagger.tag(passage(1, text="Integration von Geflüchteten", kind=BlockKind.HEADING))
    assert {t.value for t in found.hints} == {"migration", "integration"}
    assert found.themes == ()
    assert found.near_stage in GUIDELINE.stage_ids
    assert set(found.scores.values()) == {0.0}
    contents = engine.tagger.tag(passage(2, text="Straßen und Wege ........ 12", kind=BlockKind.APPARATUS))
    assert contents.hints == ()


def test_every_field_has_a_thread():
    assert tuple(t.field for t in score(document(), [], GUIDELINE).threads) == FIELDS
