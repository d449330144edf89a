"""How the themes are anchored in a plan as a whole: from headings, spread and density. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from insek.domain import Anchoring, BlockKind, TagKind
from insek.guideline import Guideline
from insek.score.items import Item

_TEXT = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_ROW)
Section = tuple[str, ...]
"""Headings from the outermost one down to that of the section."""


def anchoring(items: Sequence[Item], guideline: Guideline) -> Anchoring:
    """By sections of its own, across the fields, both, by stray mentions only, or not at all.

    A section is a theme's own where its heading names the theme, enough passages below it say something of it, and they
    are a good part of all that stands below: the title of a plan is above everything and owns nothing. A theme crosses
    a plan where passages outside its own sections say something in enough fields, and it is not thin throughout.
    """
    on_theme = [i for i in items if i.decision.on_theme]
    own = _own_sections(items, guideline)
    outside = [i for i in on_theme if i.strong and not own.intersection(_sections(i))]
    crossing = _crosses(outside, len(on_theme), sum(i.passage.kind in _TEXT for i in items), guideline)
    if own and crossing:
        return Anchoring.BOTH
    if own or crossing:
        return Anchoring.OWN_FIELD if own else Anchoring.CROSS_CUTTING
    return Anchoring.STRAY_MENTIONS if on_theme else Anchoring.ABSENT


def _crosses(outside: Iterable[Item], on_theme: int, total: int, guideline: Guideline) -> bool:
    scoring = guideline.scoring
    fields = {f for i in outside if i.decision.stage is not None for f in i.decision.fields}
    return len(fields) >= scoring.cross_cutting_fields and on_theme >= scoring.cross_cutting_share * total


def _own_sections(items: Iterable[Item], guideline: Guideline) -> frozenset[Section]:
    passages: Counter[Section] = Counter()
    telling: Counter[Section] = Counter()
    for item in items:
        if item.passage.kind not in _TEXT:
            continue
        passages.update(_sections(item))
        if item.decision.on_theme and item.decision.depth == guideline.depth_ids[0]:
            telling.update(_named_sections(item, guideline))
    scoring = guideline.scoring
    return frozenset(s for s, n in telling.items()
                     if n >= scoring.own_heading_passages and n >= scoring.own_heading_share * passages[s])  # fmt: skip


def _sections(item: Item) -> list[Section]:
    path = item.passage.heading_path
    return [path[:n] for n in range(1, len(path) + 1)]


def _named_sections(item: Item, guideline: Guideline) -> list[Section]:
    """Sections around a passage whose heading names a theme that counts by itself: a heading rule fired on it."""
    words = {
        word
        for reason in item.decision.reasons
        if reason.kind is TagKind.THEME
        and reason.value in guideline.on_theme_ids
        and reason.source.startswith("rule:")
        and not reason.spans
        for word in reason.words
    }
    return [section for section in _sections(item) if any(word in section[-1] for word in words)]
