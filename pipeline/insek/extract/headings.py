"""Which blocks are headings, and of which level: by size, weight and numbering, compared over the whole document."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from insek.extract.paragraphs import Chunk, has_leader
from insek.extract.words import BOLD, BULLETS, ITALIC, PLAIN

LARGER = 1.12
"""A heading's font size against body text: 9.5 to 11 pt is the smallest step in use."""
LONG_WORDS, LONG_LINES = 22, 4
"""Larger than any heading: long text in large or bold type is a lead paragraph."""
NUMBERED = re.compile(
    r"(?:(?:Kapitel|Teil|Abschnitt)\s+)?(\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z](?=\.\d|\s)|[IVX]{1,4}(?=\.))\.?\)?\s+\S"
)
_ITEM_NUMBER = re.compile(r"(\d{1,2})\. ?\D")
SLIDE_WORDS = 12
"""Words of one size that are the text of a page rather than its title; they make up half of it at least."""
LIST_ITEMS = 3
"""Numbered lines that make a list."""
_SENTENCE_END = re.compile(r"[.;,](?:\s*\W?)$")
SLOGAN = 12
"""Words of a heading that calls out ("Gesundheit für alle!"); longer ones are sentences."""
RARE = 0.03
"""Share of all headings below which a style belongs to covers and posters and opens no level of its own."""


def body_size(sizes: Iterable[tuple[float, int]]) -> float:
    """The font size that most characters have, from pairs of size and number of characters."""
    counts: Counter[float] = Counter()
    for size, chars in sizes:
        counts[round(size * 4) / 4] += chars
    return max(counts.items(), key=lambda c: (c[1], -c[0]))[0] if counts else 10.0


def page_headings(chunks: Sequence[Chunk], body: float) -> list[Chunk]:
    """Headings of a page. Where large type is the text of the page, as on slides, only larger type heads it."""
    words: Counter[float] = Counter()
    for chunk in chunks:
        words[round(chunk.size)] += chunk.text.count(" ") + 1
    size, count = max(words.items(), key=lambda w: (w[1], w[0]), default=(0.0, 0))
    text = size if count >= SLIDE_WORDS and 2 * count > sum(words.values()) else 0.0
    heads = [chunk for chunk in chunks if is_heading(chunk, max(body, text))]
    listed = _numbered_list(chunks, heads)
    return [chunk for chunk in heads if id(chunk) not in listed]


def _numbered_list(chunks: Sequence[Chunk], heads: Sequence[Chunk]) -> set[int]:
    """Headings that follow each other in number with nothing between them: the items of a list."""
    known, listed = set(map(id, heads)), set[int]()
    run: list[Chunk] = []
    for chunk in (*chunks, None):
        number = _ITEM_NUMBER.match(chunk.text) if chunk and id(chunk) in known else None
        if chunk and number and (not run or int(number[1]) == int(run[-1].text.split(".")[0]) + 1):
            run.append(chunk)
            continue
        if len(run) >= LIST_ITEMS:
            listed.update(map(id, run))
        run = [chunk] if chunk and number else []
    return listed


def is_heading(chunk: Chunk, body: float) -> bool:
    """Whether a block looks like a heading. Bold text of body size must be short and no sentence."""
    text = chunk.text
    words = text.count(" ") + 1
    if chunk.cells or words > LONG_WORDS or chunk.lines > LONG_LINES or has_leader(text):
        return False
    if sum(c.isalpha() for c in text) < 3 or (text[0] in '„"“»' and words > 8) or text[0] in BULLETS:
        return False
    if chunk.size >= LARGER * body:
        return not (text[0].islower() and words > 3)
    longest = {PLAIN: 0, ITALIC: 12, BOLD: 16}[chunk.weight]
    if words > longest or chunk.size < 0.93 * body or chunk.lines > (2 if chunk.weight == BOLD else 1):
        return False
    if _SENTENCE_END.search(text) or (text[-1] == "!" and words > SLOGAN) or text.count("(") != text.count(")"):
        return False
    return not text[0].islower() and not (chunk.item and not NUMBERED.match(text))


def depth(text: str) -> int | None:
    """Level that the numbering of a heading shows: 2 for "3.1 Wohnen"; None without a number."""
    found = NUMBERED.match(text)
    if found is None or re.match(r"\d{1,2}\.?\s+(?:Jahre|Personen|Prozent|%|Uhr)", text):
        return None
    return found[1].count(".") + 1


def levels(headings: Sequence[Chunk], body: float) -> list[int]:
    """Levels 1-6 of headings in document order: the larger the type the higher; numbering settles equal sizes.

    Each style (size, weight) gets one level. Where most headings of a style are numbered, their usual depth is it,
    unless larger type already counts at that depth ("1. Abschnitt" above "1. Begriff").
    """
    styles: dict[tuple[float, int], list[Chunk]] = defaultdict(list)
    for chunk in headings:
        styles[_style(chunk, body)].append(chunk)
    ranks: dict[tuple[float, int], tuple[int, int]] = {}
    rank = counted = 0
    for style in sorted(styles, key=lambda s: (-s[0], -s[1])):
        usual = _usual_depth(styles[style])
        if usual > counted:
            ranks[style] = usual, usual
            counted, rank = usual, max(rank, usual)
        else:
            ranks[style] = rank + 1, usual
            rank += len(styles[style]) > RARE * len(headings)
    return [max(1, min(6, _own(chunk, *ranks[_style(chunk, body)]))) for chunk in headings]


def _usual_depth(chunks: Sequence[Chunk]) -> int:
    """Depth of numbering that most headings of a style have; 0 where fewer than half have a number."""
    depths = Counter(d for c in chunks if (d := depth(c.text)) is not None)
    return depths.most_common(1)[0][0] if 2 * sum(depths.values()) > len(chunks) else 0


def _own(chunk: Chunk, rank: int, usual: int) -> int:
    """Level of one heading of a style: its own numbering shows how far it stands above or below the others."""
    own = depth(chunk.text)
    if own is None:
        return rank
    return rank + own - usual if usual else max(rank, own)


def _style(chunk: Chunk, body: float) -> tuple[float, int]:
    size = round(chunk.size * 2) / 2
    return (size, chunk.weight) if size < LARGER * body else (size, BOLD)
