"""From decisions to coverage: fields x stages with states, scores and evidence. Pure.

Formula (design note 0005, and in each report). For the passages i on theme in a cell, with calibrated probability p_i
and depth weight w_i, the score of the cell is 1 - prod(1 - w_i p_i), at most `mention_cap` where no passage has
substance. A field scores 100 times the mean of its cells weighted by stage, the index the mean of the fields weighted
by group. Unreadable cells count 0 for the score and 1 for the upper end of its interval: what was not read can only
raise a score, never lower it, and is never called "not found".
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from insek.domain import (
    Anchoring,
    Cell,
    CellState,
    Coverage,
    Decision,
    Document,
    Evidence,
    Passage,
    TagKind,
    ThemeCount,
)
from insek.guideline import Guideline

_Z = 1.645
"""Normal quantile of a two-sided 90 % interval."""


def score(document: Document, tagged: Sequence[tuple[Passage, Decision]], guideline: Guideline) -> Coverage:
    """The coverage of one plan.

    Args:
        document: gives the pages and what could be read of them.
        tagged: all passages in order, with the decision on each.
        guideline: gives fields, stages and weights.
    """
    sorted_in = _sort_into_cells(tagged, guideline)
    unread = any(not p.state.readable for p in document.pages)
    cells = tuple(
        _cell(f, s, sorted_in.get((f, s), []), guideline, unread=unread)
        for f in guideline.field_ids
        for s in guideline.stage_ids
    )
    too_little = document.readable_share < guideline.scoring.min_share_for_index
    fields = {f.id: None if too_little else _field_score(f.id, cells, guideline) for f in guideline.fields}
    index, interval = (None, None) if too_little else _index(cells, guideline)
    return Coverage(
        document_id=document.id,
        guideline=guideline.name,
        cells=cells,
        fields=fields,
        index=index,
        index_interval=interval,
        anchoring=None if too_little else anchoring(tagged, cells, guideline),
        readable_share=round(document.readable_share, 4),
        themes=_theme_counts(tagged, guideline),
    )


def counts_for_guideline(passage: Passage, decision: Decision, guideline: Guideline) -> bool:
    """Whether a passage counts: on theme by itself, or participation tied to migrants by itself or its headings.

    A tie is a rule for an on-theme theme that fired in the headings above a passage on participation.
    """
    if decision.on_theme:
        return True
    ties = (r for r in decision.reasons if r.kind is TagKind.THEME and r.value in guideline.on_theme_ids)
    return bool(decision.themes) and any(ties)


def _sort_into_cells(tagged: Iterable[tuple[Passage, Decision]],
                     guideline: Guideline) -> dict[tuple[str, str], list[Evidence]]:  # fmt: skip
    found: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for passage, decision in tagged:
        if decision.stage is None or not counts_for_guideline(passage, decision, guideline):
            continue
        evidence = Evidence(
            passage_id=passage.id,
            page=passage.pages[0],
            quote=passage.text,
            themes=decision.themes,
            score=round(_probability(decision, guideline), 4),
            depth=decision.depth or guideline.depth_ids[-1],
            reasons=decision.reasons,
            heading_path=passage.heading_path,
        )
        for name in decision.fields:
            found[name, decision.stage].append(evidence)
    return found


def _probability(decision: Decision, guideline: Guideline) -> float:
    """Probability that the passage is on theme: that of its surest theme that counts by itself, else of any."""
    sure = [decision.scores.get(t, 0.0) for t in decision.themes if t in guideline.on_theme_ids]
    return max(sure or [decision.scores.get(t, 0.0) for t in decision.themes])


def _cell(field: str, stage: str, evidence: list[Evidence], guideline: Guideline, *, unread: bool) -> Cell:
    scoring = guideline.scoring
    if not evidence:
        state = CellState.NOT_READABLE if unread else CellState.NOT_FOUND
        return Cell(field, stage, state, None if unread else 0.0, (0.0, 1.0) if unread else (0.0, 0.0))
    fullest = guideline.depth_ids[0]
    ranked = sorted(evidence, key=lambda e: (-scoring.depth_weights[e.depth] * e.score, e.page, e.passage_id))
    substance = [e for e in ranked if e.depth == fullest and e.score >= scoring.evidence_floor]
    weighed = [scoring.depth_weights[e.depth] * e.score for e in ranked]
    value = 1.0 - math.prod(1.0 - w for w in weighed)
    value = value if substance else min(value, scoring.mention_cap)
    state = CellState.EVIDENCED if substance else CellState.MENTIONED
    low = min(weighed[0], value)
    interval = (_round(low), 1.0 if unread else _round(value))
    return Cell(field, stage, state, _round(value), interval, tuple(ranked[: scoring.max_quotes]), len(ranked))


def _field_score(field: str, cells: Sequence[Cell], guideline: Guideline) -> float | None:
    own = [c for c in cells if c.field == field]
    if all(c.state is CellState.NOT_READABLE for c in own):
        return None
    weights = _cell_weights(own, guideline)
    return round(100.0 * sum(w * (c.score or 0.0) for w, c in zip(weights, own, strict=True)), 1)


def _index(cells: Sequence[Cell], guideline: Guideline) -> tuple[float, tuple[float, float]]:
    """Index and its interval, 0-100.

    Each cell is taken as filled with the probability of its score, independently of the others; the interval is the
    normal 90 % interval of the weighted sum, and unreadable cells count in full for its upper end.
    """
    weights = _cell_weights(cells, guideline)
    known = [(w, c.score) for w, c in zip(weights, cells, strict=True) if c.score is not None]
    mean = sum(w * s for w, s in known)
    margin = _Z * math.sqrt(sum(w * w * s * (1.0 - s) for w, s in known))
    unread = sum(w for w, c in zip(weights, cells, strict=True) if c.score is None)
    low, high = max(0.0, mean - margin), min(1.0, mean + margin + unread)
    return round(100.0 * mean, 1), (round(100.0 * low, 1), round(100.0 * high, 1))


def _cell_weights(cells: Sequence[Cell], guideline: Guideline) -> list[float]:
    """Weight of each cell, stage times field, scaled to a sum of 1."""
    stages = {s.id: s.weight for s in guideline.stages}
    fields = {f.id: f.weight for f in guideline.fields}
    raw = [stages[c.stage] * fields[c.field] for c in cells]
    total = math.fsum(raw)
    return [w / total for w in raw] if total else [0.0 for _ in raw]


def anchoring(tagged: Iterable[tuple[Passage, Decision]], cells: Sequence[Cell], guideline: Guideline) -> Anchoring:
    """How the themes are anchored: by sections of their own, across the fields, or by stray mentions only."""
    fullest = guideline.depth_ids[0]
    sections: dict[str, int] = defaultdict(int)
    any_on_theme = False
    for passage, decision in tagged:
        if not decision.on_theme:
            continue
        any_on_theme = True
        if decision.depth == fullest:
            for heading in _theme_headings(passage, decision, guideline):
                sections[heading] += 1
    own = any(n >= guideline.scoring.own_heading_passages for n in sections.values())
    filled = {c.field for c in cells if c.state is CellState.EVIDENCED}
    crossing = len(filled) >= guideline.scoring.cross_cutting_fields
    if own and crossing:
        return Anchoring.BOTH
    if own or crossing:
        return Anchoring.OWN_FIELD if own else Anchoring.CROSS_CUTTING
    return Anchoring.STRAY_MENTIONS if any_on_theme else Anchoring.ABSENT


def _theme_headings(passage: Passage, decision: Decision, guideline: Guideline) -> set[str]:
    """Headings above a passage that name a theme which counts by itself: those that a heading rule fired on."""
    words = {
        word
        for reason in decision.reasons
        if reason.value in guideline.on_theme_ids and reason.source.startswith("rule:") and not reason.spans
        for word in reason.words
    }
    return {h for h in passage.heading_path if any(w in h for w in words)}


def _theme_counts(tagged: Iterable[tuple[Passage, Decision]], guideline: Guideline) -> dict[str, ThemeCount]:
    pages: dict[str, list[int]] = {t: [] for t in guideline.theme_ids}
    for passage, decision in tagged:
        for theme in decision.themes:
            pages[theme].append(passage.pages[0])
    return {t: ThemeCount(len(p), tuple(sorted(set(p)))) for t, p in pages.items()}


def _round(value: float) -> float:
    return round(value, 4)
