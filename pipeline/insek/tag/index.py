"""The features that a model knows, by number: from a passage to the rows of the weights it adds up.

The same features as in `tag.features`, weighed. Screening spends a good part of its time here, so the model's features
are looked up once for each word type instead of once for each occurrence, and what remains is NumPy: half the time of
names in dictionaries. Neither scikit-learn nor scipy is needed, whose import alone takes longer than tagging a plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from insek.tag.features import COUNTED, Sight, frequency, signs, word_of, word_parts
from insek.tag.remembered import Remembered


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a model knows of a passage: `rows` of its weights, int64, and their `values`, float64, both shape (n,).

    `dense` is the vector of the encoder, float32, shape (d,); None in a model without one.
    """

    rows: NDArray[np.int64]
    values: NDArray[np.float64]
    dense: NDArray[np.float32] | None = None


class Index:
    """Names, numbers and weights of the features of a model."""

    def __init__(self, idf: Mapping[str, float], scale: Mapping[str, float]) -> None:
        """`idf`: feature name -> inverse document frequency, in the order of the rows; `scale`: group -> weight."""
        self.names = tuple(idf)
        self.rows = {name: row for row, name in enumerate(self.names)}
        groups = {group: number for number, group in enumerate(scale)}
        self._idf = np.fromiter(idf.values(), np.float64, len(idf))
        self._group = np.fromiter((groups[name[0]] for name in self.names), np.int8, len(idf))
        self._scale = np.array(list(scale.values()), np.float64)
        self._counted = np.array([group in COUNTED for group in scale])
        self._types = Remembered(self._look_up)

    def passage(self, sight: Sight) -> Weighed:
        """A passage as the model sees it."""
        types = [self._types[token.norm] for token in sight.text.tokens]
        words = [word for word, _, _ in types if word]
        pairs = map(self.rows.get, [f"b:{one} {two}" for one, two in pairwise(words)])
        headings = [f"h:{word}" for token in sight.headings.tokens if (word := self._types[token.norm][0])]
        counts: Counter[int | None] = Counter(
            chain(
                chain.from_iterable(own for _, own, _ in types),
                pairs,
                chain.from_iterable(parts for _, _, parts in types),
                map(self.rows.get, headings),
            )
        )
        del counts[None]
        told = [(row, value) for name, value in signs(sight).items() if (row := self.rows.get(name)) is not None]
        return self._weigh(
            [*counts, *(row for row, _ in told)],
            [*map(frequency, counts.values()), *(value for _, value in told)],
        )

    def named(self, found: Mapping[str, float]) -> Weighed:
        """The same for what `features` gives; features that the model does not know are dropped."""
        known = [(row, value) for name, value in found.items() if (row := self.rows.get(name)) is not None]
        return self._weigh([row for row, _ in known], [value for _, value in known])

    def _look_up(self, norm: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
        """Stem of a word type (empty where it counts as none), and the rows of the stem and of its parts."""
        word = word_of(norm)
        own = self.rows.get(f"w:{word}") if word else None
        parts = tuple([row for row in map(self.rows.get, word_parts(norm)) if row is not None])
        return word, () if own is None else (own,), parts

    def _weigh(self, rows: Sequence[int | None], found: Sequence[float]) -> Weighed:
        """Values as the classifier weighs them: tf-idf with unit length per group, times the weight of the group.

        Features of rules and shape keep their value, times the weight of their group.
        """
        chosen = np.array(rows, np.int64)
        groups = self._group[chosen]
        values = np.array(found, np.float64) * self._idf[chosen]
        lengths = np.sqrt(np.bincount(groups, values * values, len(self._scale)))
        lengths[self._counted | (lengths == 0)] = 1.0
        return Weighed(chosen, values * (self._scale / lengths)[groups])
