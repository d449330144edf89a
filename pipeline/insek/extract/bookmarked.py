"""Headings and page names from what the file itself says about its structure.

An outline was made by the author's program from the headings themselves: where an entry is found again on its page,
it says surer than any font that this is a heading, and of which level. Where it is not found (slides are bookmarked
as "Folie 7"), it says nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from insek.domain import Block, BlockKind, Page
from insek.extract.headings import LONG_WORDS

Outline = Sequence[tuple[int, str, int]]

_SPARE = 20
"""Characters by which a heading may be longer than its bookmark: its number and odd spaces."""
PARTS = 3
"""Blocks that a heading may have come apart into."""
_OPEN = (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
"""Kinds that may turn out to be headings: a caption or the row of a table never does."""
_NUMBER = re.compile(
    r"^\s*(?:(?:kapitel|teil|abschnitt)\s+)?(?:\d{1,2}(?:\.\d{1,2})*|[A-Z]|[IVX]{1,4})[.):]?\s+(?=\S)", re.I
)
_LETTERS = re.compile(r"[^\W_]+")


def with_outline(pages: Sequence[list[Block]], outline: Outline) -> list[list[Block]]:
    """The blocks of all pages, those that the outline names as headings of its levels.

    The other headings keep their order among each other: where most headings of a level are on another level of the
    outline, the rest of them goes with them.
    """
    out = [list(blocks) for blocks in pages]
    moved: dict[int, Counter[int]] = defaultdict(Counter)
    named: set[int] = set()
    for level, title, page in outline:
        if page <= len(out) and _is_title(title):
            _name(out[page - 1], title, min(level, 6), moved, named)
    if not named:
        return out
    table = _levels(moved)
    return [[b if id(b) in named else _moved(b, table) for b in blocks] for blocks in out]


def _is_title(text: str) -> bool:
    """Whether a bookmark could be a heading: some word processors bookmark whole sentences."""
    words = text.count(" ") + 1
    sentence = words > 14 and text[-1] in ".;,"
    return sum(c.isalpha() for c in text) >= 3 and words <= LONG_WORDS and not sentence


def _name(blocks: list[Block], title: str, level: int, moved: dict[int, Counter[int]], named: set[int]) -> None:
    """Make a heading of the blocks of a page that hold this title."""
    wanted = {_plain(title), _plain(_NUMBER.sub("", title))} - {""}
    found = _whole(blocks, wanted, len(title) + _SPARE, named) or _run_in(blocks, title)
    if found is None:
        return
    start, stop, heading, rest = found
    if blocks[start].kind is BlockKind.HEADING:
        moved[blocks[start].level][level] += 1
    heading = replace(heading, kind=BlockKind.HEADING, level=level)
    named.add(id(heading))
    blocks[start:stop] = [heading, rest] if rest else [heading]


_Found = tuple[int, int, Block, Block | None]


def _whole(blocks: Sequence[Block], wanted: set[str], longest: int, named: set[int]) -> _Found | None:
    """Blocks that together are the title, its number aside."""
    for start, first in enumerate(blocks):
        for stop in range(start + 1, min(start + PARTS, len(blocks)) + 1):
            parts = blocks[start:stop]
            if any(b.kind not in _OPEN or id(b) in named for b in parts):
                break
            text = " ".join(b.text for b in parts)
            if len(text) > longest:
                break
            if {_plain(text), _plain(_NUMBER.sub("", text))} & wanted:
                return start, stop, replace(first, text=text, bbox=_hull(parts)), None
    return None


def _run_in(blocks: Sequence[Block], title: str) -> _Found | None:
    """A title that the layout took for the beginning of a paragraph; single words are too often no title there."""
    words = _LETTERS.findall(title.casefold())
    if len(words) < 2:
        return None
    for i, block in enumerate(blocks):
        if block.kind is not BlockKind.PARAGRAPH:
            continue
        seen = list(zip(words, _LETTERS.finditer(block.text), strict=False))
        if len(seen) < len(words) or any(w != m[0].casefold() for w, m in seen):
            continue
        end = seen[-1][1].end()
        rest = block.text[end:].lstrip(" .:–-")
        if rest[:1].isupper() and block.text[end : end + 1] in (" ", ".", ":"):
            return (i, i + 1, *_split(block, block.text[:end], rest))
    return None


def _split(block: Block, head: str, rest: str) -> tuple[Block, Block]:
    if block.bbox is None:
        return replace(block, text=head), replace(block, text=rest)
    x0, top, x1, bottom = block.bbox
    cut = top + (bottom - top) * len(head) / len(block.text)
    return replace(block, text=head, bbox=(x0, top, x1, cut)), replace(block, text=rest, bbox=(x0, cut, x1, bottom))


def _hull(blocks: Sequence[Block]) -> tuple[float, float, float, float] | None:
    boxes = [b.bbox for b in blocks if b.bbox]
    if not boxes:
        return None
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def _plain(text: str) -> str:
    return "".join(_LETTERS.findall(text.casefold()))


def _levels(moved: dict[int, Counter[int]]) -> dict[int, int]:
    """New levels 1-6 by old ones: the usual level of the outline; levels that it never names follow the next above."""
    table: dict[int, int] = {}
    for old in range(1, 7):
        before = table.get(old - 1, 0)
        usual = moved[old].most_common(1)[0][0] if moved.get(old) else before + 1
        table[old] = min(max(usual, before), 6)
    return table


def _moved(block: Block, table: dict[int, int]) -> Block:
    if block.kind is not BlockKind.HEADING or table[block.level] == block.level:
        return block
    return replace(block, level=table[block.level])


def with_labels(pages: Sequence[Page], labels: Sequence[str | None]) -> tuple[Page, ...]:
    """Pages with the names that the file gives them, where no number is printed on them.

    Names that contradict the printed numbers are those of another edition, or of nobody: then none is used.
    """
    pairs = list(zip(pages, labels, strict=False))
    if any(page.label and label and page.label.lower() != label.lower() for page, label in pairs):
        return tuple(pages)
    given = {page.number: label for page, label in pairs}
    return tuple(p if p.label else replace(p, label=given.get(p.number)) for p in pages)
