"""How far annotators agree, label by label: Cohen's kappa for each pair, Krippendorff's alpha for all together.

Only passages that at least two people labelled count. Themes and fields are asked one by one (applies or not), stage
and depth as one choice each. Fields, stage and depth are compared where both found a theme.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from insek.domain import TagKind
from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage, labels_of
from insek.learn.settle import by_passage

Ratings = Mapping[str, Mapping[str, str]]
"""Unit -> annotator -> value; who did not answer is not there."""
_CHOICES = (TagKind.STAGE, TagKind.DEPTH)


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two annotators on `units` passages; `kappa` at most 1, None where chance alone would agree on everything."""

    annotators: tuple[str, str]
    units: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """One question: `kind` and `value` (empty for a choice among all values), passages with two answers, measures."""

    kind: str
    value: str
    units: int
    alpha: float | None
    pairs: tuple[PairAgreement, ...]


def agreements(lines: Iterable[LabelledPassage], guideline: Guideline) -> list[Agreement]:
    """Agreement on every question that two people answered, in the order of the guideline."""
    found = []
    for (kind, value), ratings in _ratings(lines, guideline).items():
        shared = {unit: given for unit, given in ratings.items() if len(given) > 1}
        if shared:
            found.append(Agreement(kind, value, len(shared), krippendorff_alpha(shared), tuple(_pairs(shared))))
    return found


def _ratings(
    lines: Iterable[LabelledPassage], guideline: Guideline
) -> dict[tuple[str, str], dict[str, dict[str, str]]]:
    ids = ((TagKind.THEME, guideline.theme_ids), (TagKind.FIELD, guideline.field_ids))
    questions = [(kind.value, value) for kind, values in ids for value in values]
    table: dict[tuple[str, str], dict[str, dict[str, str]]] = {
        question: defaultdict(dict) for question in [*questions, *((kind.value, "") for kind in _CHOICES)]
    }
    for passage in by_passage(lines).values():
        for label in (label for line in passage for label in labels_of(line, guideline)):
            tag = label.tag
            if tag.kind not in _CHOICES:
                table[tag.kind.value, tag.value][tag.passage_id][tag.source] = str(label.present)
            elif label.present:
                table[tag.kind.value, ""][tag.passage_id][tag.source] = tag.value
    return table


def _pairs(ratings: Ratings) -> Iterable[PairAgreement]:
    people = sorted({name for given in ratings.values() for name in given})
    for one, other in combinations(people, 2):
        both = [(given[one], given[other]) for given in ratings.values() if one in given and other in given]
        if both:
            names = one.removeprefix("human:"), other.removeprefix("human:")
            yield PairAgreement(names, len(both), cohen_kappa(both))


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """(po - pe) / (1 - pe) over pairs of answers (Cohen 1960, Educational and Psychological Measurement 20:37-46).

    None where both always give one and the same answer: chance agreement is 1 and nothing can be said.
    """
    n = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(first[value] * second[value] for value in first) / n**2
    if by_chance == 1:
        return None
    return (sum(a == b for a, b in pairs) / n - by_chance) / (1 - by_chance)


def krippendorff_alpha(ratings: Ratings) -> float | None:
    """Alpha for nominal values with missing answers: 1 - observed / expected disagreement.

    From the coincidence matrix: each ordered pair of answers to a unit with m answers counts 1 / (m - 1). Krippendorff
    (2011), "Computing Krippendorff's Alpha-Reliability", section D. None where all answers are the same value.
    """
    together: Counter[tuple[str, str]] = Counter()
    for given in ratings.values():
        answers = list(given.values())
        for i, one in enumerate(answers):
            for j, other in enumerate(answers):
                if i != j:
                    together[one, other] += 1 / (len(answers) - 1)  # type: ignore[assignment]  # counts are shares here
    totals: Counter[str] = Counter()
    for (one, _), count in together.items():
        totals[one] += count
    n = totals.total()
    expected = n**2 - sum(count**2 for count in totals.values())
    if not expected:
        return None
    observed = sum(count for (one, other), count in together.items() if one != other)
    return 1 - (n - 1) * observed / expected
