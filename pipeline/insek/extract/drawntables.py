"""Tables that lines or shades show: taken out of the page before its columns are looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from insek.extract.filling import fill_grid, is_inside
from insek.extract.fragments import fragments
from insek.extract.grids import find_grids
from insek.extract.gutters import build_rows
from insek.extract.labels import is_label
from insek.extract.stacks import find_stacks
from insek.extract.unruled import with_inner_rows
from insek.extract.vocabulary import Vocabulary
from insek.extract.words import Fragment, Grid, RawPage, Word

FINE_EM = 0.36
"""A gap this wide (in font sizes) may part two cells; word spaces of text that is not justified are 0.2-0.33 em."""


class DrawnTables:
    """The lines, shades and words of one page; they are taken from the page, which needs them no more."""

    def __init__(self, raw: RawPage) -> None:
        """Take lines, shades and words over from `raw`."""
        self.rules, self.shades = raw.rules, raw.shades
        self.grids = raw.grids if raw.grids is not None else find_grids(raw.rules)
        self.words = raw.words
        self.by_base: dict[int, list[Word]] = defaultdict(list)
        self.pieces: dict[Fragment, list[Fragment]] = {}
        raw.words, raw.rules, raw.shades, raw.grids = [], [], [], None

    def filled(self, parts: Sequence[Fragment], known: Vocabulary) -> list[Fragment]:
        """Fragments of the page with those in drawn tables replaced by one a row."""
        rest = list(parts)
        for grid in self.grids:
            rest = fill_grid(rest, with_inner_rows(grid, rest), known)
        for grid in self._stacks([f for f in rest if not f.row]):
            inside = [piece for f in rest if is_inside(f, grid) for piece in self._cut(f)]
            outside = [f for f in rest if not is_inside(f, grid)]
            found = fill_grid(inside, grid, known)
            rest = [*outside, *found] if any(f.row for f in found) else rest
        return rest

    def reclaimed(self, parts: Sequence[Fragment], dropped: Sequence[Fragment]) -> list[Fragment]:
        """What of the running lines is no row of a table: heads printed again on each page stand at one height.

        A table that consists of running lines only, as letter heads do, stays dropped.
        """
        if not dropped:
            return []
        gone = set(map(id, dropped))
        rest = [f for f in parts if id(f) not in gone]
        held = [g for g in (*self.grids, *self._stacks(parts)) if any(is_inside(f, g) for f in rest)]
        own = set(map(id, parts))  # turned text is dropped too, and lies in a frame of its own
        rows = build_rows([f for f in dropped if id(f) in own])
        heads = {id(f) for row in rows if sum(is_label(f.text) for f in row.parts) > 1 for f in row.parts}
        return [f for f in dropped if id(f) not in own or not (id(f) in heads or any(is_inside(f, g) for g in held))]

    def _stacks(self, parts: Sequence[Fragment]) -> list[Grid]:
        return find_stacks(parts, self.rules, self.shades, self._cut) if self.rules or self.shades else []

    def _cut(self, part: Fragment) -> list[Fragment]:
        """A fragment in pieces, cut at smaller gaps than those between columns of text; each is cut once."""
        if part not in self.pieces:
            found = fragments(self._words_of(part), split=FINE_EM)
            self.pieces[part] = found if " ".join(p.text for p in found) == part.text else [part]
        return self.pieces[part]

    def _words_of(self, part: Fragment) -> list[Word]:
        if not self.by_base:
            for word in self.words:
                self.by_base[round(word.base)].append(word)
        at, near = round(part.base), 0.25 * part.size
        return [
            w
            for y in (at - 1, at, at + 1)
            for w in self.by_base.get(y, ())
            if part.x0 - 0.5 <= w.x0 and w.x1 <= part.x1 + 0.5 and abs(w.base - part.base) <= near
        ]
