"""`coverage.json`: the result of one plan for other programs; its contract is `coverage.schema.json`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from insek.domain import (
    Anchoring,
    Cell,
    CellState,
    Coverage,
    CriterionResult,
    CriterionState,
    Doubt,
    Evidence,
    Gap,
    Measure,
    PageState,
    RedThread,
    StructureResult,
    Tag,
    ThemeCount,
)
from insek.guideline import Guideline
from insek.report.model import PlanResult, cells_of, coverage_of
from insek.report.reading import reading_record
from insek.report.reasons import words_of

SCHEMA = "insek-coverage/1"
_DIGITS = 4


def coverage_json(plan: PlanResult, guideline: Guideline, provenance: Mapping[str, Any], lang: str = "de") -> str:
    """The result of a plan as JSON text; all fields and stages are there, whatever became of the file.

    `lang` makes no difference: ids stand here, not names.
    """
    coverage = coverage_of(plan, guideline)
    cells, texts = cells_of(coverage), {p.id: p.text for p, _ in plan.passages}
    data = {
        "schema": SCHEMA,
        "guideline": guideline.name,
        "document": _document(plan),
        "index": _rounded(coverage.index),
        "index_interval": _interval(coverage.index_interval),
        "readable_interval": _interval(coverage.readable_interval),
        "anchoring": coverage.anchoring.value if coverage.anchoring else None,
        "readable_share": _rounded(coverage.readable_share),
        "fields": {f: _rounded(coverage.fields.get(f)) for f in guideline.field_ids},
        "themes": _themes(coverage, guideline),
        "cells": {f: {s: _cell(cells[f, s], texts) for s in guideline.stage_ids} for f in guideline.field_ids},
        "threads": {t.field: _thread(t) for t in coverage.threads},
        "gaps": [_gap(g, coverage, guideline) for g in coverage.gaps],
        "criteria": {c.criterion: _criterion(c) for c in coverage.criteria},
        "structures": {n.structure: _structure(n) for n in coverage.structures},
        "measures": [_measure(m) for m in coverage.measures],
        "provenance": json.loads(compact(provenance)),
    }
    return _whole(json.dumps(data, ensure_ascii=False, indent=1)) + "\n"


def short_coverage(record: Mapping[str, Any]) -> Coverage:
    """What overview and tables of a run need of a `coverage.json`: states, scores and the best passages.

    Raises:
        KeyError, TypeError, ValueError: the record is none.
    """
    cells = tuple(
        Cell(f, s, CellState(cell["state"]), cell["score"], None, _first(cell), cell["n_evidence"])
        for f, row in record["cells"].items()
        for s, cell in row.items()
    )
    span = record["index_interval"]
    return Coverage(
        document_id=record["document"]["id"],
        guideline=record["guideline"],
        cells=cells,
        fields=dict(record["fields"]),
        index=record["index"],
        index_interval=(span[0], span[1]) if span else None,
        anchoring=Anchoring(record["anchoring"]) if record["anchoring"] else None,
        readable_share=record["readable_share"],
        themes={t: ThemeCount(found["passages"], tuple(found["pages"])) for t, found in record["themes"].items()},
    )


def _first(cell: Mapping[str, Any]) -> tuple[Evidence, ...]:
    """The best piece of evidence; its words only where they may serve as an example for other plans."""
    told = cell["state"] == CellState.EVIDENCED.value
    return tuple(
        Evidence(e["passage_id"], e["page"], sys.intern(e["quote"]) if told else "", (), e["score"], e["depth"])
        for e in cell["evidence"][:1]
    )


def compact(value: Any) -> str:
    """A value as JSON on one line, keys sorted; what JSON does not know becomes text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _whole(text: str) -> str:
    """The text without halves of surrogate pairs, as file names may hold them: they cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _document(plan: PlanResult) -> dict[str, Any]:
    return {
        "id": plan.sha256,
        "slug": plan.slug,
        "source": plan.source,
        "path": plan.path,
        "title": plan.title,
        "municipality": plan.municipality,
        "year": plan.year,
        "pages": plan.pages,
        "page_states": {s.value: plan.page_states.get(s, 0) for s in PageState},
        "unread_pages": list(plan.unread_pages),
        "page_labels": {str(n): label for n, label in sorted(plan.page_labels.items())},
        "status": plan.status.value,
        "error": plan.error,
        "todo": plan.todo,
        "warnings": list(plan.warnings),
        "origins": dict(plan.origins),
        "reading": reading_record(plan.reading),
    }


def _themes(coverage: Coverage, guideline: Guideline) -> dict[str, Any]:
    return {
        t: {"passages": found.passages, "pages": list(found.pages)} if (found := coverage.themes.get(t)) else
           {"passages": 0, "pages": []}
        for t in guideline.theme_ids
    }  # fmt: skip


def _cell(cell: Cell, texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "state": cell.state.value,
        "score": _rounded(cell.score),
        "interval": _interval(cell.interval),
        "n_evidence": cell.n_evidence,
        "doubt": _doubt(cell.doubt),
        "evidence": [_evidence(e, texts.get(e.passage_id, e.quote)) for e in cell.evidence],
    }


def _doubt(doubt: Doubt | None) -> dict[str, Any] | None:
    return None if doubt is None else asdict(doubt)


def _thread(thread: RedThread) -> dict[str, Any]:
    return {
        "held": list(thread.held),
        "broken": list(thread.broken),
        "broken_at": thread.broken_at,
        "strength": thread.strength,
    }


def _gap(gap: Gap, coverage: Coverage, guideline: Guideline) -> dict[str, Any]:
    """A gap with what the guideline asks for there: section, expectation, criteria of the stage not met, bundles."""
    stage = next(s for s in guideline.stages if s.id == gap.stage)
    met = {c.criterion for c in coverage.criteria if c.state is CriterionState.MET}
    nearest = zip(gap.nearest, gap.why, strict=True)
    return {
        "field": gap.field,
        "stage": gap.stage,
        "section": stage.section,
        "expects": stage.expects,
        "open_criteria": [c.id for c in guideline.criteria if c.stage == stage.id and c.id not in met],
        "bundles": [b.id for b in guideline.bundles if b.field == gap.field],
        "nearest": [{"why": why, **_quote(e)} for e, why in nearest],
    }


def _criterion(result: CriterionResult) -> dict[str, Any]:
    return {"state": result.state.value, "evidence": [_quote(e) for e in result.evidence]}


def _structure(result: StructureResult) -> dict[str, Any]:
    return {
        "passages": result.passages,
        "pages": list(result.pages),
        "evidence": [_quote(e) for e in result.evidence],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return asdict(measure)


def _evidence(evidence: Evidence, text: str) -> dict[str, Any]:
    return {**_quote(evidence), "reasons": [_reason(tag, text) for tag in evidence.reasons]}


def _quote(evidence: Evidence) -> dict[str, Any]:
    """A passage without its reasons, which `passages.jsonl` has: the same few passages come up many times."""
    return {
        "passage_id": evidence.passage_id,
        "page": evidence.page,
        "quote": evidence.quote,
        "themes": list(evidence.themes),
        "score": _rounded(evidence.score),
        "depth": evidence.depth,
        "heading_path": list(evidence.heading_path),
    }


def _reason(tag: Tag, text: str) -> dict[str, Any]:
    return {
        "source": tag.source,
        "kind": tag.kind.value,
        "value": tag.value,
        "score": _rounded(tag.score),
        "words": list(words_of(tag, text)),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _interval(pair: tuple[float, float] | None) -> list[float] | None:
    return None if pair is None else [round(v, _DIGITS) for v in pair]
