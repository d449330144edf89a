"""The CSV tables of a run: documents, cells and passages.

They are a contract for programs first: commas and points, ids instead of names, one row a line, empty for "no value".
The text begins with a byte order mark, for without it Excel shows umlauts as two signs each. A semicolon would let a
German Excel open the files by double click, but every other program would need to be told; in Excel "Daten > Aus
Text/CSV" reads them. Texts that Excel would take for formulas get an apostrophe in front; our own numbers do not.
pandas is not used: importing it takes longer than writing the tables of a whole run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from insek.domain import Coverage, Decision, Evidence, Passage
from insek.guideline import Guideline
from insek.report.model import PlanResult, RunResult, coverage_of
from insek.report.reasons import Names, explain, names_of
from insek.report.safe import csv_text
from insek.report.texts import Texts, texts
from insek.score import counts_for_guideline

_DIGITS = 4
Value = str | float | int | None


def documents_csv(run: RunResult) -> str:
    """One row per file, failed ones too; `document` is the name of its folder in the run."""
    fields = run.guideline.field_ids
    head = ("document", "municipality", "year", "pages", "readable_share", "index", *fields, "anchoring", "status",
            "warnings")  # fmt: skip
    return _table(head, (_document_row(plan, run.guideline) for plan in run.plans))


def _document_row(plan: PlanResult, guideline: Guideline) -> Iterator[Value]:
    coverage = plan.coverage
    values = coverage.fields if coverage else {}
    yield from (plan.slug, plan.municipality, plan.year, plan.pages)
    yield from (coverage.readable_share, coverage.index) if coverage else (None, None)
    yield from (values.get(f) for f in guideline.field_ids)
    yield coverage.anchoring.value if coverage and coverage.anchoring else None
    yield plan.status.value
    yield " | ".join(filter(None, (plan.error, plan.todo, *plan.warnings)))


def coverage_csv(run: RunResult) -> str:
    """One row per cell of each plan; a file that failed has all its cells as not readable."""
    head = ("document", "field", "stage", "state", "score", "n_evidence", "best_page")
    rows = ((plan.slug, c.field, c.stage, c.state.value, c.score, c.n_evidence,
             c.evidence[0].page if c.n_evidence and c.evidence else None)
            for plan in run.plans for c in coverage_of(plan, run.guideline).cells)  # fmt: skip
    return _table(head, rows)


def evidence_csv(plan: PlanResult, guideline: Guideline) -> str:
    """One row per passage of a plan on theme, in reading order, also those that no field was found for."""
    t = texts("de")
    return _table(_EVIDENCE, _evidence_rows(plan, guideline, names_of(guideline, t), t))


_EVIDENCE = ("document", "page", "heading_path", "themes", "fields", "stage", "depth", "score", "reason", "quote")


def joined(tables: Iterable[str]) -> str:
    """The evidence of several plans as one table."""
    head = _table(_EVIDENCE, ())
    return head + "".join(table.removeprefix(head) for table in tables)


def _evidence_rows(plan: PlanResult, guideline: Guideline, names: Names, t: Texts) -> Iterator[tuple[Value, ...]]:
    coverage = coverage_of(plan, guideline)
    best = _best(coverage)
    for passage, decision in plan.passages:
        if counts_for_guideline(passage, decision, guideline):
            yield (plan.slug, passage.pages[0], " > ".join(passage.heading_path), ";".join(decision.themes),
                   ";".join(decision.fields), decision.stage, decision.depth,
                   _score(decision, best.get(passage.id)), _reason(passage, decision, names, t),
                   passage.text)  # fmt: skip


def _best(coverage: Coverage) -> dict[str, Evidence]:
    return {e.passage_id: e for c in coverage.cells for e in c.evidence}


def _score(decision: Decision, evidence: Evidence | None) -> float | None:
    """How sure the tool is of the passage: as scored in its cell, else that of its surest theme."""
    if evidence is not None:
        return evidence.score
    return max((decision.scores[theme] for theme in decision.themes if theme in decision.scores), default=None)


def _reason(passage: Passage, decision: Decision, names: Names, t: Texts) -> str:
    return " | ".join(f"{r.about}: {r.why}" for r in explain(decision.reasons, passage.text, names, t))


def _table(head: Iterable[str], rows: Iterable[Iterable[Value]]) -> str:
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return out.getvalue()


def _plain(value: Value) -> Value:
    if isinstance(value, float):
        return round(value, _DIGITS)
    return csv_text(value) if isinstance(value, str) else value
