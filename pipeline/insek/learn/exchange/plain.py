"""insek's own JSON lines: the keys of the label store, with suggestions beside them.

Whole files of a label store hold more (size class, series); they are put into the folder as they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from insek.learn.entries import META, Answer, AnswerBuilder, Entry, Row, meta_of, text_of
from insek.sheet import Vocabulary
from insek.store import json_line

_QUESTIONS = {"theme": "themes", "field": "fields", "stage": "stage", "depth": "depth"}


def fits(record: dict[str, Any]) -> bool:
    """Whether an object is a passage of insek."""
    return "text" in record and "themes" in record


def write(entries: Sequence[Entry], vocabulary: Vocabulary) -> bytes:
    """One passage a line, ids as in the guideline."""
    return "".join(json_line(_record(entry)) + "\n" for entry in entries).encode()


def _record(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        **{key: getattr(entry, key) for key in META},
        "text": entry.text,
        **_answer(entry.answer),
        "suggested": _answer(entry.suggested),
        "annotator": entry.annotator,
        "reviewed": entry.reviewed,
        "comment": entry.comment,
        "text_digest": entry.digest,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    themes, fields = (None if v is None else list(v) for v in (answer.themes, answer.fields))
    return {"themes": themes, "fields": fields, "stage": answer.stage, "depth": answer.depth}


def read(objects: Sequence[tuple[int, dict[str, Any]]], vocabulary: Vocabulary) -> list[Row]:
    """Passages as `write` leaves them, filled in; lines of a label store, too."""
    return [_row(number, record, vocabulary) for number, record in objects]


def _row(number: int, record: dict[str, Any], vocabulary: Vocabulary) -> Row:
    answer = AnswerBuilder(vocabulary)
    for kind, key in _QUESTIONS.items():
        value = record.get(key)
        if value == [] and kind in ("theme", "field") and not (kind == "field" and record.get("themes") is None):
            answer.none.add(kind)
        for word in value if isinstance(value, list) else [] if value is None else [value]:
            answer.add(kind, word if isinstance(word, str) else json.dumps(word), key)
    entry = Entry(
        id=text_of(record, "id"),
        text=str(record["text"] or ""),
        digest=text_of(record, "text_digest"),
        answer=answer.build(),
        annotator=text_of(record, "annotator"),
        reviewed=record.get("reviewed") is True,
        comment=text_of(record, "comment"),
        **meta_of(record),
    )
    return Row(number, entry, tuple(answer.faults))
