"""Are the probabilities true: of the passages given .8, do eight in ten carry the theme?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Passages whose probability lies in [low, high): how many, the mean given, and the share that is true (0-1)."""

    low: float
    high: float
    n: int
    given: float
    true: float


@dataclass(frozen=True)
class Calibration:
    """Reliability curve and expected calibration error (0-1, mean distance weighted by the size of the bins)."""

    bins: tuple[Bin, ...]
    error: float


def calibration(given: Sequence[float], true: Sequence[bool]) -> Calibration:
    """Bins of equal width; empty ones are left out (Guo et al. 2017, On Calibration of Modern Neural Networks)."""
    scores, facts = np.asarray(given, dtype=np.float64), np.asarray(true, dtype=np.float64)
    which = np.minimum((scores * BINS).astype(np.int64), BINS - 1)
    bins = tuple(_bin(k, scores[which == k], facts[which == k]) for k in range(BINS) if (which == k).any())
    error = sum(b.n * abs(b.given - b.true) for b in bins) / max(len(scores), 1)
    return Calibration(bins, round(error, 4))


def _bin(k: int, scores: NDArray[np.float64], facts: NDArray[np.float64]) -> Bin:
    return Bin(k / BINS, (k + 1) / BINS, len(scores), round(float(scores.mean()), 4), round(float(facts.mean()), 4))
