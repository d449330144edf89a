"""What a report is made from: the result of one plan and of a whole run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from insek.domain import Anchoring, Cell, Coverage, Decision, Document, PageState, Passage, ReadingQuality, Status
from insek.guideline import Guideline
from insek.score import score

HIGHLIGHTED = "highlighted.pdf"
"""Name of the copy of a plan with marks, in its folder."""


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What became of one input file.

    `slug` is a safe folder name, unique in the run; `source` the file name as given and as hostile as a file name can
    be. `page_states` maps the values of `PageState` to numbers of pages. `page_labels` maps pages (1-based, file order)
    to the numbers printed on them. `unread_pages` names the pages (1-based, ascending) on which text was lost.
    `reading` says how well it was read, None for a file that failed; `origins` where title, municipality and year
    come from, as in `Document`. `coverage` is None for a file that failed; `error` then says what is wrong and `todo`
    what helps. `path` leads from the run directory to the file, as a relative URL ("../pl%C3%A4ne/a.pdf"); None where
    there is no such way. `highlighted` says that the folder of the plan holds a copy with marks (`HIGHLIGHTED`).
    """

    slug: str
    source: str
    sha256: str
    title: str | None
    municipality: str | None
    year: int | None
    pages: int
    page_states: dict[str, int]
    warnings: tuple[str, ...]
    status: Status
    error: str | None
    todo: str | None
    coverage: Coverage | None
    passages: tuple[tuple[Passage, Decision], ...]
    page_labels: dict[int, str]
    unread_pages: tuple[int, ...] = field(default=())
    reading: ReadingQuality | None = None
    origins: tuple[tuple[str, str], ...] = ()
    path: str | None = None
    highlighted: bool = False

    @property
    def readable_pages(self) -> int | None:
        """Number of pages on which nothing was lost; None where the states are not known."""
        if not self.page_states:
            return None
        return sum(n for state, n in self.page_states.items() if PageState(state).readable)


@dataclass(frozen=True, slots=True)
class RunResult:
    """All files of a run, failed ones too, in the order of the run; `provenance` says what produced the result."""

    guideline: Guideline
    plans: tuple[PlanResult, ...]
    provenance: dict[str, Any]


def coverage_of(plan: PlanResult, guideline: Guideline) -> Coverage:
    """The coverage of a plan; for a failed file one in which nothing was readable, so that all cells are there."""
    return plan.coverage or score(Document(plan.sha256, plan.source, ()), (), guideline)


def cells_of(coverage: Coverage) -> Mapping[tuple[str, str], Cell]:
    """Cells by field and stage, for look-ups in a loop."""
    return {(c.field, c.stage): c for c in coverage.cells}


def anchoring_key(anchoring: Anchoring | None) -> str:
    """Key of the texts on an anchoring; `none` where it could not be judged."""
    return f"anchoring_{anchoring.value if anchoring else 'none'}"
