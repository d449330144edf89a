"""Missing spaces: "undIntegration", "beteiligen.Die Stadt", "Kinder,Jugendliche".

A space is put in only where the seam shows: a capital after a whole function word, or after the mark that ends a
sentence or part of one. "BürgerInnen" and "www.stadt.de" stay.
"""

from __future__ import annotations

import re

from insek.extract.vocabulary import FUNCTION_WORDS, Vocabulary

_CAMEL = re.compile(r"(?<![\w.@/-])([A-ZÄÖÜ]?[a-zäöüß]{2,})(?=([A-ZÄÖÜ][a-zäöüß]{2,}))")
_STOP = re.compile(r"([.!?;])(?<=[a-zäöüß]{3}.)(?=([A-ZÄÖÜ][a-zäöüß]+))")
_COMMA = re.compile(r",(?<=[a-zäöüß]{2},)(?=[A-Za-zÄÖÜäöüß]{2})")
_INNER_CAPITAL = re.compile(r"[A-ZÄÖÜ](?<=[a-zäöüß].)[a-zäöüß]{2}")
"""Where a word of `_CAMEL` goes on: patterns that begin with a rare sign are found in a fifth of the time."""
_ADDRESS = re.compile(r"(?<!\S)\S*(?:www\.|://|@|\.(?:de|com|org|net|eu|html?|pdf))\S*", re.I)
_SHORTEST = 3
"""Letters of a function word that is parted off; "in" and "an" may begin names."""


def part_words(text: str, known: Vocabulary) -> str:
    """Put in spaces that were lost between words; addresses of web pages and mail are left alone."""
    if not (_INNER_CAPITAL.search(text) or _STOP.search(text) or _COMMA.search(text)):
        return text  # nearly all texts
    out: list[str] = []
    done = 0
    for found in _ADDRESS.finditer(text):
        out += (_parted(text[done : found.start()], known), found[0])
        done = found.end()
    return "".join(out) + _parted(text[done:], known)


def _parted(text: str, known: Vocabulary) -> str:
    text = _CAMEL.sub(lambda m: f"{m[1]} " if _seam(m[1], m[2], known) else m[1], text)
    text = _STOP.sub(lambda m: f"{m[1]} " if m[2].lower() in FUNCTION_WORDS or m[2] in known else m[1], text)
    return _COMMA.sub(", ", text)


def _seam(first: str, second: str, known: Vocabulary) -> bool:
    if len(first) < _SHORTEST or first.lower() not in FUNCTION_WORDS or second.startswith("Innen"):
        return False
    return known.count(second) > 0
