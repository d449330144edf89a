"""What is highlighted and what its note says: values only, no PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from insek.domain import BBox, Decision, Passage, TagKind
from insek.guideline import Guideline
from insek.report.model import PlanResult
from insek.report.reasons import Names, explain, names_of
from insek.report.safe import short, visible
from insek.report.texts import Texts
from insek.score import counts_for_guideline

_MAX_NOTE = 2_000
"""Characters of a note: what the bubble of a viewer shows without scrolling for long."""


@dataclass(frozen=True, slots=True)
class Note:
    """A passage, or the part of it that stands on one page.

    `page` is 1-based in file order, `boxes` are in points of the page as a reader sees it (origin top left, turned,
    cropped), `theme` is the place of its colour (0-based, in the order of the guideline).
    """

    id: str
    page: int
    boxes: tuple[BBox, ...]
    theme: int
    text: str


def notes_of(plan: PlanResult, guideline: Guideline, t: Texts) -> tuple[Note, ...]:
    """Notes on all passages that count for the guideline, in reading order: the same ones as in `evidence.csv`."""
    names = names_of(guideline, t)
    return tuple(
        note
        for passage, decision in plan.passages
        if decision.themes and counts_for_guideline(passage, decision, guideline)
        for note in _notes(passage, decision, guideline, names, t)
    )


def _notes(passage: Passage, decision: Decision, guideline: Guideline, names: Names, t: Texts) -> Iterator[Note]:
    pages: dict[int, list[BBox]] = defaultdict(list)
    for region in passage.regions:
        pages[region.page].append(region.bbox)
    told = _told(passage, decision, names, t)
    for page, boxes in sorted(pages.items()):
        yield Note(f"insek-{passage.id}-{page}", page, tuple(boxes), _colour(decision, guideline), told)


def _colour(decision: Decision, guideline: Guideline) -> int:
    """The theme a passage is coloured by: its first in the order of the guideline, those that count alone before."""
    ids = guideline.theme_ids
    ranked = sorted(decision.themes, key=lambda th: (th not in guideline.on_theme_ids, ids.index(th)))
    return ids.index(ranked[0])


def _told(passage: Passage, decision: Decision, names: Names, t: Texts) -> str:
    """Themes, fields, stage, depth, how sure, and why, a line each."""
    none = t("none")
    values = (
        (TagKind.THEME, decision.themes),
        (TagKind.FIELD, decision.fields),
        (TagKind.STAGE, (decision.stage,) if decision.stage else ()),
        (TagKind.DEPTH, (decision.depth,) if decision.depth else ()),
    )
    lines = [f"{t(f'kind_{kind.value}')}: {', '.join(names.get((kind, v), v) for v in given) or none}"
             for kind, given in values]  # fmt: skip
    scores = [decision.scores[theme] for theme in decision.themes if theme in decision.scores]
    if scores:
        lines.append(f"{t('sure')}: {t.sure(max(scores))}")
    kept = {(kind, value) for kind, given in values for value in given}
    reasons = explain([r for r in decision.reasons if (r.kind, r.value) in kept], passage.text, names, t)
    if reasons:
        lines += [f"{t('why')}:", *(f"– {reason.about}: {reason.why}" for reason in reasons)]
    if decision.disputed:
        lines.append(t("disputed"))
    return short("\n".join(visible(line) for line in lines), _MAX_NOTE)
