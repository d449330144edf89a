"""Values that travel through the pipeline; standard library only.

Every type is frozen and slotted. Values are validated where they are read from disk or from a user
(`store`, `guideline`, `learn.labels`) and trusted inside.

Conventions: pages are 1-based in file order; boxes are in points with the origin at the top left;
text offsets are half-open; scores lie in 0-1.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

BBox: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in points, origin top left."""


class PageState(StrEnum):
    """How the text of a page was obtained; `image_only` and `failed` count as not readable."""

    TEXT = "text"
    OCR = "ocr"
    EMPTY = "empty"
    IMAGE_ONLY = "image_only"
    FAILED = "failed"

    @property
    def readable(self) -> bool:
        """Whether nothing was lost on the page: an empty page has nothing to lose."""
        return self not in (PageState.IMAGE_ONLY, PageState.FAILED)


class BlockKind(StrEnum):
    """What a block of a page is; `apparatus` is kept but never tagged (contents, index, bibliography, imprint)."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    APPARATUS = "apparatus"


class TagKind(StrEnum):
    """The question a tag answers."""

    THEME = "theme"
    FIELD = "field"
    STAGE = "stage"
    DEPTH = "depth"
    BUNDLE = "bundle"
    STRUCTURE = "structure"
    ATTRIBUTE = "attribute"
    CRITERION = "criterion"


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


class RowRole(StrEnum):
    """What a row is in its table.

    `head` names the columns, `title` stands over the rows below it, `entry` has a cell for each head, `field` holds
    pairs of label and value, `label` is a label alone whose value is the next row, `figures` is mostly numbers.
    """

    HEAD = "head"
    TITLE = "title"
    ENTRY = "entry"
    FIELD = "field"
    LABEL = "label"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class TableRow:
    """What a table row says, read with its whole table, over page breaks too.

    `cells` are pairs of column head (or label) and text, empty cells left out; the head is empty where there is none.
    Cells that span several rows stand in each of them.
    """

    role: RowRole
    cells: tuple[tuple[str, str], ...]
    above: tuple[str, ...] = ()
    """Titles inside the table under which the row stands, the outermost first."""
    goes_on: bool = False
    """Whether the row is the rest of the row before, cut by a page break."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page in reading order. `level` is 1-6 for headings and 0 for all other kinds."""

    kind: BlockKind
    text: str
    bbox: BBox | None = None
    level: int = 0
    row: TableRow | None = None
    """What a row of a table says; `text` is the row as printed."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as read. `number` is 1-based in file order, `label` the printed number if one was found.

    `dropped` holds the lines taken out as running heads, feet or page numbers, and what OCR was not sure of, so that
    nothing vanishes unseen.
    """

    number: int
    state: PageState
    blocks: tuple[Block, ...] = ()
    label: str | None = None
    width_pt: float = 0.0
    height_pt: float = 0.0
    dropped: tuple[str, ...] = ()
    reason: str | None = None
    confidence: float | None = None
    """Mean confidence of OCR, 0-1; None for a page that OCR did not read."""
    repairs: tuple[tuple[str, str], ...] = ()
    """Words changed after OCR, in reading order: as read and as repaired."""
    engine: str = ""
    """What read the page: `pdfium`, `pdfplumber`, `tesseract`, `text`; empty where nothing did.

    `pdfium+pdfplumber` where the words are PDFium's and the cells of tables pdfplumber's."""
    signals: tuple[tuple[str, float], ...] = ()
    """What the choice of the engine rests on, by name."""
    language: str | None = None
    """ISO 639-1 code where the page is in another language than German."""

    @property
    def text(self) -> str:
        """Cleaned text in reading order (NFC), one block a line."""
        return "\n".join(b.text for b in self.blocks)


@dataclass(frozen=True, slots=True)
class Document:
    """One plan as read. `id` is the sha256 of the file (hex); `year` is the proposed year of the plan."""

    id: str
    source: str
    pages: tuple[Page, ...]
    title: str | None = None
    municipality: str | None = None
    year: int | None = None
    extractor: str = ""
    warnings: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()
    """Where `title`, `municipality` and `year` come from: name of the field and one of `metadata`, `running_head`,
    `file_name`, `created`, `text`, `page:<n>` (1-based)."""
    reading: ReadingQuality | None = None
    """How well it was read; None only for documents made by hand."""

    @property
    def readable_share(self) -> float:
        """Share of pages on which nothing was lost, 0-1; 0 for a document without pages."""
        if not self.pages:
            return 0.0
        return sum(p.state.readable for p in self.pages) / len(self.pages)


@dataclass(frozen=True, slots=True)
class ReadingQuality:
    """How well a document could be read, beside its page states; pages are 1-based in file order, ascending."""

    words: int
    """Words of all blocks."""
    engines: dict[str, int]
    """Number of pages by the engine that read them."""
    languages: dict[str, tuple[int, ...]]
    """Pages in another language than German by ISO 639-1 code: kept, but not judged."""
    ocr_confidence: float | None
    """Mean confidence of OCR over the pages it read, 0-1; None where it read none."""
    unsure_pages: tuple[int, ...]
    """Pages on which OCR was so unsure that quotes must be compared with the original."""
    column_risk: tuple[int, ...]
    """Pages whose order of reading is uncertain."""
    dropped_lines: int
    """Lines taken out as running heads, feet, page and line numbers."""
    dropped_samples: tuple[str, ...]
    """The commonest of them, each as it stands on its first page."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where a passage, or a part of it, stands on a page (1-based)."""

    page: int
    bbox: BBox


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of tagging: a paragraph, list item, table row or heading with the headings above it.

    `pages` is the first and last page (1-based, inclusive). `heading_path` goes from the outermost heading inwards.
    """

    id: str
    document_id: str
    pages: tuple[int, int]
    kind: BlockKind
    heading_path: tuple[str, ...]
    text: str
    regions: tuple[Region, ...] = ()
    position: float = 0.0
    """Where the passage begins, as a share of all passages of the document, 0-1."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One statement about a passage, with its source: `rule:<id>`, `model:<id>` or `human:<name>`.

    `score` is a calibrated probability 0-1, or None for a rule. `spans` are half-open offsets into the passage text.
    """

    passage_id: str
    kind: TagKind
    value: str
    source: str
    score: float | None = None
    spans: tuple[tuple[int, int], ...] = ()
    words: tuple[str, ...] = ()
    """The words that led to the tag where they stand outside the passage text (a heading, a term of the model)."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one person said about one passage and one question: a tag of source `human:<name>`, with its negation.

    `present` is False where the person read the passage and the value does not apply; a question nobody answered has no
    label at all. `at` is an ISO date or time (UTC), `codebook` the version labelled by, `text_digest` the digest of the
    text that was read. `reviewed` is set where somebody has looked at the label a second time.
    """

    tag: Tag
    present: bool
    at: str
    codebook: str
    text_digest: str
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the tool says about one passage after rules and model were merged.

    `scores` maps each theme to a calibrated probability 0-1. `on_theme` is set where migration or integration is.
    `disputed` is set where rules and model disagree, so that a person should look first.
    """

    passage_id: str
    themes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    stage: str | None = None
    depth: str | None = None
    on_theme: bool = False
    scores: dict[str, float] = field(default_factory=dict)
    reasons: tuple[Tag, ...] = ()
    disputed: bool = False
    bundles: tuple[str, ...] = ()
    """Bundles of the pool of ideas that the passage gives an instance of; only on passages with a theme."""
    structures: tuple[str, ...] = ()
    """Structures that the passage names, with or without a theme."""
    criteria: tuple[str, ...] = ()
    """Criteria whose wording the passage has; whether it meets them is judged by the score."""
    named: tuple[Tag, ...] = ()
    """What the passage names of a measure (lead, cost, ...): tags of kind ATTRIBUTE with spans, on any passage."""
    near_fields: tuple[str, ...] = ()
    """Where the passage would belong if it had a theme; empty where it has one, or nothing hints at one."""
    near_stage: str | None = None
    """The stage that goes with `near_fields`."""
    hints: tuple[Tag, ...] = ()
    """Theme rules that fired in a heading or in apparatus, which are context and never evidence."""
    decided_by: str = ""
    """The people whose decision this is (names, with commas); empty where rules and model decided."""


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


def content_id(*parts: Any, length: int = 12) -> str:
    """Hash of a JSON list of the parts, as `length` hex digits: equal parts give equal ids on every machine."""
    payload = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(payload).hexdigest()[:length]
