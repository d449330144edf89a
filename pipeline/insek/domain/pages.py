"""What was read of a plan: pages, their blocks, and how well it could be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

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
