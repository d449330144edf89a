"""Imports full of suspected errors: one test, asked by `insek labels check` and by the gate of `insek promote`.

A file may be hard, and then more of its labels are suspected than elsewhere, though they are right. An alarm is raised
where the share of suspected labels is too large even at the lower end of its interval (Wilson 1927, "Probable
inference", JASA 22; for small files better than the normal one: Brown, Cai & DasGupta 2001, Statistical Science 16),
and far above that of all other passages.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from insek.guideline import load_guideline
from insek.learn.learned import Learned, read_learned
from insek.learn.policy import LabelPolicy, load_policy
from insek.project import Project
from insek.sheet import Vocabulary

_Z = 2.326
"""One-sided 99 %: some fifteen questions are asked of every file; at 95 %, chance alone would raise too many alarms."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A question in which the labels of a file are suspected far too often.

    `new` tells whether it is about the passages of the file that the live model has not learned, or about the others.
    `suspected` of `asked` passages are suspected, a share of at least `low` (0-1); `rest` is the share among the
    `others`, all passages elsewhere.
    """

    file: str
    new: bool
    question: str
    suspected: int
    asked: int
    low: float
    rest: float
    others: int

    def told(self, words: Vocabulary) -> str:
        """In plain German, without the file."""
        asked = f"{self.asked} neuen Passagen" if self.new else f"{self.asked} Passagen"
        share = f"bei {self.suspected} von {asked} ({_percent(self.suspected / self.asked)})"
        beside = f"sonst bei {_percent(self.rest)}" if self.others else "andere Passagen gibt es nicht"
        return f"„{words.name_of(self.question)}“: {share} spricht alles Übrige gegen das Label, {beside}."


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a model learned that the live one had not: number of passages, and the alarms that they raise."""

    passages: int
    alarms: tuple[Alarm, ...]


def arrivals(models: Path, model: str, live: str | None, policy: LabelPolicy) -> Arrivals | None:
    """Compare what two models learned from; None where the model does not tell. Without a live model all is new.

    Raises:
        ModelError: what a model learned from is not readable.
    """
    learned = read_learned(models / model)
    if learned is None:
        return None
    known = known_to(models, live)
    return Arrivals(sum(passage.key not in known for passage in learned),
                    tuple(alarm for alarm in alarms(learned, known, policy) if alarm.new))  # fmt: skip


def news(project: Project, model: str, live: str) -> list[str]:
    """What a model learned beyond another one, in plain German, with the alarms; empty where it does not tell."""
    guideline = load_guideline(project.guideline_folder)
    policy = load_policy(project.guideline_folder, guideline)
    words = Vocabulary.of(guideline, policy.depth_names)
    told = arrivals(project.models_folder, model, live, policy)
    if told is None:
        return []
    return [f"{model} hat {told.passages} Passagen gelernt, die {live} nicht oder mit anderen Labels kannte.",
            *(f"Verdächtig: {alarm.file}, {alarm.told(words)}" for alarm in told.alarms)]  # fmt: skip


def known_to(models: Path, model: str | None) -> frozenset[str]:
    """Keys of the passages that a model learned from; none where there is no model or it does not tell."""
    return frozenset(passage.key for passage in (read_learned(models / model) if model else None) or ())


def alarms(learned: Sequence[Learned], known: frozenset[str], policy: LabelPolicy) -> Iterator[Alarm]:
    """Alarms in the order of questions and files.

    Passages of a file that the live model knows are asked apart from new ones: what is appended to a large file cannot
    hide in it. So are those that `insek labels queue` picked as doubtful or unusual, and with more patience: there a
    careful answer will often contradict the program.

    Args:
        learned: the passages with what is suspected of them.
        known: keys of the passages that the live model learned from.
        policy: gives the thresholds.
    """
    for question in sorted({question for passage in learned for question in passage.asked}):
        asked = Counter(_part(passage, known) for passage in learned if question in passage.asked)
        suspected = Counter(_part(passage, known) for passage in learned if question in passage.suspected)
        least = policy.suspect_shares[question.partition("/")[0]]
        for part, n in sorted(asked.items()):
            file, new, picked = part
            elsewhere = [p for p in asked if p[:2] != part[:2]]
            others = sum(asked[p] for p in elsewhere)
            rest = sum(suspected[p] for p in elsewhere) / others if others else 0.0
            low = lower_end(suspected[part], n)
            limit = max(least, policy.suspect_picked if picked else 0.0, policy.suspect_ratio * rest)
            if n >= policy.suspect_passages and low >= limit:
                yield Alarm(file, new, question, suspected[part], n, round(low, 4), round(rest, 4), others)


def _part(passage: Learned, known: frozenset[str]) -> tuple[str, bool, bool]:
    return passage.file, passage.key not in known, passage.picked


def lower_end(found: int, n: int, z: float = _Z) -> float:
    """Lower end (0-1) of the Wilson interval of a share: `found` of `n` (at least 1), `z` deviations out."""
    share, wide = found / n, z * z / n
    middle = share + wide / 2
    return max(0.0, (middle - z * math.sqrt(share * (1 - share) / n + wide / (4 * n))) / (1 + wide))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
