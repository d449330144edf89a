"""From passages to the numbers that scikit-learn takes; the same numbers as `tag.model` uses when screening."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from insek.tag.features import Sight, features, weigh

SCALE = {"w": 1.0, "b": 0.5, "c": 1.0, "h": 0.4, "t": 1.0, "f": 1.0, "g": 1.0, "d": 1.0, "s": 0.5}
"""Weight of each feature group; chosen by cross-validation by municipality, see pipeline/notes."""

_MIN_PASSAGES = {"w": 2, "b": 3, "c": 4, "h": 2}
"""A feature that fewer passages have cannot be learned from; rarer word parts are mostly chance."""


def learn_idf(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Inverse document frequency of each feature that is common enough, in sorted order; 1 for rules and shape."""
    counts = Counter(name for item in found for name in item)
    n = len(found)
    return {
        name: 1.0 if name[0] not in _MIN_PASSAGES else round(math.log((1 + n) / (1 + count)) + 1.0, 5)
        for name, count in sorted(counts.items())
        if count >= _MIN_PASSAGES.get(name[0], 1)
    }


def sparse_matrix(found: Sequence[Mapping[str, float]], idf: Mapping[str, float]) -> csr_matrix:
    """Weighed features, float64, shape (passages, features of `idf` in its order)."""
    index = {name: i for i, name in enumerate(idf)}
    ends = [0]
    columns: list[int] = []
    values: list[float] = []
    for item in found:
        weighed = weigh(item, idf, SCALE)
        columns.extend(index[name] for name in weighed)
        values.extend(weighed.values())
        ends.append(len(columns))
    shape = (len(found), len(idf))
    return csr_matrix((np.array(values), np.array(columns, dtype=np.int64), np.array(ends)), shape=shape)


def all_features(sights: Sequence[Sight]) -> list[dict[str, float]]:
    """Named features of each passage."""
    return [features(sight) for sight in sights]
