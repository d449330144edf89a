"""Prodigy, interface `choice` with several choices, JSONL (`prodigy db-out`).

An accepted task with nothing chosen is not taken for "none of the themes": it is one key press away from a slip. Tasks
that were rejected or ignored count as not labelled.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from insek.learn.entries import META, AnswerBuilder, Entry, Row, all_flat_labels, flat_labels, meta_of, text_of
from insek.sheet import Vocabulary
from insek.store import json_line


def fits(record: dict[str, Any]) -> bool:
    """Whether an object is a Prodigy task on a text."""
    return isinstance(record.get("text"), str) and ("_task_hash" in record or "answer" in record or "options" in record)


def write(entries: Sequence[Entry], vocabulary: Vocabulary) -> bytes:
    """Tasks for `prodigy mark … --view-id choice` or an own recipe; suggestions are ticked beforehand."""
    options = [{"id": label, "text": label} for label in all_flat_labels(vocabulary)]
    return "".join(json_line(_record(entry, options, vocabulary)) + "\n" for entry in entries).encode()


def _record(entry: Entry, options: list[dict[str, str]], vocabulary: Vocabulary) -> dict[str, Any]:
    meta = {key: value for key in META if (value := getattr(entry, key))}
    chosen = entry.answer if entry.answer.given else entry.suggested
    record = {
        "text": entry.text,
        "options": options,
        "accept": flat_labels(chosen, vocabulary),
        "config": {"choice_style": "multiple"},
        "meta": {"passage": entry.id, "text_digest": entry.digest, **meta},
    }
    if entry.answer.given:
        record |= {"answer": "accept", "_annotator_id": entry.annotator}
    return record


def read(objects: Sequence[tuple[int, dict[str, Any]]], vocabulary: Vocabulary) -> list[Row]:
    """The export of Prodigy; a number is the line of the file."""
    return [_row(number, record, vocabulary) for number, record in objects]


def _row(number: int, record: dict[str, Any], vocabulary: Vocabulary) -> Row:
    answer = AnswerBuilder(vocabulary)
    if record.get("answer") == "accept":
        chosen = record.get("accept")
        if "spans" in record and chosen is None:
            answer.faults.append("Textstellen statt Labels; gebraucht wird die Oberfläche `choice`")
        elif not isinstance(chosen, list):
            answer.faults.append("eine Ja-Nein-Aufgabe; gebraucht wird die Oberfläche `choice` mit allen Labels")
        elif not chosen:
            answer.faults.append(
                "angenommen, ohne etwas zu wählen; „Thema: keines“ wählen oder die Aufgabe überspringen"
            )
        for label in chosen if isinstance(chosen, list) else []:
            answer.add_flat(str(label))
    meta = record.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    entry = Entry(
        id=text_of(meta, "passage") or text_of(record, "_input_hash") or str(number),
        text=record["text"],
        digest=text_of(meta, "text_digest"),
        answer=answer.build(),
        annotator=text_of(record, "_annotator_id") or text_of(record, "_session_id"),
        at=_time(record.get("_timestamp")),
        **meta_of(meta),
    )
    return Row(number, entry, tuple(answer.faults))


def _time(stamp: Any) -> str:
    if not isinstance(stamp, int | float) or isinstance(stamp, bool) or not 0 < stamp < 1 << 33:
        return ""
    return datetime.datetime.fromtimestamp(stamp, datetime.UTC).isoformat()
