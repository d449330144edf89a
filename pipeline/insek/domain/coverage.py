"""How far a plan covers the guideline: cells with their evidence, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from insek.domain.tags import Tag


class CellState(StrEnum):
    """What is known about one action field in one planning stage of a plan."""

    EVIDENCED = "evidenced"
    MENTIONED = "mentioned"
    NOT_FOUND = "not_found"
    NOT_READABLE = "not_readable"


class CriterionState(StrEnum):
    """Whether a criterion of the guideline is met by a plan; `hinted` is touched without being said."""

    MET = "met"
    HINTED = "hinted"
    NOT_FOUND = "not_found"
    NOT_READABLE = "not_readable"


class Shortfall(StrEnum):
    """Why a passage that came near a cell does not fill it."""

    UNDER_THRESHOLD = "under_threshold"
    NOT_TIED = "not_tied"
    OTHER_STAGE = "other_stage"
    OTHER_FIELD = "other_field"
    HEADING_ONLY = "heading_only"


class Status(StrEnum):
    """What became of one input file of a run."""

    OK = "ok"
    PARTIAL = "partial"
    UNREADABLE = "unreadable"
    FAILED = "failed"


class Anchoring(StrEnum):
    """How the themes are anchored in a plan as a whole."""

    OWN_FIELD = "own_field"
    CROSS_CUTTING = "cross_cutting"
    BOTH = "both"
    STRAY_MENTIONS = "stray_mentions"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that fills a cell: the quote, its page (1-based), how sure (0-1) and why."""

    passage_id: str
    page: int
    quote: str
    themes: tuple[str, ...]
    score: float
    depth: str
    reasons: tuple[Tag, ...] = ()
    heading_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """How sure it is that an empty cell is empty; formula and reasons in design note 0010.

    `risk` is the probability (0-1) that the pages which could be read say something that was not found. It rests on
    `doubtful`, the number of passages of this cell that stayed under the threshold, and on how many (`filled`) of the
    `others`, the other cells of its field and of its stage, hold something. `unread` is the share (0-1) of pages that
    could not be read and that the risk says nothing about.
    """

    risk: float
    doubtful: int
    filled: int
    others: int
    unread: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One action field in one planning stage. `score` and `interval` are 0-1; `score` is None where it is not known.

    `doubt` is given for cells without evidence, unless nothing at all could be read.
    """

    field: str
    stage: str
    state: CellState
    score: float | None
    interval: tuple[float, float] | None = None
    evidence: tuple[Evidence, ...] = ()
    n_evidence: int = 0
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell without evidence, and the passages that came nearest to filling it, nearest first.

    `why` gives for each of them the value of a `Shortfall`, the reason why it was not enough.
    """

    field: str
    stage: str
    nearest: tuple[Evidence, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RedThread:
    """Whether a field is carried through the planning: `held` and `broken` are stage ids in planning order.

    `broken_at` is the first stage of the chain without evidence after one with it, None where the chain holds or
    never begins. `strength` is the share of the chain that holds, 0-1; None where nothing could be read.
    """

    field: str
    held: tuple[str, ...]
    broken: tuple[str, ...]
    broken_at: str | None
    strength: float | None


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """The state of one criterion with the passages behind it, best first."""

    criterion: str
    state: CriterionState
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class StructureResult:
    """A structure that a plan names: number of passages, pages (1-based, ascending), best quotes."""

    structure: str
    passages: int
    pages: tuple[int, ...]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure on theme and what it names: `named` maps attribute ids to their quotes.

    A measure is a table row, or all rows of a profile under one heading, or a paragraph of its own.
    """

    title: str
    page: int
    passage_ids: tuple[str, ...]
    fields: tuple[str, ...]
    bundles: tuple[str, ...]
    named: dict[str, str]


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How often a theme was found: passages, and the pages (1-based, ascending) they begin on."""

    passages: int
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a plan covers the guideline: all fields x stages with their evidence.

    `fields` and `index` run from 0 to 100; None where the plan could not be read. `readable_share` is 0-1.
    `index_interval` leaves room for all that unread pages may hold; `readable_interval` is that of the readable pages.
    """

    document_id: str
    guideline: str
    cells: tuple[Cell, ...]
    fields: dict[str, float | None]
    index: float | None
    index_interval: tuple[float, float] | None
    anchoring: Anchoring | None
    readable_share: float
    themes: dict[str, ThemeCount]
    threads: tuple[RedThread, ...] = ()
    gaps: tuple[Gap, ...] = ()
    criteria: tuple[CriterionResult, ...] = ()
    structures: tuple[StructureResult, ...] = ()
    measures: tuple[Measure, ...] = ()
    readable_interval: tuple[float, float] | None = None

    def cell(self, field_id: str, stage_id: str) -> Cell:
        """The cell of a field and a stage; KeyError for an unknown pair."""
        for cell in self.cells:
            if cell.field == field_id and cell.stage == stage_id:
                return cell
        raise KeyError((field_id, stage_id))
