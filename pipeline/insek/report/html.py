"""The report of one plan: one HTML file without scripts and outside references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from insek.domain import PageState
from insek.guideline import Guideline
from insek.report.engine import render
from insek.report.findings import criteria_views, level_views, thread_views
from insek.report.measured import measures_view
from insek.report.model import PlanResult, anchoring_key, coverage_of
from insek.report.provenance import provenance_lines
from insek.report.quotes import Quoter
from insek.report.reading import origin_lines, reading_lines
from insek.report.strip import strip
from insek.report.texts import Texts, texts
from insek.report.view import field_views, head

_PAPER_QUOTES = 3
"""Quotes of a cell that are printed; 63 cells with so many fill about 35 sheets, whatever the length of the plan."""
_PAPER_MEASURES = 30
"""Measures of a group that are printed: about three sheets."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A line of the tables of weights: what it holds for, the number and its reason."""

    item: str
    value: str
    reason: str


def report_html(plan: PlanResult, guideline: Guideline, provenance: Mapping[str, Any], lang: str = "de") -> str:
    """The report of a plan as the text of an HTML file."""
    t = texts(lang)
    coverage = coverage_of(plan, guideline)
    quoter = Quoter(plan, coverage, guideline, t)
    fields = field_views(coverage, quoter)
    return render(
        "report.html.j2",
        lang,
        plan=plan,
        coverage=coverage,
        guideline=guideline,
        fields=fields,
        head=head(plan, coverage, guideline, fields, t),
        anchoring=anchoring_key(coverage.anchoring),
        strip=strip(plan, coverage, guideline, quoter),
        threads=thread_views(coverage, quoter),
        chain=[t.label(s) for i in guideline.chain for s in guideline.stages if s.id == i],
        levels=level_views(coverage, quoter),
        criteria=criteria_views(coverage, quoter),
        measures=measures_view(coverage, quoter),
        page_states=[(t(f"page_{s.value}"), plan.page_states[s]) for s in PageState if plan.page_states.get(s)],
        reading=reading_lines(plan, t),
        found=origin_lines(plan, t),
        paper_quotes=_PAPER_QUOTES,
        paper_measures=_PAPER_MEASURES,
        themes=_themes(guideline, t),
        weights=_weights(guideline, t),
        origin=provenance_lines(provenance, t),
    )


def _themes(guideline: Guideline, t: Texts) -> dict[str, str]:
    """Names of the themes that count by themselves and of those that need a tie, as running text."""
    names = {flag: [t.label(theme) for theme in guideline.themes if theme.on_theme is flag] for flag in (True, False)}
    return {"on": t.listed(names[True]), "general": t.listed(names[False])}


def _weights(guideline: Guideline, t: Texts) -> dict[str, list[Weight]]:
    """The weights of scoring with their reasons; fields of one group share a line."""
    scoring = guideline.scoring
    groups: dict[str, list[str]] = {}
    for field in guideline.fields:
        groups.setdefault(field.group, []).append(t.label(field))
    by_group = {field.group: field.weight for field in guideline.fields}
    depth = [(f"depth_weights.{d}", t.get(f"depth_{d}", d), scoring.depth_weights[d]) for d in guideline.depth_ids]
    stage = [(f"stage_weights.{s.id}", t.label(s), s.weight) for s in guideline.stages]
    field_ = [(f"field_weights.{g}", "; ".join(names), by_group[g]) for g, names in groups.items()]
    return {name: [Weight(item, t.decimal(value), scoring.reasons[key]) for key, item, value in lines]
            for name, lines in (("depth", depth), ("stage", stage), ("field", field_))}  # fmt: skip
