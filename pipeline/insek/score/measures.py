"""Measures on theme with what they name: profiles, table rows, paragraphs. Pure.

A profile is a section in which a good part of the passages are fields of a form ("Kosten: 5.000 €"); where the first
label comes again, the next profile begins. A table row that was read out with the heads of its columns is a measure of
its own, and so is any other passage.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from insek.domain import BlockKind, Measure
from insek.guideline import Guideline
from insek.score.items import Item

_LABEL = re.compile(r"([A-ZÄÖÜ][^\s:;.]*(?: [^\s:;.]+){0,3}): (?=\S)")
"""One to four words before a colon, the first with a capital: the label of a form field."""
_ROW_GLUE = "; "
_FORM_SHARE = 1 / 3
"""Share of form fields from which a section is a profile: a description and its fields, not prose with a colon."""
_TITLE_LENGTH = 100


def measures(items: Iterable[Item], guideline: Guideline) -> tuple[Measure, ...]:
    """All measures with at least one passage that counts and is of the stage of measures, in reading order."""
    stage = guideline.scoring.measure_stage
    sections: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in items:
        if item.passage.kind not in (BlockKind.HEADING, BlockKind.APPARATUS):
            sections[item.passage.heading_path].append(item)
    groups = (group for section in sections.values() if any(_on_theme(i, stage) for i in section)
              for group in _groups(section) if any(_on_theme(i, stage) for i in group))  # fmt: skip
    return tuple(_measure(group, guideline) for group in sorted(groups, key=lambda g: g[0].order))


def _on_theme(item: Item, stage: str | None) -> bool:
    return item.counts and stage is not None and item.decision.stage == stage


def _groups(section: Sequence[Item]) -> Iterator[list[Item]]:
    """The passages that make one measure each; `section` holds all passages below one heading, in order."""
    labels = [_form_label(i) for i in section]
    fields = sum(label is not None for label in labels)
    if fields < 2 or fields < _FORM_SHARE * len(section):
        yield from ([item] for item in section)
        return
    first = next(label for label in labels if label is not None)
    group: list[Item] = []
    for item, label in zip(section, labels, strict=True):
        if label == first and any(_form_label(i) == first for i in group):
            yield group
            group = []
        group.append(item)
    yield group


def _form_label(item: Item) -> str | None:
    """The label of a passage that is one field of a form; None for rows with several and for prose."""
    match = _LABEL.match(item.passage.text)
    return None if match is None or _is_row(item) else match.group(1)


def _is_row(item: Item) -> bool:
    """Whether a table row was read out with its column heads ("Maßnahme: Sprachcafé; Kosten: 5.000 €")."""
    return item.passage.kind is BlockKind.TABLE_ROW and len(_row_cells(item.passage.text)) > 1


def _row_cells(text: str) -> list[str]:
    return [part for part in text.split(_ROW_GLUE) if _LABEL.match(part)]


def _measure(group: Sequence[Item], guideline: Guideline) -> Measure:
    counting = [i for i in group if i.counts]
    fields = {f for i in counting for f in i.decision.fields}
    bundles = {b for i in counting for b in i.decision.bundles}
    return Measure(
        title=_title(group),
        page=group[0].passage.pages[0],
        passage_ids=tuple(i.passage.id for i in group),
        fields=tuple(f for f in guideline.field_ids if f in fields),
        bundles=tuple(b.id for b in guideline.bundles if b.id in bundles),
        named=_named(group, guideline),
    )


def _named(group: Iterable[Item], guideline: Guideline) -> dict[str, str]:
    """Attribute id -> the first quote that names it, in the order of the guideline."""
    found: dict[str, str] = {}
    for item in group:
        for tag in item.decision.named:
            text = " … ".join(item.passage.text[a:b] for a, b in tag.spans)
            found.setdefault(tag.value, text or item.passage.text)
    return {a.id: found[a.id] for a in guideline.attributes if a.id in found}


def _title(group: Sequence[Item]) -> str:
    """Value of the first field, heading of a profile, or the beginning of the passage."""
    text, path = group[0].passage.text, group[0].passage.heading_path
    if _is_row(group[0]):
        return _short(_LABEL.sub("", _row_cells(text)[0], count=1))
    if len(group) > 1:
        return _short(path[-1] if path else _LABEL.sub("", text, count=1))
    return _short(text)


def _short(text: str) -> str:
    """The first sentence, at most `_TITLE_LENGTH` characters, cut between words."""
    sentence = re.split(r"(?<=[a-zäöüß)][.!?]) ", text, maxsplit=1)[0]
    if len(sentence) <= _TITLE_LENGTH:
        return sentence
    return sentence[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + " …"
