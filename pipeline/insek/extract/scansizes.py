"""Font sizes of scanned pages, settled over the document.

A size measured on ink is off by some percent from line to line, and a step of twelve percent makes a heading. Lines
near the size of body text get exactly that, the others the middle of their kind; where other pages of the document
have a text layer, theirs are the sizes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from insek.extract.headings import body_size
from insek.extract.packed import PackedWords
from insek.extract.words import RawPage, Word

NEAR = 0.085
"""Share by which the size of a line may be off its true size; the median of three words is off by this at most."""
SAME_BODY = 0.2
"""Body text of scanned and of other pages that differs by less than this share is the same type."""
OFTEN = 40
"""Letters of a size that make it one of the sizes of a text layer."""


def settle_sizes(scanned: Sequence[RawPage], others: Sequence[RawPage]) -> None:
    """Give the words of `scanned` pages settled sizes, in place; `others` have a text layer."""
    letters = _letters(scanned)
    if not letters:
        return
    body = _middle(letters)
    layer = _letters(others)
    known = [size for size, n in layer.items() if n >= OFTEN]
    text = body_size(layer.items()) if layer else round(2 * body) / 2
    factor = text / body if abs(text / body - 1) < SAME_BODY else 1.0
    table = _settled([size * factor for size in letters], [body * factor, *known])
    sizes = {size: table[size * factor] for size in letters}
    for page in scanned:
        page.words = PackedWords([word._replace(size=sizes[_rounded(word)]) for word in page.words])


def _rounded(word: Word) -> float:
    return round(word.size, 1)


def _letters(pages: Sequence[RawPage]) -> Counter[float]:
    counts: Counter[float] = Counter()
    for page in pages:
        for word in page.words:
            counts[_rounded(word)] += len(word.text)
    return counts


def _middle(letters: Counter[float]) -> float:
    """The size in the middle of all letters."""
    half, seen = sum(letters.values()) / 2, 0
    for size in sorted(letters):
        seen += letters[size]
        if seen >= half:
            return size
    return 10.0


def _settled(sizes: Sequence[float], anchors: Sequence[float]) -> dict[float, float]:
    """A settled size for each measured one: the nearest anchor, else the middle of its neighbours."""
    out: dict[float, float] = {}
    rest: list[float] = []
    for size in sorted(sizes):
        nearest = min(anchors, key=lambda a: (abs(a - size), a))
        if abs(size / nearest - 1) <= NEAR:
            out[size] = nearest
        else:
            rest.append(size)
    groups: list[list[float]] = []
    for size in rest:
        if groups and size <= groups[-1][0] * (1 + NEAR):
            groups[-1].append(size)
        else:
            groups.append([size])
    for group in groups:
        out.update(dict.fromkeys(group, round(2 * median(group)) / 2))
    return out
