"""From raw pages to pages in reading order: the same code for every PDF engine.

The order of steps: fragments, running lines (they would bridge gutters), drawn tables, columns, lines, blocks,
then over all pages headings, apparatus and words broken across columns and pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from insek.domain import Block, BlockKind, Page, PageState
from insek.extract.apparatus import mark_apparatus
from insek.extract.bookmarked import Outline, with_outline
from insek.extract.clean import characters
from insek.extract.columns import Region, reading_order
from insek.extract.drawntables import DrawnTables
from insek.extract.fragments import fragments
from insek.extract.headings import body_size, levels, page_headings
from insek.extract.hyphens import broken_word
from insek.extract.linenumbers import line_numbers
from insek.extract.lines import region_lines
from insek.extract.paragraphs import Chunk, chunks
from insek.extract.running import Running, find_running, find_sideways
from insek.extract.tables import read_tables
from insek.extract.unruled import table_fragments
from insek.extract.vocabulary import Vocabulary
from insek.extract.words import PLAIN, Fragment, RawPage

_CAPTION = re.compile(
    r"(?:Abb(?:ildung|\.)?|Tab(?:elle|\.)?|Karte|Grafik|Foto|Bild|Schaubild|Diagramm|Quellen?)(?:\s*\d+[\d.]*)?\s*[:.–-]?\s",
    re.I,
)
_CAPTION_SURE = re.compile(
    r"(?:Abb|Tab|Karte|Grafik|Foto|Bild|Schaubild|Diagramm)\w*\.?\s*\d+|Quelle[n]?\s*:|Fotos?:", re.I
)
_NOTE = re.compile(r"(?:\d{1,3}\)?|\*{1,3}|[¹²³⁴-⁹]+)\s?[^\W\d_„\"(§]")


@dataclass(slots=True)
class _Sheet:
    """A page between the steps."""

    raw: RawPage
    parts: list[Fragment]
    rotated: list[Fragment]
    found: list[Chunk]
    running: Running
    numbers: list[Fragment]
    """Line numbers in the margin."""


def lay_out(pages: list[RawPage], outline: Outline = ()) -> tuple[Page, ...]:
    """Pages in reading order. The words of `pages` are used up on the way.

    `outline` are the bookmarks of the file as level, title and page (1-based).
    """
    sheets = [_sheet(raw) for raw in pages]
    known = Vocabulary(" ".join(f.text for f in s.parts if not f.text.endswith("-")) for s in sheets)
    body = body_size((f.size, len(f.text)) for s in sheets for f in s.parts)
    found = find_running([s.parts for s in sheets], [s.raw.height for s in sheets], body)
    again = find_sideways([s.rotated for s in sheets])
    for sheet, running, repeated in zip(sheets, found, again, strict=True):
        sheet.running = running
        running.dropped += repeated
        sheet.found = _chunks(sheet, known)
        sheet.parts = []
    read_tables([s.found for s in sheets])
    blocks = mark_apparatus(with_outline(_blocks(sheets, body), outline))
    _mend_breaks(blocks, known)
    return tuple(_page(s, b) for s, b in zip(sheets, blocks, strict=True))


def _sheet(raw: RawPage) -> _Sheet:
    parts = fragments(raw.words, [r for r in raw.rules if r.x0 == r.x1])
    if not (raw.rules or raw.shades):
        raw.words = []  # cells of tables need the words once more
    numbers = line_numbers(parts)
    gone = set(map(id, numbers))
    parts = [f for f in parts if id(f) not in gone] if gone else parts
    return _Sheet(raw, parts, fragments(raw.rotated), [], Running(), numbers)


def _chunks(sheet: _Sheet, known: Vocabulary) -> list[Chunk]:
    drawn = DrawnTables(sheet.raw)
    sheet.running.dropped = drawn.reclaimed(sheet.parts, sheet.running.dropped)
    dropped = set(map(id, sheet.running.dropped))
    parts = [f for f in sheet.parts if id(f) not in dropped] if dropped else sheet.parts
    parts = drawn.filled(parts, known)
    size = body_size((f.size, len(f.text)) for f in parts)
    out: list[Chunk] = []
    for region in reading_order(parts, size):
        if region.tabular:
            region = Region(table_fragments(region.parts, size, known), tabular=True)
        out += chunks(region_lines(region), known)
    return out + _sideways([f for f in sheet.rotated if id(f) not in dropped], sheet.raw, known)


def _sideways(parts: list[Fragment], raw: RawPage, known: Vocabulary) -> list[Chunk]:
    """Rotated text, read in its own frame, after the rest of the page; its boxes are the whole page."""
    if not parts:
        return []
    lines = [line for region in reading_order(parts, 10.0) for line in region_lines(region)]
    return [
        replace(chunk, bbox=(0.0, 0.0, raw.width, raw.height), size=0.0, weight=PLAIN) for chunk in chunks(lines, known)
    ]


def _blocks(sheets: Sequence[_Sheet], body: float) -> list[list[Block]]:
    heads = [c for s in sheets for c in page_headings(s.found, body)]
    level = dict(zip(map(id, heads), levels(heads, body), strict=True))
    return [[_block(c, s.raw, body, level.get(id(c), 0)) for c in s.found] for s in sheets]


def _block(chunk: Chunk, raw: RawPage, body: float, level: int) -> Block:
    text = characters(chunk.text)
    return Block(_kind(chunk, raw, body, level), text, chunk.bbox, level, chunk.meaning)


def _kind(chunk: Chunk, raw: RawPage, body: float, level: int) -> BlockKind:
    if chunk.row is not None or chunk.cells > 1:
        return BlockKind.TABLE_ROW
    if chunk.text.count(" ") < 40 and (
        _CAPTION_SURE.match(chunk.text) or (chunk.size < 0.93 * body and _CAPTION.match(chunk.text))
    ):
        return BlockKind.CAPTION
    if level:
        return BlockKind.HEADING
    low = chunk.bbox[1] > 0.55 * raw.height
    if low and chunk.size <= 0.92 * body and _NOTE.match(chunk.text):
        return BlockKind.FOOTNOTE
    return BlockKind.LIST_ITEM if chunk.item else BlockKind.PARAGRAPH


_FLOWING = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)


def _mend_breaks(pages: list[list[Block]], known: Vocabulary) -> None:
    """Put words together that are broken between two blocks of running text, on one page or across a page break."""
    last: tuple[int, int] | None = None
    for p, blocks in enumerate(pages):
        for b, block in enumerate(blocks):
            if block.kind not in _FLOWING:
                continue
            if last is not None and block.kind is BlockKind.PARAGRAPH:
                before = pages[last[0]][last[1]]
                mended = broken_word(before.text, block.text, known) if before.text.endswith("-") else None
                if mended:
                    pages[last[0]][last[1]] = replace(before, text=mended[0])
                    blocks[b] = replace(block, text=mended[1])
            last = (p, b)
    for blocks in pages:
        blocks[:] = [block for block in blocks if block.text]


def _page(sheet: _Sheet, blocks: list[Block]) -> Page:
    raw, running = sheet.raw, sheet.running
    state = raw.state
    if state is PageState.TEXT and not blocks and not running.dropped:
        state = PageState.EMPTY
    taken = (*(f.text for f in (*running.dropped, *sheet.numbers)), *raw.dropped)
    dropped = tuple(map(characters, taken))
    size = (raw.width, raw.height)
    return Page(
        raw.number,
        state,
        tuple(blocks),
        running.label,
        *size,
        dropped,
        raw.reason,
        raw.confidence,
        engine=raw.engine,
        signals=raw.signals,
    )
