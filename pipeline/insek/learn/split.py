"""Folds by municipality and series: passages of one place or one hand never stand on both sides.

Passages of one place speak of the same things, passages of one author in the same way. A classifier that is tested on
either looks better than it will be on the plan of a town it has never seen.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence


def groups_of(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The group of each (municipality, series): all that are linked by either, named after their first municipality."""
    group: dict[tuple[str, str], str] = {}
    for municipality, series in sorted(set(pairs)):
        linked = {group[key] for key in (("m", municipality), ("s", series)) if key in group}
        name = min(linked, default=municipality)
        for key, old in list(group.items()):
            if old in linked:
                group[key] = name
        group["m", municipality] = group["s", series] = name
    return [group["m", municipality] for municipality, _ in pairs]


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
