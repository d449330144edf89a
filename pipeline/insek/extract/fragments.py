"""From single words to fragments: words of one line that belong together.

Baselines decide what is one line, not boxes: fonts of one line differ in height but share the baseline.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from operator import attrgetter

from insek.extract.hyphens import HYPHENS
from insek.extract.words import PLAIN, Fragment, Rule, Word

SPLIT_EM = 0.6
"""A gap this wide (in font sizes) may be a gutter. Word spaces are 0.2-0.35 em, in narrow justified columns more:
what is parted too often here is put together again where no gutter runs through the gap."""

GLUE_EM = 0.08
"""Gaps below are no spaces: the thinnest justified word space seen is 0.12 em."""

BASE_EM = 0.2
"""Baselines closer than this are one line; superscripts (0.33 em and more) are not."""

ASCENT, DESCENT = 0.78, 0.22
"""Share of the font size above and below the baseline; good enough for boxes, equal for all engines."""

_base = attrgetter("base")
_x0 = attrgetter("x0")


def rows(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Words by common baseline, top to bottom, each row from left to right.

    The smaller type sets how far baselines may differ: a word of a poster must not swallow two lines of text beside it.
    """
    row: list[Word] = []
    limit = 0.0
    for word in sorted(words, key=_base):
        if row and word.base > min(limit, row[0].base + BASE_EM * word.size):
            yield sorted(row, key=_x0)
            row = []
        reach = word.base + BASE_EM * word.size
        limit = min(limit, reach) if row else reach
        row.append(word)
    if row:
        yield sorted(row, key=_x0)


def fragments(words: Iterable[Word], uprights: Iterable[Rule] = (), split: float = SPLIT_EM) -> list[Fragment]:
    """Cut every row at gaps of `split` font sizes and at drawn upright lines (`uprights`, as tables have them)."""
    lines = sorted((r.x0, r.top, r.bottom) for r in uprights)
    out: list[Fragment] = []
    for row in rows(words):
        _cut(row, lines, out, split)
    return out


def _cut(row: list[Word], lines: list[tuple[float, float, float]], out: list[Fragment], split: float) -> None:
    base = row[0].base
    crossing = [x for x, top, bottom in lines if top < base - 2 < bottom] if lines else []
    start, end = 0, row[0].x1
    last = row[0]
    doubled: set[int] = set()
    for i in range(1, len(row)):
        word = row[i]
        gap = word.x0 - end
        if gap < 0 and word.text == last.text and word.x0 - last.x0 < 0.3 * word.size:
            doubled.add(i)  # printed twice, slightly shifted, to look bold
            continue
        wide = gap > split * word.size
        if wide or (crossing and any((last.x0 + last.x1) / 2 <= x <= word.x0 + 1 for x in crossing)):
            out.append(_join(row, start, i, doubled))
            start, end = i, word.x1
        elif word.x1 > end:
            end = word.x1
        last = word
    out.append(_join(row, start, len(row), doubled))


def _join(row: list[Word], start: int, stop: int, doubled: set[int]) -> Fragment:
    words = [row[i] for i in range(start, stop) if i not in doubled] if doubled else row[start:stop]
    first = words[0]
    if len(words) == 1:
        base, size = first.base, first.size
        text, weight, end = first.text, first.weight, first.x1
    else:
        main = max(words, key=lambda w: w.x1 - w.x0)
        base, size = main.base, main.size
        end = max(w.x1 for w in words)
        text = _spaced(words)
        alike = sum(w.weight == main.weight for w in words)
        weight = main.weight if 2 * alike > len(words) else PLAIN
    return Fragment(text, first.x0, base - ASCENT * size, end, base + DESCENT * size, base, size, weight)


def _spaced(words: list[Word]) -> str:
    """Words with spaces between them; without where hardly any space was printed.

    Fonts with wrong widths make all gaps of a line look small: there the spaces stay.
    """
    gaps = [word.x0 - before.x1 for before, word in itertools.pairwise(words)]
    tight = [-0.15 * w.size < gap < GLUE_EM * w.size for gap, w in zip(gaps, words, strict=False)]
    if not any(tight):
        return " ".join([w.text for w in words])
    trusted = 5 * sum(tight) <= len(tight)
    parts = [words[0].text]
    for before, word, close in zip(words, words[1:], tight, strict=False):
        # PDFium ends a word at each hyphen mark, or begins one with it
        broken = before.text[-1] == "-" and word.text[0].isalnum()
        broken = broken or (word.text in HYPHENS and word is words[-1] and before.text[-1].isalpha())
        parts.append(word.text if close and (trusted or broken) else " " + word.text)
    return "".join(parts)
