"""What the classifier sees of a passage: named numbers, made from words, word parts, headings and rule hits.

Training learns from them by name; what a model knows of them is numbered in `tag.index`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from insek.domain import TagKind
from insek.tag.lexicon import stem
from insek.tag.rule import Analysis, Rule

VIEWS = {"theme": "wbcs", "field": "wchfe", "stage": "wbhse", "depth": "wtds"}
"""What each question may look at, by group of features: stems (w), pairs of stems (b), word parts (c), stems of the
headings (h), rules for themes (t), fields (f), stages (g) and depth (d), shape of the passage (s), numbers of a
sentence encoder (e) in models that were trained with one.

A theme must not be learned from the rules for fields: in authored text the two go together far more closely than in
real plans, and a classifier that has seen that takes every social offer for integration. Nor from the rules for themes:
the merge needs a second opinion, not the first one again. An encoder is asked for fields and stages only: themes gain
nothing from it, and depth in real plans is told by the place of a theme in its passage."""

COUNTED = frozenset("tfgdse")
"""Groups whose features are counts, shares or of unit length already: neither tf-idf nor unit length."""
DENSE = "e"
"""The group of the numbers of an encoder."""
_RULE_GROUP = {TagKind.THEME: "t", TagKind.FIELD: "f", TagKind.STAGE: "g", TagKind.DEPTH: "d"}
"""Kinds of rules the classifier sees; what it does not decide (bundles, structures, ...) it need not know."""

_NGRAM = 5
_RULE_CAP = 3
_BULLET = re.compile(r"^\s*(?:[•·▪–\-*+►»>\uf0b7]|\d{1,2}[.)]|[a-z]\))\s")
_SENTENCE_END = re.compile(r"[.!?]\s*$")


@dataclass(frozen=True, slots=True)
class Sight:
    """A passage as rules and classifier see it: its own analysis and that of its headings."""

    text: Analysis
    headings: Analysis


def features(sight: Sight) -> dict[str, float]:
    """Named features of a passage; the first letter of a name is its group."""
    words = [word for token in sight.text.tokens if (word := word_of(token.norm))]
    names = [f"w:{word}" for word in words]
    names += [f"b:{one} {two}" for one, two in pairwise(words)]
    names += chain.from_iterable(word_parts(token.norm) for token in sight.text.tokens)
    names += [f"h:{word}" for token in sight.headings.tokens if (word := word_of(token.norm))]
    counts = Counter(names)
    return {**dict(zip(counts, map(frequency, counts.values()), strict=True)), **signs(sight)}


def word_of(norm: str) -> str:
    """The stem that a token (normal form) counts as; empty for numbers, signs and single letters."""
    return stem(norm.lower()) if len(norm) > 1 and norm[0].isalpha() else ""


def word_parts(norm: str) -> tuple[str, ...]:
    """Features of a long word by its character n-grams, ends marked: they carry compounds and survive reading faults.

    Each stands once, in sorted order.
    """
    word = norm.lower()
    if len(word) <= _NGRAM or not word[0].isalpha():
        return ()
    marked = f"^{word}$"
    return tuple(sorted({f"c:{marked[i : i + _NGRAM]}" for i in range(len(marked) - _NGRAM + 1)}))


def frequency(n: int) -> float:
    """What a feature counts for that a passage has `n` times (sublinear term frequency)."""
    return 1.0 + math.log(n) if n > 1 else 1.0


def signs(sight: Sight) -> dict[str, float]:
    """Features that are no words: rules that fired, and the shape of the passage."""
    return {**_rule_features(sight), **_shape(sight.text)}


def dense_names(size: int) -> list[str]:
    """Names of the numbers of an encoder, in their order, which is also that of their sorting."""
    return [f"{DENSE}:{number:04}" for number in range(size)]


def _rule_features(sight: Sight) -> dict[str, float]:
    result: dict[str, float] = {}
    for place, analysis in (("", sight.text), ("^", sight.headings)):
        counts = Counter(chain.from_iterable(_rule_names(hit.rule, place) for hit in analysis.hits))
        result.update({name: min(n, _RULE_CAP) / _RULE_CAP for name, n in counts.items()})
        for hit in analysis.excluded:
            if hit.rule.polarity == "exclusion" and hit.rule.kind in _RULE_GROUP:
                result[f"{_RULE_GROUP[hit.rule.kind]}:{place}{hit.rule.id}"] = 1.0
    return result


@lru_cache(maxsize=10_000)
def _rule_names(rule: Rule, place: str) -> tuple[str, ...]:
    """Features of a rule that fired in the text (`place` empty) or the headings; none where it is of another kind."""
    group = _RULE_GROUP.get(rule.kind)
    return (f"{group}:{place}{rule.id}", f"{group}:{place}{rule.label}/{rule.polarity}") if group else ()


def _shape(analysis: Analysis) -> dict[str, float]:
    """Length, figures and ending: fragments of tables and headings look unlike running sentences."""
    initials, text = [token.norm[0] for token in analysis.tokens], analysis.text
    letters = [c for c in initials if c.isalpha()]
    return {
        "s:length": min(math.log1p(len(letters)) / 5.0, 1.0),
        "s:short": float(len(letters) < 12),
        "s:figures": sum(map(str.isdigit, initials)) / max(len(initials), 1),
        "s:lower": sum(map(str.islower, letters)) / max(len(letters), 1),
        "s:bullet": float(bool(_BULLET.match(text))),
        "s:sentence": float(bool(_SENTENCE_END.search(text))),
        "s:question": float("?" in text),
        "s:colon": float(":" in text),
        "s:bias": 1.0,
    }
