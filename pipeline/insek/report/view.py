"""What the template of a report shows, worked out beforehand: the template only arranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from insek.domain import Cell, CellState, Coverage, CriterionState, Doubt, Evidence, Status, TagKind
from insek.guideline import Field, Guideline, Stage
from insek.report.model import PlanResult, cells_of
from insek.report.quotes import PageRef, Quote, Quoter
from insek.report.register import Bundled, Register, Word
from insek.report.safe import clipped, short
from insek.report.texts import Texts
from insek.score import counts_for_guideline

_BEST = 3
_NEAR_LENGTH = 240


@dataclass(frozen=True, slots=True)
class NearView:
    """A passage that came near an empty cell: the beginning of its text, its page, and why it was not enough."""

    text: str
    page: PageRef
    target: str
    why: str


@dataclass(frozen=True, slots=True)
class Open:
    """A criterion of the stage that the plan does not meet; `anchor` is its place in the report."""

    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell: `ref` is its number in print ("3.2"), `anchor` its id in the page, `gap` whether it holds no evidence.

    `pages` are those of all its passages, also those not quoted. `doubt` says how sure it is that an empty cell is
    empty; it is "" for others. `near` are the passages that came nearest to filling it, `open` what the guideline asks
    for in the stage and was not found.
    """

    ref: str
    anchor: str
    stage: Stage
    label: str
    state: str
    n: int
    count: str
    value: str
    quotes: tuple[Quote, ...]
    pages: tuple[PageRef, ...]
    doubt: str
    near: tuple[NearView, ...]
    open: tuple[Open, ...]

    @property
    def gap(self) -> bool:
        """Whether nothing was found here, or nothing could be read."""
        return self.state in (CellState.NOT_FOUND.value, CellState.NOT_READABLE.value)


@dataclass(frozen=True, slots=True)
class FieldView:
    """An action field with its cells in the order of the stages; `width` is the length of its bar, 0-100.

    `words` are those that tie its passages to a theme, `bundles` the ideas of the guideline that the plan takes up.
    """

    number: int
    field: Field
    label: str
    score: float | None
    value: str
    width: float
    cells: tuple[CellView, ...]
    ideas: str
    words: tuple[Word, ...]
    bundles: tuple[Bundled, ...]

    @property
    def gaps(self) -> tuple[CellView, ...]:
        """The cells without evidence."""
        return tuple(c for c in self.cells if c.gap)


@dataclass(frozen=True, slots=True)
class Head:
    """The first screen: names, numbers of cells by state, the fields at both ends.

    `judged` is False where not a single cell could be judged: then there is no matrix to show. `unassigned` counts the
    passages on theme that belong to no field, `as_empty` the fields beyond the list that are as empty as its last.
    """

    name: str
    title: str
    states: Mapping[str, int]
    strongest: tuple[FieldView, ...]
    emptiest: tuple[FieldView, ...]
    as_empty: int
    judged: bool
    failed: bool
    unassigned: int


def field_views(coverage: Coverage, quoter: Quoter) -> tuple[FieldView, ...]:
    """All fields with all their cells, in the order of the guideline."""
    maker = _Maker(coverage, quoter)
    guideline, t, register = quoter.guideline, quoter.t, Register(quoter)
    cells = cells_of(coverage)
    views = []
    for number, field in enumerate(guideline.fields, 1):
        score = coverage.fields.get(field.id)
        row = tuple(
            maker.cell(f"{number}.{i}", field, stage, cells[field.id, stage.id], register)
            for i, stage in enumerate(guideline.stages, 1)
        )
        views.append(FieldView(number, field, t.label(field), score, t.hundred(score), round(score or 0.0, 1), row,
                               _ideas(field, guideline, t), register.words(field.id),
                               register.bundles(field.id)))  # fmt: skip
    return tuple(views)


class _Maker:
    """Turns cells into views; keeps what all of them need."""

    def __init__(self, coverage: Coverage, quoter: Quoter) -> None:
        self.quoter, self.plan, self.guideline, self.t = quoter, quoter.plan, quoter.guideline, quoter.t
        self.gaps = {(g.field, g.stage): g for g in coverage.gaps}
        met = {c.criterion for c in coverage.criteria if c.state is CriterionState.MET}
        judged = {c.criterion for c in coverage.criteria}
        self.open = [(c.stage, Open(self.t.label(c), f"K-{c.id}")) for c in self.guideline.criteria
                     if c.id in judged - met]  # fmt: skip

    def cell(self, ref: str, field: Field, stage: Stage, cell: Cell, register: Register) -> CellView:
        quotes = tuple(self.quoter.of_cell(e, field.id, stage.id) for e in cell.evidence)
        missing = () if cell.n_evidence else tuple(entry for s, entry in self.open if s == stage.id)
        return CellView(ref, f"{field.id}-{stage.id}", stage, self.t.label(stage), cell.state.value, cell.n_evidence,
                        self.t.count("passages", cell.n_evidence), self.t.unit(cell.score), quotes,
                        register.pages(field.id, stage.id), self._doubt(cell.doubt), self._near(field, stage),
                        missing)  # fmt: skip

    def _near(self, field: Field, stage: Stage) -> tuple[NearView, ...]:
        gap = self.gaps.get((field.id, stage.id))
        if gap is None:
            return ()
        return tuple(
            NearView(clipped(e.quote, _NEAR_LENGTH), self.quoter.page(e.page), self.quoter.target(e.passage_id),
                     self._short_of(e, w))
            for e, w in zip(gap.nearest, gap.why, strict=True)
        )  # fmt: skip

    def _short_of(self, evidence: Evidence, why: str) -> str:
        """Why a passage does not fill a cell it came near to."""
        decision = self.quoter.decisions.get(evidence.passage_id)
        fields = [self.quoter.names[TagKind.FIELD, f] for f in (decision.fields if decision else ())]
        stage = decision.stage if decision and decision.stage else ""
        return self.t(
            f"near_{why}",
            chance=self.t.chance(evidence.score),
            stage=self.quoter.names.get((TagKind.STAGE, stage), self.t("none")),
            fields=", ".join(fields) or self.t("none"),
            themes=self.t.listed([self.t.label(th) for th in self.guideline.themes if th.on_theme]),
        )

    def _doubt(self, doubt: Doubt | None) -> str:
        """What is known of an empty cell: what of the plan was read, and how likely something in it was missed."""
        if doubt is None:
            return ""
        told = self.t(
            f"gap_doubt_{('none', 'one', 'many')[min(doubt.doubtful, 2)]}",
            risk=self.t.chance(doubt.risk),
            filled=doubt.filled,
            others=doubt.others,
            doubtful=self.t.count("passages", doubt.doubtful),
        )
        if not doubt.unread:
            return told
        pages = self.t("pages_file", pages=self.t.ranges(self.plan.unread_pages))
        return f"{self.t('gap_read', read=self.t.percent(1 - doubt.unread), pages=pages)} {told}"


def _ideas(field: Field, guideline: Guideline, t: Texts) -> str:
    bundles = [b for b in guideline.bundles if b.field == field.id]
    if not bundles:
        return ""
    ideas = "; ".join(f"{t.bundle(b)} ({b.description})" for b in bundles)
    return t("gap_ideas", section=bundles[0].section, ideas=ideas)


def head(plan: PlanResult, coverage: Coverage, guideline: Guideline, fields: tuple[FieldView, ...], t: Texts) -> Head:
    """What the first screen says about a plan."""
    states = {state.value: 0 for state in CellState}
    for cell in coverage.cells:
        states[cell.state.value] += 1
    strongest, emptiest = _ends(fields)
    as_empty = sum(f.score == emptiest[-1].score for f in fields if f not in emptiest) if emptiest else 0
    title = short(plan.title or plan.source or t("untitled"))
    unassigned = sum(not d.fields and counts_for_guideline(p, d, guideline) for p, d in plan.passages)
    judged = states[CellState.NOT_READABLE.value] < len(coverage.cells)
    name, subtitle = (short(plan.municipality), title) if plan.municipality else (title, "")
    return Head(name, subtitle, states, strongest, emptiest, as_empty,
                judged, plan.status is Status.FAILED, unassigned)  # fmt: skip


def _ends(fields: tuple[FieldView, ...]) -> tuple[tuple[FieldView, ...], tuple[FieldView, ...]]:
    """The three fields with the most and the three with the least, none in both lists.

    At the lower end a tie is broken by weight: what the guideline holds for weightier is the greater gap.
    """
    scored = [f for f in fields if f.score is not None]
    strongest = sorted((f for f in scored if f.score), key=lambda f: -(f.score or 0))[:_BEST]
    rest = [f for f in scored if f not in strongest]
    return tuple(strongest), tuple(sorted(rest, key=lambda f: (f.score or 0, -f.field.weight))[:_BEST])
