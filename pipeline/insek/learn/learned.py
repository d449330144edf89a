"""What a model learned from, passage by passage; kept in its folder, so that a later model can be compared with it.

A passage is known to a model if the model learned from it with the same labels. Files may be renamed, sorted or
appended to: what is new is told by the passages, never by the file they stand in.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insek.domain import content_id
from insek.errors import ModelError
from insek.learn.labels import LabelledPassage
from insek.learn.suspects import Suspicion

LEARNED = "learned.json"
_OPEN, _SOUND, _SUSPECT = "-", ".", "x"
_KEY_LENGTH = 10
"""Hex digits: two of 100,000 passages share a key with a probability of .005; one passage would be missed then."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A passage that was learned from.

    `file` is the name of its labels file, `key` the digest of passage and labels, `picked` whether the program laid it
    before a person for other reasons than chance. `asked` and `suspected` name questions ("theme/<id>", "stage"): those
    that its label answers, and those whose answer is probably wrong.
    """

    file: str
    key: str
    picked: bool
    asked: frozenset[str]
    suspected: frozenset[str]


def learned_from(labels: Sequence[LabelledPassage], suspicion: Suspicion) -> tuple[Learned, ...]:
    """The passages of a training, or of a check, with what is suspected of them."""
    asked: dict[str, set[str]] = defaultdict(set)
    suspected: dict[str, set[str]] = defaultdict(set)
    for kind, value, passages in suspicion.asked:
        for passage in passages:
            asked[passage.id].add(_question(kind, value))
    for suspect in suspicion.suspects:
        suspected[suspect.passage.id].add(_question(suspect.kind, suspect.given))
    return tuple(
        Learned(file_of(x), _key(x), x.picked not in ("", "random"), frozenset(asked[x.id]), frozenset(suspected[x.id]))
        for x in labels
    )


def _question(kind: str, value: str) -> str:
    """The question behind a label: stages are one question."""
    return kind if kind == "stage" else f"{kind}/{value}"


def file_of(passage: LabelledPassage) -> str:
    """Name of the labels file in which a passage stands, without folders."""
    return Path(passage.source.rpartition(", ")[0]).name


def _key(label: LabelledPassage) -> str:
    themes, fields = (None if values is None else sorted(values) for values in (label.themes, label.fields))
    return content_id([label.id, themes, fields, label.stage, label.depth], length=_KEY_LENGTH)


def shares(learned: Sequence[Learned]) -> dict[str, dict[str, dict[str, int]]]:
    """File -> question -> how many passages were `asked` and how many `suspected`, for the metrics of a model."""
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for passage in learned:
        for question in sorted(passage.asked):
            counts[passage.file][question].update(asked=1, suspected=question in passage.suspected)
    return {file: {q: dict(n) for q, n in sorted(questions.items())} for file, questions in sorted(counts.items())}


def learned_record(learned: Sequence[Learned]) -> dict[str, Any]:
    """As JSON: one row a passage, with a sign for each question (`-` open, `.` nothing suspected, `x` suspected)."""
    questions = sorted({question for passage in learned for question in passage.asked})
    files: dict[str, list[list[Any]]] = defaultdict(list)
    for passage in learned:
        files[passage.file].append([passage.key, int(passage.picked), "".join(_sign(passage, q) for q in questions)])
    return {"questions": questions, "files": files}


def _sign(passage: Learned, question: str) -> str:
    if question not in passage.asked:
        return _OPEN
    return _SUSPECT if question in passage.suspected else _SOUND


def read_learned(folder: Path) -> tuple[Learned, ...] | None:
    """What the model of a folder learned from; None where that was not kept, ModelError where it cannot be read."""
    path = folder / LEARNED
    if not path.is_file():
        return None
    try:
        record: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        questions = record["questions"]
        return tuple(
            Learned(str(file), str(key), bool(picked), _marked(questions, signs, _SOUND + _SUSPECT),
                    _marked(questions, signs, _SUSPECT))
            for file, rows in record["files"].items() for key, picked, signs in rows
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ModelError(f"{path} ist nicht lesbar.", "Das Modell mit `insek train` neu anlegen.") from None


def _marked(questions: Sequence[str], signs: str, marks: str) -> frozenset[str]:
    return frozenset(q for q, sign in zip(questions, signs, strict=True) if sign in marks)
