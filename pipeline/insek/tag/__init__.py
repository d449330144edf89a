"""Tagging: spaCy rules and a trained linear classifier, merged into one decision with its reasons.

This room never imports click, pdfplumber, pypdfium2, pandas or scikit-learn: it works on values from `domain`.
"""

from __future__ import annotations

from collections.abc import Iterable

from insek.domain import BlockKind, Decision, Passage
from insek.guideline import Guideline
from insek.tag.features import Sight
from insek.tag.marks import mark
from insek.tag.merge import context_only, decide
from insek.tag.model import LinearModel
from insek.tag.rule import Analysis
from insek.tag.rules import Rules
from insek.tag.verdict import judge

UNTAGGED = frozenset({BlockKind.HEADING, BlockKind.APPARATUS})
"""Kinds that are context or apparatus, never evidence."""


class Tagger:
    """Rules and model of a project, applied to passages. One per process."""

    def __init__(self, rules: Rules, guideline: Guideline, model: LinearModel | None, mode: str = "both") -> None:
        """`mode`: "both", "rules" or "model"."""
        self.rules, self.guideline, self.model, self.mode = rules, guideline, model, mode
        self._headings: dict[tuple[str, ...], Analysis] = {}

    def sight(self, text: str, heading_path: tuple[str, ...]) -> Sight:
        """A text and its headings as the rules see them; headings are analysed once."""
        headings = self._headings.get(heading_path)
        if headings is None:
            headings = self._headings[heading_path] = self.rules.analyse(" / ".join(heading_path), "heading")
        return Sight(self.rules.analyse(text), headings)

    def tag(self, passage: Passage) -> Decision:
        """The decision on one passage; headings and apparatus get no theme, only what they hint at."""
        sight = self.seen(passage)
        verdict = judge(sight, self.guideline)
        if passage.kind in UNTAGGED:
            return context_only(passage, sight, verdict, self.guideline)
        decision = decide(passage, sight, verdict, self.guideline, self.model, self.mode)
        return decision if self.mode == "model" else mark(decision, passage, sight, self.guideline)

    def seen(self, passage: Passage) -> Sight:
        """A passage as it is judged: a heading as one; apparatus by its own words, whatever it stands under."""
        if passage.kind is BlockKind.HEADING:
            above = self.sight("", passage.heading_path).headings
            return Sight(self.rules.analyse(passage.text, "heading"), above)
        return self.sight(passage.text, () if passage.kind is BlockKind.APPARATUS else passage.heading_path)

    def tag_all(self, passages: Iterable[Passage]) -> list[Decision]:
        """Decisions on the passages of one document, in their order."""
        self._headings.clear()  # a worker sees many documents
        self.rules.forget_words()
        return [self.tag(p) for p in passages]
