"""Line numbers in the margin, as draft resolutions carry them: dropped, or every line would be a table row."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from insek.extract.words import Fragment

LEAST = 8
"""Numbers that make a column of line numbers; shorter ones may be the numbers of a list."""


def line_numbers(parts: Sequence[Fragment]) -> list[Fragment]:
    """Fragments that count the lines of a page: whole numbers in one narrow column outside the text, rising evenly."""
    numbers = [f for f in parts if f.text.isdigit() and len(f.text) <= 4]
    if len(numbers) < LEAST:
        return []
    text = [f for f in parts if not f.text.isdigit()]
    if not text:
        return []
    left, right = min(f.x0 for f in text), max(f.x1 for f in text)
    for column in ([f for f in numbers if f.x1 < left], [f for f in numbers if f.x0 > right]):
        if len(column) >= LEAST and _counting(sorted(column, key=lambda f: f.base)):
            return column
    return []


def _counting(column: list[Fragment]) -> bool:
    values = [int(f.text) for f in column]
    steps = [b - a for a, b in itertools.pairwise(values)]
    usual = max(set(steps), key=steps.count)
    return usual in (1, 5, 10) and steps.count(usual) >= 0.8 * len(steps)
