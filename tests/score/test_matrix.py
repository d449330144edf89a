from __future__ import annotations

from dataclasses import replace

import pytest

from insek.domain import Anchoring, CellState
from insek.score import score

from .makers import FIELDS, GUIDELINE, STAGES, TIE, decision, document, nothing, passage


def test_mentions_alone_never_make_a_cell_evidenced():
    items = [(passage(i), decision(i, depth="mention", p=0.99)) for i in range(30)]
    cell = score(document(), items, GUIDELINE).cell("social", "inventory")
    assert cell.state is CellState.MENTIONED
    assert cell.score == GUIDELINE.scoring.mention_cap


def test_doubtful_substance_is_a_mention():
    cell = score(document(), [(passage(1), decision(1, p=0.3))], GUIDELINE).cell("social", "inventory")
    assert cell.state is CellState.MENTIONED


def test_participation_counts_only_when_tied_to_migrants():
    alone = decision(1, themes=("participation",))
    tied = decision(2, themes=("participation",), reasons=(TIE,))
    assert score(document(), [(passage(1), alone)], GUIDELINE).cell("social", "inventory").state is CellState.NOT_FOUND
    assert score(document(), [(passage(2), tied)], GUIDELINE).cell("social", "inventory").n_evidence == 1


def test_plan_that_could_not_be_read_has_no_index():
    coverage = score(document(unread=range(1, 11)), [], GUIDELINE)
    assert coverage.index is None
    assert coverage.anchoring is None
    assert set(coverage.fields.values()) == {None}


def test_all_cells_are_there():
    coverage = score(document(), [], GUIDELINE)
    assert [(c.field, c.stage) for c in coverage.cells] == [(f, s) for f in FIELDS for s in STAGES]
    assert coverage.anchoring is Anchoring.ABSENT
    assert coverage.index == 0.0


def test_a_full_plan_scores_hundred():
    items = [(passage(i, i % 10 + 1), decision(i, field=f, stage=s, p=1.0))
             for i, (f, s) in enumerate((f, s) for f in FIELDS for s in STAGES)]  # fmt: skip
    coverage = score(document(), items, GUIDELINE)
    assert coverage.index == 100.0
    assert coverage.gaps == ()
    assert coverage.anchoring is Anchoring.CROSS_CUTTING


# --- anchoring --------------------------------------------------------------------------------------------------------

OWN = ("4 Integration und Vielfalt",)


def chapter(n=3, start=0, headings=OWN, fields=FIELDS):
    return [(passage(start + i, headings=headings), decision(start + i, field=fields[i % len(fields)], reasons=(TIE,)))
            for i in range(n)]  # fmt: skip


def test_own_section_is_recognised_by_its_heading():
    assert score(document(), chapter(), GUIDELINE).anchoring is Anchoring.OWN_FIELD


def test_a_chapter_of_its_own_does_not_make_a_plan_cross_cutting():
    assert score(document(), chapter(9), GUIDELINE).anchoring is Anchoring.OWN_FIELD
    outside = [(passage(20 + i), decision(20 + i, field=f)) for i, f in enumerate(FIELDS[:5])]
    assert score(document(), [*chapter(9), *outside], GUIDELINE).anchoring is Anchoring.BOTH


def test_title_that_names_the_theme_is_no_section_of_its_own():
    title = "Konzept für Stadtentwicklung und Integration"
    other = [(passage(50 + i, headings=(title, "2 Verkehr")), nothing(50 + i)) for i in range(30)]
    items = [*chapter(3, headings=(title, "1 Wohnen")), *other]
    assert score(document(), items, GUIDELINE).anchoring is Anchoring.STRAY_MENTIONS


def test_theme_in_all_fields_but_thin_throughout_is_stray():
    spread = [(passage(i), decision(i, field=f)) for i, f in enumerate(FIELDS[:5])]
    silent = [(passage(10 + i), nothing(10 + i)) for i in range(600)]
    assert score(document(), spread, GUIDELINE).anchoring is Anchoring.CROSS_CUTTING
    assert score(document(), [*spread, *silent], GUIDELINE).anchoring is Anchoring.STRAY_MENTIONS


# --- what an empty cell may hide --------------------------------------------------------------------------------------


def test_empty_cell_says_how_likely_something_was_missed():
    alone = score(document(), [], GUIDELINE).cell("social", "goals")
    assert alone.interval == (0.0, alone.doubt.risk)
    assert 0 < alone.doubt.risk < 0.05
    row = [(passage(i), decision(i, stage=s)) for i, s in enumerate(STAGES) if s != "goals"]
    among_full_ones = score(document(), row, GUIDELINE).cell("social", "goals")
    assert among_full_ones.doubt.risk > 3 * alone.doubt.risk
    assert (among_full_ones.doubt.filled, among_full_ones.doubt.others) == (6, 14)
    share = 6.5 / 15
    missed = GUIDELINE.missed_rate
    assert among_full_ones.doubt.risk == pytest.approx(share * missed / (share * missed + 1 - share), abs=1e-4)


def test_passage_under_the_threshold_raises_the_doubt_by_its_own_probability():
    near = [(passage(1), nothing(1, p=0.25, near=("social",), stage="goals"))]
    before, after = (score(document(), items, GUIDELINE).cell("social", "goals").doubt for items in ([], near))
    assert after.doubtful == 1
    assert 1 - after.risk == pytest.approx((1 - before.risk) * 0.75, abs=1e-3)


def test_doubt_below_the_floor_is_no_doubt():
    near = [(passage(1), nothing(1, p=0.05, near=("social",), stage="goals"))]
    assert score(document(), near, GUIDELINE).cell("social", "goals").doubt.doubtful == 0


def test_rates_of_missed_passages_come_from_the_guideline():
    scoring = replace(GUIDELINE.scoring, missed=dict.fromkeys(GUIDELINE.theme_ids, 0.0))
    sure = score(document(), [], replace(GUIDELINE, scoring=scoring))
    assert {c.doubt.risk for c in sure.cells} == {0.0}
    assert score(document(), [], GUIDELINE).index_interval[1] > sure.index_interval[1] == 0.0


def test_one_unread_page_tells_what_the_others_say():
    items = [(passage(1), decision(1))]
    coverage = score(document(50, unread=[12]), items, GUIDELINE)
    whole = score(document(50), items, GUIDELINE)
    cell = coverage.cell("housing", "goals")
    assert cell.state is CellState.NOT_READABLE
    assert cell.score is None
    assert cell.interval == (0.0, 1.0)
    assert cell.doubt.unread == 0.02
    assert cell.doubt.risk == whole.cell("housing", "goals").doubt.risk
    assert coverage.index_interval == (whole.index_interval[0], 100.0)
    assert coverage.readable_interval == whole.index_interval
