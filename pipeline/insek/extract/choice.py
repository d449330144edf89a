"""Which pages pdfplumber is asked about: those where words run through the walls of the cells that were found.

What was measured on real and authored pages, and why pdfplumber is not asked about the others: notes/0008-tables.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from insek.domain import PageState
from insek.extract.grids import cells_of, find_grids, flat_lines, slot, tall_lines, touch
from insek.extract.plumber import opened
from insek.extract.words import Grid, RawPage, Word

STRAYS, HOPELESS = 0.1, 0.3
"""Share of the words in a grid that may run through its walls: symbols that hang over, and words too long to break.
Above the second number the lines are no cells but a raster or a chart behind the text."""
MOST_DRAWN, MOST_WORDS = 1_500, 4_000
"""A page with more lines or words is a map or a register: pdfplumber would take seconds for it."""
MOST_PAGES = 40
"""Pages of one document that pdfplumber is asked about; it needs about a tenth of a second for each."""


def choose_engines(data: bytes, pages: Sequence[RawPage]) -> None:
    """Measure the lines of each page, and let pdfplumber find the tables where PDFium's lines are not enough.

    Sets `signals` on pages with lines, `engine` and `grids` on those whose tables pdfplumber found better.
    """
    doubtful: list[RawPage] = []
    for page in pages:
        if page.state is PageState.TEXT and page.rules:
            grids = find_grids(page.rules)
            signals = measure(page, grids)
            page.signals = tuple(signals.items())
            if _doubtful(page, signals) and len(doubtful) < MOST_PAGES:
                doubtful.append(page)
    for page, found in zip(doubtful, _plumbed(data, [p.number for p in doubtful]), strict=True):
        _settle(page, found)


def measure(page: RawPage, grids: Sequence[Grid]) -> dict[str, float]:
    """Signals of one page by name: counts, and `strays`, the share of words in grids that run through a wall."""
    flat, tall = flat_lines(page.rules), tall_lines(page.rules)
    cells = [box for grid in grids for box in set(cells_of(grid).values())]
    return {
        "rules": len(page.rules),
        "shades": len(page.shades),
        "crossings": sum(touch(h, v) for h in flat for v in tall),
        "grids": len(grids),
        "cells": len(cells),
        "merged": sum(box[0] < box[1] or box[2] < box[3] for box in cells),
        "strays": round(strays(page.words, grids), 3),
    }


def strays(words: Iterable[Word], grids: Sequence[Grid]) -> float:
    """Share of the words inside grids that run through a wall, 0-1; 0 where there are none."""
    inside = through = 0
    for grid in grids:
        boxes = cells_of(grid)
        for w in words:
            middle = w.base - 0.3 * w.size
            if grid.ys[0] <= middle <= grid.ys[-1] and grid.xs[0] - 2 <= w.x0 <= grid.xs[-1]:
                inside += 1
                last = boxes[slot(grid.ys, middle), slot(grid.xs, w.x0 + 1)][3]
                through += w.x1 > grid.xs[last + 1] + 2
    return through / inside if inside else 0.0


def _doubtful(page: RawPage, signals: dict[str, float]) -> bool:
    return signals["strays"] > STRAYS and signals["rules"] <= MOST_DRAWN and len(page.words) <= MOST_WORDS


def _plumbed(data: bytes, numbers: list[int]) -> list[list[Grid] | None]:
    """Tables that pdfplumber finds on the pages with these numbers; None where it cannot read what PDFium could."""
    if not numbers:
        return []
    found: dict[int, list[Grid]] = {}
    try:
        with opened(data, numbers) as pdf:
            for page in pdf.pages:
                found[page.page_number] = [g for t in page.find_tables() if (g := as_grid(t)) is not None]
                page.close()
    except Exception:
        pass  # it meets broken files with any error there is, and the page has been read already
    return [found.get(number) for number in numbers]


def as_grid(table: Any) -> Grid | None:
    """A table of pdfplumber as a grid; None for one of a single column."""
    cells = [cell for cell in table.cells if cell]
    xs = _edges(x for c in cells for x in (c[0], c[2]))
    ys = _edges(y for c in cells for y in (c[1], c[3]))
    if len(xs) < 3 or len(ys) < 2:
        return None
    grid = Grid(xs, ys)
    for x0, top, x1, bottom in cells:
        columns = [i for i, (a, b) in enumerate(pairwise(xs)) if x0 < (a + b) / 2 < x1]
        rows = [i for i, (a, b) in enumerate(pairwise(ys)) if top < (a + b) / 2 < bottom]
        grid.open_right |= {(r, c) for r in rows for c in columns[:-1]}
        grid.open_below |= {(r, c) for r in rows[:-1] for c in columns}
    return grid


def _edges(values: Iterable[float]) -> list[float]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > 1:
            out.append(float(value))
    return out


def _settle(page: RawPage, found: list[Grid] | None) -> None:
    """Take pdfplumber's tables where fewer words run through their walls, and none where most do in both."""
    if found is None:
        page.signals += (("plumber_failed", 1),)
        return
    before, after = dict(page.signals)["strays"], strays(page.words, found)
    page.signals += (("plumber_grids", len(found)), ("plumber_strays", round(after, 3)))
    page.engine = "pdfium+pdfplumber"
    if found and after < before:
        page.grids = found
    if min(before, after if found else before) > HOPELESS:
        page.grids = []
