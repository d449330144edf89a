"""Plans built by hand for the tests of the reports: towns and sentences are invented.

`Entry` is one passage with its labels; `plan` counts cells up in the simplest way that keeps to the rules of the
guideline, so that numbers and quotes of a fixture fit together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

from insek.domain import (
    Anchoring,
    BlockKind,
    Cell,
    CellState,
    Coverage,
    Decision,
    Document,
    Evidence,
    Page,
    PageState,
    Passage,
    Status,
    Tag,
    TagKind,
    ThemeCount,
)
from insek.guideline import Guideline
from insek.report.model import PlanResult
from insek.score import score
from insek.score.gaps import gaps
from insek.score.items import items_of
from insek.score.thread import threads

PROVENANCE: dict[str, Any] = {
    "tool_version": "0.1.0",
    "rules_digest": "9f2c51d0c4b1",
    "model_id": "linear-2f1c",
    "settings": {"ocr": False},
    "date": "2026-01-15",
}


@dataclass(frozen=True)
class Entry:
    """A passage: `words` are (kind, value, rule, words in the text); `path` the headings above it."""

    page: int
    text: str
    themes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    stage: str | None = None
    depth: str | None = None
    p: float = 0.9
    path: tuple[str, ...] = ()
    words: tuple[tuple[str, str, str, str], ...] = ()
    model: tuple[str, ...] = ()
    disputed: bool = False
    quote: str | None = None
    tags: tuple[Tag, ...] = field(default=())
    structures: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()


def passage_of(entry: Entry, number: int) -> Passage:
    return Passage(f"p{number:04d}", "d", (entry.page, entry.page), BlockKind.PARAGRAPH, entry.path, entry.text)


def tags_of(entry: Entry, passage: Passage) -> tuple[Tag, ...]:
    tags = []
    for kind, value, rule, word in entry.words:
        at = entry.text.find(word)
        spans = ((at, at + len(word)),) if at >= 0 else ()
        tags.append(Tag(passage.id, TagKind(kind), value, f"rule:{rule}", spans=spans, words=(word,)))
    if entry.model:
        tags.append(Tag(passage.id, TagKind.THEME, entry.themes[0], "model:linear", entry.p, words=entry.model))
    return (*tags, *(replace(tag, passage_id=passage.id) for tag in entry.tags))


def plan(guideline: Guideline, entries: Sequence[Entry], **changes: Any) -> PlanResult:
    """A plan of these passages; `changes` replace values of the result, `unread` cells as not readable."""
    unread_cells = changes.pop("unread_cells", ())
    readable_share = changes.pop("readable_share", 1.0)
    pairs = []
    for number, entry in enumerate(entries):
        passage = passage_of(entry, number)
        pairs.append((passage, _decision(guideline, entry, passage), entry))
    coverage = _coverage(guideline, pairs, frozenset(unread_cells), readable_share)
    coverage = replace(coverage, **_found(guideline, pairs, coverage))
    result = PlanResult(
        slug="lindenhagen-2021",
        source="Lindenhagen_INSEK_2021.pdf",
        sha256=hashlib.sha256(b"lindenhagen").hexdigest(),
        title="Stadtentwicklungskonzept Lindenhagen 2035",
        municipality="Lindenhagen",
        year=2021,
        pages=max((e.page for e in entries), default=1) + 1,
        page_states={"text": max((e.page for e in entries), default=1) + 1},
        warnings=(),
        status=Status.OK,
        error=None,
        todo=None,
        coverage=coverage,
        passages=tuple((p, d) for p, d, _ in pairs),
        page_labels={},
    )
    return replace(result, **changes)


def _decision(guideline: Guideline, entry: Entry, passage: Passage) -> Decision:
    return Decision(
        passage.id,
        entry.themes,
        entry.fields,
        entry.stage,
        entry.depth,
        any(th in guideline.on_theme_ids for th in entry.themes),
        dict.fromkeys(entry.themes, entry.p),
        tags_of(entry, passage),
        entry.disputed,
        entry.bundles,
        entry.structures,
        entry.criteria,
        tuple(_named(passage, attribute, words) for attribute, words in entry.named),
    )


def _named(passage: Passage, attribute: str, words: str) -> Tag:
    at = passage.text.index(words)
    return Tag(passage.id, TagKind.ATTRIBUTE, attribute, "rule:named", spans=((at, at + len(words)),))


def _found(
    guideline: Guideline, pairs: Sequence[tuple[Passage, Decision, Entry]], coverage: Coverage
) -> dict[str, Any]:
    """Threads and gaps of these cells; criteria, structures and measures as the score finds them."""
    tagged = tuple((p, d) for p, d, _ in pairs)
    state = PageState.TEXT if coverage.readable_share == 1 else PageState.FAILED
    whole = score(Document("d", "d.pdf", (Page(1, PageState.TEXT), Page(2, state))), tagged, guideline)
    return {
        "threads": threads({(c.field, c.stage): c for c in coverage.cells}, guideline),
        "gaps": gaps(items_of(tagged, guideline), coverage.cells, guideline),
        **{name: getattr(whole, name) for name in ("criteria", "structures", "measures")},
    }


def failed(**changes: Any) -> PlanResult:
    """A file that could not be processed."""
    result = PlanResult(
        slug="kaputt",
        source="kaputt.pdf",
        sha256=hashlib.sha256(b"kaputt").hexdigest(),
        title=None,
        municipality=None,
        year=None,
        pages=0,
        page_states={},
        warnings=(),
        status=Status.FAILED,
        error="Die Datei ist kein PDF, obwohl sie so heißt.",
        todo="Die Datei neu beschaffen.",
        coverage=None,
        passages=(),
        page_labels={},
    )
    return replace(result, **changes)


def unreadable(guideline: Guideline, **changes: Any) -> PlanResult:
    """A scan without a text layer: processed, but nothing could be read."""
    cells = tuple(Cell(f, s, CellState.NOT_READABLE, None) for f in guideline.field_ids for s in guideline.stage_ids)
    coverage = Coverage(
        "d",
        guideline.name,
        cells,
        dict.fromkeys(guideline.field_ids),
        None,
        None,
        None,
        0.0,
        {t: ThemeCount(0, ()) for t in guideline.theme_ids},
    )
    result = PlanResult(
        slug="scan",
        source="Altenried_Scan.pdf",
        sha256=hashlib.sha256(b"scan").hexdigest(),
        title="Rahmenplan Altenried",
        municipality="Altenried",
        year=2009,
        pages=12,
        page_states={"image_only": 12},
        warnings=("Keine Seite hat eine Textebene.",),
        status=Status.UNREADABLE,
        error="Keine Seite hat lesbaren Text.",
        todo=None,
        coverage=coverage,
        passages=(),
        page_labels={},
        unread_pages=tuple(range(1, 13)),
    )
    return replace(result, **changes)


def _coverage(
    guideline: Guideline,
    pairs: Sequence[tuple[Passage, Decision, Entry]],
    unread: frozenset[tuple[str, str]],
    share: float,
) -> Coverage:
    cells = tuple(
        _cell(guideline, f, s, pairs, (f, s) in unread) for f in guideline.field_ids for s in guideline.stage_ids
    )
    weights = {s.id: s.weight for s in guideline.stages}
    total = sum(weights.values())
    fields: dict[str, float | None] = {
        f: 100 * sum((c.score or 0) * weights[c.stage] for c in cells if c.field == f) / total
        if any(c.field == f and c.score is not None for c in cells)
        else None
        for f in guideline.field_ids
    }
    whole = sum(f.weight for f in guideline.fields)
    index = sum((fields[f.id] or 0) * f.weight for f in guideline.fields) / whole
    counted = share >= guideline.scoring.min_share_for_index
    themes = {}
    for t in guideline.theme_ids:
        pages = [p.pages[0] for p, d, _ in pairs if t in d.themes]
        themes[t] = ThemeCount(len(pages), tuple(sorted(set(pages))))
    return Coverage(
        "d",
        guideline.name,
        cells,
        fields if counted else dict.fromkeys(guideline.field_ids),
        index if counted else None,
        (index * 0.85, min(100.0, index * 1.2 + 2)) if counted else None,
        Anchoring.BOTH if counted else None,
        share,
        themes,
    )


def _cell(
    guideline: Guideline, field_id: str, stage_id: str, pairs: Sequence[tuple[Passage, Decision, Entry]], unread: bool
) -> Cell:
    weights, scoring = guideline.scoring.depth_weights, guideline.scoring
    found = sorted(
        ((p, d, e) for p, d, e in pairs if field_id in d.fields and d.stage == stage_id and d.on_theme),
        key=lambda item: -weights[item[2].depth or "mention"] * item[2].p,
    )
    if not found:
        state = CellState.NOT_READABLE if unread else CellState.NOT_FOUND
        return Cell(field_id, stage_id, state, None if unread else 0.0, None if unread else (0.0, 0.1))
    score = 1 - prod(1 - weights[e.depth or "mention"] * e.p for _, _, e in found)
    strong = any(e.depth == guideline.depth_ids[0] and e.p >= scoring.evidence_floor for _, _, e in found)
    score = score if strong else min(score, scoring.mention_cap)
    evidence = tuple(
        Evidence(p.id, p.pages[0], e.quote or p.text, d.themes, e.p, e.depth or "mention", d.reasons, p.heading_path)
        for p, d, e in found[: scoring.max_quotes]
    )
    return Cell(
        field_id,
        stage_id,
        CellState.EVIDENCED if strong else CellState.MENTIONED,
        score,
        (score * 0.9, min(1.0, score * 1.1)),
        evidence,
        len(found),
    )
