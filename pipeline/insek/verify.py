"""Does a run directory still say what its inputs and its saved tags say: for whoever must answer for the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from insek import __version__
from insek.batch.inputs import find_inputs
from insek.domain import Status
from insek.errors import InsekError
from insek.guideline import Guideline
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
from insek.report.model import PlanResult, RunResult
from insek.reviews import told_provenance
from insek.runbook import has_workbook, workbook_of
from insek.saved import EVIDENCE, WORKBOOK, load_run
from insek.sheet import Vocabulary


def verify(out: Path, guideline: Guideline, vocabulary: Vocabulary, paths: Sequence[Path] = ()) -> list[str]:
    """Findings in plain German, none where all is right.

    Scores, quotes and reports are made again from the saved tags and compared byte for byte; with `paths` the files are
    compared with the digests of the run. `vocabulary` gives the words of the review sheet in the workbook; that is made
    from what stands in the folders and so only looked at where all of it is right.

    Raises:
        InputError, MissingInputError: `out` holds no finished run, or is damaged.
    """
    run, record = load_run(out, guideline)
    if run.provenance.get("insek") != __version__:
        return [f"Der Lauf stammt von insek {run.provenance.get('insek')}, hier läuft {__version__}: nur mit derselben "
                "Version lässt sich vergleichen."]  # fmt: skip
    if run.provenance.get("guideline") != guideline.name:
        return [f"Der Lauf gehört zum Leitfaden {run.provenance.get('guideline')}, das Projekt zu {guideline.name}."]
    lang = str(run.provenance.get("lang", "de"))
    findings = [f for plan in run.plans for f in _plan_findings(out / plan.slug, plan, run, lang)]
    findings += _run_findings(out, run, lang)
    if has_workbook(out) and not findings:
        findings += _differs(out / WORKBOOK, workbook_of(out, run, lang, vocabulary))
    findings += _record_findings(run, record["inputs"])
    return findings + list(_input_findings(run, paths)) if paths else findings


def _plan_findings(folder: Path, plan: PlanResult, run: RunResult, lang: str) -> Iterator[str]:
    told = told_provenance(plan, run.provenance)
    wanted = {file: RENDERERS[name](plan, run.guideline, told, lang) for name, file in FILE_NAMES.items()}
    wanted[EVIDENCE] = evidence_csv(plan, run.guideline)
    for file, text in wanted.items():
        yield from _differs(folder / file, text)


def _run_findings(out: Path, run: RunResult, lang: str) -> Iterator[str]:
    yield from _differs(out / "index.html", index_html(run, lang))
    yield from _differs(out / "examples.html", examples_html(run, lang))
    yield from _differs(out / "documents.csv", documents_csv(run))
    yield from _differs(out / "coverage.csv", coverage_csv(run))
    parts = [out / plan.slug / EVIDENCE for plan in run.plans]
    if all(part.is_file() for part in parts):
        yield from _differs(out / "evidence.csv", joined(part.read_bytes().decode("utf-8") for part in parts))


def _differs(path: Path, wanted: str | bytes) -> Iterator[str]:
    if not path.is_file():
        yield f"{path} fehlt."
    elif path.read_bytes() != (wanted.encode("utf-8") if isinstance(wanted, str) else wanted):
        yield f"{path} ist nicht, was sich aus den gespeicherten Kennzeichen und Entscheidungen ergibt."


def _record_findings(run: RunResult, inputs: Sequence[dict[str, object]]) -> Iterator[str]:
    for plan, entry in zip(run.plans, inputs, strict=True):
        if (plan.sha256, plan.status.value) != (entry.get("sha256"), entry.get("status")):
            yield f"{plan.slug}: run.json nennt einen anderen Inhalt oder Stand als coverage.json."


def _input_findings(run: RunResult, paths: Sequence[Path]) -> Iterator[str]:
    """Files that were changed, are missing, or were never part of the run."""
    try:
        now = {i.slug: i for i in find_inputs(paths)}
    except InsekError as error:
        yield str(error)
        return
    for plan in run.plans:
        found = now.pop(plan.slug, None)
        if found is None:
            yield f"{plan.source} liegt nicht mehr unter den angegebenen Pfaden."
        elif (found.sha256 or "") != plan.sha256 and plan.status is not Status.FAILED:
            yield f"{found.path} wurde seit dem Lauf verändert."
    yield from (f"{found.path} gehört nicht zu diesem Lauf." for found in now.values())
