"""The little language of the rules' vocabulary, and the table that finds its single words.

A term is one or more words. A word may be written as

    flüchtling*    any word that begins so           *beirat    any word that ends so
    *migrant*      any word that holds it            =BAMF      exactly so, capitals included
    migration      this word in any inflected form   ...        up to four words of the same sentence

Words are compared by their normal form (`lexicon`), so gendered forms and suspended hyphens need no terms of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from insek.errors import ConfigError
from insek.tag.lexicon import WHOLE_WORDS, stem
from insek.tag.remembered import Remembered

GAP = "..."
_GAP_TOKENS = 4
_WORD = re.compile(r"\*?[\w§&+%€]+\*?|=[\w&+%-]+|\.\.\.", re.UNICODE)
_LONG = 8
"""Literals of this length and more are joined when broken by a stray space; shorter ones arise by chance."""


def parse_term(term: str, where: str) -> tuple[str, ...]:
    """The words of a term; ConfigError where one is not in the language above."""
    words = _words(term)
    if words is None:
        raise ConfigError(f"{where}: Begriff „{term}“ ist nicht lesbar.",
                          "Erlaubt: wort, wort*, *wort, *wort*, =WORT und ... zwischen zwei Wörtern.")  # fmt: skip
    return words


@lru_cache(maxsize=20_000)
def _words(term: str) -> tuple[str, ...] | None:
    words = tuple(term.split())
    bad = any(not _WORD.fullmatch(w) or w.strip("*=") == "" for w in words)
    return None if bad or not words or GAP in (words[0], words[-1]) else words


def spacy_pattern(words: tuple[str, ...]) -> list[dict[str, Any]]:
    """A token pattern for spaCy's Matcher that finds the words of a term in a row."""
    pattern: list[dict[str, Any]] = []
    for word in words:
        if word == GAP:
            pattern += [{"ORTH": {"NOT_IN": [".", "!", "?", ";"]}, "OP": "?"}] * _GAP_TOKENS
        elif word.startswith("="):
            pattern.append({"ORTH": word[1:]})
        elif "*" in word:
            pattern.append({"LOWER": {"REGEX": wildcard_regex(word)}})
        else:
            pattern.append({"LEMMA": stem(word.lower())})
    return pattern


def reach(words: tuple[str, ...]) -> list[int]:
    """The most tokens from each word of a term to the next one: 1 for neighbours."""
    distances = []
    gaps = 0
    for word in words[1:]:
        if word == GAP:
            gaps += 1
        else:
            distances.append(1 + gaps * _GAP_TOKENS)
            gaps = 0
    return distances


def wildcard_regex(word: str) -> str:
    """The wildcard word as a regular expression over the lower-case normal form."""
    literal = re.escape(word.strip("*").lower())
    return ("" if word.startswith("*") else "^") + literal + ("" if word.endswith("*") else "$")


@dataclass
class TermTable:
    """Single words -> keys, by stem, beginning, ending or part. Look-ups are cached by word type; first add, then ask.

    Keys are small integers that the caller gives a meaning to.
    """

    stems: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    exact: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    beginnings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    endings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Give the table caches of its own."""
        self._keys = Remembered(self._look_up)
        self.begins_broken = Remembered(self._may_be_broken).__getitem__
        self.knows_long = Remembered(self._knows_long).__getitem__

    def add(self, word: str, key: int) -> None:
        """Let a word of the term language lead to `key`."""
        literal = word.strip("*").lower()
        if word.startswith("="):
            self.exact[word[1:]].append(key)
        elif word.startswith("*") and word.endswith("*"):
            self.parts[literal].append(key)
        elif word.startswith("*"):
            self.endings[literal].append(key)
        elif word.endswith("*"):
            self.beginnings[literal].append(key)
        else:
            self.stems[stem(literal)].append(key)

    def keys(self, norm: str) -> tuple[int, ...]:
        """Keys of a word in normal form (case kept), ascending, without repetition."""
        return self._keys[norm]

    def _look_up(self, norm: str) -> tuple[int, ...]:
        return tuple(sorted(set(self._all_keys(norm))))

    def _all_keys(self, norm: str) -> Iterable[int]:
        low = norm.lower().rstrip("-")
        yield from self.exact.get(norm, ())
        yield from self.stems.get(stem(low), ())
        for n in range(1, len(low) + 1):
            if low[:n] in self.beginnings:
                yield from self.beginnings[low[:n]]
            if low[-n:] in self.endings:
                yield from self.endings[low[-n:]]
        for literal, keys in self.parts.items():
            if literal in low:
                yield from keys

    def _may_be_broken(self, norm: str) -> bool:
        """Whether a word may be the first part of one of the long literals, broken by a stray space."""
        low = norm.lower()
        return low in self._prefixes and low not in WHOLE_WORDS and not self.knows_long(low)

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        """Proper beginnings of the long literals."""
        literals = [w for w in (*self.beginnings, *self.parts) if len(w) >= _LONG]
        return frozenset(w[:n] for w in literals for n in range(1, len(w)))

    def _knows_long(self, low: str) -> bool:
        """Whether a lower-case word is one of the rules', or begins with or holds a literal too long to be chance."""
        whole = len(low) >= _LONG and stem(low) in self.stems
        return (
            whole
            or any(low[:n] in self.beginnings for n in range(_LONG, len(low) + 1))
            or any(len(p) >= _LONG and p in low for p in self.parts)
        )
