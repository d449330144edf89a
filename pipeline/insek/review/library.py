"""The plans of a run as the desk needs them: what the program said of each passage, and where the PDF lies."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insek.domain import BlockKind, Decision, Passage, Status
from insek.guideline import Guideline
from insek.report.model import PlanResult
from insek.saved import finished_run, load_plan, saved_place
from insek.store import file_digest

_KEPT = 12
"""Plans in memory at a time; one of 300 pages takes about 10 MB."""
_MIN_WORDS = 6
"""Shorter passages (cells, captions) are not drawn for an audit: they are no sentences."""


@dataclass(frozen=True)
class Plan:
    """A plan as the program left it, before any person decided; passages by their id, in reading order."""

    result: PlanResult
    tagged: dict[str, tuple[Passage, Decision]]

    @property
    def name(self) -> str:
        """What it is called on the desk."""
        result = self.result
        return " · ".join(str(part) for part in (result.municipality, result.title or result.source) if part)

    def sentences(self) -> Iterator[tuple[Passage, Decision]]:
        """Passages that may be evidence."""
        for passage, decision in self.tagged.values():
            context = passage.kind in (BlockKind.HEADING, BlockKind.APPARATUS)
            if not context and len(passage.text.split()) >= _MIN_WORDS:
                yield passage, decision


class Library:
    """All plans of a run directory, read when they are wanted."""

    def __init__(self, run: Path, guideline: Guideline, plans_folder: Path | None) -> None:
        """Read `run.json`; MissingInputError, InputError where there is no finished run of this guideline."""
        self.run, self._guideline = run, guideline
        record = finished_run(run, guideline)
        self.provenance: dict[str, Any] = dict(record["provenance"])
        self._inputs = {str(entry["slug"]): entry for entry in record["inputs"]}
        self.slugs = [slug for slug, entry in self._inputs.items() if entry["status"] != Status.FAILED.value]
        self._folder = plans_folder
        self._plans: OrderedDict[str, Plan] = OrderedDict()
        self._sources: dict[str, Path | None] = {}
        self._digests: dict[Path, str] = {}

    def name(self, slug: str) -> str:
        """What a plan is called, without reading more than a few of them: the file name where there are many."""
        return self.plan(slug).name if len(self.slugs) <= _KEPT else str(self._inputs[slug]["source"])

    def plan(self, slug: str) -> Plan:
        """A plan by the name of its folder; KeyError for one that is not in the run."""
        if slug not in self.slugs:
            raise KeyError(slug)
        if slug not in self._plans:
            result = load_plan(self.run / slug, self._guideline, {})
            self._plans[slug] = Plan(result, {p.id: (p, d) for p, d in result.passages})
        self._plans.move_to_end(slug)
        while len(self._plans) > _KEPT:
            self._plans.popitem(last=False)
        return self._plans[slug]

    def source(self, slug: str) -> Path | None:
        """The PDF of a plan, known by its content; None where it cannot be found or is no PDF."""
        if slug not in self._inputs:
            return None
        if slug not in self._sources:
            entry = self._inputs[slug]
            found = (p for p in self._candidates(slug, entry) if self._digest(p) == entry["sha256"])
            path = next(found, None)
            self._sources[slug] = path if path and path.suffix.lower() == ".pdf" else None
        return self._sources[slug]

    def _candidates(self, slug: str, entry: dict[str, Any]) -> Iterator[Path]:
        """Where the file was, then the files of its name in the folder of plans, then all others there."""
        place = saved_place(self.run, slug)
        if place is not None:
            yield place
        if self._folder is not None:
            name = Path(str(entry["source"])).name
            files = sorted(p for p in self._folder.rglob("*") if p.suffix.lower() == ".pdf" and p.is_file())
            yield from (p for p in files if p.name == name)
            yield from (p for p in files if p.name != name)

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            try:
                self._digests[path] = file_digest(path)
            except OSError:
                return ""
        return self._digests[path]
