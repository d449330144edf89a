"""Drawn lines of a scanned page: what tables are known by where the PDF holds nothing but a picture.

A line is found as straight runs of ink in neighbouring rows (or columns) of pixels; a scan a little askew breaks it
into steps, which are put together again. What is thick is no line but a filled box or a photo.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insek.extract.tesseract import Picture
from insek.extract.words import Rule

CONTRAST = 32
"""Grey values this much below paper are part of a line: thin lines of tables are printed grey and blurred by the
scanner. The shade behind column heads (28 below paper where measured) is none."""
SAMPLE = 997
"""One pixel in so many tells what paper is; a prime, so that no column of the page is met again and again."""
FLAT_IN, TALL_IN = 0.6, 0.3
"""Shortest run in inches: longer than the strokes of headlines (0.25), shorter than a cell is wide or high. Runs of
lines that are askew by half a degree are 0.4 inches long where the line is one point thick."""
LEAST_IN = 0.35
"""Shortest line in inches once its runs are put together."""
THICK_IN = 0.03
"""Mean thickness in inches above which it is no line; two points."""
STEP = 3
"""Pixels between the runs of one line."""
MOST_RUNS = 20_000
"""A picture with more runs is a photo or a map."""


@dataclass(slots=True)
class Stroke:
    """A line in pixels: where it begins and ends along its direction, and the rows or columns it spans."""

    start: int
    end: int
    first: int
    last: int
    ink: int

    def joins(self, at: int, start: int, end: int) -> bool:
        """Whether a run belongs to the line: next to its last one and touching it."""
        return at - self.last <= STEP and start <= self.end + STEP and end >= self.start - STEP


def drawn_lines(picture: Picture) -> tuple[list[Stroke], list[Stroke]]:
    """Flat and upright lines of a picture in pixels."""
    paper, _ = Counter(picture.grey[::SAMPLE]).most_common(1)[0]
    marked = picture.grey.translate(bytes(1 if v < paper - CONTRAST else 0 for v in range(256)))
    width, height = picture.width, picture.height
    rows = (marked[y * width : (y + 1) * width] for y in range(height))
    flat = _strokes(rows, int(FLAT_IN * picture.dpi), picture.dpi)
    columns = (marked[x::width] for x in range(width))
    return flat, _strokes(columns, int(TALL_IN * picture.dpi), picture.dpi)


def _strokes(rows: Iterable[bytes], shortest: int, dpi: int) -> list[Stroke]:
    pattern = re.compile(b"\1{%d,}" % max(shortest, 2))
    done: list[Stroke] = []
    alive: list[Stroke] = []
    runs = 0
    for at, row in enumerate(rows):
        found = [m.span() for m in pattern.finditer(row)]
        runs += len(found)
        if runs > MOST_RUNS:
            return []
        done += [s for s in alive if at - s.last > STEP]
        alive = [s for s in alive if at - s.last <= STEP]
        for start, end in found:
            _add(alive, at, start, end)
    return [s for s in done + alive if _thin(s, dpi)]


def _add(alive: list[Stroke], at: int, start: int, end: int) -> None:
    for stroke in alive:
        if stroke.joins(at, start, end):
            stroke.start, stroke.end = min(stroke.start, start), max(stroke.end, end)
            stroke.last = at
            stroke.ink += end - start
            return
    alive.append(Stroke(start, end, at, at, end - start))


def _thin(stroke: Stroke, dpi: int) -> bool:
    length = stroke.end - stroke.start
    return length >= LEAST_IN * dpi and stroke.ink <= THICK_IN * dpi * length


def as_rules(
    flat: Sequence[Stroke], tall: Sequence[Stroke], slope: float, picture: Picture, scale: float
) -> list[Rule]:
    """The lines in points on a page turned straight by `slope`, as a PDF would give them."""
    middle, centre = picture.width / 2, picture.height / 2
    out: list[Rule] = []
    for s in flat:
        y = (s.first + s.last) / 2
        shift = slope * (y - centre)
        y -= slope * ((s.start + s.end) / 2 - middle)
        out.append(Rule((s.start + shift) * scale, y * scale, (s.end + shift) * scale, y * scale))
    for s in tall:
        x = (s.first + s.last) / 2
        shift = slope * (x - middle)
        x += slope * ((s.start + s.end) / 2 - centre)
        out.append(Rule(x * scale, (s.start - shift) * scale, x * scale, (s.end - shift) * scale))
    return out
