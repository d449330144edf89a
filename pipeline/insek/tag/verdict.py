"""What the rules alone say of a passage: how strongly each label is supported, and a decision from that.

The numbers are also what the merge with the classifier learns from (`merge`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from insek.domain import TagKind
from insek.guideline import Guideline
from insek.tag.aside import is_aside
from insek.tag.features import Sight
from insek.tag.lexicon import stem
from insek.tag.rule import Analysis, Hit, Rule

_FIELD_FLOOR = 1.2
"""A strong word, or two weak ones, beside the theme make a field."""
_FIELD_SHARE = 0.7
"""Further fields need at least this share of the support of the strongest one."""
_MAX_FIELDS = 3
"""The codebook allows no more."""
_HEADING_WEIGHT = 0.5
"""Headings support fields half as much as the passage: they are often one level too general."""
_CHAPTER = 2.0
"""A numbered heading is a chapter that the authors named; other lines taken for headings often are something else."""
_NUMBERED = re.compile(r"[\s/]*(?:[A-Z]\.?|\d{1,2})(?:\.\d{1,2})*\.?\s+\S")
_BETWEEN = " / "
"""Parts the headings of a path (see `Tagger.sight`)."""
_NEAR_TOKENS = 15
_FAR_FIELD, _FAR_STAGE = 0.3, 0.6
"""Words further than about a sentence (in tokens) from the theme count less, by these factors: long passages run over
several subjects."""
_RULE_CAP = 3.0
"""More than three words of one rule say no more of the stage than three."""
_SAME = 7
"""Letters at the beginning of a stem that make two words one."""
_VERB_ENDINGS = ("t", "en", "te", "ten", "sind", "wird", "wurde")
_NOT_VERBS = frozenset(
    {"nicht", "mit", "seit", "statt", "insgesamt", "einen", "ihren", "seinen", "unseren", "keinen", "diesen", "jeden"}
    | {"allen", "anderen", "zwischen", "neben", "gegen", "wegen", "unten", "oben", "außen", "innen", "sozialen"}
    | {"neuen", "dritten", "ersten", "zweiten", "jetzt", "zuletzt", "damit", "somit", "sowohl", "direkt", "städtischen"}
)


@dataclass(frozen=True, slots=True)
class ThemeSupport:
    """Hits for one theme: evidence and risky words in the passage, evidence in its headings, hits taken away."""

    evidence: int = 0
    risky: int = 0
    heading: int = 0
    excluded: int = 0


_NOTHING = ThemeSupport()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Support by the rules: per theme, field and stage (sums of rule weights).

    `words` is the number of words, `aside` whether the themes are only touched in passing, `verb` whether something
    like a verb stands in the passage: contents lines, literature and addresses have none.
    """

    themes: dict[str, ThemeSupport]
    fields: dict[str, float]
    stages: dict[str, float]
    words: int
    aside: bool
    verb: bool
    supported: frozenset[str] = field(default_factory=frozenset)
    """Themes that the rules alone would tag."""


def judge(sight: Sight, guideline: Guideline) -> Verdict:
    """Count what the rules found; pure."""
    words = sum(t.norm[0].isalpha() for t in sight.text.tokens)
    verb = any(_like_a_verb(t.norm) for t in sight.text.tokens)
    void = frozenset() if verb else _apparatus(sight)
    themes = _themes(sight, guideline.theme_ids, void)
    supported = frozenset(t for t, s in themes.items() if s.evidence)
    return Verdict(
        themes=themes,
        fields=_fields(sight, guideline.field_ids),
        stages=_stages(sight, guideline.stage_ids, supported),
        words=words,
        aside=_aside(sight, supported, verb, guideline.depth_ids),
        verb=verb,
        supported=supported,
    )


def _is(hit: Hit, polarity: str) -> bool:
    return hit.rule.kind is TagKind.THEME and hit.rule.polarity == polarity


def _aside(sight: Sight, supported: frozenset[str], verb: bool, depths: Sequence[str]) -> bool:
    """Whether all that is said of the supported themes is said in passing."""
    if not supported:
        return False
    hits = sight.text.hits
    own = [h for h in hits if h.rule.label in supported]
    sure = [h for h in own if _is(h, "evidence")]
    hints = [h for h in own if _is(h, "risky") and supported.intersection(h.rule.near)]
    markers = [h for h in hits if h.rule.kind is TagKind.DEPTH and h.rule.label == depths[-1]]
    return bool(sure) and is_aside(sight.text.tokens, sure, hints, markers, verb)


def _apparatus(sight: Sight) -> frozenset[str]:
    """Themes whose words say nothing here, because the passage is a list of contents, sources or addresses."""
    hits = [h for a in (sight.text, sight.headings) for h in a.excluded if h.rule.at == "passage"]
    return frozenset(label for h in hits for label in (h.rule.label, *dict(h.rule.also)))


def _themes(sight: Sight, themes: Sequence[str], void: frozenset[str]) -> dict[str, ThemeSupport]:
    """Support for each theme; where the passage is `void`, all hits count as taken away."""
    own = [h for h in sight.text.hits if h.rule.kind is TagKind.THEME]
    above = [h for h in sight.headings.hits if _is(h, "evidence")]
    gone = [h for h in sight.text.excluded if _is(h, "exclusion")]
    if not (own or above or gone):
        return dict.fromkeys(themes, _NOTHING)  # most passages
    sure = frozenset(h.rule.label for h in (*own, *above) if _is(h, "evidence"))
    found = {}
    for t in themes:
        text, headings, taken = ([h for h in hits if h.rule.label == t] for hits in (own, above, gone))
        found[t] = _void(text) if t in void else _theme(text, headings, taken, sure)
    return found


def _void(own: list[Hit]) -> ThemeSupport:
    return ThemeSupport(excluded=len({h.tokens for h in own if _is(h, "evidence")}))


def _theme(own: list[Hit], above: list[Hit], gone: list[Hit], sure: frozenset[str]) -> ThemeSupport:
    """Support for a theme by its hits in the text, in the headings, and those taken away.

    A risky hit counts as evidence beside evidence of a theme that its rule names as near, also in the headings.
    """
    risky = [h for h in own if _is(h, "risky")]
    backed = [h for h in risky if sure.intersection(h.rule.near)]
    return ThemeSupport(
        evidence=len({h.tokens for h in own if _is(h, "evidence")} | {h.tokens for h in backed}),
        risky=len({h.tokens for h in risky if h not in backed}),
        heading=len({h.tokens for h in above}),
        excluded=len({h.tokens for h in gone}),
    )


def _like_a_verb(word: str) -> bool:
    """Whether a word in small letters has the ending of a verb and is none of the little words that have it too."""
    return len(word) > 3 and word[0].islower() and word.endswith(_VERB_ENDINGS) and word not in _NOT_VERBS


def _fields(sight: Sight, fields: Iterable[str]) -> dict[str, float]:
    """Sum of rule weights per field; the same word counts once, and less far from the theme or in a heading."""
    themes = [h.tokens[0] for h in sight.text.hits if _is(h, "evidence")]
    found: dict[tuple[str, str, bool], float] = defaultdict(float)
    for analysis, in_text in ((sight.text, True), (sight.headings, False)):
        for hit in analysis.hits:
            if hit.rule.kind is TagKind.FIELD and hit.rule.polarity == "evidence":
                key = hit.rule.label, _word(analysis, hit), in_text
                factor = _nearness(hit, themes, _FAR_FIELD) if in_text else _HEADING_WEIGHT
                found[key] = max(found[key], hit.rule.weight * factor)
    sums = dict.fromkeys(fields, 0.0)
    for (label, _, _), weight in found.items():
        sums[label] += weight
    return sums


def _stages(sight: Sight, stages: Iterable[str], supported: frozenset[str]) -> dict[str, float]:
    """What all rules together say of each stage: words per rule, up to a cap, times the weights of the rule.

    Risky rules count beside evidence of a theme that they name as near.
    """
    themes = [h.tokens[0] for h in sight.text.hits if _is(h, "evidence")]
    words: dict[Rule, dict[str, float]] = defaultdict(dict)
    for analysis, in_text in ((sight.text, True), (sight.headings, False)):
        for hit in analysis.hits:
            if hit.rule.kind is TagKind.STAGE and (hit.rule.polarity == "evidence" or supported & {*hit.rule.near}):
                counted, word = words[hit.rule], _word(analysis, hit)
                factor = _nearness(hit, themes, _FAR_STAGE) if in_text else _heading_factor(analysis, hit)
                counted[word] = max(counted.get(word, 0.0), factor)
    sums = dict.fromkeys(stages, 0.0)
    for rule, counted in words.items():
        strength = min(sum(counted.values()), _RULE_CAP)
        for label, weight in ((rule.label, rule.weight), *rule.also):
            sums[label] += weight * strength
    return sums


def _heading_factor(analysis: Analysis, hit: Hit) -> float:
    """How much a word of a heading counts for the stage: more where the heading has a chapter number."""
    start = analysis.text.rfind(_BETWEEN, 0, hit.start) + 1
    return _CHAPTER if _NUMBERED.match(analysis.text, start) else 1.0


def _word(analysis: Analysis, hit: Hit) -> str:
    """The beginning of the stem of a hit: inflections and most compounds of a word are one."""
    return stem(analysis.words(hit).lower())[:_SAME]


def _nearness(hit: Hit, themes: Iterable[int], far: float) -> float:
    distance = min((abs(hit.tokens[0] - t) for t in themes), default=0)
    return 1.0 if distance <= _NEAR_TOKENS else far


def best_fields(support: Mapping[str, float]) -> tuple[str, ...]:
    """Up to three fields, the best supported first; none where no support reaches the floor."""
    ranked = sorted(support.items(), key=lambda item: -item[1])
    floor = least_support(ranked[0][1])
    return tuple(label for label, value in ranked if value >= floor)[:_MAX_FIELDS]


def least_support(strongest: float) -> float:
    """Support that a field needs beside the strongest one; the strongest itself needs the floor."""
    return max(_FIELD_FLOOR, _FIELD_SHARE * strongest)


def stage_by_rules(verdict: Verdict, guideline: Guideline) -> str:
    """The best supported stage; without any sign the first of those that weigh most (the one that describes)."""
    label, value = max(verdict.stages.items(), key=lambda item: item[1])
    return label if value > 0 else max(guideline.stages, key=lambda s: s.weight).id


def depth_by_rules(verdict: Verdict, guideline: Guideline) -> str:
    """The least depth where the theme is an aside and in no heading; else the fullest."""
    heading = any(s.heading for s in verdict.themes.values())
    return guideline.depth_ids[-1 if verdict.aside and not heading else 0]
