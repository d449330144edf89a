"""Where in a plan the themes stand: bars over the pages, and the chapters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from insek.domain import BlockKind, Coverage
from insek.guideline import Guideline, Theme
from insek.report.model import PlanResult
from insek.report.quotes import PageRef, Quoter
from insek.report.texts import Texts

_BINS = 200
"""Bars side by side that can still be told apart on a telephone."""
_HEIGHT = 20.0
_LEAST = 3.0
_MAX_CHAPTERS = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: `x` in bins from the left, `height` of at most `_HEIGHT`, and the text of its tip."""

    x: int
    height: float
    tip: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The bars of one theme; `number` (0-based) chooses the colour."""

    number: int
    label: str
    count: str
    summary: str
    pages: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter with the page it begins on and its passages on theme; `width` is 0-100 of the largest.

    `start` and `length` (0-100) say where it lies in the plan.
    """

    title: str
    page: PageRef
    start: float
    length: float
    passages: int
    width: float


@dataclass(frozen=True, slots=True)
class Strip:
    """Everything the section needs; `unread` are first bin and number of bins of stretches that could not be read."""

    bins: int
    lanes: tuple[Lane, ...]
    unread: tuple[tuple[int, int], ...]
    chapters: tuple[Chapter, ...]


def strip(plan: PlanResult, coverage: Coverage, guideline: Guideline, quoter: Quoter) -> Strip:
    """Bars per theme over at most `_BINS` groups of pages."""
    t = quoter.t
    pages = max([plan.pages, *(p.pages[1] for p, _ in plan.passages), 1])
    bins = min(pages, _BINS)
    counts = {th.id: Counter(_bin(p.pages[0], pages, bins) for p, d in plan.passages if th.id in d.themes)
              for th in guideline.themes}  # fmt: skip
    top = max((n for c in counts.values() for n in c.values()), default=1)
    lanes = tuple(
        _lane(i, theme, counts[theme.id], coverage, top, (pages, bins), t) for i, theme in enumerate(guideline.themes)
    )
    unread = sorted({_bin(page, pages, bins) for page in plan.unread_pages})
    return Strip(bins, lanes, tuple(_runs(unread)), _chapters(plan, pages, quoter))


def _bin(page: int, pages: int, bins: int) -> int:
    return (page - 1) * bins // pages


def _lane(number: int, theme: Theme, counts: Mapping[int, int], coverage: Coverage, top: int,
          shape: tuple[int, int], t: Texts) -> Lane:  # fmt: skip
    found = coverage.themes.get(theme.id)
    passages, pages = (found.passages, found.pages) if found else (0, ())
    count = f"{t.count('passages', passages)} {t.count('pages', len(pages)) if pages else ''}".strip()
    height = {n: round(max(_LEAST, _HEIGHT * n / top), 1) for n in counts.values()}
    bars = tuple(Bar(at, height[n], _tip(at, n, shape, t)) for at, n in sorted(counts.items()))
    return Lane(number, t.label(theme), count, f"{t.label(theme)}: {count}", t.ranges(pages), bars)


def _tip(at: int, n: int, shape: tuple[int, int], t: Texts) -> str:
    pages, bins = shape
    first, last = -(-at * pages // bins) + 1, -(-(at + 1) * pages // bins)
    page = str(first) if first == last else t("pages_range", first=first, last=last)
    return t("where_bar", page=page, passages=t.count("passages", n))


def _runs(bins: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at in bins:
        if runs and sum(runs[-1]) == at:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((at, 1))
    return runs


def _chapters(plan: PlanResult, pages: int, quoter: Quoter) -> tuple[Chapter, ...]:
    """Chapters of the outermost level that has more than one; none where the plan has no headings to go by."""
    entries = [(p, d) for p, d in plan.passages if p.kind is not BlockKind.APPARATUS and p.heading_path]
    for level in range(3):
        first: dict[str, int] = {}
        found: Counter[str] = Counter()
        for passage, decision in entries:
            if len(passage.heading_path) > level:
                title = passage.heading_path[level]
                first.setdefault(title, passage.pages[0])
                found[title] += decision.on_theme
        if len(first) > 1:
            break
    else:
        return ()
    top = max(max(found.values()), 1)
    titles = list(first)[:_MAX_CHAPTERS]
    ends = [*(first[c] for c in titles[1:]), pages + 1]
    return tuple(
        Chapter(c, quoter.page(first[c]), round(100 * (first[c] - 1) / pages, 2),
                round(100 * max(end - first[c], 0) / pages, 2), found[c], round(100 * found[c] / top, 1))
        for c, end in zip(titles, ends, strict=True)
    )  # fmt: skip
