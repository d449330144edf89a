"""A run directory, read back: what is finished, results and passages as they were saved, with what people decided.

`rundir` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from insek.domain import Decision, Document, Passage, Status
from insek.errors import InputError, MissingInputError
from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage
from insek.records import from_record
from insek.report import FILE_NAMES
from insek.report.jsonout import short_coverage
from insek.report.model import HIGHLIGHTED, PlanResult, RunResult
from insek.report.reading import reading_from
from insek.reviews import REVIEWED, Place, counting, read_reviews, reviewed_tags
from insek.run import Reading, pages_from_counts, scored
from insek.score import score
from insek.store import read_jsonl

PASSAGES = "passages.jsonl"
EVIDENCE = "evidence.csv"
WORKBOOK = "coverage.xlsx"
"""The run as a workbook, where one was asked for (`runbook`)."""
_BROKEN = "Den Ordner mit `insek screen … --out` neu anlegen."


class Saved(StrEnum):
    """What a run directory already has of a document."""

    FINISHED = "finished"
    READ = "read"
    NOTHING = "nothing"


def saved_state(folder: Path, sha256: str | None, provenance: Mapping[str, Any], reading: Iterable[str]) -> Saved:
    """How much of a document is done under the same conditions.

    Args:
        folder: folder of the document in the run.
        sha256: of the file now; None where it cannot be read.
        provenance: the conditions of this run.
        reading: entries of the provenance that decide about the reading; where they are equal it need not be repeated.

    Failed documents are done again: the reason may have gone.
    """
    try:
        record = json.loads((folder / "coverage.json").read_text("utf-8"))
        known, former = record["document"], record["provenance"]
        if sha256 is None or known["id"] != sha256 or known["status"] == Status.FAILED.value:
            return Saved.NOTHING
        wanted = json.loads(json.dumps(provenance))
        if any(former.get(key) != wanted.get(key) for key in reading) or not (folder / PASSAGES).is_file():
            return Saved.NOTHING
        former.pop(REVIEWED, None)  # decisions of people change no condition of the run
        whole = all((folder / file).is_file() for file in (*FILE_NAMES.values(), EVIDENCE))
        return Saved.FINISHED if former == wanted and whole else Saved.READ
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Saved.NOTHING


def saved_reading(folder: Path) -> Reading:
    """What was read of a document, from its folder in a run; InputError where that is damaged."""
    document, tagged, _ = _saved(folder)
    return Reading(document, tuple(passage for passage, _ in tagged))


def short_result(folder: Path) -> PlanResult:
    """The result of a document without passages and quotes, for overview and tables of the run.

    Raises:
        MissingInputError, InputError: `coverage.json` is missing or damaged.
    """
    path = folder / "coverage.json"
    try:
        record = json.loads(path.read_text("utf-8"))
        known = record["document"]
        if known["status"] == Status.FAILED.value:
            return _failed(folder.name, known)
        return PlanResult(
            slug=folder.name, source=known["source"], sha256=known["id"], title=known["title"],
            municipality=known["municipality"], year=known["year"], pages=known["pages"],
            page_states=known["page_states"], warnings=tuple(known["warnings"]), status=Status(known["status"]),
            error=None, todo=None, coverage=short_coverage(record), passages=(), page_labels={},
            unread_pages=tuple(known["unread_pages"]), path=known.get("path"),
        )  # fmt: skip
    except FileNotFoundError:
        raise MissingInputError(f"{path} fehlt.", _BROKEN) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} ist beschädigt ({type(error).__name__}: {error}).", _BROKEN) from None


def load_plan(folder: Path, guideline: Guideline, labels: Mapping[Place, LabelledPassage]) -> PlanResult:
    """A document of a run directory, scored again from its saved tags; InputError where it is damaged.

    `labels` is what people decided (`reviews.counting`); with none of them the result is that of the program alone.
    """
    known = _document_record(folder)
    if known["status"] == Status.FAILED.value:
        return _failed(folder.name, known)
    document, tagged, status = _saved(folder)
    plan = replace(scored(document, tagged, folder.name, guideline), status=status, path=known.get("path"))
    return with_copy(folder, with_reviews(plan, labels, guideline))


def with_copy(folder: Path, plan: PlanResult) -> PlanResult:
    """The plan, knowing whether a copy with marks stands in its folder: the report links to it only then."""
    return replace(plan, highlighted=(folder / HIGHLIGHTED).is_file())


def saved_place(out: Path, slug: str) -> Path | None:
    """Where the file of a document was when it was read, as a run tells it; None where it does not."""
    try:
        way = _document_record(out / slug).get("path")
    except (InputError, MissingInputError):
        return None
    return out / unquote(way) if isinstance(way, str) and way else None


def _document_record(folder: Path) -> dict[str, Any]:
    path = folder / "coverage.json"
    try:
        return dict(json.loads(path.read_text("utf-8"))["document"])
    except FileNotFoundError:
        raise MissingInputError(f"{path} fehlt.", _BROKEN) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder} ist beschädigt ({type(error).__name__}: {error}).", _BROKEN) from None


def _saved(folder: Path) -> tuple[Document, tuple[tuple[Passage, Decision], ...], Status]:
    known = _document_record(folder)
    try:
        tagged = tuple(from_record(r, known["id"]) for _, r in read_jsonl(folder / PASSAGES))
        document = Document(
            id=known["id"],
            source=known["source"],
            pages=pages_from_counts(known["page_states"], known["unread_pages"], known["page_labels"]),
            title=known["title"],
            municipality=known["municipality"],
            year=known["year"],
            warnings=tuple(known["warnings"]),
            origins=tuple(known["origins"].items()),
            reading=reading_from(known["reading"]),
        )
        return document, tagged, Status(known["status"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder} ist beschädigt ({type(error).__name__}: {error}).", _BROKEN) from None


def _failed(slug: str, known: Mapping[str, Any]) -> PlanResult:
    return PlanResult(
        slug=slug, source=known["source"], sha256=known["id"], title=None, municipality=None, year=None, pages=0,
        page_states={}, warnings=(), status=Status.FAILED, error=known["error"], todo=known["todo"], coverage=None,
        passages=(), page_labels={}, path=known.get("path"),
    )  # fmt: skip


def load_run(out: Path, guideline: Guideline) -> tuple[RunResult, dict[str, Any]]:
    """A whole run directory and its `run.json`; MissingInputError where it is none."""
    record = _run_record(out)
    labels = counting(read_reviews(out, guideline))
    plans = tuple(load_plan(out / entry["slug"], guideline, labels) for entry in record["inputs"])
    return RunResult(guideline, plans, dict(record["provenance"])), record


def finished_run(out: Path, guideline: Guideline) -> dict[str, Any]:
    """The `run.json` of a finished run of this guideline.

    Raises:
        MissingInputError: `out` is no run directory.
        InputError: the run is not finished, damaged, or of another guideline.
    """
    record = _run_record(out)
    if record["provenance"].get("guideline") != guideline.name:
        raise InputError(f"Der Lauf in {out} gehört zum Leitfaden {record['provenance'].get('guideline')}.",
                         f"Das Projekt verwendet {guideline.name}.")  # fmt: skip
    return record


def _run_record(out: Path) -> dict[str, Any]:
    path = out / "run.json"
    if not path.is_file():
        raise MissingInputError(f"{out} enthält keinen Lauf von insek (run.json fehlt).", "Den Pfad prüfen.")
    try:
        record = dict(json.loads(path.read_text("utf-8")))
        slugs = [str(entry["slug"]) for entry in record["inputs"]]
        record["provenance"] = dict(record["provenance"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{path} ist nicht lesbar.", _BROKEN) from None
    if record.get("status") != "finished":
        raise InputError(
            f"Der Lauf in {out} ist nicht abgeschlossen.",
            "`insek screen` noch einmal so starten wie zuvor; es setzt fort.",
        )
    if any(Path(slug).name != slug for slug in slugs):
        raise InputError(f"{path} nennt Ordner außerhalb des Laufs.", _BROKEN)
    return record


def with_reviews(plan: PlanResult, labels: Mapping[Place, LabelledPassage], guideline: Guideline) -> PlanResult:
    """A result with what people decided about its passages, scored with it."""
    if plan.coverage is None or all(slug != plan.slug for slug, _ in labels):
        return plan
    printed = {str(number): label for number, label in plan.page_labels.items()}
    pages = pages_from_counts(plan.page_states, plan.unread_pages, printed)
    tagged = reviewed_tags(plan.passages, plan.slug, labels, guideline)
    return replace(plan, passages=tagged, coverage=score(Document(plan.sha256, plan.source, pages), tagged, guideline))


def saved_passage(out: Path, name: str) -> tuple[Passage, Decision]:
    """A passage of a run by its id, or by a beginning of it that only one has, with the decision saved for it.

    Raises:
        MissingInputError: it is no run, or has no such passage.
        InputError: the id is not unique, or the run is damaged.
    """
    files = sorted(out.glob("*/passages.jsonl"))
    if not files:
        raise MissingInputError(f"{out} enthält keinen Lauf von insek.", "Den Ordner angeben, in dem index.html liegt.")
    found = [
        (path, record) for path in files for _, record in read_jsonl(path) if str(record.get("id")).startswith(name)
    ]
    if not found:
        raise MissingInputError(
            f"In {out} gibt es keine Passage „{name}“.",
            "Die Kennungen stehen unter `id` in passages.jsonl und unter `passage_id` in coverage.json.",
        )
    if len(found) > 1:
        raise InputError(f"Mit „{name}“ beginnen {len(found)} Kennungen in {out}.", "Mehr Zeichen angeben.")
    path, record = found[0]
    try:
        return from_record(record, "")
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} ist beschädigt ({type(error).__name__}: {error}).", _BROKEN) from None
