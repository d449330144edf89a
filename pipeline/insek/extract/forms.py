"""Forms such as profiles of measures: fields of label and value, not rows under column heads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from insek.extract.cells import GridCell, GridRow
from insek.extract.labels import is_label, names_a_title, short_name

Pair = tuple[str, str]

KNOWN = 0.5
"""Share of the fields whose label must be a usual one."""
MARKED = 0.8
"""Share of the fields whose label is bold over a plain value, or ends in a colon, where the labels are unusual."""
TITLE_WORDS = 16
"""Longest title of a form or of a group of rows."""
_INLINE = re.compile(r"([^:]{3,48}):\s+(\S.*)", re.S)


def is_form(rows: Sequence[GridRow]) -> bool:
    """Whether the rows of a table are fields of a form."""
    cells = [c for row in rows for c in row.printed]
    if cells and 2 * sum(bool(c.label) or _inline(c) is not None for c in cells) >= len(cells):
        return True
    fields = [row.printed for row in rows if len(row.printed) > 1]
    labels = [f[0].text for f in fields]
    if len(fields) < 2 or len(set(labels)) < len(labels) or not 2 <= _usual(fields) <= 4:
        return False
    if not all(map(short_name, labels)):
        labels = [t for t in labels if short_name(t)]
        if len(labels) < 0.8 * len(fields):
            return False
    known = sum(map(is_label, labels))
    if known >= max(2, KNOWN * len(fields)) and not _headed(fields):
        return True
    marked = sum(_marked(f) for f in fields)
    return len(fields) >= 3 and marked >= MARKED * len(fields) and _usual(fields) in (2, 4)


def _usual(fields: Sequence[Sequence[GridCell]]) -> int:
    counts = sorted(map(len, fields))
    return counts[len(counts) // 2]


def _headed(fields: Sequence[Sequence[GridCell]]) -> bool:
    """Whether the first row names columns: labels all over, and few below in the first column."""
    below = sum(is_label(f[0].text) for f in fields[1:])
    return all(is_label(c.text) for c in fields[0]) and below < KNOWN * len(fields[1:])


def _marked(cells: Sequence[GridCell]) -> bool:
    if cells[0].text.endswith(":"):
        return True
    return cells[0].bold and not cells[1].bold and (len(cells) < 4 or (cells[2].bold and not cells[3].bold))


def fields_of(row: GridRow) -> tuple[Pair, ...]:
    """Pairs of label and value in a row of a form; one or two of them stand beside each other."""
    cells = row.printed
    if any(c.label or _inline(c) for c in cells) and not _plain_label(cells):
        return tuple(_own_pair(c) for c in cells)
    pairs: list[Pair] = []
    for cell in cells:
        starts = not pairs or (pairs[-1][1] and _labels_again(cell, cells[0]))
        if starts:
            pairs.append((_name(cell.text), ""))
        else:
            label, value = pairs[-1]
            pairs[-1] = (label, f"{value} | {cell.text}" if value else cell.text)
    return tuple(pairs)


def _plain_label(cells: Sequence[GridCell]) -> bool:
    return len(cells) > 1 and not cells[0].label and _inline(cells[0]) is None and short_name(cells[0].text)


def _labels_again(cell: GridCell, first: GridCell) -> bool:
    """Whether a cell in the middle of a row is the label of a second field."""
    if not short_name(cell.text):
        return False
    return cell.text.endswith(":") if first.text.endswith(":") else cell.bold if first.bold else is_label(cell.text)


def _own_pair(cell: GridCell) -> Pair:
    if cell.label:
        return _name(cell.label), cell.text
    return _inline(cell) or ("", cell.text)


def _inline(cell: GridCell) -> Pair | None:
    """Label and value of a cell such as "Kosten: 5.000 €"."""
    found = _INLINE.fullmatch(cell.text)
    return (found[1].strip(), found[2]) if found and is_label(found[1]) else None


def _name(text: str) -> str:
    return text.rstrip(": ").strip()


def is_title(row: GridRow) -> bool:
    """Whether a row is a title over the rows below it."""
    cell = row.alone
    return cell is not None and not cell.label and cell.words <= TITLE_WORDS and not cell.text.endswith((".", ";", ","))


def title_field(pairs: Sequence[Pair]) -> str | None:
    """The value of a field that names the measure, else None."""
    return next((value for label, value in pairs if names_a_title(label) and 0 < value.count(" ") < TITLE_WORDS), None)
