"""Tables that lines or shades show: taken out of the page before its columns are looked for."""

from __future__ import annotations

from collections.abc import Sequence

from insek.extract.filling import fill_grids, is_inside
from insek.extract.grids import find_grids
from insek.extract.gutters import build_rows
from insek.extract.labels import is_label
from insek.extract.stacks import find_stacks
from insek.extract.vocabulary import Vocabulary
from insek.extract.words import Fragment, RawPage


def drawn_tables(parts: Sequence[Fragment], raw: RawPage, known: Vocabulary) -> list[Fragment]:
    """Fragments of a page with those in drawn tables replaced by one a row. The lines of `raw` are used up."""
    rest = list(parts)
    if raw.rules or raw.shades:
        rest = fill_grids(rest, find_grids(raw.rules), known)
        free = [f for f in rest if not f.row]
        rest = fill_grids(rest, find_stacks(free, raw.rules, raw.shades), known)
        raw.rules, raw.shades = [], []
    return rest


def reclaimed(parts: Sequence[Fragment], dropped: Sequence[Fragment], raw: RawPage) -> list[Fragment]:
    """What of the running lines really is no row of a table: heads printed again on each page stand at one height.

    A table that consists of running lines only, as letter heads do, stays dropped.
    """
    if not dropped:
        return []
    gone = set(map(id, dropped))
    rest = [f for f in parts if id(f) not in gone]
    grids = find_grids(raw.rules)
    grids += find_stacks(parts, raw.rules, raw.shades)
    held = [g for g in grids if any(is_inside(f, g) for f in rest)]
    rows = build_rows(dropped)
    heads = {id(f) for row in rows if sum(is_label(f.text) for f in row.parts) > 1 for f in row.parts}
    return [f for f in dropped if id(f) not in heads and not any(is_inside(f, g) for g in held)]
