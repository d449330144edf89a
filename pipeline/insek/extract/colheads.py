"""Heads of columns: how many of the first rows of a table they take, and what they say for each column."""

from __future__ import annotations

from collections.abc import Sequence

from insek.extract.cells import GridRow
from insek.extract.labels import is_label, is_number, short_name

DEEPEST = 3
"""Most rows of column heads."""
HEAD_WORDS, HEAD_MEAN = 10, 4.5
"""Longest head, and the mean of a row of heads, in words."""


def head_depth(rows: Sequence[GridRow]) -> int:
    """Number of rows at the beginning of a table that name its columns; 0 if none does."""
    if len(rows) < 2:
        return 0
    depth = _reach(rows)
    if depth >= len(rows) or not _short(rows[:depth]):
        return 0
    heads, body = rows[:depth], rows[depth:]
    marked = _shaded(heads, body) or _bold(heads, body)
    return depth if marked or _named(heads, body) or _plain(heads, body) else 0


def _reach(rows: Sequence[GridRow]) -> int:
    """Rows that the cells of the first row reach over, heads below a common head included."""
    first = rows[0]
    depth = max((c.span for c in first.cells), default=1)
    wide = any(c.last > c.first for c in first.cells)
    if wide and depth == 1 and len(rows) > 2 and first.alone is None and rows[1].at(0) is None:
        depth = 2
    return min(depth, DEEPEST)


def _short(heads: Sequence[GridRow]) -> bool:
    words = [c.words for row in heads for c in row.printed]
    lettered = sum(any(x.isalpha() for x in c.text) for row in heads for c in row.printed)
    if len(heads[0].printed) < 2 or not words or max(words) > HEAD_WORDS or sum(words) > HEAD_MEAN * len(words):
        return False
    return 3 * lettered >= len(words) and any(any(x.isalpha() for x in c.text) for c in heads[0].printed)


def _shaded(heads: Sequence[GridRow], body: Sequence[GridRow]) -> bool:
    return all(r.shaded for r in heads) and not body[0].shaded


def _bold(heads: Sequence[GridRow], body: Sequence[GridRow]) -> bool:
    below = [c.bold for row in body for c in row.printed]
    return all(c.bold for row in heads for c in row.printed) and 2 * sum(below) < len(below)


def _named(heads: Sequence[GridRow], body: Sequence[GridRow]) -> bool:
    """Whether at least two heads are usual names of fields, as no row below has."""
    hits = sum(is_label(c.text) for c in heads[0].printed)
    return hits >= 2 and not any(sum(is_label(c.text) for c in row.printed) >= hits for row in body)


def _plain(heads: Sequence[GridRow], body: Sequence[GridRow]) -> bool:
    """Whether the first row has a different short name for each column, and the rows below are of another kind."""
    texts = [c.text for c in heads[0].printed]
    full = sum(c.last - c.first + 1 for c in heads[0].printed) >= heads[0].table.columns
    if not full or len(set(texts)) < len(texts) or not all(_heading(t) for t in texts):
        return False
    below = [c.text for row in body for c in row.printed]
    return sum(map(_heading, below)) < 0.8 * len(below)


def _heading(text: str) -> bool:
    return short_name(text) and len(text) <= 40 and not is_number(text)


def head_texts(heads: Sequence[GridRow]) -> list[str]:
    """What the rows of heads say for each column, from the upper to the lower ones; "" where there is nothing."""
    if not heads:
        return []
    out = []
    for column in range(heads[0].table.columns):
        cells = [cell.text.rstrip(": ") for row in heads if (cell := row.at(column)) is not None]
        if len(heads) > 1 and heads[0].at(column) is None:
            cells = [*_common(heads, column), *cells]
        out.append(" ".join(dict.fromkeys(cells)))
    return out


def _common(heads: Sequence[GridRow], column: int) -> list[str]:
    """The head over several columns that is printed in the middle of them, for a column beside that middle."""
    for step in (1, -1):
        at = column + step
        while 0 <= at < heads[0].table.columns and heads[1].at(at) is not None and not _spans(heads, at):
            upper = heads[0].at(at)
            if upper is not None:
                return [upper.text.rstrip(": ")]
            at += step
    return []


def _spans(heads: Sequence[GridRow], column: int) -> bool:
    """Whether the first head of a column reaches down into the second row."""
    cell = heads[0].at(column)
    return cell is not None and cell.span > 1


def repeats(rows: Sequence[GridRow], heads: Sequence[GridRow]) -> bool:
    """Whether the first of `rows` print the heads again."""
    if not heads or len(rows) < len(heads):
        return False
    return all(_plainly(a) == _plainly(b) for a, b in zip(rows, heads, strict=False))


def _plainly(row: GridRow) -> str:
    return "".join(x for c in row.printed for x in c.text.casefold() if x.isalnum())
