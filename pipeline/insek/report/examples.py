"""Examples from the plans of a run: for each cell the passages that say most, as a page to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from insek.domain import CellState, Evidence
from insek.guideline import Guideline
from insek.report.engine import render
from insek.report.model import PlanResult, RunResult, cells_of
from insek.report.safe import clipped, short
from insek.report.texts import Texts, texts

_MOST = 3
"""Examples per cell, each from another plan: enough to see that there is more than one way."""
_LENGTH = 420


@dataclass(frozen=True, slots=True)
class Example:
    """A passage of a plan; `href` leads to the cell in the report of that plan."""

    text: str
    plan: str
    page: str
    href: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The examples of one cell, the fullest first; `plans` says how many plans have something there."""

    anchor: str
    label: str
    plans: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class FieldExamples:
    """The cells of one field that have examples, and the names of those that have none."""

    id: str
    label: str
    cells: tuple[Cell, ...]
    empty: tuple[tuple[str, str], ...]


def examples_html(run: RunResult, lang: str = "de") -> str:
    """The examples of a run as the text of an HTML file; it needs but the best passage of each cell of each plan."""
    t, guideline = texts(lang), run.guideline
    found = _best(run.plans, guideline)
    return render(
        "examples.html.j2",
        lang,
        guideline=guideline,
        fields=[_field(i, found, guideline, t) for i in range(len(guideline.fields))],
        plans=sum(plan.coverage is not None for plan in run.plans),
    )


Found = dict[tuple[str, str], list[tuple[PlanResult, Evidence]]]


def _best(plans: tuple[PlanResult, ...], guideline: Guideline) -> Found:
    """The best passage of each plan by cell, the fullest and surest first; the folder name decides a tie."""
    weights = guideline.scoring.depth_weights
    found: Found = {(f, s): [] for f in guideline.field_ids for s in guideline.stage_ids}
    for plan in plans:
        for place, cell in cells_of(plan.coverage).items() if plan.coverage else ():
            if cell.state is CellState.EVIDENCED and cell.evidence:
                found[place].append((plan, cell.evidence[0]))
    for entries in found.values():
        entries.sort(key=lambda e: (-weights[e[1].depth] * e[1].score, e[0].slug))
    return found


def _field(number: int, found: Found, guideline: Guideline, t: Texts) -> FieldExamples:
    field = guideline.fields[number]
    places = [(f"{field.id}-{s.id}", t.label(s), found[field.id, s.id]) for s in guideline.stages]
    cells = tuple(
        Cell(
            anchor, label, t.count("plans", len(entries)), tuple(_example(p, e, anchor, t) for p, e in entries[:_MOST])
        )
        for anchor, label, entries in places
        if entries
    )
    return FieldExamples(
        field.id, t.label(field), cells, tuple((a, label) for a, label, entries in places if not entries)
    )


def _example(plan: PlanResult, evidence: Evidence, anchor: str, t: Texts) -> Example:
    name = short(plan.municipality or plan.title or plan.source)
    year = f", {plan.year}" if plan.year is not None else ""
    href = f"./{quote(plan.slug, errors='replace')}/report.html#{anchor}"
    return Example(clipped(evidence.quote, _LENGTH), f"{name}{year}", t("page_file", page=evidence.page), href)
