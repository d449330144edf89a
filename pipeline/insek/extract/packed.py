"""Words of a page kept in arrays: a tenth of the memory of tuples, and nothing for the garbage collector to visit.

All pages of a document are read before the first is laid out (running heads show only over many pages), so what a
page of words takes decides how much memory a plan of a thousand pages needs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import overload

from insek.extract.words import Word

_JOINT = "\n"
"""Stands in no word: PDF engines part words at line ends."""


class PackedWords(Sequence[Word]):
    """Words that cannot be changed, made anew whenever they are asked for."""

    __slots__ = ("_numbers", "_texts", "_weights")

    def __init__(self, words: Sequence[Word]) -> None:
        """Take over the values of `words`; their texts must hold no line end."""
        self._texts = _JOINT.join([w[0] for w in words])
        self._numbers = array("d", [v for w in words for v in w[1:5]])
        self._weights = bytes([w[5] for w in words])

    def __len__(self) -> int:
        """Number of words."""
        return len(self._weights)

    def __iter__(self) -> Iterator[Word]:
        """All words in their order."""
        if not self._weights:
            return iter(())
        n = self._numbers
        values = zip(self._texts.split(_JOINT), n[0::4], n[1::4], n[2::4], n[3::4], self._weights, strict=True)
        return map(tuple.__new__, repeat(Word), values)  # three times as fast as calling `Word`

    @overload
    def __getitem__(self, index: int) -> Word: ...
    @overload
    def __getitem__(self, index: slice) -> list[Word]: ...
    def __getitem__(self, index: int | slice) -> Word | list[Word]:
        """A word, or several; makes all of them, so iterate where you can."""
        return list(self)[index]
