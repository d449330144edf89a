"""doccano, project type "Text Classification" with several labels a text, JSONL.

doccano writes `id` (its own), `text`, `label` (a list), `Comments`, and whatever else the imported objects held. An
empty `label` means that nobody has labelled; "none of the themes" is a label of its own. Suggestions go along as a
note and not as labels: doccano would give them back as if a person had set them. For the same reason a label that
went out and came back unchanged stays with its annotator; one that was changed is somebody else's (`--annotator`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from insek.learn.entries import META, AnswerBuilder, Entry, Row, flat_labels, meta_of, text_of
from insek.sheet import Vocabulary
from insek.store import json_line


def fits(record: dict[str, Any]) -> bool:
    """Whether an object is a text with a list of labels; spans are recognised and refused later."""
    return isinstance(record.get("text"), str) and isinstance(record.get("label", record.get("entities")), list)


def write(entries: Sequence[Entry], vocabulary: Vocabulary) -> bytes:
    """For the import of doccano ("JSONL"; column data `text`, column label `label`)."""
    return "".join(json_line(_record(entry, vocabulary)) + "\n" for entry in entries).encode()


def _record(entry: Entry, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "text": entry.text,
        "label": flat_labels(entry.answer, vocabulary),
        "passage": entry.id,
        "suggested": ", ".join(flat_labels(entry.suggested, vocabulary)),
        "text_digest": entry.digest,
        "annotator": entry.annotator,
        "labelled": ", ".join(flat_labels(entry.answer, vocabulary)),
        **{key: value for key in META if (value := getattr(entry, key))},
    }


def read(objects: Sequence[tuple[int, dict[str, Any]]], vocabulary: Vocabulary) -> list[Row]:
    """The export of doccano; a number is the line of the file."""
    return [_row(number, record, vocabulary) for number, record in objects]


def _row(number: int, record: dict[str, Any], vocabulary: Vocabulary) -> Row:
    answer = AnswerBuilder(vocabulary)
    labels = record.get("label")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        answer.faults.append("Textstellen statt Labels; gebraucht wird ein Projekt der Art „Text Classification“")
        labels = []
    for label in labels:
        answer.add_flat(label)
    comments = record.get("Comments")
    built = answer.build()
    unchanged = ", ".join(flat_labels(built, vocabulary)) == text_of(record, "labelled")
    entry = Entry(
        id=text_of(record, "passage") or text_of(record, "id"),
        text=record["text"],
        digest=text_of(record, "text_digest"),
        answer=built,
        annotator=text_of(record, "annotator") if unchanged else "",
        comment=" | ".join(map(str, comments)) if isinstance(comments, list) else "",
        **meta_of(record),
    )
    return Row(number, entry, tuple(answer.faults))
