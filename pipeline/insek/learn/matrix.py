"""From passages to the numbers that scikit-learn takes; the same numbers as `tag.model` uses when screening."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from insek.tag.encoder import Encoder
from insek.tag.features import DENSE, Sight, dense_names, features
from insek.tag.index import Index

SCALE = {"w": 1.0, "b": 0.5, "c": 1.0, "h": 0.4, "t": 1.0, "f": 1.0, "g": 1.0, "d": 1.0, "s": 0.5}
"""Weight of each feature group; chosen by cross-validation by municipality, see pipeline/notes."""

WITH_ENCODER = {**SCALE, DENSE: 3.0}
"""The same for models with a sentence encoder; from 2 to 4 it makes little difference, see pipeline/notes."""

_MIN_PASSAGES = {"w": 2, "b": 3, "c": 4, "h": 2}
"""A feature that fewer passages have cannot be learned from; rarer word parts are mostly chance."""


def learn_idf(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Inverse document frequency of each feature that is common enough, in sorted order.

    It is 1 for rules, shape and encoder.
    """
    counts = Counter(name for item in found for name in item)
    n = len(found)
    return {
        name: 1.0 if name[0] not in _MIN_PASSAGES else round(math.log((1 + n) / (1 + count)) + 1.0, 5)
        for name, count in sorted(counts.items())
        if count >= _MIN_PASSAGES.get(name[0], 1)
    }


def sparse_matrix(found: Sequence[Mapping[str, float]], idf: Mapping[str, float]) -> csr_matrix:
    """Weighed features, float64, shape (passages, features of `idf` in its order)."""
    index = Index(idf, WITH_ENCODER)
    weighed = [index.named(item) for item in found]
    ends = np.cumsum([0, *(len(item.rows) for item in weighed)])
    values = np.concatenate([np.empty(0), *(item.values for item in weighed)])
    columns = np.concatenate([np.empty(0, np.int64), *(item.rows for item in weighed)])
    return csr_matrix((values, columns, ends), shape=(len(found), len(idf)))


def all_features(sights: Sequence[Sight], encoder: Encoder | None = None) -> list[dict[str, float]]:
    """Named features of each passage, with those of the encoder where there is one."""
    found = [features(sight) for sight in sights]
    if encoder is not None:
        names = dense_names(encoder.size)
        for item, sight in zip(found, sights, strict=True):
            item.update(zip(names, encoder.encode([sight.text.text])[0].tolist(), strict=True))
    return found
