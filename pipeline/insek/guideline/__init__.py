"""A guideline folder (`rules/<guideline>/`) as values: names, sections, criteria, weights.

No name of a theme, field or stage stands in the code; another guideline is another folder.
"""

from __future__ import annotations

from insek.guideline.entries import (
    Attribute,
    Bundle,
    Condition,
    Criterion,
    Field,
    Guideline,
    Level,
    Stage,
    Structure,
    Theme,
)
from insek.guideline.load import load_guideline
from insek.guideline.reading import read_yaml
from insek.guideline.scoring import Scoring

__all__ = [
    "Attribute",
    "Bundle",
    "Condition",
    "Criterion",
    "Field",
    "Guideline",
    "Level",
    "Scoring",
    "Stage",
    "Structure",
    "Theme",
    "load_guideline",
    "read_yaml",
]
