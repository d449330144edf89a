"""The run directory: written document by document, and rendered again from what was saved (`saved`).

`coverage.json` of a document is written last; where it stands, the document is finished.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from insek.guideline import Guideline
from insek.records import passage_record
from insek.report import (
    FILE_NAMES,
    RENDERERS,
    coverage_csv,
    documents_csv,
    evidence_csv,
    examples_html,
    index_html,
    joined,
)
from insek.report.model import HIGHLIGHTED, PlanResult, RunResult
from insek.reviews import REVIEWED, counting, read_reviews, told_provenance
from insek.saved import EVIDENCE, PASSAGES, WORKBOOK, finished_run, load_plan, load_run, with_copy, with_reviews
from insek.store import remove, write_atomic, write_jsonl


def write_plan(out: Path, plan: PlanResult, guideline: Guideline, provenance: Mapping[str, Any], lang: str) -> None:
    """Write the folder of one document; a failed one gets its report and `coverage.json` too.

    A former `coverage.json` goes first: as long as it stands, the folder is taken for finished. What people decided
    about its passages counts in the reports; in `passages.jsonl` stands what the program says.
    """
    folder = out / plan.slug
    remove(folder / "coverage.json")
    remove(folder / HIGHLIGHTED)  # its notes tell of the former tags
    write_jsonl(folder / PASSAGES, (passage_record(p, d) for p, d in plan.passages))
    told = with_reviews(plan, counting(read_reviews(out, guideline)), guideline)
    _render_plan(folder, with_copy(folder, told), guideline, provenance, lang)


def _render_plan(folder: Path, plan: PlanResult, guideline: Guideline, provenance: Mapping[str, Any],
                 lang: str) -> None:  # fmt: skip
    write_atomic(folder / EVIDENCE, evidence_csv(plan, guideline))
    provenance = told_provenance(plan, provenance)
    for name, file in FILE_NAMES.items():
        write_atomic(folder / file, RENDERERS[name](plan, guideline, provenance, lang))


def write_copy(folder: Path, source: bytes, guideline: Guideline, provenance: Mapping[str, Any]) -> None:
    """Write the highlighted copy of a finished document, then its reports again: they link to it where it is.

    Args:
        folder: of the document in the run.
        source: the PDF it was made from.
        guideline: that of the run.
        provenance: that of the run; it names the language.

    Raises:
        InputError: the folder or the source is damaged, or the source needs a password.
    """
    from insek.report.annotate import highlighted_pdf

    lang = str(provenance.get("lang", "de"))
    labels = counting(read_reviews(folder.parent, guideline))
    plan = load_plan(folder, guideline, labels)
    write_atomic(folder / HIGHLIGHTED, highlighted_pdf(source, plan, guideline, lang))
    _render_plan(folder, load_plan(folder, guideline, labels), guideline, provenance, lang)


def write_run(out: Path, run: RunResult, lang: str, seconds: Mapping[str, float],
              libraries: Mapping[str, str]) -> None:  # fmt: skip
    """Write overview, tables and `run.json` of a run whose documents are all written.

    A workbook of former results goes.

    Args:
        out: the run directory.
        run: the results; those of the documents may be short ones.
        lang: language of the overview.
        seconds: time per stage, the only entry that differs between equal runs.
        libraries: versions of the libraries at work.
    """
    remove(out / WORKBOOK)
    write_atomic(out / "index.html", index_html(run, lang))
    write_atomic(out / "examples.html", examples_html(run, lang))
    write_atomic(out / "documents.csv", documents_csv(run))
    write_atomic(out / "coverage.csv", coverage_csv(run))
    write_atomic(out / "evidence.csv", joined(_text(out / plan.slug / EVIDENCE) for plan in run.plans))
    record = {
        "status": "finished",
        "provenance": run.provenance,
        "libraries": dict(libraries),
        "inputs": [_input_record(plan) for plan in run.plans],
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
    }
    write_atomic(out / "run.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _text(path: Path) -> str:
    """A file of the run as written: line ends are part of quoted cells."""
    return path.read_bytes().decode("utf-8")


def _input_record(plan: PlanResult) -> dict[str, Any]:
    return {
        "slug": plan.slug,
        "source": plan.source,
        "sha256": plan.sha256,
        "status": plan.status.value,
        "error": plan.error,
        "todo": plan.todo,
    }


def render_again(out: Path, guideline: Guideline, lang: str | None) -> RunResult:
    """Render all reports of a run directory again from the saved tags and what people decided since.

    The tags themselves stay as they are. Another language is from then on that of the run: `verify` and `write_copy`
    make its reports again in the language that it names.
    """
    finished_run(out, guideline)
    run, record = load_run(out, guideline)
    lang = lang or str(run.provenance.get("lang", "de"))
    run = replace(run, provenance={**run.provenance, "lang": lang})
    for plan in run.plans:
        _drop_old_copy(out / plan.slug, told_provenance(plan, run.provenance))
        _render_plan(out / plan.slug, plan, guideline, run.provenance, lang)
    write_run(out, run, lang, record.get("seconds", {}), record.get("libraries", {}))
    return run


def _drop_old_copy(folder: Path, told: Mapping[str, Any]) -> None:
    """Remove the highlighted copy where people decided something since: its notes tell of what was said before."""
    former = json.loads((folder / "coverage.json").read_text("utf-8"))["provenance"]
    if former.get(REVIEWED) != told.get(REVIEWED):
        remove(folder / HIGHLIGHTED)
