"""From pages to passages: the units that are tagged, with the headings above them.

Paragraphs are put together over column and page breaks, long ones cut at sentence ends, table rows get their column
heads. Words that stray spaces have split are joined here, with the vocabulary of the whole document; the pages keep
what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from insek.domain import Block, BlockKind, Document, Passage, Region, content_id
from insek.extract.clean import mend_words
from insek.extract.hyphens import join
from insek.extract.paragraphs import ENDS
from insek.extract.rowpassages import RowPassage, RowReader
from insek.extract.sentences import split_long
from insek.extract.vocabulary import Vocabulary

_ASIDE = (BlockKind.FOOTNOTE, BlockKind.CAPTION)
"""Blocks that stand between two halves of a paragraph without ending it."""
_ENOUGH = 6
"""Words that a paragraph must have before a missing full stop means that it goes on."""
_LONGEST = 20_000
"""Characters after which no paragraph goes on: ten pages without a full stop are a register or a list of names."""


@dataclass(slots=True)
class _Draft:
    kind: BlockKind
    text: str
    path: tuple[str, ...]
    first: int
    last: int
    regions: list[Region] = field(default_factory=list)
    block: Block | None = None
    row: RowPassage | None = None


def segment(document: Document) -> tuple[Passage, ...]:
    """All passages of a document in reading order; apparatus is among them, with its kind."""
    known = Vocabulary(page.text for page in document.pages)
    drafts = [part for draft in _drafts(document, known) for part in _cut(draft)]
    total = max(len(drafts), 1)
    return tuple(
        Passage(
            content_id(document.id, i, d.text),
            document.id,
            (d.first, d.last),
            d.kind,
            d.path,
            d.text,
            tuple(d.regions),
            round(i / total, 5),
        )
        for i, d in enumerate(drafts)
    )


def _drafts(document: Document, known: Vocabulary) -> list[_Draft]:
    out: list[_Draft] = []
    path: list[tuple[int, str]] = []
    flowing: _Draft | None = None
    table = RowReader(known)
    for number, block in _numbered(document):
        if block.kind is BlockKind.TABLE_ROW and block.row is not None:
            titles = tuple(t for _, t in path)
            out += [_Draft(p.kind, "", titles + p.above, number, number, row=p) for p in table.add(block, number)]
            flowing = None
            continue
        if block.kind not in _ASIDE:
            table.close()
        text = mend_words(block.text, known)
        if block.kind is BlockKind.HEADING:
            path = [(lv, t) for lv, t in path if lv < block.level]
        if flowing is not None and block.kind is BlockKind.PARAGRAPH and _goes_on(flowing, block, number, text):
            _extend(flowing, block, number, text, known)
            continue
        draft = _Draft(block.kind, text, tuple(t for _, t in path), number, number, _regions(number, block), block)
        out.append(draft)
        if block.kind is BlockKind.HEADING:
            path.append((block.level, text))
        if block.kind not in _ASIDE:
            flowing = draft if block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) else None
    return [_read_out(draft, known) for draft in out]


def _read_out(draft: _Draft, known: Vocabulary) -> _Draft:
    """A table row with its text, once all of its parts are known."""
    row = draft.row
    if row is None:
        return draft
    text = mend_words(row.text, known)
    return _Draft(draft.kind, text, draft.path, row.first, row.last, row.regions)


def _numbered(document: Document) -> Iterator[tuple[int, Block]]:
    """All blocks with their pages; those in another language are kept as apparatus, for nothing can judge them."""
    for page in document.pages:
        for block in page.blocks:
            yield page.number, replace(block, kind=BlockKind.APPARATUS, level=0) if page.language else block


def _regions(number: int, block: Block) -> list[Region]:
    return [Region(number, block.bbox)] if block.bbox else []


def _goes_on(flowing: _Draft, block: Block, number: int, text: str) -> bool:
    """Whether a block continues the paragraph before it: across a break, or in small letters after no full stop."""
    before = flowing.text
    if not text or not text[0].isalnum() or len(before) > _LONGEST or ENDS.search(before):
        return False
    if text[0].islower():
        return True
    if flowing.kind is BlockKind.LIST_ITEM or before.count(" ") < _ENOUGH or text.count(" ") < 2:
        return False
    return number != flowing.last or _other_column(flowing.block, block)


def _other_column(before: Block | None, block: Block) -> bool:
    if before is None or before.bbox is None or block.bbox is None:
        return False
    return block.bbox[1] < before.bbox[1]


def _extend(draft: _Draft, block: Block, number: int, text: str, known: Vocabulary) -> None:
    draft.text = join(draft.text, text, known)
    draft.last = number
    draft.regions += _regions(number, block)
    draft.block = block


def _cut(draft: _Draft) -> Iterator[_Draft]:
    if draft.kind is BlockKind.APPARATUS:
        yield draft
        return
    for text in split_long(draft.text):
        yield _Draft(draft.kind, text, draft.path, draft.first, draft.last, draft.regions)
