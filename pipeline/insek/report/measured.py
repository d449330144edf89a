"""The measures of a plan with what they name, those that leave the first thing open before the others."""

from __future__ import annotations

from dataclasses import dataclass

from insek.domain import Coverage, Measure, TagKind
from insek.report.quotes import PageRef, Quoter
from insek.report.safe import clipped, short

_QUOTE_LENGTH = 140


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure: `named` holds a quote for each attribute of the guideline, "" where it is not named."""

    title: str
    page: PageRef
    target: str
    fields: str
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """How many measures name an attribute and how many do not; `width` 0-100 is the share that do."""

    label: str
    named: int
    without: int
    width: float


@dataclass(frozen=True, slots=True)
class Group:
    """Measures under one heading; `id` is its place in the page."""

    id: str
    heading: str
    measures: tuple[MeasureView, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures in at most two groups: without and with the first attribute of the guideline."""

    total: int
    labels: tuple[str, ...]
    counts: tuple[Named, ...]
    groups: tuple[Group, ...]


def measures_view(coverage: Coverage, quoter: Quoter) -> Measures:
    """The measures in reading order within their groups."""
    attributes = quoter.guideline.attributes
    found = coverage.measures
    counts = tuple(_counted(a.id, quoter.t.label(a), found) for a in attributes)
    return Measures(len(found), tuple(c.label for c in counts), counts, _groups(found, counts, quoter))


def _counted(attribute: str, label: str, measures: tuple[Measure, ...]) -> Named:
    named = sum(attribute in m.named for m in measures)
    return Named(label, named, len(measures) - named, round(100 * named / max(len(measures), 1), 1))


def _groups(measures: tuple[Measure, ...], counts: tuple[Named, ...], quoter: Quoter) -> tuple[Group, ...]:
    t = quoter.t
    if not counts:
        return (Group("M-all", t("measures_all", n=len(measures)), _views(measures, quoter)),) if measures else ()
    first, label = quoter.guideline.attributes[0].id, counts[0].label
    groups = (
        Group("M-without", t("measures_without", what=label, n=counts[0].without),
              _views([m for m in measures if first not in m.named], quoter)),
        Group("M-with", t("measures_with", what=label, n=counts[0].named),
              _views([m for m in measures if first in m.named], quoter)),
    )  # fmt: skip
    return tuple(g for g in groups if g.measures)


def _views(measures: list[Measure] | tuple[Measure, ...], quoter: Quoter) -> tuple[MeasureView, ...]:
    return tuple(_view(m, quoter) for m in measures)


def _view(measure: Measure, quoter: Quoter) -> MeasureView:
    fields = ", ".join(quoter.names[TagKind.FIELD, f] for f in measure.fields)
    target = next((at for p in measure.passage_ids if (at := quoter.target(p))), "")
    named = tuple(clipped(measure.named.get(a.id, ""), _QUOTE_LENGTH) for a in quoter.guideline.attributes)
    return MeasureView(short(measure.title), quoter.page(measure.page), target, fields, named)
