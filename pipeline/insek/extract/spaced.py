"""Words printed with wide letter spacing, which PDFium takes apart into single letters."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from insek.extract.words import Word

LETTERS = 4
"""So many single letters in a row are a spaced word; fewer may be a list of marks."""


def spaced_runs(
    texts: Sequence[str], spans: Sequence[tuple[int, int]], generated: Callable[[int], bool]
) -> list[tuple[int, int]]:
    """Ranges of words that are single letters parted by spaces that the engine made up (`generated`).

    Spaces that stand in the file stay: there, the letters may be meant.
    """
    runs = []
    i = 0
    while i < len(texts):
        j = i + 1
        while j < len(texts) and _letter(texts[j - 1]) and _letter(texts[j]) and _touch(spans, j, generated):
            j += 1
        if j - i >= LETTERS:
            runs.append((i, j))
        i = j
    return runs


def _letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def _touch(spans: Sequence[tuple[int, int]], j: int, generated: Callable[[int], bool]) -> bool:
    end = spans[j - 1][1]
    return spans[j][0] == end + 1 and generated(end)


def close_up(words: list[Word], runs: Sequence[tuple[int, int]]) -> list[Word]:
    """Put the letters of each run together, with a new word at every gap much wider than its usual one."""
    out: list[Word] = []
    done = 0
    for start, stop in runs:
        out += words[done:start]
        letters = words[start:stop]
        gaps = [b.x0 - a.x1 for a, b in itertools.pairwise(letters)]
        usual = sorted(gaps)[len(gaps) // 2]
        current = letters[0]
        for letter, gap in zip(letters[1:], gaps, strict=True):
            if letter.base != current.base or gap > 1.7 * usual + 0.05 * letter.size:
                out.append(current)
                current = letter
            else:
                current = current._replace(text=current.text + letter.text, x1=letter.x1)
        out.append(current)
        done = stop
    return out + words[done:]
