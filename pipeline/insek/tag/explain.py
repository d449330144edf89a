"""Why a passage was decided as it was, in numbers: rules, classifier, merge, fields, stage. Pure.

The same functions that decide are asked again; nothing is computed in another way for the sake of explaining.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from insek.domain import Decision, Passage, TagKind
from insek.guideline import Guideline
from insek.tag import Tagger
from insek.tag.features import Sight
from insek.tag.index import Weighed
from insek.tag.merge import combine, field_scores, opinion_of_rules, stage_scores, theme_signals
from insek.tag.model import LinearModel
from insek.tag.rule import Analysis, Hit
from insek.tag.verdict import Verdict, depth_by_rules, judge

_TERMS = 5


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that fired. `counts` is False where an exclusion took the hit away or a risky word stands alone.

    `place` is "text" or "heading", `span` half-open offsets into it.
    """

    rule: str
    kind: str
    label: str
    polarity: str
    place: str
    words: str
    span: tuple[int, int]
    counts: bool
    note: str


@dataclass(frozen=True, slots=True)
class ThemeCase:
    """How a theme came about.

    `log_odds` is what the classifier says before the merge, `terms` its words with the largest share of that. `parts`
    are the shares of the merged log-odds by signal, `bias` among them; their sum gives `probability` (0-1), which is
    cut off where no decision may be surer. All of them are None or empty where only rules decide.
    """

    theme: str
    log_odds: float | None
    terms: tuple[tuple[str, float], ...]
    parts: Mapping[str, float]
    probability: float
    threshold: float | None
    decided: bool


@dataclass(frozen=True, slots=True)
class LabelCase:
    """Support of a field or stage: by rules, by the classifier (log-odds or None), and both together."""

    label: str
    rules: float
    model: float | None
    together: float
    decided: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A passage, its decision, and what led to it. `words` is the number of its words; fields and stages best first."""

    passage: Passage
    decision: Decision
    hits: tuple[RuleHit, ...]
    themes: tuple[ThemeCase, ...]
    fields: tuple[LabelCase, ...]
    stages: tuple[LabelCase, ...]
    words: int
    depth: LabelCase
    """The case of the fullest depth: above 0 speaks for it, below for a mention."""


def explain(passage: Passage, tagger: Tagger) -> Explanation:
    """The decision of the tagger on a passage, with everything that led to it."""
    sight = tagger.seen(passage)
    verdict, decision = judge(sight, tagger.guideline), tagger.tag(passage)
    learned = _Learned(tagger, sight, verdict)
    return Explanation(
        passage=passage,
        decision=decision,
        hits=tuple(_hits(sight, verdict, decision)),
        themes=tuple(learned.theme(t, decision) for t in tagger.guideline.theme_ids),
        fields=learned.fields(decision),
        stages=learned.stages(decision),
        words=verdict.words,
        depth=learned.depth(decision),
    )


def _hits(sight: Sight, verdict: Verdict, decision: Decision) -> Iterator[RuleHit]:
    """All hits; those of a theme count where the rules see the theme, other risky ones where they led to a tag."""
    told = {tag.source for tag in (*decision.reasons, *decision.named) if tag.kind is not TagKind.THEME}
    for place, analysis in (("text", sight.text), ("heading", sight.headings)):
        for hit in analysis.hits:
            sure = hit.rule.polarity != "risky" or f"rule:{hit.rule.id}" in told
            seen = verdict.themes.get(hit.rule.label)
            theme = seen is not None and (seen.evidence if place == "text" else seen.heading) > 0
            yield _hit(hit, analysis, place, counts=theme if hit.rule.kind is TagKind.THEME else sure)
        for hit in analysis.excluded:
            yield _hit(hit, analysis, place, counts=hit.rule.polarity == "exclusion")


def _hit(hit: Hit, analysis: Analysis, place: str, *, counts: bool) -> RuleHit:
    rule = hit.rule
    return RuleHit(rule.id, rule.kind.value, rule.label, rule.polarity, place, analysis.words(hit),
                   (hit.start, hit.end), counts, rule.note)  # fmt: skip


class _Learned:
    """The classifier and the merge on one passage; without a classifier the rules stand alone."""

    def __init__(self, tagger: Tagger, sight: Sight, verdict: Verdict) -> None:
        self.guideline: Guideline = tagger.guideline
        self.verdict = verdict
        self.model: LinearModel | None = None if tagger.mode == "rules" else tagger.model
        self.weighed: Weighed | None = None
        self.logits: Mapping[str, float] = {}
        self.learned: Mapping[str, Any] = {}
        self.limits: Mapping[str, float] = {}
        if self.model is not None:
            self.weighed = self.model.weigh(sight)
            self.logits = self.model.logits(self.weighed)
            both = tagger.mode == "both"
            self.learned = self.model.merge if both else self.model.merge["model_only"]
            self.limits = self.model.thresholds if both else self.learned["thresholds"]

    def theme(self, theme: str, decision: Decision) -> ThemeCase:
        """The case of one theme."""
        decided = theme in decision.themes
        if self.model is None or self.weighed is None:
            score = opinion_of_rules(self.verdict, self.guideline).scores[theme]
            return ThemeCase(theme, None, (), {}, score, None, decided)
        name = f"theme/{theme}"
        signals = theme_signals(self.logits[name], self.verdict, theme)
        weights = self.learned[name]
        parts = {"bias": weights["bias"], **{s: weights.get(s, 0.0) * value for s, value in signals.items()}}
        terms = self.model.top_terms(self.weighed, name, _TERMS)
        return ThemeCase(
            theme=theme,
            log_odds=round(self.logits[name], 3),
            terms=tuple((term, round(share, 3)) for term, share in terms),
            parts={s: round(v, 3) for s, v in parts.items() if abs(v) >= 0.0005},
            probability=round(combine(signals, weights), 4),
            threshold=self.limits[name],
            decided=decided,
        )

    def fields(self, decision: Decision) -> tuple[LabelCase, ...]:
        """Support of all fields, the best first."""
        names, chosen = self.guideline.field_ids, decision.fields or decision.near_fields
        if self.model is None:
            scores = [self.verdict.fields[f] for f in names]
        else:
            scores = field_scores(self.logits, self.verdict, names, self.learned["field"])
        return self._cases("field", names, self.verdict.fields, scores, chosen)

    def stages(self, decision: Decision) -> tuple[LabelCase, ...]:
        """Support of all stages, the best first."""
        names, chosen = self.guideline.stage_ids, (decision.stage or decision.near_stage,)
        if self.model is None:
            scores = [self.verdict.stages[s] for s in names]
        else:
            scores = stage_scores(self.logits, self.verdict, names, self.learned["stage"])
        return self._cases("stage", names, self.verdict.stages, scores, chosen)

    def depth(self, decision: Decision) -> LabelCase:
        """Support of the fullest depth."""
        fullest = self.guideline.depth_ids[0]
        weight = 1.0 if self.model is None else float(self.learned["depth"]["rules"])
        rules = weight if depth_by_rules(self.verdict, self.guideline) == fullest else -weight
        logit = self.logits.get(f"depth/{fullest}")
        model = None if logit is None else round(logit, 3)
        return LabelCase(fullest, rules, model, round(rules + (logit or 0.0), 3), decision.depth == fullest)

    def _cases(self, kind: str, names: tuple[str, ...], rules: Mapping[str, float], scores: list[float],
               chosen: tuple[str | None, ...]) -> tuple[LabelCase, ...]:  # fmt: skip
        cases = []
        for name, score in zip(names, scores, strict=True):
            logit = self.logits.get(f"{kind}/{name}")
            model = None if logit is None else round(logit, 3)
            cases.append(LabelCase(name, round(rules[name], 3), model, round(score, 3), name in chosen))
        return tuple(sorted(cases, key=lambda c: -c.together))
