"""The workbook of a run directory, made from what the directory holds, one plan at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from insek.domain import BlockKind, Decision, Passage, TagKind
from insek.errors import InputError
from insek.guideline import Guideline
from insek.learn.entries import Answer, Entry
from insek.learn.exchange.table import cells_of
from insek.learn.labels import passage_id, text_digest
from insek.records import from_record
from insek.report.model import RunResult
from insek.report.reasons import Names, names_of
from insek.report.safe import visible
from insek.report.texts import texts
from insek.report.workbook import REVIEWED, PlanPart, coverage_xlsx
from insek.saved import PASSAGES, WORKBOOK
from insek.sheet import Vocabulary
from insek.store import read_jsonl, write_atomic

_MAX_REVIEWED = 5_000
"""Characters of a passage on the review sheet: a longer one is no passage but a page whose layout was not understood,
and from 32,767 on Excel would give it back as another text."""
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")
"""What Excel takes for a coded character."""
_CONTEXT = frozenset({BlockKind.HEADING, BlockKind.APPARATUS})
"""Kinds that nobody labels."""


def write_workbook(out: Path, run: RunResult, lang: str, vocabulary: Vocabulary) -> None:
    """Write `coverage.xlsx` of a run whose documents are all written; InputError where one of them is damaged."""
    write_atomic(out / WORKBOOK, workbook_of(out, run, lang, vocabulary))


def workbook_of(out: Path, run: RunResult, lang: str, vocabulary: Vocabulary) -> bytes:
    """The workbook of a run as a file.

    Args:
        out: the run directory.
        run: its results; those of the documents may be short ones.
        lang: language of all sheets but the review sheet.
        vocabulary: words of the review sheet.

    Raises:
        InputError: a document of the run is damaged.
    """
    return coverage_xlsx(_parts(out, run, vocabulary), len(run.plans), run.guideline, vocabulary, run.provenance, lang)


def _parts(out: Path, run: RunResult, vocabulary: Vocabulary) -> Iterator[PlanPart]:
    """Every plan with its share of the review sheet; a passage that stands in two plans is reviewed once."""
    names, seen, free = names_of(run.guideline, texts("de")), set[str](), REVIEWED
    for done, plan in enumerate(run.plans):
        folder = out / plan.slug
        try:
            record = json.loads((folder / "coverage.json").read_text("utf-8"))
            entries = _entries(folder, record, run.guideline, names, free // (len(run.plans) - done))
            fresh = [entry for entry in entries if entry.id not in seen]
            free -= len(fresh)
            seen.update(entry.id for entry in fresh)
            yield PlanPart(plan, record, [cells_of(entry, vocabulary) for entry in fresh])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{folder} ist beschädigt ({type(error).__name__}: {error}).",
                             "Den Lauf mit `insek screen … --out` neu anlegen.") from None  # fmt: skip


def _entries(folder: Path, record: Mapping[str, Any], guideline: Guideline, names: Names, most: int) -> list[Entry]:
    """At most so many passages to review, in the order of the plan."""
    wanted = _wanted(record, guideline, names)
    if not wanted or most <= 0:
        return []
    tagged = {r["id"]: from_record(r, record["document"]["id"]) for _, r in read_jsonl(folder / PASSAGES)
              if r["id"] in wanted}  # fmt: skip
    ranked = [(name, why) for name, why in wanted.items() if name in tagged and _comes_back(tagged[name][0])]
    chosen = dict(ranked[:most])
    return [_entry(*tagged[name], record["document"], chosen[name]) for name in tagged if name in chosen]


def _wanted(record: Mapping[str, Any], guideline: Guideline, names: Names) -> dict[str, str]:
    """Ids of passages worth a look with the reason: best evidence and nearest passages first, then the next best."""
    t = texts("de")
    found: list[tuple[int, str, str]] = []
    for field in guideline.field_ids:
        for stage in guideline.stage_ids:
            cell = f"„{names[TagKind.FIELD, field]} × {names[TagKind.STAGE, stage]}“"
            evidence = record["cells"][field][stage]["evidence"]
            found += [(rank, e["passage_id"], t("wb_why_evidence", cell=cell)) for rank, e in enumerate(evidence)]
    for gap in record["gaps"]:
        cell = f"„{names[TagKind.FIELD, gap['field']]} × {names[TagKind.STAGE, gap['stage']]}“"
        found += [(rank, e["passage_id"], t("wb_why_near", cell=cell)) for rank, e in enumerate(gap["nearest"])]
    wanted: dict[str, str] = {}
    for _, name, why in sorted(found, key=lambda item: item[0]):
        wanted.setdefault(name, why)
    return wanted


def _comes_back(passage: Passage) -> bool:
    """Whether a passage can be labelled and survives a spreadsheet unchanged."""
    text = passage.text
    return (
        passage.kind not in _CONTEXT
        and len(text) <= _MAX_REVIEWED
        and visible(text) == text
        and not _ESCAPE.search(text)
    )


def _entry(passage: Passage, decision: Decision, document: Mapping[str, Any], why: str) -> Entry:
    first, last = passage.pages
    source, place = Path(document["source"]).name, str(document["municipality"] or "")
    before = " / ".join(passage.heading_path)
    return Entry(
        id=passage_id(place or source, before, passage.text),
        text=passage.text,
        digest=text_digest(passage.text),
        document=_storable(source),
        municipality=_storable(place),
        pages=str(first) if first == last else f"{first}–{last}",
        kind=passage.kind.value,
        before=_storable(before),
        suggested=Answer(decision.themes, decision.fields, decision.stage, decision.depth),
        picked="disputed" if decision.disputed else "",
        why=why,
    )


def _storable(text: str) -> str:
    """A text beside the passage as a cell can hold it; nothing depends on its every character."""
    return visible(text)[:_MAX_REVIEWED]


def has_workbook(out: Path) -> bool:
    """Whether a run directory holds a workbook, which then has to be kept up to date."""
    return (out / WORKBOOK).is_file()
