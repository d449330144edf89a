"""Whether what OCR read is the lettering of a drawing: floor plans and maps give scraps that no sentence comes of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from insek.extract.fragments import fragments
from insek.extract.vocabulary import FUNCTION_WORDS
from insek.extract.words import BULLETS, Word

PIECES = 20
"""Fewer pieces of text than this are a cover or an address, whatever stands in them."""
JUNK = 0.25
"""Share of words that are neither words nor numbers: 0.35 to 0.5 in floor plans, 0.16 on a map with a long legend,
below 0.03 in scanned prose. Tables of figures have none, for numbers count as sound."""
RUNNING = 0.3
"""Share of the letters that stand in lines of running text: 0.1 to 0.2 in floor plans, 0.8 and more in prose and
legends."""
LINE_WORDS = 4
"""Sound words that make a line of running text."""

_NUMBER = re.compile(r"\W*\d[\d.,:/%€²+–-]*\W*")
_EDGES = '.,;:()„“"!?'


def only_labels(words: Sequence[Word]) -> bool:
    """Whether the words of a page are scraps, with hardly a line of running text among them."""
    pieces = fragments(words)
    if len(pieces) < PIECES:
        return False
    junk = sum(not (_sound(w.text) or _harmless(w.text)) for w in words)
    if junk < JUNK * len(words):
        return False
    running = sum(len(f.text) for f in pieces if sum(map(_sound, f.text.split())) >= LINE_WORDS)
    return running < RUNNING * sum(len(f.text) for f in pieces)


def _sound(text: str) -> bool:
    core = text.strip(_EDGES + "-").replace("-", "")
    return len(core) >= 3 and core.isalpha()


def _harmless(text: str) -> bool:
    core = text.strip(_EDGES).lower()
    return core in FUNCTION_WORDS or core in BULLETS or core in "–—-" or _NUMBER.fullmatch(text) is not None
