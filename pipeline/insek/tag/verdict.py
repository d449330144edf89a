"""What the rules alone say of a passage: how strongly each label is supported, and a decision from that.

The numbers are also what the merge with the classifier learns from (`merge`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from insek.domain import TagKind
from insek.guideline import Guideline
from insek.tag.features import Sight
from insek.tag.lexicon import stem
from insek.tag.rules import Analysis, Hit

_FIELD_FLOOR = 2.0
"""One strong or two weak words make a field; measured on the authored corpus: 1 lets in too much, 3 loses a tenth."""
_FIELD_SHARE = 0.5
"""Further fields need at least half the support of the strongest one."""
_MAX_FIELDS = 3
"""The codebook allows no more."""
_HEADING_WEIGHT = 0.5
"""Headings support fields and stages half as much as the passage: they are often one level too general."""
_DENSE = 1 / 25
"""One hit in 25 words and more: the passage is about the theme, not just touching it."""


@dataclass(frozen=True, slots=True)
class ThemeSupport:
    """Hits for one theme: evidence and risky words in the passage, evidence in its headings, hits taken away."""

    evidence: int = 0
    risky: int = 0
    heading: int = 0
    excluded: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Support by the rules: per theme, field and stage (sums of rule weights), and hits per word for the depth."""

    themes: dict[str, ThemeSupport]
    fields: dict[str, float]
    stages: dict[str, float]
    depths: dict[str, float]
    density: float
    words: int
    supported: frozenset[str] = field(default_factory=frozenset)
    """Themes that the rules alone would tag."""


def judge(sight: Sight, guideline: Guideline) -> Verdict:
    """Count what the rules found; pure."""
    words = sum(t.norm[0].isalpha() for t in sight.text.tokens)
    sure = frozenset(h.rule.label for h in sight.text.hits if _is(h, "evidence"))
    themes = {t: _theme(sight, t, sure) for t in guideline.theme_ids}
    supported = frozenset(t for t, s in themes.items() if s.evidence)
    hits = sum(s.evidence for s in themes.values())
    return Verdict(
        themes=themes,
        fields=_weights(sight, TagKind.FIELD, guideline.field_ids),
        stages=_weights(sight, TagKind.STAGE, guideline.stage_ids),
        depths=_weights(sight, TagKind.DEPTH, guideline.depth_ids),
        density=hits / max(words, 1),
        words=words,
        supported=supported,
    )


def _is(hit: Hit, polarity: str) -> bool:
    return hit.rule.kind is TagKind.THEME and hit.rule.polarity == polarity


def _theme(sight: Sight, theme: str, sure: frozenset[str]) -> ThemeSupport:
    """Support for a theme. A risky hit counts as evidence beside evidence of a theme that its rule names as near."""
    own = [h for h in sight.text.hits if h.rule.label == theme]
    risky = [h for h in own if _is(h, "risky")]
    backed = [h for h in risky if sure.intersection(h.rule.near)]
    return ThemeSupport(
        evidence=len({h.tokens for h in own if _is(h, "evidence")} | {h.tokens for h in backed}),
        risky=len({h.tokens for h in risky if h not in backed}),
        heading=len({h.tokens for h in sight.headings.hits if h.rule.label == theme and _is(h, "evidence")}),
        excluded=len({h.tokens for h in sight.text.excluded if h.rule.label == theme and _is(h, "exclusion")}),
    )


def _weights(sight: Sight, kind: TagKind, labels: Iterable[str]) -> dict[str, float]:
    """Sum of rule weights per label; the same word counts once, however often it stands there."""
    sums = dict.fromkeys(labels, 0.0)
    for analysis, factor in ((sight.text, 1.0), (sight.headings, _HEADING_WEIGHT)):
        for (label, _), weight in _distinct(analysis, kind).items():
            sums[label] += weight * factor
    return sums


def _distinct(analysis: Analysis, kind: TagKind) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = defaultdict(float)
    for hit in analysis.hits:
        if hit.rule.kind is kind and hit.rule.polarity == "evidence":
            key = hit.rule.label, stem(analysis.words(hit).lower())[:7]
            found[key] = max(found[key], hit.rule.weight)
    return found


def fields_by_rules(verdict: Verdict) -> tuple[str, ...]:
    """Up to three fields, the best supported first."""
    ranked = sorted(verdict.fields.items(), key=lambda item: -item[1])
    floor = max(_FIELD_FLOOR, _FIELD_SHARE * ranked[0][1]) if ranked else 0.0
    return tuple(label for label, support in ranked if support >= floor)[:_MAX_FIELDS]


def stage_by_rules(verdict: Verdict, guideline: Guideline) -> str:
    """The best supported stage; without any sign the first of those that weigh most (the one that describes)."""
    best = max(verdict.stages.items(), key=lambda item: item[1])
    if best[1] > 0:
        return best[0]
    return max(guideline.stages, key=lambda s: s.weight).id


def depth_by_rules(verdict: Verdict, guideline: Guideline) -> str:
    """Substance where theme words are dense, several or in the heading; else a mention."""
    fullest, *rest = guideline.depth_ids
    several = sum(s.evidence for s in verdict.themes.values()) >= 2
    heading = any(s.heading for s in verdict.themes.values())
    return fullest if several or heading or verdict.density >= _DENSE or not rest else rest[-1]
