"""Where in a plan each field is spoken of: pages by cell, words by page, ideas of the guideline taken up."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from insek.domain import Decision, Passage, TagKind
from insek.report.quotes import PageRef, Quoter
from insek.report.safe import short
from insek.score import counts_for_guideline

_ENDING = re.compile("(e[mnrs]?|[ns])$")
"""Endings that only inflect a German word: "Geflüchtete" and "Geflüchteten" are one entry."""
_MAX_WORDS = 12
_MAX_PAGES = 12
_MAX_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the plan that ties it to a theme, with the pages it stands on; `more` counts pages left out."""

    text: str
    pages: tuple[PageRef, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle of measures of the guideline with the pages that hold an instance of it."""

    label: str
    pages: tuple[PageRef, ...]


class Register:
    """Built from all passages that count, also those that no cell quotes."""

    def __init__(self, quoter: Quoter) -> None:
        """Go through the passages of the plan once."""
        self._quoter = quoter
        self._pages: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._words: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._bundles: dict[str, set[int]] = defaultdict(set)
        for passage, decision in quoter.plan.passages:
            for bundle in decision.bundles:
                self._bundles[bundle].add(passage.pages[0])
            if decision.fields and counts_for_guideline(passage, decision, quoter.guideline):
                self._add(passage, decision)

    def _add(self, passage: Passage, decision: Decision) -> None:
        words = _theme_words(passage, decision, self._quoter.guideline.on_theme_ids)
        for field in decision.fields:
            if decision.stage:
                self._pages[field, decision.stage].add(passage.pages[0])
            for word in words:
                self._words[field][word].add(passage.pages[0])

    def pages(self, field: str, stage: str) -> tuple[PageRef, ...]:
        """Pages of all passages of a cell."""
        return self._quoter.pages(self._pages.get((field, stage), ()))

    def words(self, field: str) -> tuple[Word, ...]:
        """The words of a field that stand on most pages, in alphabetical order."""
        merged = _merged(self._words.get(field, {}))
        found = sorted(merged.items(), key=lambda item: (-len(item[1]), item[0]))[:_MAX_WORDS]
        return tuple(
            Word(word, self._quoter.pages(pages)[:_MAX_PAGES], max(0, len(pages) - _MAX_PAGES))
            for word, pages in sorted(found, key=lambda item: item[0].casefold())
        )

    def bundles(self, field: str) -> tuple[Bundled, ...]:
        """The bundles of a field that the plan gives an instance of, in the order of the guideline."""
        quoter = self._quoter
        return tuple(
            Bundled(quoter.t.bundle(b), quoter.pages(self._bundles[b.id]))
            for b in quoter.guideline.bundles
            if b.field == field and b.id in self._bundles
        )


def _theme_words(passage: Passage, decision: Decision, themes: frozenset[str]) -> set[str]:
    """Words in the text for which rules gave it a theme that counts; of words within others the longest alone."""
    spans = {
        span
        for tag in decision.reasons
        if tag.kind is TagKind.THEME and tag.value in themes and tag.source.startswith("rule:")
        for span in tag.spans
    }
    whole = (s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans))
    words = (" ".join(passage.text[start:end].split()) for start, end in whole)
    return {short(word, _MAX_LENGTH) for word in words if word}


def _merged(words: dict[str, set[int]]) -> dict[str, set[int]]:
    """Forms of one word under the form that stands on most pages, the shortest of them."""
    forms: dict[str, list[str]] = defaultdict(list)
    for word in words:
        forms[_ENDING.sub("", word.casefold())].append(word)
    return {
        min(group, key=lambda w: (-len(words[w]), len(w), w)): set().union(*(words[w] for w in group))
        for group in forms.values()
    }
