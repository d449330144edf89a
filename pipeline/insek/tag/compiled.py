"""The rules of one place, passages or headings, compiled: from tokens to hits.

Single words are found in a table by word type (`terms.TermTable`), terms of several words by spaCy's Matcher on
the German vocabulary, and only in passages that hold all words of such a term.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from insek.tag.lexicon import Token, complete_suspended, stem
from insek.tag.light_spacy import Doc, Matcher
from insek.tag.remembered import Remembered
from insek.tag.rule import Hit, Rule
from insek.tag.terms import GAP, TermTable, parse_term, reach, spacy_pattern

_SHORT = 5
_CLAUSE_ENDS = frozenset(".!?;:")
_BULLETS = frozenset("•·▪●►»‣–-*+|□■")


class Compiled:
    """The rules of one place.

    A pattern is tried in passages that hold all its words, near enough and in order, and gets its Matcher when that
    first happens: most never do in one plan, and one Matcher with all patterns is ten times slower than the few needed.
    """

    def __init__(self, rules: Iterable[Rule], place: str, vocab: Any) -> None:
        """Of the rules those that look at `place`, "text" or "heading"; `vocab` is what the Matchers work on."""
        self.rules = [r for r in rules if r.where in (place, "both")]
        self.table = TermTable()
        self._anchors = TermTable()
        self._patterns: list[tuple[int, tuple[str, ...] | list[list[dict[str, Any]]]]] = []
        self._needs: list[list[list[int]]] = []
        self._reach: list[list[int]] = []
        self._numbers: dict[str, int] = {}
        self._matchers: dict[int, Matcher] = {}
        self._vocab = vocab
        for key, rule in enumerate(self.rules):
            self._add(rule, key)
        self._triggers = self._rarest_words()
        self._required = [frozenset(w[0] for w in needs if len(w) == 1) for needs in self._needs]
        self._meaning = Remembered(self._meaning_of)

    def _add(self, rule: Rule, key: int) -> None:
        if rule.patterns:  # all of them in one Matcher: they are wanted in the same passages
            self._add_pattern(key, [list(pattern) for pattern in rule.patterns], [rule.anchors], [])
        for term in rule.terms:
            words = parse_term(term, rule.source)
            if len(words) == 1:
                self.table.add(words[0], key)
            else:
                self._add_pattern(key, words, [(w,) for w in words if w != GAP], reach(words))

    def _add_pattern(self, key: int, pattern: tuple[str, ...] | list[list[dict[str, Any]]],
                     needs: Sequence[tuple[str, ...]], distances: list[int]) -> None:  # fmt: skip
        """The patterns, or the words of a term, of rule `key`; one of each of `needs` must stand in a passage.

        `distances` are the most tokens from each need to the next.
        """
        self._patterns.append((key, pattern))
        self._needs.append([[self._number(word) for word in words] for words in needs])
        self._reach.append(distances)

    def start_with(self, vocab: Any) -> None:
        """Go on with another vocabulary; the Matchers of the former one are of no use any more."""
        self._vocab = vocab
        self._matchers.clear()

    def _number(self, word: str) -> int:
        if word not in self._numbers:
            self._anchors.add(word, len(self._numbers))
        return self._numbers.setdefault(word, len(self._numbers))

    def _rarest_words(self) -> dict[int, list[int]]:
        """Number of a word -> patterns that are looked at where it stands: of each the word that fewest share.

        Short words are passed over where there are others: any text is full of them.
        """
        uses = Counter(number for needs in self._needs for words in needs for number in words)
        length = {number: len(word.strip("*=")) for word, number in self._numbers.items()}
        triggers: dict[int, list[int]] = defaultdict(list)
        for pattern, needs in enumerate(self._needs):
            rarest = min(needs, key=lambda n: (min(length[w] for w in n) < _SHORT, sum(uses[w] for w in n)))
            for word in rarest:
                triggers[word].append(pattern)
        return triggers

    def find(self, tokens: list[Token]) -> Iterator[Hit]:
        """All hits, exclusions among them."""
        suspended = complete_suspended(tokens)
        called: dict[int, list[int]] = defaultdict(list)
        for i, token in enumerate(tokens):
            numbers, keys = self._meaning[token.norm]
            for number in numbers:
                called[number].append(i)
            if i in suspended:
                keys = tuple(sorted({*keys, *(key for word in suspended[i] for key in self.table.keys(word))}))
            for key in keys:
                if self._fits(key, tokens, i):
                    yield self._hit(key, tokens, i, i + 1)
        if wanted := self._complete(called):
            yield from self._find_terms(tokens, wanted)

    def _meaning_of(self, norm: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Numbers of the words of terms that a word type is, and keys of the rules that it is a term of by itself."""
        word = norm[0].isalpha() or norm == "%"
        return self._anchors.keys(norm), self.table.keys(norm) if word else ()

    def _complete(self, called: Mapping[int, list[int]]) -> list[tuple[int, int, int]]:
        """Patterns whose words were all met, in order and near enough to each other, by number, ascending.

        `called` maps the numbers of words to the tokens they were met at. With each number comes the half-open range
        of tokens that a hit can lie in: looking there and not at the whole passage is most of the speed.
        """
        words = frozenset(called)
        triggered = sorted({n for w in words for n in self._triggers.get(w, ()) if self._required[n] <= words})
        found = ((n, self._within_reach(n, called)) for n in triggered)
        return [(n, *self._window(n, ends)) for n, ends in found if ends]

    def _window(self, number: int, ends: Sequence[int]) -> tuple[int, int]:
        """Where a hit of a term whose last word stands at one of `ends` can lie; a written pattern may lie anywhere."""
        if not isinstance(self._patterns[number][1], tuple):
            return 0, sys.maxsize
        return max(0, min(ends) - sum(self._reach[number])), max(ends) + 1

    def _within_reach(self, number: int, called: Mapping[int, list[int]]) -> list[int]:
        """Where the last word of a pattern was met in reach of the ones before it."""
        first, *others = self._needs[number]
        places = [i for w in first for i in called.get(w, ())]
        for words, most in zip(others, self._reach[number], strict=True):
            nexts = [i for w in words for i in called.get(w, ())]
            places = [i for i in nexts if any(0 < i - j <= most for j in places)]
        return places

    def _find_terms(self, tokens: list[Token], wanted: list[tuple[int, int, int]]) -> Iterator[Hit]:
        begin, stop = min(low for _, low, _ in wanted), max(high for _, _, high in wanted)
        words = [t.norm for t in tokens[begin:stop]]
        doc = Doc(self._vocab, words=words, lemmas=[stem(w.lower()) for w in words])
        best: dict[tuple[int, int], int] = {}
        for number, low, high in wanted:
            key = self._patterns[number][0]
            whole = low <= begin and high >= stop  # going over a span takes twice as long as over a document
            for _, start, end in self._matcher(number)(
                doc if whole else doc[low - begin : min(high - begin, len(words))]
            ):
                place = key, low + start
                best[place] = min(best.get(place, len(tokens)), low + end)
        for (key, start), end in best.items():
            if self._fits(key, tokens, start):
                yield self._hit(key, tokens, start, end)

    def _fits(self, key: int, tokens: list[Token], start: int) -> bool:
        """Whether a hit that begins at token `start` stands where its rule wants it."""
        return self.rules[key].at != "opening" or _opens_clause(tokens, start)

    def _matcher(self, number: int) -> Matcher:
        matcher = self._matchers.get(number)
        if matcher is None:
            matcher = self._matchers[number] = Matcher(self._vocab, validate=False)
            pattern = self._patterns[number][1]
            matcher.add(str(number), [spacy_pattern(pattern)] if isinstance(pattern, tuple) else pattern)
        return matcher

    def _hit(self, key: int, tokens: list[Token], start: int, end: int) -> Hit:
        return Hit(self.rules[key], tokens[start].start, tokens[end - 1].end, (start, end))


def _opens_clause(tokens: Sequence[Token], i: int) -> bool:
    """Whether token `i` begins the text, a sentence or a list item; numbers and bullets before it do not matter."""
    j = i - 1
    while j >= 0 and (tokens[j].norm[0].isdigit() or tokens[j].norm in _BULLETS):
        j -= 1
    return j < 0 or tokens[j].norm in _CLAUSE_ENDS or any(t.norm in _BULLETS for t in tokens[j + 1 : i])
