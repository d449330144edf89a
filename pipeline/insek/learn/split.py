"""Folds by municipality: passages of one place never stand on both sides, or the estimate flatters."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence


def folds_by_group(groups: Sequence[str], n_folds: int, seed: int) -> list[int]:
    """Fold number (0-based) of each item; whole groups are dealt out, the largest first, to the smallest fold.

    Args:
        groups: the group (municipality) of each item.
        n_folds: at most as many as there are groups.
        seed: decides between groups of equal size.
    """
    sizes = Counter(groups)
    if n_folds > len(sizes):
        raise ValueError(f"{n_folds} folds need as many groups, there are {len(sizes)}")
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    names.sort(key=lambda name: -sizes[name])
    load = [0] * n_folds
    fold_of: dict[str, int] = {}
    for name in names:
        fold_of[name] = load.index(min(load))
        load[fold_of[name]] += sizes[name]
    return [fold_of[group] for group in groups]
