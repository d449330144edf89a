"""Lists of contents, figures and sources, imprint and index: kept in their place but never taken for statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from insek.domain import Block, BlockKind
from insek.extract.paragraphs import has_leader

_TITLES = re.compile(
    r"(?:\d+(?:\.\d+)*\.?\s+)?(?:inhalt(?:e|sverzeichnis|sübersicht)?|gliederung"
    r"|(?:abbildungs|tabellen|karten|literatur|quellen|abkürzungs|stichwort|bild|foto|planungs?|anlagen|schaubild)+"
    r"(?:- und (?:abbildungs|tabellen|karten|literatur|quellen))?-?(?:verzeichnis|nachweise?|quellen)"
    r"|(?:verwendete |weiterführende |zitierte )?(?:literatur|quellen|bibliogra(?:ph|f)ie)"
    r"(?: und (?:literatur|quellen))?"
    r"|(?:literatur|quellen|bild)(?:-? und (?:literatur|quellen|bild))?-?(?:angaben|hinweise)"
    r"|verzeichnis der (?:abbildungen|tabellen|karten|abkürzungen|quellen)(?: und (?:abbildungen|tabellen|karten))?"
    r"|impressum|bildnachweise?|(?:sach|orts|personen|stichwort)?register|(?:stichwort|sach)?index"
    r"|fußnoten|endnoten)\s*:?",
    re.I,
)
_ENTRY = re.compile(r"(?:\.\s?){3,}\s*\d{0,4}$|…+\s*\d{0,4}$|^(?:\d+(?:\.\d+)*\.?\s+)?\D.{2,120}?\s+\|?\s*\d{1,3}$")
_FOOTNOTE_MARK = re.compile(r"(?<=[a-zß])[\d*¹²³]{1,2}$")
_NUMBERS = re.compile(r"\d+")
NEAR = 3
"""Blocks after a heading within which a list of contents goes on after it: chapters have titles of their own there."""
UNCOUNTED = 10
"""By so much the last printed page number may pass the number of pages in the file."""
_LONG = 60
"""Words of a block that ends a list of contents: entries are short, text is not."""


def mark_apparatus(pages: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """Blocks of all pages, apparatus marked; a list begins with its title or with a page full of dot leaders."""
    out: list[list[Block]] = []
    open_title: str | None = None
    for blocks in pages:
        listed = _listed(blocks, len(pages))
        if open_title and not _goes_on(open_title, listed):
            open_title = None
        page: list[Block] = []
        for i, block in enumerate(blocks):
            title = _title(block)
            if title:
                open_title = title
            elif open_title and _ends(block, blocks[i + 1 : i + 1 + NEAR], open_title):
                open_title = None
            page.append(_marked(block) if open_title or (listed and _is_entry(block)) else block)
        out.append(page)
    return out


def _title(block: Block) -> str | None:
    text = block.text.strip()
    if len(text) > 60 or block.kind not in (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.TABLE_ROW):
        return None
    text = _FOOTNOTE_MARK.sub("", text)
    if not _TITLES.fullmatch(text) or (block.kind is BlockKind.PARAGRAPH and text.endswith(":")):
        return None
    return text.casefold()


def _is_contents(title: str) -> bool:
    return "inhalt" in title or "gliederung" in title or "abbildung" in title or "tabelle" in title


def _ends(block: Block, following: Sequence[Block], title: str) -> bool:
    """Whether a list of this title ends before the block; text after its last entry still belongs to that entry."""
    if not _is_contents(title):
        return block.kind is BlockKind.HEADING
    if block.text.count(" ") > _LONG or block.kind is BlockKind.FOOTNOTE:
        return True
    return block.kind is BlockKind.HEADING and not any(map(_is_entry, (block, *following)))


def _goes_on(title: str, listed: bool) -> bool:
    """Whether a list may go on over a new page: contents as long as there are entries, an imprint never."""
    if "impressum" in title:
        return False
    return listed or not _is_contents(title)


def _is_entry(block: Block) -> bool:
    text = block.text
    return has_leader(text) or (len(text) < 160 and text[-1:].isdigit() and _ENTRY.search(text) is not None)


def _listed(blocks: Sequence[Block], pages: int) -> bool:
    """Whether a page is a list of contents: several dot leaders, or many entries with rising page numbers.

    Contents set as a table look like figures, so their numbers must be pages that a document of `pages` pages has.
    """
    if sum(has_leader(b.text) for b in blocks) >= 4:
        return True
    entries = [b for b in blocks if _is_entry(b)]
    if len(entries) < 6 or 2 * len(entries) < len(blocks):
        return False
    numbers = [int(d[-1]) for d in (_NUMBERS.findall(b.text) for b in entries) if d]
    if any(b.kind is BlockKind.TABLE_ROW for b in entries) and numbers[-1] > pages + UNCOUNTED:
        return False
    # contents run over more pages than they have entries; "Projekt 1" to "Projekt 11" do not
    return numbers == sorted(numbers) and numbers[-1] >= 1.5 * len(numbers)


def _marked(block: Block) -> Block:
    return replace(block, kind=BlockKind.APPARATUS, level=0)
