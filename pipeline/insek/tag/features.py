"""What the classifier sees of a passage: named numbers, made from words, word parts, headings and rule hits.

Plain Python on purpose: screening then needs neither scikit-learn nor scipy, whose import alone takes longer than
tagging a plan. Training turns the same numbers into a sparse matrix (`learn.train`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from insek.domain import TagKind
from insek.tag.lexicon import Token, stem
from insek.tag.rules import Analysis

VIEWS = {"theme": "wbcs", "field": "wchf", "stage": "wbhs", "depth": "wtds"}
"""What each question may look at, by group of features: stems (w), pairs of stems (b), word parts (c), stems of the
headings (h), rules for themes (t), fields (f), stages (g) and depth (d), shape of the passage (s).

A theme must not be learned from the rules for fields: in authored text the two go together far more closely than in
real plans, and a classifier that has seen that takes every social offer for integration. Nor from the rules for themes:
the merge needs a second opinion, not the first one again."""

_COUNTED = "tfgds"
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
    words = _words(sight.text.tokens)
    names = [f"w:{word}" for word in words]
    names += [f"b:{one} {two}" for one, two in pairwise(words)]
    names += chain.from_iterable(_parts(token.norm.lower()) for token in sight.text.tokens)
    names += [f"h:{word}" for word in _words(sight.headings.tokens)]
    counts = Counter(names)  # counting in C: this and `weigh` run for each word part of each passage
    result = {name: 1.0 + math.log(n) if n > 1 else 1.0 for name, n in counts.items()}
    result.update(_rule_features(sight))
    result.update(_shape(sight.text))
    return result


def _words(tokens: Iterable[Token]) -> list[str]:
    norms = [t.norm for t in tokens]
    return [stem(norm.lower()) for norm in norms if len(norm) > 1 and norm[0].isalpha()]


@lru_cache(maxsize=100_000)
def _parts(word: str) -> tuple[str, ...]:
    """Character n-grams of a long word, ends marked: they carry compounds and survive reading faults."""
    if len(word) <= _NGRAM or not word[0].isalpha():
        return ()
    marked = f"^{word}$"
    return tuple(sorted({f"c:{marked[i : i + _NGRAM]}" for i in range(len(marked) - _NGRAM + 1)}))


def _rule_features(sight: Sight) -> dict[str, float]:
    result: dict[str, float] = {}
    for place, analysis in (("", sight.text), ("^", sight.headings)):
        counts: Counter[str] = Counter()
        for hit in analysis.hits:
            group = _RULE_GROUP.get(hit.rule.kind)
            if group is None:
                continue
            counts[f"{group}:{place}{hit.rule.id}"] += 1
            counts[f"{group}:{place}{hit.rule.label}/{hit.rule.polarity}"] += 1
        result.update({name: min(n, _RULE_CAP) / _RULE_CAP for name, n in counts.items()})
        for hit in analysis.excluded:
            if hit.rule.polarity == "exclusion" and hit.rule.kind in _RULE_GROUP:
                result[f"{_RULE_GROUP[hit.rule.kind]}:{place}{hit.rule.id}"] = 1.0
    return result


def _shape(analysis: Analysis) -> dict[str, float]:
    """Length, figures and ending: fragments of tables and headings look unlike running sentences."""
    tokens, text = analysis.tokens, analysis.text
    n = max(len(tokens), 1)
    alpha = [t for t in tokens if t.norm[0].isalpha()]
    return {
        "s:length": min(math.log1p(len(alpha)) / 5.0, 1.0),
        "s:short": float(len(alpha) < 12),
        "s:figures": sum(t.norm[0].isdigit() for t in tokens) / n,
        "s:lower": sum(t.norm[0].islower() for t in alpha) / max(len(alpha), 1),
        "s:bullet": float(bool(_BULLET.match(text))),
        "s:sentence": float(bool(_SENTENCE_END.search(text))),
        "s:question": float("?" in text),
        "s:colon": float(":" in text),
        "s:bias": 1.0,
    }


def weigh(found: Mapping[str, float], idf: Mapping[str, float], scale: Mapping[str, float]) -> dict[str, float]:
    """Features as the classifier weighs them: tf-idf with unit length per group, times the weight of the group.

    Args:
        found: output of `features`.
        idf: inverse document frequency of each feature of the model; others are dropped.
        scale: weight of each group (see VIEWS).

    Returns:
        Feature name -> weight; rule and shape features keep their value, times the weight of their group.
    """
    known: dict[str, float] = {}
    squares = dict.fromkeys(scale, 0.0)
    for name, value in found.items():
        weight = idf.get(name)
        if weight is not None:
            known[name] = value = value * weight
            squares[name[0]] += value * value
    factors = {g: scale[g] / (1.0 if g in _COUNTED or not s else math.sqrt(s)) for g, s in squares.items()}
    return {name: value * factors[name[0]] for name, value in known.items()}
