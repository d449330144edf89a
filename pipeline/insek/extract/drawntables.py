"""Tables that lines or shades show: taken out of the page before its columns are looked for."""

from __future__ import annotations

from collections.abc import Sequence

from insek.extract.filling import fill_grids
from insek.extract.grids import find_grids
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
