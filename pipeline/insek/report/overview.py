"""The overview of a run: all files with status, index and heat map in one HTML file.

It works without its script, which only sorts and filters; the security policy of the page lets no other script run.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from insek.domain import Status
from insek.guideline import Guideline
from insek.report.engine import render
from insek.report.model import PlanResult, RunResult, anchoring_key
from insek.report.provenance import provenance_lines
from insek.report.safe import short
from insek.report.texts import Texts, texts

_SCRIPT = Path(__file__).parent / "templates" / "overview.js"
_ORDER = {Status.FAILED: 0, Status.UNREADABLE: 1, Status.PARTIAL: 2}
_FIRST = 25
"""Problems shown at once; the others open on demand, so that the table is not out of sight."""
_STEPS = 5
"""Steps of colour above zero: as many as can be told apart; the number stands in the cell anyway."""


@dataclass(frozen=True, slots=True)
class Heat:
    """A number of the heat map with its step of colour: 0 for nothing, up to `_STEPS`, -1 for no value."""

    text: str
    step: int


@dataclass(frozen=True, slots=True)
class Row:
    """One file; `href` is empty where there is no report, `file` where no way leads to the file itself."""

    name: str
    detail: str
    href: str
    file: str
    status: str
    state: str
    warned: bool
    year: str
    pages: str
    readable: str
    index: Heat
    span: str
    fields: tuple[Heat, ...]
    anchoring: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that needs a look: what is wrong and what to do."""

    row: Row
    what: tuple[str, ...]
    todo: str


@dataclass(frozen=True, slots=True)
class Column:
    """A bar of the distribution: `height` 0-100."""

    low: int
    high: int
    n: int
    height: float


def index_html(run: RunResult, lang: str = "de") -> str:
    """The overview of a run as the text of an HTML file; links go to `<slug>/report.html`."""
    t = texts(lang)
    script, digest = _script()
    rows = sorted(((plan, _row(plan, run.guideline, t)) for plan in run.plans), key=lambda pair: _key(pair[1]))
    troubled = sorted((p for p in rows if p[0].status in _ORDER), key=lambda pair: _ORDER[pair[0].status])
    states = [plan.status for plan in run.plans]
    return render(
        "overview.html.j2",
        lang,
        guideline=run.guideline,
        rows=[row for _, row in rows],
        problems=[_problem(plan, row, t) for plan, row in troubled],
        first_problems=_FIRST,
        warned=[Problem(row, plan.warnings, "") for plan, row in rows if row.warned],
        counts={status.value: states.count(status) for status in Status},
        columns=_distribution(plan.coverage.index for plan in run.plans if plan.coverage),
        means=_means(run, t),
        statuses=[(status.value, t(f"status_{status.value}")) for status in Status],
        origin=provenance_lines(run.provenance, t),
        script=script,
        script_digest=digest,
    )


@cache
def _script() -> tuple[str, str]:
    text = _SCRIPT.read_text("utf-8")
    return text, base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _key(row: Row) -> tuple[str, str, str, str]:
    """Alphabetical, for an order by index would be a ranking."""
    return _plain(row.name), row.year, _plain(row.detail), row.href


def _plain(text: str) -> str:
    """Letters without their dots, so that Ö stands beside O."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _row(plan: PlanResult, guideline: Guideline, t: Texts) -> Row:
    coverage, none = plan.coverage, t("none")
    values = coverage.fields if coverage else {}
    title = short(plan.title or plan.source)
    interval = coverage.index_interval if coverage and coverage.index is not None else None
    return Row(
        name=short(plan.municipality or title),
        detail=_detail(plan),
        href=f"./{quote(plan.slug, errors='replace')}/report.html" if coverage else "",
        file=f"./{plan.path}" if plan.path else "",
        status=plan.status.value,
        state=t(f"status_{plan.status.value}"),
        warned=plan.status is Status.OK and bool(plan.warnings),
        year=str(plan.year) if plan.year is not None else none,
        pages=str(plan.pages) if plan.pages else none,
        readable=t.percent(coverage.readable_share) if coverage else none,
        index=_heat(coverage.index if coverage else None, t),
        span=t("pages_range", first=t.hundred(interval[0]), last=t.hundred(interval[1])) if interval else none,
        fields=tuple(_heat(values.get(f), t) for f in guideline.field_ids),
        anchoring=t(anchoring_key(coverage.anchoring)) if coverage and coverage.anchoring else none,
    )


def _detail(plan: PlanResult) -> str:
    """Title and file name beneath the name of a row, as far as they are not the name itself: towns have many plans."""
    parts = ([plan.title] if plan.municipality and plan.title else []) + [plan.source]
    return "" if not (plan.municipality or plan.title) else " · ".join(short(part) for part in parts)


def _heat(value: float | None, t: Texts) -> Heat:
    if value is None:
        return Heat(t("none"), -1)
    short = "<1" if 0 < value < 0.5 else ">99" if 99.5 <= value < 100 else f"{value:.0f}"
    return Heat(short, 0 if value <= 0 else min(_STEPS, 1 + int(value * _STEPS / 100)))


def _problem(plan: PlanResult, row: Row, t: Texts) -> Problem:
    what = [plan.error] if plan.error else []
    read = plan.readable_pages
    if plan.status is Status.PARTIAL and read is not None and read < plan.pages:
        what.append(t("problem_pages", n=plan.pages - read, all=plan.pages))
    elif not what:
        what.append(t("problem_failed" if plan.status is Status.FAILED else "problem_unreadable"))
    todo = plan.todo or t("todo_failed" if plan.status is Status.FAILED else "todo_ocr")
    return Problem(row, (*what, *plan.warnings), todo)


def _distribution(values: Iterable[float | None]) -> tuple[Column, ...]:
    """Numbers of plans per ten points of the index; empty where there are fewer than two."""
    found = [v for v in values if v is not None]
    if len(found) < 2:
        return ()
    counts = [0] * 10
    for value in found:
        counts[min(9, int(value // 10))] += 1
    return tuple(Column(10 * i, 10 * i + 10, n, round(100 * n / max(counts), 1)) for i, n in enumerate(counts))


def _means(run: RunResult, t: Texts) -> tuple[Heat, ...]:
    """Means of index and fields over the plans that have a value; empty where there are fewer than two."""
    covered = [plan.coverage for plan in run.plans if plan.coverage and plan.coverage.index is not None]
    if len(covered) < 2:
        return ()
    columns = [[c.index for c in covered], *([c.fields.get(f) for c in covered] for f in run.guideline.field_ids)]
    return tuple(_heat(_mean(column), t) for column in columns)


def _mean(values: Iterable[float | None]) -> float | None:
    found = [v for v in values if v is not None]
    return sum(found) / len(found) if found else None
