"""Decisions of people on the passages of a run: `reviews.jsonl` in the run directory, and what they make of the tags.

A line is one decision of one person: a line of the label store and, besides it, which passage of which plan it is about
and how it came about. Lines are only ever added (`review`). What counts of several lines on a passage is decided as for
labels (`learn.settle`): a second look beats the vote, the vote beats the single voice, a tie leaves it to the program.
The tags of the program stay as they are in `passages.jsonl`; reports are made from both.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from insek.domain import Decision, Passage, Tag, TagKind, content_id
from insek.errors import InputError, cause
from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage, label_record, parse_label, text_digest
from insek.learn.settle import vote
from insek.report.model import PlanResult
from insek.store import json_line

REVIEWS = "reviews.jsonl"
REVIEWED = "reviews"
"""Entry of the provenance of a result that says what people decided."""
Place: TypeAlias = tuple[str, str]
"""Folder of a plan in the run and id of a passage in it."""


@dataclass(frozen=True, slots=True)
class Review:
    """A line of `reviews.jsonl`; `number` is its line (1-based).

    `label.themes` is None where the person could not tell (`unsure`) or took the decision back. `informed` says that
    labels of other people were to be seen; `undoes` is the line that this one takes back.
    """

    number: int
    plan: str
    passage: str
    label: LabelledPassage
    queue: str = ""
    informed: bool = False
    unsure: bool = False
    undoes: int | None = None

    @property
    def place(self) -> Place:
        """What it is about."""
        return self.plan, self.passage

    @property
    def decided(self) -> bool:
        """Whether the person has dealt with the passage; a decision that was taken back is none."""
        return self.label.themes is not None or self.unsure


def review_line(review: Review) -> str:
    """A review as a line of JSON, with its line end."""
    envelope = {
        "plan": review.plan,
        "passage": review.passage,
        "queue": review.queue,
        "informed": review.informed,
        "unsure": review.unsure,
        "undoes": review.undoes,
    }
    return json_line(envelope | label_record(review.label)) + "\n"


def parse_review(record: Mapping[str, Any], number: int, where: str, guideline: Guideline) -> Review:
    """A line of the file; ConfigError says what is wrong with it."""
    label = parse_label(dict(record), where, guideline)
    undoes = record.get("undoes")
    return Review(number, str(record.get("plan")), str(record.get("passage")), label, str(record.get("queue") or ""),
                  record.get("informed") is True, record.get("unsure") is True,
                  undoes if isinstance(undoes, int) else None)  # fmt: skip


def parse_lines(data: bytes, first: int, path: Path, guideline: Guideline) -> Iterator[Review]:
    """The whole lines of a piece of the file that begins with line `first`.

    What follows the last line end is a line that was never finished, and never told of as saved: it is left out.
    """
    for number, line in enumerate(data.split(b"\n")[:-1], first):
        if not line.strip():
            continue
        where = f"{path}, Zeile {number}"
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError
        except ValueError:
            raise InputError(
                f"{where}: kein gültiges JSON-Objekt.", "Die Zeile aus der Sicherung berichtigen."
            ) from None
        yield parse_review(record, number, where, guideline)


def read_reviews(run: Path, guideline: Guideline) -> list[Review]:
    """All decisions in a run directory, in the order they were made; none where nobody reviewed.

    Raises:
        InputError, ConfigError: the file is damaged; file and line are named.
    """
    path = run / REVIEWS
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"{path} kann nicht gelesen werden ({cause(error)}).", "Rechte prüfen.") from None
    return list(parse_lines(data, 1, path, guideline))


def latest(reviews: Iterable[Review]) -> dict[Place, dict[str, Review]]:
    """Passage -> annotator -> the last line, in the order of the file."""
    found: dict[Place, dict[str, Review]] = defaultdict(dict)
    for review in reviews:
        found[review.place][review.label.annotator] = review
    return dict(found)


def counting(reviews: Iterable[Review]) -> dict[Place, LabelledPassage]:
    """The label that counts for each passage; passages on which nobody decided, or a vote is tied, are left out."""
    voted = {place: vote([r.label for r in lines.values()]) for place, lines in latest(reviews).items()}
    return {place: label for place, label in voted.items() if label.themes is not None}


def reviewed_tags(tagged: Iterable[tuple[Passage, Decision]], plan: str, labels: Mapping[Place, LabelledPassage],
                  guideline: Guideline) -> tuple[tuple[Passage, Decision], ...]:  # fmt: skip
    """The passages of a plan with what people decided in the place of what the program did.

    A decision about a text that is no longer the same (the plan was read again by another version) does not count.
    """
    return tuple((p, _decided(p, d, labels.get((plan, p.id)), guideline)) for p, d in tagged)


def _decided(passage: Passage, decision: Decision, label: LabelledPassage | None, guideline: Guideline) -> Decision:
    """The decision of a person; her answers beat rule and model, what she left open stays theirs.

    What a person read and decided is certain (1 or 0): the codebook defines a label as what a reader finds.
    """
    if label is None or label.digest != text_digest(passage.text):
        return decision
    themes = tuple(t for t in guideline.theme_ids if t in (label.themes or ()))
    scores = {t: float(t in themes) for t in guideline.theme_ids}
    if not themes:
        return Decision(passage.id, scores=scores, structures=decision.structures, criteria=decision.criteria,
                        named=decision.named, decided_by=label.annotator)  # fmt: skip
    fields = decision.fields if label.fields is None else tuple(f for f in guideline.field_ids if f in label.fields)
    stage, depth = label.stage or decision.stage, label.depth or decision.depth
    said = {TagKind.THEME: themes, TagKind.FIELD: fields, TagKind.STAGE: (stage,), TagKind.DEPTH: (depth,)}
    human = [Tag(passage.id, kind, value, f"human:{label.annotator}") for kind, values in said.items()
             for value in values if value]  # fmt: skip
    kept = [tag for tag in decision.reasons if tag.value in said.get(tag.kind, (tag.value,)) or _is_tie(tag)]
    return Decision(passage.id, themes, fields, stage, depth, any(t in guideline.on_theme_ids for t in themes), scores,
                    (*human, *kept), bundles=decision.bundles, structures=decision.structures,
                    criteria=decision.criteria, named=decision.named, decided_by=label.annotator)  # fmt: skip


def _is_tie(tag: Tag) -> bool:
    """Whether a rule fired in the headings: those are as they were, whatever was decided about the passage."""
    return tag.kind is TagKind.THEME and tag.source.startswith("rule:") and not tag.spans


def told_provenance(plan: PlanResult, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions of a result and, where people decided about passages, how many and who."""
    people = [decision.decided_by for _, decision in plan.passages if decision.decided_by]
    told: dict[str, Any] = {k: v for k, v in provenance.items() if k != REVIEWED}
    if people:
        names = sorted({name for names in people for name in names.split(", ")})
        digest = content_id([asdict(d) for _, d in plan.passages if d.decided_by])
        told[REVIEWED] = {"passages": len(people), "by": names, "digest": digest}
    return told
