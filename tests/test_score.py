from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from insek.domain import Anchoring, BlockKind, CellState, Decision, Document, Page, PageState, Passage, Tag, TagKind
from insek.guideline import load_guideline
from insek.project import Project
from insek.score import score

GUIDELINE = load_guideline(Project.bundled_defaults().guideline_folder)
FIELDS, STAGES = GUIDELINE.field_ids, GUIDELINE.stage_ids


def document(n_pages=10, unread=()):
    pages = tuple(Page(n, PageState.IMAGE_ONLY if n in unread else PageState.TEXT) for n in range(1, n_pages + 1))
    return Document("d", "plan.pdf", pages)


def passage(i, page=1, headings=()):
    return Passage(f"p{i}", "d", (page, page), BlockKind.PARAGRAPH, headings, f"Text {i}")


def decision(i, field="social", stage="inventory", depth="substance", p=0.9, themes=("migration",), reasons=()):
    on = any(t in GUIDELINE.on_theme_ids for t in themes)
    return Decision(f"p{i}", themes, (field,), stage, depth, on, dict.fromkeys(themes, p), reasons)


tags = st.builds(
    dict,
    field=st.sampled_from(FIELDS),
    stage=st.sampled_from(STAGES),
    depth=st.sampled_from(GUIDELINE.depth_ids),
    p=st.floats(0.05, 0.999),
)


def tagged(specs):
    return [(passage(i, i % 10 + 1), decision(i, **spec)) for i, spec in enumerate(specs)]


@settings(max_examples=60)
@given(st.lists(tags, max_size=12), tags)
def test_one_more_passage_never_lowers_a_score(specs, more):
    before = score(document(), tagged(specs), GUIDELINE)
    after = score(document(), tagged([*specs, more]), GUIDELINE)
    assert after.index >= before.index
    assert all(after.fields[f] >= before.fields[f] for f in FIELDS)
    assert all((a.score or 0) >= (b.score or 0) for a, b in zip(after.cells, before.cells, strict=True))


@settings(max_examples=40)
@given(st.lists(tags, min_size=1, max_size=10), st.sets(st.integers(1, 10), min_size=1, max_size=4))
def test_unread_pages_never_become_not_found(specs, unread):
    full = score(document(), tagged(specs), GUIDELINE)
    left = [(p, d) for p, d in tagged(specs) if p.pages[0] not in unread]
    partial = score(document(unread=unread), left, GUIDELINE)
    assert all(c.state is not CellState.NOT_FOUND for c in partial.cells)
    assert partial.index_interval[1] >= full.index - 0.11  # rounded to one digit


@settings(max_examples=40)
@given(st.lists(tags, min_size=2, max_size=10), st.randoms())
def test_order_of_passages_does_not_matter(specs, random):
    items = tagged(specs)
    shuffled = items[:]
    random.shuffle(shuffled)
    assert score(document(), items, GUIDELINE) == score(document(), shuffled, GUIDELINE)


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
    tie = Tag("p2", TagKind.THEME, "integration", "rule:x", words=("Integration",))
    tied = decision(2, themes=("participation",), reasons=(tie,))
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


def test_own_section_is_recognised_by_its_heading():
    tie = Tag("", TagKind.THEME, "integration", "rule:x", words=("Integration",))
    headings = ("4 Integration und Vielfalt",)
    items = [(passage(i, headings=headings), decision(i, reasons=(tie,))) for i in range(3)]
    assert score(document(), items, GUIDELINE).anchoring is Anchoring.OWN_FIELD


def test_a_full_plan_scores_hundred():
    specs = [dict(field=f, stage=s, p=1.0) for f in FIELDS for s in STAGES]
    coverage = score(document(), tagged(specs), GUIDELINE)
    assert coverage.index == 100.0
    assert coverage.anchoring is Anchoring.CROSS_CUTTING
