"""Joining lines: hyphens of the line break go, hyphens of the language stay.

Entwick- / lung            Entwicklung           broken word
Bildungs- / und Integra…   Bildungs- und …       suspended hyphen: the space belongs there
Karlsruhe- / Rintheim      Karlsruhe-Rintheim    true hyphen
STADT- / ENTWICKLUNG       STADTENTWICKLUNG      broken word in capitals
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from insek.extract.vocabulary import Vocabulary

HYPHENS = "-\xad\u2010\u2011\x02\ufffe"
SUSPENDING = frozenset(["und", "oder", "bzw", "beziehungsweise", "respektive", "u", "o"])
"""Words that follow the first half of a pair like "Bildungs- und Integrationsangebote" and never end a broken word."""
PERHAPS = frozenset(["als", "wie", "bis", "noch", "aber", "statt", "sondern", "samt", "sowie", "einschließlich"])
"""Words that may, and may also end one that the document knows: "so-wie", "Werk-statt", "den-noch"."""

_HEAD = re.compile(r"([^\W_][\w*:’']*(?:-\w+)*)$")
_TAIL = re.compile(r"[^\W_]+")
_EMPTY = Vocabulary()
_LONGEST = 200
"""Characters that a word is looked for in: a text without spaces is no word, and would be gone through at each line."""


def join(before: str, after: str, known: Vocabulary = _EMPTY) -> str:
    """Two lines as one, with the hyphen between them kept or dropped as German wants it."""
    if not before or not after:
        return before or after
    if before[-1] not in HYPHENS:
        return f"{before} {after}"
    stem = before[:-1]
    last = max(stem.rfind(" ") + 1, len(stem) - _LONGEST)
    head, tail = _HEAD.search(stem, last), _TAIL.match(after)
    if head is None or tail is None:
        return f"{stem}-{after}" if head and after[0] in ",;)/" else f"{before} {after}"
    return _decide(stem, head[1], tail[0], after, known)


def _decide(stem: str, head: str, tail: str, after: str, known: Vocabulary) -> str:
    last = re.split(r"[-/]", head)[-1]
    whole = last + tail
    follower = tail.lower()
    if follower in SUSPENDING or (follower in PERHAPS and whole not in known):
        return f"{stem}- {after}"
    if tail[0].islower():
        keeps = last.isupper() and whole not in known  # E-mobil, EU-weit
        return f"{stem}-{after}" if keeps or last.isdigit() else stem + after
    if len(last) > 1 and len(tail) > 1 and _capitals(last) and _capitals(tail):
        return stem + after
    return f"{stem}-{after}"


def _capitals(word: str) -> bool:
    return word.replace("ß", "SS").isupper()  # "MAß-NAHMEN" is written so


def join_all(lines: Iterable[str], known: Vocabulary = _EMPTY) -> str:
    """All lines of a paragraph as one text."""
    parts: list[str] = []
    for line in lines:
        if parts and parts[-1][-1] in HYPHENS:
            parts[-1] = join(parts[-1], line, known)
        elif line:
            parts.append(line)
    return " ".join(parts)


def _may_be_broken(before: str, after: str) -> bool:
    return after[0].islower() or (after[:2].isupper() and _capitals(before[-3:-1]))


def broken_word(before: str, after: str, known: Vocabulary = _EMPTY) -> tuple[str, str] | None:
    """Move the end of a word broken between two texts into the first; None where no word is broken.

    Words broken at the end of a column or page stand whole in the first part, so that each part can be read alone.
    """
    if not before or not after or before[-1] not in HYPHENS or not _may_be_broken(before, after):
        return None
    end = re.match(r"\S+", after)
    if end is None:
        return None
    first = join(before, end[0], known)
    if first.endswith(f"- {end[0]}"):
        return None
    return first, after[end.end() :].lstrip()
