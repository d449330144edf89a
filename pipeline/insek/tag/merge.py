"""One decision from rules and classifier, with its reasons.

For each theme a logistic combination of a few named signals (log-odds of the classifier, support by the rules) was
learned on passages the classifier had not seen; for fields and stage the two opinions are added with a learned weight.
The depth is left to the rules: where a theme stands in its passage tells more of it than words do. The signals are few
and named so that a decision can be explained by them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from insek.domain import Decision, Passage, Tag, TagKind
from insek.guideline import Guideline
from insek.tag.features import Sight
from insek.tag.index import Weighed
from insek.tag.model import LinearModel, readable_terms
from insek.tag.rule import Hit
from insek.tag.verdict import Verdict, best_fields, depth_by_rules, stage_by_rules

SUREST = 0.95
"""No decision is surer than this: of the 78 surest themes on labelled passages of real plans 74 were right."""
_DIGITS = 4
"""Digits of a score, as saved: what is scored from a saved run must be what was scored in the first place."""
_RULE_SCORES = (0.05, 0.35, 0.85, 0.92)
"""Scores where no classifier is at hand: nothing, risky words only, one hit, several. Set by judgement; on labelled
passages of real plans a theme with evidence was right in 84 to 100 of 100 cases."""


def theme_signals(logit: float, verdict: Verdict, theme: str) -> dict[str, float]:
    """Signals of a theme; each is bounded, so that no single one can outvote all others by its size."""
    support = verdict.themes[theme]
    others = sum(1 for t in verdict.supported if t != theme)
    return {
        "model": _bounded(logit),
        "evidence": float(support.evidence > 0),
        "several": float(support.evidence > 1),
        "risky": min(support.risky, 3) / 3,
        "heading": float(support.heading > 0),
        "excluded": float(support.excluded > 0 and support.evidence == 0),
        "others": float(others > 0),
        "sentence": min(verdict.words, 12) / 12,
        "verb": float(verdict.verb),
    }


def _bounded(logit: float) -> float:
    return max(-6.0, min(6.0, logit)) / 6


def combine(signals: Mapping[str, float], learned: Mapping[str, float]) -> float:
    """Probability 0-1 from signals and learned weights (`bias` among them)."""
    z = learned["bias"] + sum([learned.get(name, 0.0) * value for name, value in signals.items()])
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z))


def decide(
    passage: Passage,
    sight: Sight,
    verdict: Verdict,
    guideline: Guideline,
    model: LinearModel | None,
    mode: str = "both",
) -> Decision:
    """The decision on one passage. `mode` is "both", "rules" or "model"; without a model only rules decide."""
    if model is None or mode == "rules":
        weighed = None
        opinion = opinion_of_rules(verdict, guideline)
    else:
        weighed = model.weigh(sight)
        learned = model.merge if mode == "both" else model.merge["model_only"]
        limits = model.thresholds if mode == "both" else learned["thresholds"]
        opinion = merged_opinion(model.logits(weighed), verdict, guideline, learned, limits)
    if not opinion.themes:
        return _without_theme(passage, opinion, guideline)
    reasons = [] if mode == "model" else list(_rule_reasons(passage, sight, opinion))
    if model is not None and weighed is not None:
        reasons += _model_reasons(passage, weighed, opinion, model)
    on_theme = any(t in guideline.on_theme_ids for t in opinion.themes)
    return Decision(passage.id, opinion.themes, opinion.fields, opinion.stage, opinion.depth, on_theme,
                    opinion.scores, tuple(reasons), opinion.disputed)  # fmt: skip


def _without_theme(passage: Passage, opinion: Opinion, guideline: Guideline) -> Decision:
    """No theme; where one is possible, also where the passage would belong, so that a gap can name it."""
    doubtful = any(opinion.scores[t] >= guideline.scoring.doubt_floor for t in guideline.on_theme_ids)
    fields, stage = (opinion.fields, opinion.stage) if doubtful else ((), None)
    return Decision(passage.id, scores=opinion.scores, disputed=opinion.disputed, near_fields=fields, near_stage=stage)


@dataclass(frozen=True, slots=True)
class Opinion:
    """Labels and theme scores before reasons are attached. Fields, stage and depth mean nothing without a theme."""

    themes: tuple[str, ...]
    scores: dict[str, float]
    fields: tuple[str, ...]
    stage: str
    depth: str
    disputed: bool = False


def opinion_of_rules(verdict: Verdict, guideline: Guideline) -> Opinion:
    """What the rules would say by themselves."""
    return Opinion(
        themes=tuple(t for t in guideline.theme_ids if t in verdict.supported),
        scores={t: _rule_score(verdict, t) for t in guideline.theme_ids},
        fields=best_fields(verdict.fields),
        stage=stage_by_rules(verdict, guideline),
        depth=depth_by_rules(verdict, guideline),
    )


def _rule_score(verdict: Verdict, theme: str) -> float:
    support = verdict.themes[theme]
    if support.evidence:
        return _RULE_SCORES[3 if support.evidence > 1 else 2]
    return _RULE_SCORES[1 if support.risky else 0]


def merged_opinion(logits: Mapping[str, float], verdict: Verdict, guideline: Guideline, learned: Mapping[str, Any],
                   limits: Mapping[str, float]) -> Opinion:  # fmt: skip
    """Classifier and rules as one.

    Args:
        logits: output name -> log-odds of the classifier.
        verdict: what the rules found.
        guideline: gives the labels and their order.
        learned: weights of the signals per question.
        limits: probability (0-1) per question from which a label is set.
    """
    scores = {t: min(SUREST, combine(theme_signals(logits[f"theme/{t}"], verdict, t), learned[f"theme/{t}"]))
              for t in guideline.theme_ids}  # fmt: skip
    themes = tuple(t for t in guideline.theme_ids if scores[t] >= limits[f"theme/{t}"])
    return Opinion(
        themes=themes,
        scores={t: round(score, _DIGITS) for t, score in scores.items()},
        fields=_fields(logits, verdict, guideline, learned),
        stage=_stage(logits, verdict, guideline, learned),
        depth=_depth(logits, verdict, guideline, learned),
        disputed=verdict.supported != frozenset(themes),
    )


def field_scores(logits: Mapping[str, float], verdict: Verdict, fields: tuple[str, ...],
                 learned: Mapping[str, float]) -> list[float]:  # fmt: skip
    """Support of each field: `rules` times that by the rules, `model` times the bounded log-odds, and `offset`."""
    rules, model, offset = learned["rules"], learned["model"], learned["offset"]
    return [rules * verdict.fields[f] + model * max(-2.0, min(2.0, logits[f"field/{f}"])) + offset for f in fields]


def _fields(logits: Mapping[str, float], verdict: Verdict, guideline: Guideline,
            learned: Mapping[str, Any]) -> tuple[str, ...]:  # fmt: skip
    scores = field_scores(logits, verdict, guideline.field_ids, learned["field"])
    return best_fields(dict(zip(guideline.field_ids, scores, strict=True)))


def depth_score(logits: Mapping[str, float], verdict: Verdict, guideline: Guideline, weight: float) -> float:
    """Above 0 for the fullest depth: output of the classifier, plus or minus `weight` as the rules say."""
    fullest = guideline.depth_ids[0]
    return logits[f"depth/{fullest}"] + (weight if depth_by_rules(verdict, guideline) == fullest else -weight)


def _depth(logits: Mapping[str, float], verdict: Verdict, guideline: Guideline, learned: Mapping[str, Any]) -> str:
    fullest, *rest = guideline.depth_ids
    return fullest if not rest or depth_score(logits, verdict, guideline, learned["depth"]["rules"]) >= 0 else rest[-1]


def stage_scores(logits: Mapping[str, float], verdict: Verdict, stages: tuple[str, ...],
                 learned: Mapping[str, Any]) -> list[float]:  # fmt: skip
    """Score of each stage: output of the classifier, plus `rules` times the support by the rules, plus its `offset`.

    The offset is the logarithm of expected share over share in the labels (Saerens, Latinne & Decaestecker 2002,
    Adjusting the Outputs of a Classifier to New a Priori Probabilities).
    """
    weight, offsets = learned["rules"], learned.get("offsets", {})
    return [logits[f"stage/{s}"] + weight * min(verdict.stages[s], 8.0) + offsets.get(s, 0.0) for s in stages]


def _stage(logits: Mapping[str, float], verdict: Verdict, guideline: Guideline, learned: Mapping[str, Any]) -> str:
    scores = stage_scores(logits, verdict, guideline.stage_ids, learned["stage"])
    return guideline.stage_ids[scores.index(max(scores))]


def _rule_reasons(passage: Passage, sight: Sight, opinion: Opinion) -> Iterator[Tag]:
    """The rules that speak for what was decided, in the passage and in its headings."""
    values = {TagKind.THEME: opinion.themes, TagKind.FIELD: opinion.fields, TagKind.STAGE: (opinion.stage,)}
    for hit in sight.text.hits:
        if hit.rule.label in values.get(hit.rule.kind, ()) and hit.rule.polarity != "exclusion":
            yield _rule_tag(passage, hit, sight.text.words(hit))
    for hit in sight.headings.hits:
        if hit.rule.polarity == "evidence" and _speaks(hit, values):
            words = (sight.headings.words(hit),)
            yield Tag(passage.id, hit.rule.kind, hit.rule.label, f"rule:{hit.rule.id}", words=words)


def _model_reasons(passage: Passage, weighed: Weighed, opinion: Opinion, model: LinearModel) -> list[Tag]:
    """The words that speak most for each theme in the eyes of the classifier, with the merged score."""
    return [
        Tag(passage.id, TagKind.THEME, theme, f"model:{model.id}", opinion.scores[theme],
            words=tuple(readable_terms(model.top_terms(weighed, f"theme/{theme}"))))
        for theme in opinion.themes
    ]  # fmt: skip


def _speaks(hit: Hit, values: Mapping[TagKind, tuple[str | None, ...]]) -> bool:
    """Whether a heading is worth telling of: any theme may tie a passage to migrants, else only what was decided."""
    return hit.rule.kind is TagKind.THEME or hit.rule.label in values.get(hit.rule.kind, ())


def _rule_tag(passage: Passage, hit: Hit, words: str) -> Tag:
    return Tag(passage.id, hit.rule.kind, hit.rule.label, f"rule:{hit.rule.id}", spans=((hit.start, hit.end),),
               words=(words,))  # fmt: skip


def context_only(passage: Passage, sight: Sight, verdict: Verdict, guideline: Guideline) -> Decision:
    """The decision on a heading or on apparatus: never a theme, but what its words hint at and where."""
    hints = tuple(
        _rule_tag(passage, h, sight.text.words(h))
        for h in sight.text.hits
        if h.rule.kind is TagKind.THEME and h.rule.polarity == "evidence" and h.rule.label in guideline.on_theme_ids
    )
    scores = dict.fromkeys(guideline.theme_ids, 0.0)
    if not hints:
        return Decision(passage.id, scores=scores)
    opinion = opinion_of_rules(verdict, guideline)
    return Decision(passage.id, scores=scores, hints=hints, near_fields=opinion.fields, near_stage=opinion.stage)
