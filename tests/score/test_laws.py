"""What holds for every plan, whatever stands in it."""

from __future__ import annotations

from dataclasses import fields as slots

from hypothesis import given, settings
from hypothesis import strategies as st

from insek.batch import ScreenSettings, screen
from insek.domain import CellState, CriterionState
from insek.project import Project
from insek.score import score

from .makers import FIELDS, GUIDELINE, document, plans, positives, tagged

_RANK = {CriterionState.NOT_FOUND: 0, CriterionState.NOT_READABLE: 0, CriterionState.HINTED: 1, CriterionState.MET: 2}
_CELL_RANK = {CellState.NOT_FOUND: 0, CellState.NOT_READABLE: 0, CellState.MENTIONED: 1, CellState.EVIDENCED: 2}
unread_pages = st.sets(st.integers(1, 10), min_size=1, max_size=4)


@settings(max_examples=80, deadline=None)
@given(plans, positives)
def test_one_more_passage_never_lowers_anything(specs, more):
    before = score(document(), tagged(specs), GUIDELINE)
    after = score(document(), tagged([*specs, more]), GUIDELINE)
    assert after.index >= before.index
    assert all(after.fields[f] >= before.fields[f] for f in FIELDS)
    for a, b in zip(after.cells, before.cells, strict=True):
        assert (a.score or 0) >= (b.score or 0)
        assert _CELL_RANK[a.state] >= _CELL_RANK[b.state]
        assert a.interval[0] >= b.interval[0]
    assert all((a.strength or 0) >= (b.strength or 0) for a, b in zip(after.threads, before.threads, strict=True))
    assert len(after.gaps) <= len(before.gaps)
    assert len(after.measures) >= len(before.measures)


@settings(max_examples=80, deadline=None)
@given(plans, positives)
def test_no_criterion_is_lost_by_one_more_passage(specs, more):
    before = score(document(), tagged(specs), GUIDELINE).criteria
    after = score(document(), tagged([*specs, more]), GUIDELINE).criteria
    assert all(_RANK[a.state] >= _RANK[b.state] for a, b in zip(after, before, strict=True))


@settings(max_examples=60, deadline=None)
@given(plans, unread_pages)
def test_unread_pages_never_become_not_found_and_never_lower_the_upper_end(specs, unread):
    full = score(document(), tagged(specs), GUIDELINE)
    left = [(p, d) for p, d in tagged(specs) if p.pages[0] not in unread]
    partial = score(document(unread=unread), left, GUIDELINE)
    assert all(c.state is not CellState.NOT_FOUND for c in partial.cells)
    assert all(c.state is not CriterionState.NOT_FOUND for c in partial.criteria)
    assert not any(set(t.broken) & {c.stage for c in partial.cells if c.field == t.field and c.score is None}
                   for t in partial.threads)  # fmt: skip
    assert partial.index_interval[1] >= full.index_interval[1]
    assert all(a.interval[1] >= b.interval[1] for a, b in zip(partial.cells, full.cells, strict=True))


@settings(max_examples=60, deadline=None)
@given(plans, st.randoms())
def test_order_of_passages_does_not_matter(specs, random):
    items = tagged(specs)
    shuffled = items[:]
    random.shuffle(shuffled)
    one, other = (score(document(), found, GUIDELINE) for found in (items, shuffled))
    assert [s.name for s in slots(one) if getattr(one, s.name) != getattr(other, s.name)] == []


@settings(max_examples=80, deadline=None)
@given(plans, st.sets(st.integers(1, 10), max_size=4))
def test_everything_stays_within_its_bounds(specs, unread):
    coverage = score(document(unread=unread), tagged(specs), GUIDELINE)
    for cell in coverage.cells:
        low, high = cell.interval
        assert 0 <= low <= (cell.score or 0) <= high <= 1
        assert (cell.doubt is None) == bool(cell.n_evidence)
        assert cell.doubt is None or 0 < cell.doubt.risk < 1
    for low, high in (coverage.index_interval, coverage.readable_interval):
        assert 0 <= low <= coverage.index <= high <= 100
    assert coverage.readable_interval[1] <= coverage.index_interval[1]
    assert all(0 <= v <= 100 for v in coverage.fields.values() if v is not None)
    assert all(t.strength is None or 0 <= t.strength <= 1 for t in coverage.threads)


@settings(max_examples=60, deadline=None)
@given(plans)
def test_gaps_are_the_cells_without_evidence_and_name_nothing_twice(specs):
    coverage = score(document(), tagged(specs), GUIDELINE)
    assert [(g.field, g.stage) for g in coverage.gaps] == [(c.field, c.stage) for c in coverage.cells if not c.evidence]
    for gap in coverage.gaps:
        ids = [e.passage_id for e in gap.nearest]
        assert len(ids) == len(set(ids)) == len(gap.why) <= GUIDELINE.scoring.nearest


def test_order_of_documents_does_not_matter(tmp_path):
    texts = {"a": "Migrantinnen und Migranten finden schwer eine Wohnung.", "b": "Das Freibad bleibt geöffnet."}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(f"1 Bestandsaufnahme\n\n{text}\n", "utf-8")
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    runs = [screen(order, tmp_path / f"out{n}", Project.bundled_defaults(), ScreenSettings(mode="rules", jobs=1))
            for n, order in enumerate((files, files[::-1]))]  # fmt: skip
    one, other = ({p.slug: p.coverage for p in run.plans} for run in runs)
    assert one == other
    assert one["a"].index > one["b"].index
