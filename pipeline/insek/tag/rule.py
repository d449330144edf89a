"""A rule, a place where it fired, and a text with all that fired in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from insek.domain import TagKind
from insek.tag.lexicon import Token


@dataclass(frozen=True, slots=True, eq=False)  # each rule is one object; token patterns could not be hashed
class Rule:
    """A rule of `patterns/*.jsonl`.

    `polarity`: evidence counts; risky is a hint, and evidence only beside evidence for a label that `near` names;
    exclusion takes away what it covers.
    `where`: whether it is looked for in the passage, in its headings, or in both. `weight` is relative to other rules,
    `also` what the same words say of other labels of that kind: more where above 0, less where below.
    `at`: anywhere; opening: only where it begins a sentence or list item ("Ausbau der …"); passage: an exclusion that
    takes away all of its labels, those in `also` too, where it stands in a passage without a verb or in its headings.
    """

    id: str
    kind: TagKind
    label: str
    polarity: str
    note: str
    terms: tuple[str, ...]
    patterns: tuple[tuple[dict[str, Any], ...], ...]
    anchors: tuple[str, ...]
    where: str
    at: str
    weight: float
    also: tuple[tuple[str, float], ...]
    near: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired. `start` and `end` are half-open character offsets; `tokens` the half-open token range."""

    rule: Rule
    start: int
    end: int
    tokens: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text with its tokens and what the rules found in it, exclusions already applied (see `Rules.analyse`)."""

    text: str
    tokens: tuple[Token, ...]
    hits: tuple[Hit, ...]
    excluded: tuple[Hit, ...]

    def words(self, hit: Hit) -> str:
        """The words of the text that a hit stands on."""
        return self.text[hit.start : hit.end]
