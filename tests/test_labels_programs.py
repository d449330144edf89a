"""Labels of doccano, Label Studio and Prodigy, as those programs export them."""

from __future__ import annotations

import json

import pytest

from insek.errors import InputError
from insek.learn.entries import Answer, flat_labels
from insek.learn.exchange import WRITERS, read_rows
from insek.learn.exchange.labelstudio import config
from insek.learn.labels import text_digest
from insek.learn.policy import load_vocabulary
from insek.sheet import Vocabulary
from sheets import entry


@pytest.fixture(scope="module")
def words(project, guideline) -> Vocabulary:
    return load_vocabulary(project.guideline_folder, guideline)


DOCCANO = [
    {"id": 41, "text": "Die Stadt Torfhude berät Geflüchtete.", "label": ["Feld: Soziales", "Thema: Migration"],
     "Comments": ["sicher?"], "passage": "p1", "text_digest": text_digest("Die Stadt Torfhude berät Geflüchtete.")},
    {"id": 42, "text": "Der Kanal wird saniert.", "label": ["Thema: keines"], "Comments": []},
    {"id": 43, "text": "Offen.", "label": [], "Comments": []},
    {"id": 44, "text": "Falsch.", "label": ["Wanderung", "Feld: Soziales"], "Comments": []},
    {"id": 45, "text": "Mehrdeutig.", "label": ["participation"], "Comments": []},
    {"id": 46, "text": "Spannen.", "label": [[0, 4, "Migration"]], "Comments": []},
]  # fmt: skip


def test_doccano(words):
    data = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in DOCCANO).encode()
    good, none, unlabelled, wrong, unclear, spans = read_rows(data, "admin.jsonl", words)
    assert good.entry.answer == Answer(("migration",), ("social",))
    assert (good.entry.id, good.entry.comment) == ("p1", "sicher?")
    assert none.entry.answer == Answer((), ())
    assert unlabelled.entry.answer == Answer()
    assert "unbekanntes Label „Wanderung“" in "; ".join(wrong.faults)
    assert "mehrdeutig: „Thema: participation“ oder „Schritt: participation“" in unclear.faults[0]
    assert "Textstellen" in spans.faults[0]
    assert [r.number for r in (good, spans)] == [1, 6]


def choice(name, *values):
    return {"id": "x", "type": "choices", "from_name": name, "to_name": "text", "origin": "manual",
            "value": {"choices": list(values)}}  # fmt: skip


def task(*annotations, **extra):
    return {"id": 7, "data": {"text": "Die Stadt Torfhude berät Geflüchtete."}, "annotations": list(annotations),
            "drafts": [], "predictions": [{"result": [choice("theme", "Integration")]}], **extra}  # fmt: skip


def test_label_studio(words):
    anna = {"id": 1, "completed_by": {"id": 3, "email": "anna@example.org"}, "was_cancelled": False,
            "ground_truth": True, "updated_at": "2026-03-09T22:16:08.728353Z",
            "result": [choice("theme", "Migration"), choice("field", "keines"),
                       choice("depth", "Aussage")]}  # fmt: skip
    ben = {
        "id": 2,
        "completed_by": 4,
        "was_cancelled": False,
        "ground_truth": False,
        "result": [choice("theme", "keines")],
    }
    skipped = {"id": 3, "completed_by": 5, "was_cancelled": True, "result": []}
    boxes = {"id": 4, "completed_by": 4, "result": [{"type": "labels", "from_name": "ner", "value": {"start": 0}}]}
    data = json.dumps([task(anna, ben, skipped), task(skipped), task(boxes)]).encode()
    first, second, untouched, wrong = read_rows(data, "project-1.json", words)
    assert first.entry.answer == Answer(("migration",), (), None, "substance")
    assert (first.entry.annotator, first.entry.reviewed) == ("anna@example.org", True)
    assert first.entry.at.startswith("2026-03-09T22:16")
    assert (second.entry.annotator, second.entry.answer.themes) == ("konto-4", ())
    assert untouched.entry.answer == Answer()
    assert "keine Auswahl" in wrong.faults[0]
    assert [r.number for r in (first, second, untouched, wrong)] == [1, 1, 2, 3]


def test_label_studio_does_not_make_a_second_opinion_of_the_first(words):
    sent = json.loads(WRITERS["label-studio"]([entry()], words))[0]
    sent["annotations"][0] |= {"completed_by": 1, "updated_at": "2026-11-20T10:00:00Z"}
    changed = json.loads(json.dumps(sent))
    changed["annotations"][0]["result"][0]["value"]["choices"] = ["Integration"]
    (same, other) = read_rows(json.dumps([sent, changed]).encode(), "p.json", words)
    assert (same.entry.annotator, other.entry.annotator) == ("anna", "konto-1")


def test_a_label_changed_in_doccano_is_not_the_first_annotators(words):
    record = json.loads(WRITERS["doccano"]([entry()], words))
    (same,) = read_rows(json.dumps({**record, "id": 1, "label": record["label"][::-1]}).encode(), "d.jsonl", words)
    (other,) = read_rows(json.dumps({**record, "id": 1, "label": ["Thema: keines"]}).encode(), "d.jsonl", words)
    assert (same.entry.annotator, other.entry.annotator) == ("anna", "")


def test_the_interface_for_label_studio_knows_every_label(words):
    from xml.etree import ElementTree

    root = ElementTree.fromstring(config(words))
    for kind, names in words.names.items():
        offered = [c.get("value") for c in root.iterfind(f".//Choices[@name='{kind}']/Choice")]
        assert set(names.values()) <= set(offered)


def prodigy(accept, answer="accept", **extra):
    return {"text": "Die Stadt Torfhude berät Geflüchtete.", "_input_hash": -17, "_task_hash": 4, "options": [],
            "accept": accept, "answer": answer, "_timestamp": 1774000000, "_annotator_id": "labels-anna",
            "_view_id": "choice", **extra}  # fmt: skip


def test_prodigy(words):
    records = [prodigy(["Thema: Migration", "Schritt: Maßnahmen"]), prodigy([], "ignore"), prodigy(["x"], "reject"),
               prodigy([]), {k: v for k, v in prodigy([], label="Migration").items() if k != "accept"}]  # fmt: skip
    data = "\n".join(map(json.dumps, records)).encode()
    good, ignored, rejected, empty, binary = read_rows(data, "datensatz.jsonl", words)
    assert good.entry.answer == Answer(("migration",), None, "measures")
    assert (good.entry.annotator, good.entry.at[:4]) == ("labels-anna", "2026")
    assert ignored.entry.answer == rejected.entry.answer == Answer()
    assert "ohne etwas zu wählen" in empty.faults[0]
    assert "Ja-Nein-Aufgabe" in binary.faults[0]


@pytest.mark.parametrize(
    ("data", "told"),
    [(b'{"a": 1}\n{"a": 2}', "kein bekanntes Format"), (b'[{"text": "x"', "kein gültiges JSON"),
     (b"[1, 2]", "Eintrag 1"), (b"[" * 5000, "verschachtelt|kein gültiges JSON")],
)  # fmt: skip
def test_foreign_json_is_refused(words, data, told):
    with pytest.raises(InputError, match=told):
        read_rows(data, "datei.json", words)


def test_flat_labels_name_none_and_leave_out_the_unanswered(words):
    assert flat_labels(Answer(()), words) == ["Thema: keines"]
    assert flat_labels(Answer(("migration",), ()), words) == ["Thema: Migration", "Feld: keines"]
    assert flat_labels(Answer(), words) == []
