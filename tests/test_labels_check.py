"""`insek labels check`: agreement, suspected errors, contradictions, leaks, floors, and a poisoned import."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from insek.learn.agreement import agreements, cohen_kappa, krippendorff_alpha
from insek.learn.gate import frozen_passages
from insek.learn.inspection import ALARM, HINT, contradictions, inspect_labels, poisoned
from insek.learn.labels import LabelledPassage, parse_label
from insek.learn.policy import LabelPolicy, load_vocabulary
from insek.learn.suspects import Suspect, Suspicion, calibrated, confident_classes

# --- agreement -------------------------------------------------------------------------------------------------------


def test_kappa_of_a_table_worked_by_hand():
    # 20 times both yes, 5 only the first, 10 only the second, 15 both no: po = .7, pe = .5 * .6 + .5 * .4 = .5
    pairs = [("j", "j")] * 20 + [("j", "n")] * 5 + [("n", "j")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)
    assert cohen_kappa([("j", "j"), ("n", "n")]) == 1.0
    assert cohen_kappa([("j", "n"), ("n", "j")]) == -1.0
    assert cohen_kappa([("n", "n")] * 9) is None


def test_alpha_with_missing_answers_worked_by_hand():
    # coincidences: aa 2, ab 1, ba 1, bb 3 (six pairs at 1/2); n = 7, na = 3, nb = 4
    # observed 2; expected (49 - 9 - 16) / 6 = 4; alpha = 1 - 2/4
    units = {"1": {"x": "a", "y": "a"}, "2": {"x": "a", "z": "b"}, "3": {"x": "b", "y": "b", "z": "b"}, "4": {"y": "b"}}
    assert krippendorff_alpha(units) == pytest.approx(0.5)
    assert krippendorff_alpha({"1": {"x": "a", "y": "a"}}) is None


def test_alpha_of_the_published_example():
    """Krippendorff (2011), section D: four observers, twelve units, nominal .743."""
    table = ["123321412...", "12332241251"[:9] + "5.3", ".333234225" + "1.", "1233244125" + "1."]
    units = {str(i): {str(o): row[i] for o, row in enumerate(table) if row[i] != "."} for i in range(12)}
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.0005)


@pytest.fixture
def line(guideline):
    counter = iter(range(10_000))

    def line(annotator="anna", themes=(), text="Die Stadt Torfhude berät.", **changes) -> LabelledPassage:
        n = next(counter)
        record = {"municipality": "Torfhude", "text": text, "annotator": annotator, "at": f"2026-11-{n % 28 + 1:02}",
                  "codebook": "1", "themes": list(themes), **changes}  # fmt: skip
        return parse_label(record, f"/x/a.jsonl, Zeile {n + 1}", guideline)

    return line


def test_agreement_is_told_per_label(line, guideline):
    lines = []
    for i in range(4):
        text = f"Passage {i}"
        lines += [line("anna", ["migration"], text, stage="goals"),
                  line("ben", ["migration"] if i else [], text, stage="goals" if i > 1 else None)]  # fmt: skip
    found = {(a.kind, a.value): a for a in agreements(lines, guideline)}
    theme = found["theme", "migration"]
    assert theme.units == 4
    assert theme.alpha == pytest.approx(1 - 7 * 2 / (64 - 49 - 1))
    assert [(p.annotators, p.units, p.kappa) for p in theme.pairs] == [(("anna", "ben"), 4, 0.0)]
    assert found["stage", ""].units == 2
    assert not any(kind == "field" for kind, _ in found)


# --- confident learning ----------------------------------------------------------------------------------------------


def test_confident_classes_worked_by_hand():
    yes = np.array([0.1, 0.2, 0.9, 0.8, 0.9, 0.3, 0.5])
    given = np.array([0, 0, 0, 1, 1, 1, 1])
    # thresholds: no (.9 + .8 + .1) / 3 = .6, yes (.8 + .9 + .3 + .5) / 4 = .625
    assert confident_classes(np.column_stack([1 - yes, yes]), given).tolist() == [0, 0, 1, 1, 1, 0, -1]


def test_calibration_orders_and_is_a_share():
    margins, given = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]), np.array([0, 0, 1, 0, 1, 1])
    shares = calibrated(margins, given, 1)
    assert np.all(np.diff(shares) > 0)
    assert shares.mean() == pytest.approx(0.5, abs=0.01)
    assert calibrated(margins, np.ones(6, int), 1).tolist() == [1.0] * 6


# --- findings --------------------------------------------------------------------------------------------------------


def test_contradictions_by_one_hand_and_between_reviewers(line):
    same_hand = [line(before="1 Lage"), line(themes=["migration"], before="2 Ziele")]
    (finding,) = contradictions(same_hand)
    assert finding.level == ALARM
    assert finding.where == "a.jsonl, Zeile 2"
    assert "a.jsonl, Zeile 1 (unter anderen Überschriften), von anna: migration gegen keines" in finding.what
    reviewers = [line("anna", reviewed=True), line("ben", ["migration"], reviewed=True)]
    assert ["zweimal geprüft" in f.what for f in contradictions(reviewers)] == [True]
    assert list(contradictions([line("anna"), line("ben", ["migration"])])) == []
    corrected = [line("anna", at="2026-11-01"), line("anna", ["migration"], at="2026-11-02")]
    assert list(contradictions(corrected)) == []


def put(place, name, records):
    text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)
    (place.labels_folder / name).write_text(text, "utf-8")


@pytest.fixture(scope="session")
def records(project):
    return [json.loads(line) for line in (project.labels_folder / "insek-mit.jsonl").read_text("utf-8").splitlines()]


def subjects(report, level):
    return {finding.subject for finding in report.findings if finding.level == level}


def test_leaks_floors_disputes_and_codebooks_in_one_small_project(place):
    text = "Im Stadtteil Lerchenfeld leben seit dem Jahr 2016 viele Familien, die aus Syrien geflohen sind."
    base = {"annotator": "anna", "at": "2026-11-01", "codebook": "1", "themes": ["migration"], "fields": []}
    put(place, "a.jsonl", [
        {**base, "municipality": "Ahlenrode", "text": text},
        {**base, "municipality": "Rottmünde", "text": text.replace("2016", "2017"), "codebook": "2"},
        {**base, "municipality": "Ahlenrode", "text": text.replace("2016", "2018")},
        {**base, "municipality": "Ahlenrode", "text": text, "annotator": "ben", "themes": []},
    ])  # fmt: skip
    report = inspect_labels(place, lambda _: None)
    told = {(f.level, f.subject, f.where) for f in report.findings}
    assert (ALARM, "fast gleich", "a.jsonl, Zeile 3") in told  # line 1 is in dispute and on neither side
    assert (HINT, "strittig", "a.jsonl, Zeile 4") in told
    assert {"zu wenige", "Codebuch", "Übereinstimmung"} <= subjects(report, HINT)
    assert json.loads(json.dumps(report.record()))["lines"] == 4


def test_a_label_on_a_test_passage_is_an_alarm(place, guideline, records):
    frozen = frozen_passages(place, guideline)[0]
    put(place, "a.jsonl", [*records[:3], {**records[0], "id": None, "municipality": "Torfhude", "text": frozen.text}])
    told = [f for f in inspect_labels(place, lambda _: None).findings if "Testpassage" in f.what]
    assert [(f.level, f.where) for f in told] == [(ALARM, "a.jsonl, Zeile 4")]


def test_poor_agreement_on_many_passages_is_an_alarm(place):
    base = {"municipality": "Ahlenrode", "at": "2026-11-01", "codebook": "1"}
    put(place, "a.jsonl", [{**base, "text": f"Passage Nummer {i} über Wege", "annotator": who,
                            "themes": ["integration"] if (i % 2) == (who == "ben") else []}
                           for i in range(40) for who in ("anna", "ben")])  # fmt: skip
    alarms = [f for f in inspect_labels(place, lambda _: None).findings if f.subject == "Übereinstimmung"]
    assert alarms[0].level == ALARM
    assert "„Thema: Integration“: Alpha -0,9" in alarms[0].what
    assert "anna / ben -1,00" in alarms[0].what


def flipped(records, theme, n, seed):
    """`n` records with one theme turned round, as another annotator's, and the rest."""
    chosen = set(random.Random(seed).sample(range(len(records)), n))
    for i, record in enumerate(records):
        if i not in chosen:
            continue
        themes = (
            [t for t in record["themes"] if t != theme] if theme in record["themes"] else [*record["themes"], theme]
        )
        rest = {} if themes else {"fields": [], "stage": None, "depth": None}
        yield i, {**record, "themes": themes, "annotator": "gast", "lookalike": False, **rest}


def test_a_poisoned_import_raises_an_alarm(place, records):
    bad = dict(flipped(records, "migration", 500, 11))
    put(place, "gast.jsonl", bad.values())
    put(place, "insek-mit.jsonl", [r for i, r in enumerate(records) if i not in bad])
    report = inspect_labels(place, lambda _: None)
    alarms = [f for f in report.findings if f.level == ALARM]
    assert [(f.subject, f.where) for f in alarms] == [("verdächtiger Import", "gast.jsonl")]
    assert "„Thema: Migration“" in alarms[0].what
    told = [f for f in report.findings if f.subject == "vermuteter Fehler" and f.where.startswith("gast.jsonl")
            and "„Thema: Migration“" in f.what]  # fmt: skip
    assert len(told) >= 250  # at least half of what was turned round is named line by line


def test_poison_on_passages_that_are_labelled_already(place, records):
    some = records[::8]
    put(place, "gast.jsonl", dict(flipped(some, "integration", 100, 3)).values())
    put(place, "insek-mit.jsonl", some)
    report = inspect_labels(place, lambda _: None)
    assert any(f.subject == "Übereinstimmung" and "„Thema: Integration“" in f.what
               for f in report.findings if f.level == ALARM)  # fmt: skip
    assert sum(f.subject == "strittig" for f in report.findings) == 100


def test_an_honest_import_raises_none(place, records):
    put(place, "gast.jsonl", records[::16])
    put(place, "insek-mit.jsonl", records[1::4])
    assert subjects(inspect_labels(place, lambda _: None), ALARM) == set()


@pytest.mark.parametrize(
    ("picked", "wrong", "alarms"),
    [("random", 8, 1), ("uncertain", 8, 0), ("disputed", 8, 0), ("variety", 8, 0), ("uncertain", 20, 1)],
)
def test_passages_picked_for_doubt_are_asked_with_patience(line, place, guideline, picked, wrong, alarms):
    lines = [line(picked=picked) for _ in range(40)]
    suspects = tuple(Suspect(p, "theme", "migration", "migration", False, 0.01) for p in lines[:wrong])
    vocabulary = load_vocabulary(place.guideline_folder, guideline)
    found = poisoned(Suspicion(suspects, (("theme", "migration", tuple(lines)),)), LabelPolicy(), vocabulary)
    assert len(list(found)) == alarms


def test_a_guideline_without_floors_is_checked_all_the_same(place, records):
    (place.guideline_folder / "labels.yaml").unlink()
    put(place, "a.jsonl", records[:40])
    assert "zu wenige" not in subjects(inspect_labels(place, lambda _: None), HINT)
