"""The words of one document, counted: what its own spelling says about broken words.

No word list is shipped. A word that a plan writes whole ten times is good evidence for joining it the eleventh time,
and it knows the names of streets and projects that no dictionary has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain

_WORD = re.compile(r"[^\W\d_]+")
_PAIR = re.compile(r"(?<![^\W_-])([^\W\d_]+) (?=([^\W\d_]+)(?![^\W_]))")

_FUNCTION_WORDS_TEXT = """
    ab aber alle allem allen aller alles als also am an ander andere anderen anderer anderes auch auf aus außer
    bei beide beim bereits besonders bis bisher bzw da dabei dafür damit danach dann dennoch daran darauf daraus
    darin das dass davon dazu dem den denen der deren des dessen deshalb die dies diese diesem diesen dieser
    dieses doch dort durch ein eine einem einen einer eines einige einzelne er erst es etwa etwas für gegen
    gegenüber gut haben hat hatte hier hin hinter ihr ihre ihrem ihren ihrer im immer in ins ist ja je jede jedem
    jeden jeder jedes jedoch jetzt kann kein keine keinen können könnte lang man mehr mehrere mit muss müssen nach
    neben neu neue neuen neuer nicht noch nun nur ob oder ohne rund schon sehr seien sein seine seinen seiner seit
    selbst sich sie sind so sofern sollen sollte sollten sondern sowie sowohl statt über um und uns unser unter
    viel viele vielen vom von vor war waren was weit weitere weiter welche wenn wer werden wie wieder wir wird wo
    wohl wurde wurden zu zum zur zwar zwei zwischen
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_TEXT.split())
"""Words that are complete in themselves: a space after them is right until much speaks against it."""


class Vocabulary:
    """Counts of the words of a document and of neighbouring pairs; a capital first letter makes no other word."""

    __slots__ = ("_begins", "_pairs", "_texts", "words")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """Count the words of `texts`; pairs are counted when they are first asked for."""
        self._texts = list(texts)
        self.words: Counter[str] = Counter()
        printed = Counter(chain.from_iterable(map(_WORD.findall, self._texts)))  # counting in C, folding each word once
        for word, times in printed.items():
            self.words[word[0].lower() + word[1:]] += times
        self._pairs: Counter[tuple[str, str]] | None = None
        self._begins: dict[int, Counter[str]] = {}

    def count(self, word: str) -> int:
        """How often the document writes this word."""
        return self.words[word[:1].lower() + word[1:]]

    def pair(self, first: str, second: str) -> int:
        """How often the two words follow each other."""
        if self._pairs is None:
            self._pairs = Counter(chain.from_iterable(map(_PAIR.findall, self._texts)))
            self._texts = []
        return self._pairs[(first, second)]

    def begins(self, start: str) -> int:
        """How often the document writes a word that begins so (small letters)."""
        length = len(start)
        if length not in self._begins:
            counts: Counter[str] = Counter()
            for word, times in self.words.items():
                counts[word[:length]] += times
            self._begins[length] = counts
        return self._begins[length][start]

    def __contains__(self, word: str) -> bool:
        """Whether the document writes this word, or it is a function word."""
        return self.count(word) > 0 or word.lower() in FUNCTION_WORDS
