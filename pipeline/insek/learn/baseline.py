"""The key-word search that every measurement prints beside it: a floor, not a tool."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from insek.errors import ConfigError
from insek.guideline import Guideline, read_yaml


def load_baseline(folder: Path, guideline: Guideline) -> dict[str, tuple[str, ...]]:
    """Theme -> parts of words, from `baseline.yaml` of a guideline folder."""
    path = folder / "baseline.yaml"
    themes = read_yaml(path).get("themes")
    if not isinstance(themes, Mapping) or set(themes) != set(guideline.theme_ids):
        raise ConfigError(f"{path}: `themes` muss genau {', '.join(guideline.theme_ids)} nennen.", "Ergänzen.")
    return {theme: tuple(str(word).lower() for word in words) for theme, words in themes.items()}


def themes_by_keywords(text: str, baseline: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Themes one of whose word parts stands anywhere in the text."""
    low = text.lower()
    return frozenset(theme for theme, words in baseline.items() if any(w in low for w in words))
