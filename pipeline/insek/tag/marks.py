"""What a passage says beside themes, fields and stage: bundles, structures, wording of criteria, parts of a measure.

Rules decide alone here; the classifier has learned nothing of these. Evidence counts by itself, a risky hit only in a
passage on one of the themes that its rule names as near.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from insek.domain import Decision, Passage, Tag, TagKind
from insek.guideline import Guideline
from insek.tag.features import Sight
from insek.tag.named import named
from insek.tag.rule import Hit

_SPOKEN = (TagKind.BUNDLE, TagKind.STRUCTURE, TagKind.CRITERION)


def mark(decision: Decision, passage: Passage, sight: Sight, guideline: Guideline) -> Decision:
    """The decision with bundles (only where it has a theme), structures, criteria and what is named of a measure.

    The reasons gain one tag for each rule and place; ids come in the order of the guideline.
    """
    tags = [t for t in _spoken(passage, sight, decision.themes) if decision.themes or t.kind is not TagKind.BUNDLE]
    spoken = named(passage, sight, guideline)
    if not (tags or spoken):
        return decision
    return replace(
        decision,
        bundles=_values(tags, TagKind.BUNDLE, (b.id for b in guideline.bundles)),
        structures=_values(tags, TagKind.STRUCTURE, (s.id for s in guideline.structures)),
        criteria=_values(tags, TagKind.CRITERION, (c.id for c in guideline.criteria)),
        named=spoken,
        reasons=(*decision.reasons, *tags),
    )


def _values(tags: Iterable[Tag], kind: TagKind, order: Iterable[str]) -> tuple[str, ...]:
    found = {tag.value for tag in tags if tag.kind is kind}
    return tuple(name for name in order if name in found)


def _spoken(passage: Passage, sight: Sight, themes: Collection[str]) -> Iterator[Tag]:
    """Tags of the rules that count, those of the text first.

    Of the headings all count for the wording of a criterion ("Leitbild" may stand three levels up), for bundles and
    structures only the innermost: an outer one names what the chapter is about, not the passage.
    """
    for hit in sight.text.hits:
        if _counts(hit, themes):
            yield _tag(passage, hit, ((hit.start, hit.end),), sight.text.words(hit))
    innermost = len(sight.headings.text) - len(passage.heading_path[-1]) if passage.heading_path else 0
    for hit in sight.headings.hits:
        if _counts(hit, themes) and (hit.rule.kind is TagKind.CRITERION or hit.start >= innermost):
            yield _tag(passage, hit, (), sight.headings.words(hit))


def _counts(hit: Hit, themes: Collection[str]) -> bool:
    rule = hit.rule
    return rule.kind in _SPOKEN and (rule.polarity == "evidence" or any(t in themes for t in rule.near))


def _tag(passage: Passage, hit: Hit, spans: tuple[tuple[int, int], ...], words: str) -> Tag:
    return Tag(passage.id, hit.rule.kind, hit.rule.label, f"rule:{hit.rule.id}", spans=spans, words=(words,))
