"""Red thread, structures and criteria of a plan as the templates of a report show them."""

from __future__ import annotations

from dataclasses import dataclass

from insek.domain import Coverage, CriterionResult, CriterionState, Evidence, RedThread, StructureResult, TagKind
from insek.guideline import Criterion
from insek.report.model import cells_of
from insek.report.quotes import Excerpt, PageRef, Quoter

_MAX_PAGES = 15


@dataclass(frozen=True, slots=True)
class Knot:
    """A stage of the chain of one field: state of its cell and where that stands."""

    label: str
    state: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ThreadView:
    """The red thread of a field; `told` says in a sentence how far it reaches."""

    label: str
    anchor: str
    knots: tuple[Knot, ...]
    told: str
    held: str


@dataclass(frozen=True, slots=True)
class StructureView:
    """A structure that the plan names; `more` counts pages left out."""

    label: str
    passages: str
    pages: tuple[PageRef, ...]
    more: int
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True)
class LevelView:
    """A level with the structures found and the names of the others."""

    label: str
    found: tuple[StructureView, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion with its state and the passage behind it; `question` is "" where there is none in the language.

    `also` are the pages of further passages.
    """

    anchor: str
    label: str
    question: str
    section: str
    state: str
    excerpt: Excerpt | None
    also: tuple[PageRef, ...]


@dataclass(frozen=True, slots=True)
class StageCriteria:
    """The criteria of one stage; `met` of them are met."""

    label: str
    criteria: tuple[CriterionView, ...]
    met: int


def thread_views(coverage: Coverage, quoter: Quoter) -> tuple[ThreadView, ...]:
    """The thread of each field, in the order of the guideline; empty where there is no chain."""
    cells, labels = cells_of(coverage), {s.id: quoter.t.label(s) for s in quoter.guideline.stages}
    views = []
    for thread in coverage.threads:
        field = thread.field
        knots = tuple(
            Knot(labels[stage], cells[field, stage].state.value, f"{field}-{stage}") for stage in quoter.guideline.chain
        )
        held = quoter.t("thread_held", held=len(thread.held), all=len(knots))
        name = quoter.names[TagKind.FIELD, field]
        views.append(ThreadView(name, field, knots, _told(thread, labels, quoter), held))
    return tuple(views)


def _told(thread: RedThread, labels: dict[str, str], quoter: Quoter) -> str:
    """How far a thread reaches, in one sentence."""
    t, chain = quoter.t, quoter.guideline.chain
    if thread.strength is None:
        return t("thread_unknown")
    if not thread.held:
        return t("thread_none") if len(thread.broken) == len(chain) else t("thread_open")
    if thread.broken_at:
        return t("thread_broken", start=labels[thread.held[0]], stage=labels[thread.broken_at])
    if thread.broken:
        return t("thread_late", stage=labels[thread.held[0]])
    return t("thread_whole") if len(thread.held) == len(chain) else t("thread_open")


def level_views(coverage: Coverage, quoter: Quoter) -> tuple[LevelView, ...]:
    """The structures by level; empty where the guideline or the result has none."""
    results = {r.structure: r for r in coverage.structures}
    guideline, t = quoter.guideline, quoter.t
    views = []
    for level in guideline.levels if results else ():
        own = [s for s in guideline.structures if s.level == level.id and s.id in results]
        found = tuple(_structure(results[s.id], quoter) for s in own if results[s.id].passages)
        missing = tuple(t.label(s) for s in own if not results[s.id].passages)
        views.append(LevelView(t.label(level), found, missing))
    return tuple(views)


def _structure(result: StructureResult, quoter: Quoter) -> StructureView:
    best = result.evidence[0] if result.evidence else None
    excerpt = quoter.excerpt(best, TagKind.STRUCTURE, (result.structure,)) if best else None
    return StructureView(quoter.names[TagKind.STRUCTURE, result.structure], quoter.t.count("passages", result.passages),
                         quoter.pages(result.pages)[:_MAX_PAGES], max(0, len(result.pages) - _MAX_PAGES),
                         excerpt)  # fmt: skip


def criteria_views(coverage: Coverage, quoter: Quoter) -> tuple[StageCriteria, ...]:
    """The criteria by stage; empty where the guideline or the result has none."""
    results = {r.criterion: r for r in coverage.criteria}
    views = []
    for stage in quoter.guideline.stages:
        own = [c.id for c in quoter.guideline.criteria if c.stage == stage.id and c.id in results]
        shown = tuple(_criterion(results[c], quoter) for c in own)
        if shown:
            met = sum(c.state == CriterionState.MET.value for c in shown)
            views.append(StageCriteria(quoter.t.label(stage), shown, met))
    return tuple(views)


def _criterion(result: CriterionResult, quoter: Quoter) -> CriterionView:
    entry = next(c for c in quoter.guideline.criteria if c.id == result.criterion)
    best = result.evidence[0] if result.evidence else None
    excerpt = quoter.excerpt(best, *_speaking(best, entry)) if best else None
    also = quoter.pages(e.page for e in result.evidence if best and e.page != best.page)
    question = entry.question if quoter.t.lang == "de" else ""
    return CriterionView(f"K-{entry.id}", quoter.t.label(entry), question, entry.section, result.state.value, excerpt,
                         also)  # fmt: skip


def _speaking(evidence: Evidence, criterion: Criterion) -> tuple[TagKind, tuple[str, ...]]:
    """The tags of a passage that speak for a criterion: its wording, else what it asks for."""
    if any(r.kind is TagKind.CRITERION and r.value == criterion.id for r in evidence.reasons):
        return TagKind.CRITERION, (criterion.id,)
    for kind, values in (
        (TagKind.STRUCTURE, tuple(s for c in criterion.conditions for s in c.structures)),
        (TagKind.ATTRIBUTE, tuple(a for c in criterion.conditions for a in c.attributes)),
        (TagKind.THEME, tuple(evidence.themes)),
    ):
        if any(r.kind is kind and r.value in values for r in evidence.reasons):
            return kind, values
    return TagKind.STAGE, (criterion.stage,)
