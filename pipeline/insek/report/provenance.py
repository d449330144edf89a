"""Where a result comes from, in words: the settings, versions and checksums of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insek.report.jsonout import compact
from insek.report.texts import Texts

_REVIEWS = "reviews"
"""Entry of the decisions that people made: how many, by whom, and their checksum."""


def provenance_lines(provenance: Mapping[str, Any], t: Texts) -> list[tuple[str, str]]:
    """Name and value of every entry, in its order; what has no plain name stays as it is."""
    return [(t.provenance(key), _said(key, value, t)) for key, value in provenance.items()]


def _said(key: str, value: Any, t: Texts) -> str:
    if value is None:
        return t("none")
    if key == _REVIEWS and isinstance(value, Mapping):
        return t("provenance_reviews", passages=t.count("passages", value["passages"]), names=", ".join(value["by"]),
                 digest=value["digest"])  # fmt: skip
    return t.provenance_value(key, value) if isinstance(value, str) else compact(value)
