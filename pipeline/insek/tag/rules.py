"""The rules of a guideline, compiled once and run over passages; `rulefile` reads them.

The rules are data; see `rules/`. How they are found is told in `compiled`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from insek.errors import UsageError
from insek.tag.compiled import Compiled
from insek.tag.lexicon import join_broken, tokenize
from insek.tag.light_spacy import german_vocab
from insek.tag.rule import Analysis, Hit, Rule

_MOST_WORDS = 100_000
"""Words of spaCy's that are kept from one document to the next; a plan of 300 pages has about 15,000."""


class Rules:
    """All rules of a guideline, ready to run. Not thread-safe: use one per process."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Compile the rules; `where` of each rule decides which of the two tables it enters."""
        self.rules = tuple(rules)
        self._asked = {key.upper() for r in self.rules for p in r.patterns for token in p for key in token}
        self._vocab = german_vocab(self._asked)
        self._places = {place: Compiled(self.rules, place, self._vocab) for place in ("text", "heading")}

    def forget_words(self) -> None:
        """Let go of the words met so far where they have become many.

        spaCy keeps each word that it ever met, with 0.8 kB: a million of them in a thousand plans.
        """
        if len(self._vocab) > _MOST_WORDS:
            self._vocab = german_vocab(self._asked)
            for compiled in self._places.values():
                compiled.start_with(self._vocab)

    def named(self, name: str) -> Rule:
        """The rule with this id; UsageError with the nearest ones where there is none."""
        for rule in self.rules:
            if rule.id == name:
                return rule
        near = get_close_matches(name, [r.id for r in self.rules])
        todo = f"Gemeint vielleicht: {', '.join(near)}." if near else "Die Kennungen stehen in patterns/."
        raise UsageError(f"Die Regel „{name}“ gibt es nicht.", todo)

    def analyse(self, text: str, place: str = "text") -> Analysis:
        """Find all rules that fire in a passage (`place` "text") or in a heading (`place` "heading")."""
        compiled = self._places[place]
        tokens = join_broken(tokenize(text), compiled.table.begins_broken, compiled.table.knows_long)
        hits = sorted(compiled.find(tokens), key=lambda h: (h.start, -h.end, h.rule.id))
        kept, gone = _apply_exclusions(hits)
        return Analysis(text, tuple(tokens), tuple(kept), tuple(gone))


def _apply_exclusions(hits: list[Hit]) -> tuple[list[Hit], list[Hit]]:
    """Take away the hits of a label that lie within an exclusion of the same label; (kept, taken away)."""
    exclusions: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.rule.polarity == "exclusion":
            exclusions[hit.rule.kind, hit.rule.label].append(hit)
    kept: list[Hit] = []
    gone: list[Hit] = []
    for hit in hits:
        if hit.rule.polarity == "exclusion":
            continue
        covers = exclusions.get((hit.rule.kind, hit.rule.label), ())
        covered = any(e.tokens[0] <= hit.tokens[0] and hit.tokens[1] <= e.tokens[1] for e in covers)
        (gone if covered else kept).append(hit)
    return kept, gone + [h for h in hits if h.rule.polarity == "exclusion"]
