"""Plain text plans (`.txt`, `.md`): machine text with line breaks, running heads and the faults of its extraction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from insek.domain import Block, BlockKind, Page, PageState
from insek.errors import InputError
from insek.extract.apparatus import mark_apparatus
from insek.extract.clean import characters, repair
from insek.extract.headings import depth
from insek.extract.hyphens import HYPHENS, join_all
from insek.extract.paragraphs import ENDS, ITEM
from insek.extract.vocabulary import Vocabulary
from insek.extract.words import BULLETS

_HASHES = re.compile(r"(#{1,6})\s+(\S.*)")
_NUMBER_LINE = re.compile(r"[\s\d|.\-–]*$")
_PAGE_LINE = re.compile(r"\W*(?:Seite|S\.|Page)?\s*(\d{1,4})\s*(?:(?:von|/)\s*\d{1,4})?\W*$", re.I)
_DIGITS = re.compile(r"\d+")
_SYMBOLS_FIRST = re.compile(r"^[ \t\xa0]*(?:[\x7f-\x84\x86-\x9f\ue000-\uf8ff][ \t\xa0]*)+", re.M)
_SYMBOL = re.compile(r"[\x7f-\x84\x86-\x9f\ue000-\uf8ff]")
"""Private and control characters: never letters, mostly boxes, arrows and bullets of symbol fonts."""
_LONE_MARK = re.compile(rf"^[ \t]*([{BULLETS}–-])[ \t]*\n(?:[ \t]*\n)?[ \t]*(?=[^\s{BULLETS}–-])", re.M)
_CONTROL = re.compile(r"[\x01\x03-\x08\x0e-\x1f\ufffd]")
EDGE_LINES = 3
"""Lines at the top and bottom of a page where running heads are looked for."""


def decode(path: Path, data: bytes) -> str:
    """Text of a file in UTF-8, UTF-16 with mark, or Windows-1252; anything else is refused, not guessed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        encodings = []
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(
        f"{path.name}: Die Zeichen der Textdatei sind nicht lesbar (weder UTF-8 noch Windows-1252).",
        "Datei im Texteditor öffnen und als UTF-8 speichern.",
    )


def read_text(path: Path, data: bytes) -> tuple[Page, ...]:
    """Pages of a text file, parted by form feeds."""
    text = with_marks(decode(path, data).replace("\r\n", "\n").replace("\r", "\n"))
    markdown = path.suffix.lower() == ".md"
    raw = [page.split("\n") for page in text.removesuffix("\f").split("\f")]
    garbled = [[_CONTROL.sub("\ufffd", line.strip()) for line in lines if _garbled(line)] for lines in raw]
    sheets = [[characters(line).strip() for line in lines if not _garbled(line)] for lines in raw]
    known = Vocabulary(sheets_text(sheets))
    dropped = [([*gone, *lost], label)
               for (gone, label), lost in zip(_drop_running(sheets), garbled, strict=True)]  # fmt: skip
    every = [len(ln) for lines in sheets for ln in lines if len(ln) > 30]
    width = sorted(every)[len(every) // 2] if every else 80
    blocks = [_blocks([re.sub(" {2,}", " ", ln) for ln in lines], width, known, markdown) for lines in sheets]
    marked = mark_apparatus(blocks)
    return tuple(_page(i, b, *d) for i, (b, d) in enumerate(zip(marked, dropped, strict=True), 1))


def with_marks(text: str) -> str:
    """Marks of list items as they were printed: symbol fonts come out as characters without a meaning.

    A mark on a line of its own belongs to the next line.
    """
    text = _SYMBOLS_FIRST.sub("• ", text)
    text = _SYMBOL.sub(" ", text)
    return _LONE_MARK.sub(r"\1 ", text)


def _garbled(line: str) -> bool:
    """Whether a line comes from a font that maps to no letters: control characters among what looks like text."""
    return len(_CONTROL.findall(line)) >= 2


def sheets_text(sheets: Sequence[Sequence[str]]) -> list[str]:
    """Text of each page without broken line ends, for counting words."""
    return [" \n ".join(ln for ln in lines if not ln.endswith("-")) for lines in sheets]


def _page(number: int, blocks: list[Block], dropped: list[str], label: str | None) -> Page:
    state = PageState.TEXT if blocks else PageState.EMPTY
    return Page(number, state, tuple(blocks), label, dropped=tuple(dropped))


def _normal(line: str) -> str:
    return _DIGITS.sub("#", line.casefold())


def _drop_running(sheets: list[list[str]]) -> list[tuple[list[str], str | None]]:
    """Take running lines and page numbers out of the edges of all pages, in place."""
    counts: Counter[str] = Counter()
    for lines in sheets:
        counts.update({_normal(lines[i]) for i in _edges(lines) if sum(c.isalpha() for c in lines[i]) >= 3})
    need = max(3, len(sheets) // 10)
    out: list[tuple[list[str], str | None]] = []
    for lines in sheets:
        gone: list[str] = []
        label = None
        for i in _edges(lines):
            number = _PAGE_LINE.match(lines[i]) if len(sheets) > 1 else None
            if number or counts[_normal(lines[i])] >= need:
                digits = _DIGITS.findall(lines[i])
                label = (number[1] if number else digits[-1] if digits else None) or label
                gone.append(lines[i])
                lines[i] = ""
        out.append((gone, label))
    return out


def _edges(lines: Sequence[str]) -> list[int]:
    filled = [i for i, line in enumerate(lines) if line]
    return sorted({*filled[:EDGE_LINES], *filled[-EDGE_LINES:]})


def _blocks(lines: Sequence[str], width: float, known: Vocabulary, markdown: bool) -> list[Block]:
    groups: list[list[str]] = [[]]
    for line in lines:
        before = groups[-1][-1] if groups[-1] else ""
        if not line or (markdown and _HASHES.match(line)) or (before and _begins(before, line, width)):
            groups.append([line] if line else [])
            if markdown and _HASHES.match(line):
                groups.append([])
        elif not _NUMBER_LINE.match(line):
            groups[-1].append(line)
    return [_block(group, known, markdown, width) for group in groups if group]


def _begins(before: str, line: str, width: float) -> bool:
    """Whether a new block begins with this line of text."""
    if ITEM.match(line):
        return before[-1] not in HYPHENS and not (
            line[0].isdigit() and not ENDS.search(before) and len(before) > 0.75 * width
        )
    if before[-1] in HYPHENS or line[0].islower():
        return False
    short = len(before) < 0.75 * width
    return short and (bool(ENDS.search(before)) or depth(line) is not None or len(before) < 0.5 * width)


def _block(lines: list[str], known: Vocabulary, markdown: bool, width: float) -> Block:
    marked = _HASHES.match(lines[0]) if markdown else None
    if marked:
        return Block(BlockKind.HEADING, repair(_unmarked(marked[2]), known), level=len(marked[1]))
    text = repair(join_all(lines, known), known)
    if ITEM.match(text) and not (depth(text) and len(text) < 80 and not ENDS.search(text)):
        return Block(BlockKind.LIST_ITEM, text)
    level = _level(text, len(lines), width)
    return Block(BlockKind.HEADING if level else BlockKind.PARAGRAPH, text, level=level)


def _unmarked(heading: str) -> str:
    """A heading of Markdown without the hashes that may close it."""
    return heading.rstrip("#").rstrip() or heading


def _level(text: str, lines: int, width: float) -> int:
    """Level of a heading in plain text, 0 for none: numbered and short, or in capitals, or short without an end."""
    words = text.count(" ") + 1
    letters = sum(c.isalpha() for c in text)
    if (
        lines > 2
        or words > 14
        or letters < 0.6 * len(text)
        or ENDS.search(text)
        or text[0].islower()
        or text[-1] == ","
    ):
        return 0
    own = depth(text)
    if own:
        return min(own, 6)
    if text.isupper() and letters > 3:
        return 2
    return 4 if lines == 1 and words <= 8 and len(text) < 0.6 * width and text[0].isupper() else 0
