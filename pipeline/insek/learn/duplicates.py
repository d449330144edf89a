"""Passages that are nearly the same text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from insek.learn.labels import LabelledPassage

_SHINGLE = 4
_NEAR = 0.5
"""Share of common word quadruples from which two passages count as nearly the same."""


def near_duplicates(labels: Iterable[LabelledPassage]) -> Iterator[tuple[LabelledPassage, LabelledPassage, float]]:
    """Pairs of passages that share half of their word quadruples, with the share (0-1, of the shorter one)."""
    shingles = [(label, _shingles(label.text)) for label in labels]
    owners: dict[int, list[int]] = defaultdict(list)
    for i, (_, found) in enumerate(shingles):
        common: dict[int, int] = defaultdict(int)
        for shingle in found:
            for j in owners[shingle]:
                common[j] += 1
            owners[shingle].append(i)
        for j, n in sorted(common.items()):
            share = n / max(1, min(len(found), len(shingles[j][1])))
            if share >= _NEAR:
                yield shingles[j][0], shingles[i][0], share


def _shingles(text: str) -> set[int]:
    words = re.findall(r"\w+", text.lower())
    if len(words) <= _SHINGLE:
        return {hash(tuple(words))}
    return {hash(tuple(words[i : i + _SHINGLE])) for i in range(len(words) - _SHINGLE + 1)}
