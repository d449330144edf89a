"""Everything that `insek evaluate` tells of a model, as plain data for JSON, HTML and the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from insek.guideline import Guideline
from insek.learn.bootstrap import LEVEL, RESAMPLES, draws, measure, resampling_groups
from insek.learn.calibration import calibration
from insek.learn.counts import CHOICES, count
from insek.learn.evaluate import Tagged, score_all
from insek.learn.labels import LabelledPassage
from insek.learn.systems import BOTH, SYSTEMS, Decided

SUMS = ("theme_macro_f1", "field_macro_f1", "stage_accuracy", "depth_accuracy")
_FEW = 20
"""Subgroups with fewer passages are left out: their figures would be chance."""

_SUBGROUPS: dict[str, Callable[[LabelledPassage], str]] = {
    "kind": lambda label: label.kind,
    "size": lambda label: label.size,
    "faults": lambda label: "with_faults" if label.faults else "clean",
    "length": lambda label: "short" if len(label.text.split()) < 40 else "long",
    "series": lambda label: label.series,
}


def evaluation(found: Decided, guideline: Guideline, seed: int) -> dict[str, Any]:
    """Measures of all systems on the same passages.

    Returns:
        `systems`: system -> label -> measures with intervals; `sums`: system -> macro means; `calibration`: theme ->
        reliability curve; `confusion`: question -> rows of label, decision and number; `subgroups`: dimension ->
        value -> sums and number; `resampled`: what the intervals draw.
    """
    groups = resampling_groups(found.labels)
    drawn = draws(len(set(groups)), seed)
    measured = {
        name: {
            label: asdict(m)
            for label, m in measure(count(found.labels, found.tagged[name], groups, guideline), drawn).items()
        }
        for name in SYSTEMS
    }
    return {
        "passages": len(found.labels),
        "groups": len(set(groups)),
        "resampled": "passage" if len(set(groups)) == len(found.labels) else "municipality",
        "resamples": RESAMPLES,
        "level": LEVEL,
        "systems": measured,
        "sums": {name: _sums(found.labels, found.tagged[name], guideline) for name in SYSTEMS},
        "calibration": {t: asdict(_calibration(found, t)) for t in guideline.theme_ids},
        "confusion": {question: list(_confusion(found, question)) for question in CHOICES},
        "subgroups": {name: _subgroup(found, guideline, of) for name, of in _SUBGROUPS.items()},
    }


def _sums(labels: Sequence[LabelledPassage], tagged: Sequence[Tagged], guideline: Guideline) -> dict[str, float]:
    scores = score_all(labels, tagged, guideline)
    return {name: scores[name] for name in SUMS}


def _calibration(found: Decided, theme: str) -> Any:
    pairs = [(s[theme], theme in label.themes)
             for s, label in zip(found.scores, found.labels, strict=True) if label.themes is not None]  # fmt: skip
    return calibration([p for p, _ in pairs], [t for _, t in pairs])


def _confusion(found: Decided, question: str) -> Iterator[dict[str, Any]]:
    """How often which answer was given in place of which, the most frequent first."""
    pairs = Counter(
        (getattr(label, question), getattr(decision, question))
        for label, decision in zip(found.labels, found.tagged[BOTH], strict=True)
        if label.themes and getattr(label, question) is not None
    )
    for (wanted, got), n in sorted(pairs.items(), key=lambda p: (-p[1], str(p[0]))):
        yield {"label": wanted, "decision": got, "n": n}


def _subgroup(found: Decided, guideline: Guideline, of: Callable[[LabelledPassage], str]) -> dict[str, Any]:
    values = np.array([of(label) for label in found.labels])
    result = {}
    for value in sorted(set(values.tolist())):
        rows = np.flatnonzero(values == value).tolist()
        if len(rows) >= _FEW:
            labels = [found.labels[i] for i in rows]
            result[value] = {"passages": len(rows),
                             **_sums(labels, [found.tagged[BOTH][i] for i in rows], guideline)}  # fmt: skip
    return result
