"""Which label of a passage counts: the latest reviewed one, else the majority, else none.

In order:

1. Of several lines of one annotator the latest counts.
2. Where a line was reviewed, the latest reviewed one counts, whoever else says otherwise.
3. Else each question is put to the vote: a theme or field applies where more than half of those who answered say so,
   a stage or depth where more than half name it. A tie leaves the question open (None), so that nothing is learned
   from it; where a theme is open, the whole passage is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from insek.learn.labels import LabelledPassage


def settled(labels: Iterable[LabelledPassage]) -> list[LabelledPassage]:
    """One line for each passage, in the order in which the passages first occur."""
    return [vote(lines) for lines in by_passage(labels).values()]


def by_passage(labels: Iterable[LabelledPassage]) -> dict[str, list[LabelledPassage]]:
    """Passage id -> the latest line of each annotator, in the order of the lines."""
    latest: dict[str, dict[str, LabelledPassage]] = defaultdict(dict)
    for label in labels:
        known = latest[label.id].get(label.annotator)
        if known is None or label.at > known.at:
            latest[label.id][label.annotator] = label
    return {name: list(lines.values()) for name, lines in latest.items()}


def vote(lines: Sequence[LabelledPassage]) -> LabelledPassage:
    """The line that counts among those of one passage; its questions are None where the annotators are divided."""
    reviewed = [line for line in lines if line.reviewed]
    if reviewed:
        return max(reviewed, key=lambda line: line.at)
    asked = [line for line in lines if line.themes is not None]
    if len(asked) <= 1:
        return asked[0] if asked else lines[0]
    themes = _majority_set([line.themes for line in asked])
    names = ", ".join(line.annotator for line in asked)
    first = replace(asked[0], annotator=names, at=max(line.at for line in asked), themes=themes)
    if not themes:
        return replace(first, fields=themes, stage=None, depth=None)
    on = [line for line in asked if line.themes]
    fields, stage, depth = ([line.fields for line in on], [line.stage for line in on], [line.depth for line in on])
    return replace(first, fields=_majority_set(fields), stage=_majority(stage), depth=_majority(depth), lookalike=False)


def divided(lines: Sequence[LabelledPassage]) -> bool:
    """Whether the annotators of a passage leave its themes open, so that it is left out of training."""
    return vote(lines).themes is None and any(line.themes is not None for line in lines)


def _majority_set(answers: Sequence[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """Values that more than half of those who answered give; None where nobody answered or a value is tied."""
    given = [answer for answer in answers if answer is not None]
    counts = Counter(value for answer in given for value in answer)
    if not given or any(2 * n == len(given) for n in counts.values()):
        return None
    return tuple(value for value, n in counts.items() if 2 * n > len(given))


def _majority(answers: Sequence[str | None]) -> str | None:
    given = [answer for answer in answers if answer is not None]
    value, n = Counter(given).most_common(1)[0] if given else (None, 0)
    return value if 2 * n > len(given) else None
