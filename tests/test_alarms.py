"""Poisoned imports: the test behind the alarm, and check and gate refusing what it finds."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from insek.cli import main
from insek.errors import ModelError
from insek.learn.alarms import Alarm, alarms, arrivals, lower_end, news
from insek.learn.labels import parse_label
from insek.learn.learned import LEARNED, Learned, learned_from, learned_record, read_learned, shares
from insek.learn.policy import LabelPolicy, load_policy
from insek.learn.suspects import Suspect, Suspicion
from insek.modelstore import promoted_id

THEME = "theme/migration"


def passages(n, wrong, file="gast.jsonl", *, first=0, picked=False, question=THEME):
    """`n` passages of a file, the labels of the first `wrong` of them suspected."""
    asked, none = frozenset({question}), frozenset[str]()
    return [Learned(file, f"{file}{first + i}", picked, asked, asked if i < wrong else none) for i in range(n)]


def found(*parts, known=()):
    learned = [passage for part in parts for passage in part]
    return list(alarms(learned, frozenset(p.key for part in known for p in part), LabelPolicy()))


# --- the statistic ---------------------------------------------------------------------------------------------------


def test_the_lower_end_is_that_of_wilson():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3, at 95 % two-sided
    assert lower_end(81, 263, 1.95996) == pytest.approx(0.2553, abs=5e-5)
    assert lower_end(15, 148, 1.95996) == pytest.approx(0.0624, abs=5e-5)
    assert lower_end(0, 20) == 0.0
    assert lower_end(1, 29, 1.95996) == pytest.approx(0.0061, abs=5e-5)


def test_the_same_share_weighs_more_in_a_large_file():
    assert lower_end(4, 20) < lower_end(40, 200) < lower_end(400, 2000) < 0.2


SOUND = passages(1000, 30, "alt.jsonl")


def test_a_hard_file_is_not_a_poisoned_one():
    assert found(SOUND, passages(130, 22)) == []  # .17, as with sound labels of real plans
    assert found(SOUND, passages(30, 5)) == []  # .17: of thirty passages that may be chance
    assert found(SOUND, passages(10, 9)) == []  # fewer than the policy asks about


def test_a_poisoned_file_is_named_with_its_figures():
    [alarm] = found(SOUND, passages(100, 58))
    assert (alarm.file, alarm.question, alarm.suspected, alarm.asked) == ("gast.jsonl", THEME, 58, 100)
    assert (alarm.rest, alarm.others) == (0.03, 1000)
    assert 0.4 < alarm.low < 0.58


def test_a_file_is_measured_by_the_others():
    assert found(passages(1000, 200, "alt.jsonl"), passages(100, 40)) == [], "a lower end of .29 is not twice .20"
    assert [a.file for a in found(passages(1000, 100, "alt.jsonl"), passages(100, 40))] == ["gast.jsonl"]


def test_one_file_alone_is_measured_by_itself():
    [alarm] = found(passages(400, 120))
    assert (alarm.others, alarm.rest) == (0, 0.0)


def test_what_is_appended_to_a_large_file_does_not_hide_in_it():
    before, after = passages(2000, 50), passages(60, 36, first=2000)
    assert found(before, after) == [], "the file as a whole does not stand out"
    [alarm] = found(before, after, known=[before])
    assert (alarm.file, alarm.new, alarm.suspected, alarm.asked, alarm.others) == ("gast.jsonl", True, 36, 60, 2000)


@pytest.mark.parametrize(("picked", "wrong", "expected"), [(False, 16, 1), (True, 16, 0), (True, 22, 1)])
def test_passages_picked_for_doubt_are_asked_with_patience(picked, wrong, expected):
    assert len(found(SOUND, passages(40, wrong, picked=picked))) == expected


def test_stages_and_depths_have_thresholds_of_their_own():
    assert found(passages(1000, 40, "alt.jsonl", question="stage"), passages(100, 28, question="stage")) == []
    assert len(found(passages(1000, 40, "alt.jsonl", question="stage"), passages(100, 50, question="stage"))) == 1


# --- what a model learned from ---------------------------------------------------------------------------------------


@pytest.fixture
def labels(guideline):
    record = {"municipality": "Torfhude", "annotator": "anna", "at": "2026-11-01", "codebook": "1", "stage": "goals",
              "themes": ["migration"], "fields": ["social"], "depth": "substance"}  # fmt: skip
    records = [{**record, "text": f"Passage {i}", "picked": picked} for i, picked in enumerate(["random", "disputed"])]
    return [parse_label(r, f"/x/a, b.jsonl, Zeile {i}", guideline) for i, r in enumerate(records, 1)]


def suspicion_of(labels):
    asked = (("theme", "migration", tuple(labels)), ("stage", "", tuple(labels[:1])))
    return Suspicion((Suspect(labels[0], "stage", "goals", "measures", True, 0.1),), asked)


def test_what_was_learned_is_kept_and_read_again(labels, tmp_path):
    learned = learned_from(labels, suspicion_of(labels))
    assert [p.file for p in learned] == ["a, b.jsonl"] * 2
    assert [p.picked for p in learned] == [False, True]
    assert [sorted(p.asked) for p in learned] == [["stage", THEME], [THEME]]
    assert [sorted(p.suspected) for p in learned] == [["stage"], []]
    (tmp_path / LEARNED).write_text(json.dumps(learned_record(learned)), "utf-8")
    assert read_learned(tmp_path) == learned
    assert shares(learned) == {
        "a, b.jsonl": {"stage": {"asked": 1, "suspected": 1}, THEME: {"asked": 2, "suspected": 0}}
    }


def test_a_passage_is_new_where_its_labels_are_others(labels):
    one = labels[0]
    same = replace(one, source="/y/c.jsonl, Zeile 9", annotator="ben", at="2027-01-01", comment="gut")
    other = replace(one, themes=("integration", "migration"))
    keys = [learned_from([x], Suspicion((), ()))[0].key for x in (one, same, other, replace(one, stage=None))]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_a_model_without_the_record_tells_nothing_and_a_damaged_one_says_so(tmp_path):
    (tmp_path / "alt").mkdir()
    assert arrivals(tmp_path, "alt", None, LabelPolicy()) is None
    (tmp_path / "alt" / LEARNED).write_text('{"questions": ["stage"], "files": {"a": [["k", 0, ".x"]]}}', "utf-8")
    with pytest.raises(ModelError, match=LEARNED):
        arrivals(tmp_path, "alt", None, LabelPolicy())


# --- check and gate --------------------------------------------------------------------------------------------------


def turned(record, theme):
    """A record with one theme turned round, as a guest's reviewed correction."""
    has = theme in record["themes"]
    themes = [t for t in record["themes"] if t != theme] if has else [*record["themes"], theme]
    rest = {} if themes else {"fields": [], "stage": None, "depth": None}
    return {**record, "themes": themes, "annotator": "gast", "reviewed": True, "at": "2027-01-01T08:00:00Z",
            "lookalike": False, **rest}  # fmt: skip


def put(path: Path, records):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")


def insek(*words, code=0):
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == code, done.output
    return done.output


def test_flipped_labels_of_each_theme_stop_at_the_check_and_at_the_gate(place, project, guideline, monkeypatch):
    """One file per theme, in the proportion of 500 passages to the whole corpus; a sound file comes with them."""
    monkeypatch.chdir(place.root)
    lines = (project.labels_folder / "insek-mit.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines[::5]]
    put(place.labels_folder / "insek-mit.jsonl", records[100:])
    put(place.root / "sauber.jsonl", records[:100])
    drawn = random.Random(7).sample(records[100:], 3 * 40)
    for theme, some in zip(guideline.theme_ids, (drawn[:40], drawn[40:80], drawn[80:]), strict=True):
        put(place.root / f"gast-{theme}.jsonl", [turned(record, theme) for record in some])
    poisoned = {(f"gast-{theme}.jsonl", f"theme/{theme}") for theme in guideline.theme_ids}
    insek("labels", "import", "sauber.jsonl", *sorted(file for file, _ in poisoned))

    report = insek("labels", "check", "--limit", "0", code=78)
    assert {line.split()[3].rstrip(":") for line in report.splitlines() if "verdächtiger Import" in line} == {
        file for file, _ in poisoned
    }
    model = insek("train").split("models/")[1].split()[0]
    live = promoted_id(place.models_folder)
    refused = insek("promote", model, code=4)
    assert all(f"{file}, „Thema: " in refused for file, _ in poisoned)
    assert "`insek labels check` nennt die Zeilen" in refused
    assert promoted_id(place.models_folder) == live
    policy = load_policy(place.guideline_folder, guideline)
    told = arrivals(place.models_folder, model, live, policy)
    assert told is not None
    assert {(alarm.file, alarm.question) for alarm in told.alarms} == poisoned
    first, *warnings = news(place, model, live or "")
    assert first.startswith(f"{model} hat {told.passages} Passagen gelernt, die {live} ")
    assert len(warnings) == 3
    insek("promote", model, "--allow-regression", "--reason", "Nur zur Probe.")
    card = insek("models", "show", model)
    assert "gast-integration.jsonl, „Thema: Integration“" in card
    assert "Begründung: Nur zur Probe." in card


def test_an_alarm_reads_well(place, guideline):
    from insek.learn.policy import load_vocabulary

    words = load_vocabulary(place.guideline_folder, guideline)
    told = Alarm("gast.jsonl", True, THEME, 316, 500, 0.58, 0.051, 3963).told(words)
    assert told == ("„Thema: Migration“: bei 316 von 500 neuen Passagen (63,2 %) spricht alles Übrige gegen das Label, "
                    "sonst bei 5,1 %.")  # fmt: skip
