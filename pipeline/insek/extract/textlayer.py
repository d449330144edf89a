"""Whether the text layer of a page can be believed: characters that mean nothing, and words that nobody writes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from insek.domain import PageState
from insek.extract.vocabulary import FUNCTION_WORDS
from insek.extract.words import RawPage

UNMAPPED_SHARE = 0.1
"""Share of characters without meaning from which on a layer is worthless: every third word has one."""
COVERED = 0.5
"""Share of the page under images from which on it may be a scan."""
ENOUGH = 40
"""Words on which a share says something."""
KNOWN_SCAN, KNOWN_ANY = 0.12, 0.01
"""Share of function words below which a layer lies, over an image and elsewhere. German prose has 0.35 to 0.45, old
OCR layers of fair quality 0.25, lists and tables 0.1; shifted alphabets have none, but neither has Turkish."""

_UNMAPPED = re.compile("[\ufffd\x01\x03-\x08\x0e-\x1f\x7f-\x9f]|\\(cid:\\d+\\)")
_LETTERS = re.compile(r"[^\W\d_]+")


def unmapped(text: str) -> int:
    """Number of characters that the PDF does not map to letters; the marks of symbol fonts are none of them."""
    return len(_UNMAPPED.findall(text))


def known_share(texts: Iterable[str]) -> tuple[float, int]:
    """Share of function words among words of letters, and their number."""
    words = [w for text in texts for w in _LETTERS.findall(text.lower())]
    return sum(w in FUNCTION_WORDS for w in words) / max(len(words), 1), len(words)


def lies(page: RawPage) -> bool:
    """Whether the text layer should not be believed."""
    if page.state is not PageState.TEXT:
        return False
    texts = [w.text for w in page.words]
    letters = sum(map(len, texts))
    if page.unmapped > UNMAPPED_SHARE * max(letters, 1):
        return True
    share, count = known_share(texts)
    return count >= ENOUGH and share < (KNOWN_SCAN if page.cover >= COVERED else KNOWN_ANY)
