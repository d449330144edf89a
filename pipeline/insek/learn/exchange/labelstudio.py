"""Label Studio, export "JSON": tasks with annotations and predictions.

Each annotation that was not skipped becomes a row of its own, so several annotators of one task stay side by side.
`ground_truth` there is "reviewed" here. The labelling interface is the one that `config` gives: a list of choices for
each question.

Label Studio makes whoever imports a file the author of its annotations. Those that insek wrote are known by the ids of
their results; as long as they say what they said, they stay with their annotator, or one opinion would count as two.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from insek.learn.entries import META, Answer, AnswerBuilder, Entry, Row, flat_labels, meta_of, text_of
from insek.sheet import KIND_NAMES, NONE, Vocabulary

_SEVERAL = ("theme", "field")
_OURS = "insek-"


def fits(record: dict[str, Any]) -> bool:
    """Whether an object is a task with its text under `data`."""
    data = record.get("data")
    return isinstance(data, dict) and isinstance(data.get("text"), str)


def config(vocabulary: Vocabulary) -> str:
    """The labelling interface to paste into Label Studio (Settings > Labeling Interface > Code)."""
    parts = []
    for kind, names in vocabulary.names.items():
        words = [*names.values(), *([NONE] if kind in _SEVERAL else [])]
        lines = "".join(f"    <Choice value={quoteattr(word)}/>\n" for word in words)
        style = "multiple" if kind in _SEVERAL else "single"
        parts.append(f'  <Header value={quoteattr(KIND_NAMES[kind])}/>\n  <Choices name="{kind}" toName="text" '
                     f'choice="{style}" showInline="true">\n{lines}  </Choices>\n')  # fmt: skip
    return f'<View>\n  <Header value="$before"/>\n  <Text name="text" value="$text"/>\n{"".join(parts)}</View>\n'


def write(entries: Sequence[Entry], vocabulary: Vocabulary) -> bytes:
    """Tasks with suggestions as predictions and labels as annotations."""
    tasks = [_task(entry, vocabulary) for entry in entries]
    return (json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode()


def _task(entry: Entry, vocabulary: Vocabulary) -> dict[str, Any]:
    meta = {key: getattr(entry, key) for key in META}
    task: dict[str, Any] = {
        "data": {"text": entry.text, "passage": entry.id, "text_digest": entry.digest, **meta},
    }
    if entry.suggested.given:
        task["predictions"] = [{"model_version": "insek", "result": _results(entry.suggested, vocabulary)}]
    if entry.answer.given:
        task["data"] |= {"annotator": entry.annotator, "labelled": ", ".join(flat_labels(entry.answer, vocabulary))}
        task["annotations"] = [
            {"result": _results(entry.answer, vocabulary), "was_cancelled": False, "ground_truth": entry.reviewed}
        ]
    return task


def _results(answer: Answer, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    given: Mapping[str, Sequence[str] | None] = {
        "theme": answer.themes,
        "field": answer.fields if answer.themes else None,
        "stage": (answer.stage,) if answer.stage else None,
        "depth": (answer.depth,) if answer.depth else None,
    }
    return [{"id": f"{_OURS}{kind}", "from_name": kind, "to_name": "text", "type": "choices",
             "value": {"choices": vocabulary.words(kind, ids) or [NONE]}}
            for kind, ids in given.items() if ids is not None]  # fmt: skip


def read(objects: Sequence[tuple[int, dict[str, Any]]], vocabulary: Vocabulary) -> list[Row]:
    """The export of Label Studio; a number is the task in the order of the file."""
    return [row for number, task in objects for row in _rows(number, task, vocabulary)]


def _rows(number: int, task: dict[str, Any], vocabulary: Vocabulary) -> Iterator[Row]:
    data = task["data"]
    annotations = task.get("annotations")
    done = [a for a in annotations if isinstance(a, dict) and not a.get("was_cancelled")] if annotations else []
    for annotation in done or [{}]:
        answer = AnswerBuilder(vocabulary)
        for result in annotation.get("result") or []:
            _add(result, answer)
        built = answer.build()
        entry = Entry(
            id=text_of(data, "passage") or text_of(task, "id") or str(number),
            text=data["text"],
            digest=text_of(data, "text_digest"),
            answer=built,
            annotator=_author(annotation, data, ", ".join(flat_labels(built, answer.vocabulary))),
            reviewed=annotation.get("ground_truth") is True,
            at=text_of(annotation, "updated_at") or text_of(annotation, "created_at"),
            **meta_of(data),
        )
        yield Row(number, entry, tuple(answer.faults))


def _add(result: Any, answer: AnswerBuilder) -> None:
    """One result; of the other controls only a text area is harmless (a remark)."""
    kind = result.get("from_name") if isinstance(result, dict) else None
    value = result.get("value") if isinstance(result, dict) else None
    chosen = value.get("choices") if isinstance(value, dict) else None
    if chosen is None:
        if not isinstance(result, dict) or result.get("type") != "textarea":
            answer.faults.append(f"Ergebnis „{kind}“ ist keine Auswahl (Choices)")
        return
    for word in chosen:
        if kind in KIND_NAMES:
            answer.add(str(kind), str(word), str(kind))
        else:
            answer.add_flat(str(word))


def _author(annotation: Mapping[str, Any], data: Mapping[str, Any], said: str) -> str:
    ids = [str(result.get("id")) for result in annotation.get("result") or [] if isinstance(result, dict)]
    if ids and all(name.startswith(_OURS) for name in ids) and said == text_of(data, "labelled"):
        return text_of(data, "annotator")
    return _person(annotation.get("completed_by"))


def _person(value: Any) -> str:
    """Who annotated: an e-mail address where the export has one, else the number of the account."""
    if isinstance(value, dict):
        return text_of(value, "email") or text_of(value, "id")
    return "" if value is None or isinstance(value, bool) else f"konto-{value}"
