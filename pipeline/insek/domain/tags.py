"""Passages, and what rules, model and people say of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from insek.domain.pages import BBox, BlockKind


@dataclass(frozen=True, slots=True)
class Region:
    """Where a passage, or a part of it, stands on a page (1-based)."""

    page: int
    bbox: BBox


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of tagging: a paragraph, list item, table row or heading with the headings above it.

    `pages` is the first and last page (1-based, inclusive). `heading_path` goes from the outermost heading inwards.
    """

    id: str
    document_id: str
    pages: tuple[int, int]
    kind: BlockKind
    heading_path: tuple[str, ...]
    text: str
    regions: tuple[Region, ...] = ()
    position: float = 0.0
    """Where the passage begins, as a share of all passages of the document, 0-1."""


class TagKind(StrEnum):
    """The question a tag answers."""

    THEME = "theme"
    FIELD = "field"
    STAGE = "stage"
    DEPTH = "depth"
    BUNDLE = "bundle"
    STRUCTURE = "structure"
    ATTRIBUTE = "attribute"
    CRITERION = "criterion"


@dataclass(frozen=True, slots=True)
class Tag:
    """One statement about a passage, with its source: `rule:<id>`, `model:<id>` or `human:<name>`.

    `score` is a calibrated probability 0-1, or None for a rule. `spans` are half-open offsets into the passage text.
    """

    passage_id: str
    kind: TagKind
    value: str
    source: str
    score: float | None = None
    spans: tuple[tuple[int, int], ...] = ()
    words: tuple[str, ...] = ()
    """The words that led to the tag where they stand outside the passage text (a heading, a term of the model)."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one person said about one passage and one question: a tag of source `human:<name>`, with its negation.

    `present` is False where the person read the passage and the value does not apply; a question nobody answered has no
    label at all. `at` is an ISO date or time (UTC), `codebook` the version labelled by, `text_digest` the digest of the
    text that was read. `reviewed` is set where somebody has looked at the label a second time.
    """

    tag: Tag
    present: bool
    at: str
    codebook: str
    text_digest: str
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the tool says about one passage after rules and model were merged.

    `scores` maps each theme to a calibrated probability 0-1. `on_theme` is set where migration or integration is.
    `disputed` is set where rules and model disagree, so that a person should look first.
    """

    passage_id: str
    themes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    stage: str | None = None
    depth: str | None = None
    on_theme: bool = False
    scores: dict[str, float] = field(default_factory=dict)
    reasons: tuple[Tag, ...] = ()
    disputed: bool = False
    bundles: tuple[str, ...] = ()
    """Bundles of the pool of ideas that the passage gives an instance of; only on passages with a theme."""
    structures: tuple[str, ...] = ()
    """Structures that the passage names, with or without a theme."""
    criteria: tuple[str, ...] = ()
    """Criteria whose wording the passage has; whether it meets them is judged by the score."""
    named: tuple[Tag, ...] = ()
    """What the passage names of a measure (lead, cost, ...): tags of kind ATTRIBUTE with spans, on any passage."""
    near_fields: tuple[str, ...] = ()
    """Where the passage would belong if it had a theme; empty where it has one, or nothing hints at one."""
    near_stage: str | None = None
    """The stage that goes with `near_fields`."""
    hints: tuple[Tag, ...] = ()
    """Theme rules that fired in a heading or in apparatus, which are context and never evidence."""
    decided_by: str = ""
    """The people whose decision this is (names, with commas); empty where rules and model decided."""


def content_id(*parts: Any, length: int = 12) -> str:
    """Hash of a JSON list of the parts, as `length` hex digits: equal parts give equal ids on every machine."""
    payload = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(payload).hexdigest()[:length]
