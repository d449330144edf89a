"""Documents, passages and decisions for the tests of the score; all towns and texts are invented."""

from __future__ import annotations

from hypothesis import strategies as st

from insek.domain import BlockKind, Decision, Document, Page, PageState, Passage, Tag, TagKind
from insek.guideline import load_guideline
from insek.project import Project

GUIDELINE = load_guideline(Project.bundled_defaults().guideline_folder)
FIELDS, STAGES, CHAIN = GUIDELINE.field_ids, GUIDELINE.stage_ids, GUIDELINE.chain
CRITERIA = tuple(c.id for c in GUIDELINE.criteria)
TIE = Tag("", TagKind.THEME, "integration", "rule:x", words=("Integration",))


def document(n_pages=10, unread=()):
    pages = tuple(Page(n, PageState.IMAGE_ONLY if n in unread else PageState.TEXT) for n in range(1, n_pages + 1))
    return Document("d", "plan.pdf", pages)


def passage(i, page=1, headings=(), text=None, kind=BlockKind.PARAGRAPH, position=0.0):
    return Passage(f"p{i}", "d", (page, page), kind, headings, text or f"Text {i}", position=position)


def decision(i, field="social", stage="inventory", depth="substance", p=0.9, themes=("migration",), **more):
    on = any(t in GUIDELINE.on_theme_ids for t in themes)
    fields = (field,) if isinstance(field, str) else field
    return Decision(f"p{i}", themes, fields, stage, depth, on, dict.fromkeys(themes, p), **more)


def nothing(i, p=0.0, near=(), stage=None, **more):
    """A passage without a theme; `p` is how near it came."""
    scores = dict.fromkeys(GUIDELINE.theme_ids, p)
    return Decision(f"p{i}", scores=scores, near_fields=near, near_stage=stage, **more)


def attribute(i, name, text, value):
    start = text.index(value)
    return Tag(f"p{i}", TagKind.ATTRIBUTE, name, "rule:x", spans=((start, start + len(value)),), words=(value,))


positives = st.builds(
    dict,
    field=st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True).map(tuple),
    stage=st.sampled_from(STAGES),
    depth=st.sampled_from(GUIDELINE.depth_ids),
    p=st.floats(0.05, 0.999),
    themes=st.sampled_from([("migration",), ("integration",), ("migration", "participation")]),
    criteria=st.lists(st.sampled_from(CRITERIA), max_size=2, unique=True).map(tuple),
)
negatives = st.builds(
    dict,
    p=st.floats(0, 0.4),
    near=st.lists(st.sampled_from(FIELDS), max_size=2, unique=True).map(tuple),
    stage=st.sampled_from(STAGES),
)
plans = st.lists(st.one_of(positives, negatives), max_size=14)


def tagged(specs):
    """Passages over ten pages; specs without themes are passages that nothing was found in."""
    return [(passage(i, i % 10 + 1), decision(i, **s) if "themes" in s else nothing(i, **s))
            for i, s in enumerate(specs)]  # fmt: skip
