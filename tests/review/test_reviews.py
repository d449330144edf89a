"""What decisions of people do to a run: they beat the program, leave its tags alone, and can be checked."""

from __future__ import annotations

import datetime
import json
import shutil
import time
from dataclasses import replace

import pytest

from insek.batch import ScreenSettings, screen
from insek.domain import TagKind
from insek.errors import ConfigError, InputError
from insek.learn.entries import Answer
from insek.project import Project
from insek.report.model import HIGHLIGHTED
from insek.review.audit import audit, wilson
from insek.review.desk import Desk, DeskSettings, Draft
from insek.review.journal import Conflict, Journal
from insek.review.keys import RESERVED, keys_of
from insek.review.queues import QueueName
from insek.reviews import REVIEWS, counting, read_reviews
from insek.rundir import render_again, write_copy
from insek.saved import load_run
from insek.sheet import Vocabulary
from insek.verify import verify

AUDIT = QueueName("audit", seed=20231)


def open_desk(run, place, name: str = "Ute", **settings) -> Desk:
    return Desk(run, place, DeskSettings(name, **settings))


def draft(desk: Desk, place, *themes: str, stage="goals", depth="substance", fields=(), queue=AUDIT, **more) -> Draft:
    answer = Answer(themes, fields, stage, depth) if themes else Answer(())
    return Draft(place, answer, desk.version(place), queue, **more)


def evidence(run) -> dict:
    return json.loads((run / "loheck" / "coverage.json").read_text("utf-8"))


def cell_with(run, n: int) -> tuple[str, str, str]:
    """Field, step and passage of a cell with so many passages."""
    cells = evidence(run)["cells"]
    return next((f, s, c["evidence"][0]["passage_id"]) for f, row in cells.items() for s, c in row.items()
                if c["n_evidence"] == n)  # fmt: skip


def test_a_rejected_passage_leaves_the_report_and_the_tags_stay(run, place, guideline):
    field, stage, passage = cell_with(run, 1)
    tags = (run / "loheck" / "passages.jsonl").read_bytes()
    desk = open_desk(run, place)
    desk.decide(draft(desk, ("loheck", passage)))
    render_again(run, guideline, None)
    assert evidence(run)["cells"][field][stage]["n_evidence"] == 0
    assert (run / "loheck" / "passages.jsonl").read_bytes() == tags
    assert verify(run, guideline, Vocabulary.of(guideline, {})) == []


def test_a_found_passage_fills_the_cell_and_is_marked_as_human(run, place, guideline):
    desk = open_desk(run, place)
    plan = desk.library.plan("loheck")
    passage = next(p for p, d in plan.sentences() if not d.themes)
    field, stage = next((f, s) for f, row in evidence(run)["cells"].items() for s, c in row.items()
                        if not c["n_evidence"])  # fmt: skip
    desk.decide(draft(desk, ("loheck", passage.id), guideline.theme_ids[0], stage=stage, fields=(field,)))
    render_again(run, guideline, None)
    [quote] = evidence(run)["cells"][field][stage]["evidence"]
    assert quote["quote"] == passage.text
    assert {r["source"] for r in quote["reasons"] if r["kind"] in ("theme", "field", "stage", "depth")} == {"human:Ute"}
    assert "von Hand durch Ute" in (run / "loheck" / "report.html").read_text("utf-8")
    assert evidence(run)["provenance"]["reviews"]["passages"] == 1


def test_reports_older_than_the_decisions_are_named(run, place, guideline):
    _, _, passage = cell_with(run, 1)
    desk = open_desk(run, place)
    assert not desk.stale
    time.sleep(0.02)
    desk.decide(draft(desk, ("loheck", passage)))
    assert desk.stale
    assert any("report.html" in finding for finding in verify(run, guideline, Vocabulary.of(guideline, {})))
    render_again(run, guideline, None)
    assert not desk.stale
    assert verify(run, guideline, Vocabulary.of(guideline, {})) == []


def test_a_copy_with_marks_goes_when_somebody_decided_otherwise(run, place, guideline):
    _, _, passage = cell_with(run, 1)
    write_copy(run / "loheck", (run.parent / "plaene" / "loheck.pdf").read_bytes(), guideline, {"lang": "de"})
    render_again(run, guideline, None)
    assert (run / "loheck" / HIGHLIGHTED).is_file()
    desk = open_desk(run, place)
    desk.decide(draft(desk, ("loheck", passage)))
    render_again(run, guideline, None)
    assert not (run / "loheck" / HIGHLIGHTED).exists()


def test_undone_decisions_leave_no_trace_in_the_reports(run, place, guideline):
    before = {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}
    desk = open_desk(run, place)
    for passage in list(desk.library.plan("loheck").tagged)[1:4]:
        desk.decide(draft(desk, ("loheck", passage)))
    for _ in range(3):
        assert desk.undo()
    assert desk.undo() is None
    render_again(run, guideline, None)
    assert {p: p.read_bytes() for p in before} == before


def test_a_run_that_goes_on_keeps_the_decisions(run, project, place, guideline):
    field, stage, passage = cell_with(run, 1)
    desk = open_desk(run, place)
    desk.decide(draft(desk, ("loheck", passage)))
    render_again(run, guideline, None)
    settings = ScreenSettings(mode="rules", ocr="off", jobs=1)
    for fresh in (False, True):
        stamp = (run / "loheck" / "report.html").stat().st_mtime_ns
        screen([run.parent / "plaene"], run, project, replace(settings, fresh=fresh))
        assert evidence(run)["cells"][field][stage]["n_evidence"] == 0
        assert (stamp == (run / "loheck" / "report.html").stat().st_mtime_ns) is not fresh  # done is done
    assert verify(run, guideline, Vocabulary.of(guideline, {})) == []


def test_a_decision_about_another_text_does_not_count(run, place, guideline):
    _, _, passage = cell_with(run, 1)
    desk = open_desk(run, place)
    desk.decide(draft(desk, ("loheck", passage)))
    path = run / "loheck" / "passages.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in lines:
        line["text"] += " Nachtrag." if line["id"] == passage else ""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    [plan] = load_run(run, guideline)[0].plans
    assert not any(decision.decided_by for _, decision in plan.passages)


def test_what_a_person_left_open_stays_with_the_program(run, place, guideline):
    desk = open_desk(run, place)
    passage, decision = next((p, d) for p, d in desk.library.plan("loheck").sentences() if d.fields and d.stage)
    review = desk.decide(draft(desk, ("loheck", passage.id), *decision.themes, stage="goals"))
    path = run / REVIEWS
    line = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(line | {"fields": None, "stage": None}) + "\n", "utf-8")
    [plan] = load_run(run, guideline)[0].plans
    found = dict((p.id, d) for p, d in plan.passages)[passage.id]
    assert (found.fields, found.stage) == (decision.fields, decision.stage)
    assert found.decided_by == review.label.annotator


def test_two_who_disagree_leave_it_to_the_program_until_a_second_look(run, place, guideline):
    _, _, passage = cell_with(run, 1)
    where = ("loheck", passage)
    ute, bela = open_desk(run, place), open_desk(run, place, "Bela", blind=True)
    ute.decide(draft(ute, where, "migration"))
    bela.decide(draft(bela, where))
    assert where not in counting(read_reviews(run, guideline))
    chefin = open_desk(run, place, "Chefin")
    assert [e.place for e in chefin.queue(QueueName("check"))] == [where]
    chefin.decide(draft(chefin, where, queue=QueueName("check")))
    label = counting(read_reviews(run, guideline))[where]
    assert (label.annotator, label.themes, label.reviewed) == ("Chefin", (), True)
    [plan] = load_run(run, guideline)[0].plans
    assert dict((p.id, d) for p, d in plan.passages)[passage].themes == ()


def test_a_tie_in_the_headings_stays_and_a_denied_theme_ties_nothing(run, place, guideline):
    desk = open_desk(run, place)
    passage, before = next((p, d) for p, d in desk.library.plan("loheck").sentences()
                           if any(r.kind is TagKind.THEME and r.spans for r in d.reasons))  # fmt: skip
    desk.decide(draft(desk, ("loheck", passage.id), "participation"))
    [plan] = load_run(run, guideline)[0].plans
    after = dict((p.id, d) for p, d in plan.passages)[passage.id]
    assert after.themes == ("participation",)
    denied = {r.value for r in after.reasons if r.kind is TagKind.THEME and r.spans}
    assert denied <= {"participation"}
    heading = [r for r in before.reasons if r.kind is TagKind.THEME and not r.spans and r.source.startswith("rule:")]
    assert heading == [r for r in after.reasons if r in heading]


# --- the journal ------------------------------------------------------------------------------------------------------


def test_a_version_that_is_no_longer_is_a_conflict(run, place):
    one, two = open_desk(run, place), open_desk(run, place, "Bela")
    where = ("loheck", next(iter(one.library.plan("loheck").tagged)))
    late = draft(two, where)
    one.decide(draft(one, where, "migration"))
    with pytest.raises(Conflict) as caught:
        two.decide(late)
    assert caught.value.last.label.annotator == "Ute"
    two.decide(draft(two, where))


def test_a_blind_annotator_does_not_learn_of_others_by_a_conflict(run, place):
    one, two = open_desk(run, place), open_desk(run, place, "Bela", blind=True)
    where = ("loheck", next(iter(one.library.plan("loheck").tagged)))
    late = draft(two, where)
    one.decide(draft(one, where, "migration"))
    assert two.others(where) == []
    two.decide(late)
    assert [r.label.annotator for r in two.others(where)] == ["Ute"]


def test_a_clock_that_is_set_back_does_not_reorder_decisions(run, place, guideline, monkeypatch):
    desk = open_desk(run, place)
    where = ("loheck", next(iter(desk.library.plan("loheck").tagged)))
    desk.decide(draft(desk, where, "migration"))

    class Earlier(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime(2001, 1, 1, tzinfo=tz)

    monkeypatch.setattr("insek.review.journal.datetime.datetime", Earlier)
    desk.decide(draft(desk, where))
    first, second = read_reviews(run, guideline)
    assert first.label.at < second.label.at
    assert counting([first, second])[where].themes == ()


def test_a_damaged_line_is_named_and_an_unfinished_one_is_none(run, place, guideline):
    desk = open_desk(run, place)
    desk.decide(draft(desk, ("loheck", next(iter(desk.library.plan("loheck").tagged)))))
    path = run / REVIEWS
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    assert len(Journal(run, guideline).reviews) == 1
    path.write_bytes(whole + whole[:40] + b"\n")
    with pytest.raises(InputError, match="Zeile 2"):
        Journal(run, guideline)
    path.write_bytes(whole.replace(b'"themes": []', b'"themes": ["erfunden"]'))
    with pytest.raises(ConfigError, match="erfunden"):
        read_reviews(run, guideline)


def test_a_label_file_without_a_last_line_end_loses_nothing(run, place):
    desk = open_desk(run, place)
    first, second, *_ = desk.library.plan("loheck").tagged
    desk.decide(draft(desk, ("loheck", first)))
    [path] = place.labels_folder.glob("desk-*.jsonl")
    path.write_bytes(path.read_bytes().rstrip(b"\n"))  # as some editors leave it
    desk.decide(draft(desk, ("loheck", second)))
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_a_file_that_cannot_be_written_is_an_error_with_a_remedy(run, place):
    desk = open_desk(run, place)
    where = ("loheck", next(iter(desk.library.plan("loheck").tagged)))
    (run / REVIEWS).mkdir()
    with pytest.raises(InputError, match=r"reviews\.jsonl"):
        desk.decide(draft(desk, where))


# --- checks, queues, keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Answer(), "Noch nichts gewählt"),
        (Answer(("migration",), (), None, "mention"), "Schritt"),
        (Answer(("migration",), ("social", "education", "housing", "health"), "goals", "mention"), "Mehr als 3"),
        (Answer((), ("social",)), "ohne Thema"),
    ],
)
def test_answers_that_do_not_go_together_are_refused(run, place, answer, what):
    desk = open_desk(run, place)
    where = ("loheck", next(iter(desk.library.plan("loheck").tagged)))
    with pytest.raises(InputError, match=what):
        desk.decide(Draft(where, answer, 0, AUDIT))
    assert not (run / REVIEWS).exists()


def test_queues_are_the_same_after_a_restart_and_another_seed_draws_others(run, place):
    names = [AUDIT, QueueName("uncertain"), QueueName("disputed")]
    first = [open_desk(run, place).queue(name) for name in names]
    assert first == [open_desk(run, place, "Bela").queue(name) for name in names]
    assert first[0] != open_desk(run, place).queue(QueueName("audit", seed=7))


def test_agreement_counts_only_what_was_said_unseen(run, place):
    ute = open_desk(run, place)
    places = [("loheck", p.id) for p, _ in ute.library.plan("loheck").sentences()][:4]
    for where in places:
        ute.decide(draft(ute, where, "migration"))
    bela = open_desk(run, place, "Bela")
    bela.decide(draft(bela, places[0], "migration"))  # sees what Ute said
    assert bela.agreement() == []
    blind = open_desk(run, place, "Cem", blind=True)
    for where, themes in zip(places, (["migration"], ["migration"], [], []), strict=True):
        blind.decide(draft(blind, where, *themes))
    blind.decide(draft(blind, places[3], "migration"))  # thinks again, having seen it
    found = {(a.kind, a.value): a for a in blind.agreement()}
    assert found["theme", "migration"].units == 4
    assert found["theme", "migration"].pairs[0].kappa == 0


def test_pictures_are_found_by_content_wherever_the_file_went(run, place):
    desk = open_desk(run, place, plans=run.parent / "plaene")
    assert desk.library.source("loheck").resolve() == run.parent / "plaene" / "loheck.pdf"
    assert open_desk(run, place).library.source("loheck").resolve() == run.parent / "plaene" / "loheck.pdf"
    away = run.parent / "plaene" / "alt" / "Plan von früher.pdf"
    away.parent.mkdir()
    shutil.move(run.parent / "plaene" / "loheck.pdf", away)
    (run.parent / "plaene" / "loheck.pdf").write_bytes(b"%PDF- ein anderer")
    assert open_desk(run, place, plans=run.parent / "plaene").library.source("loheck") == away
    away.unlink()
    assert open_desk(run, place, plans=run.parent / "plaene").library.source("loheck") is None


def test_no_key_has_two_meanings(guideline):
    keys = [key for key in keys_of(guideline, {}).values() if key]
    assert len(keys) == len(set(keys)) == len(keys_of(guideline, {}))
    assert not set(keys) & set(RESERVED)


def test_the_most_instructive_passages_are_those_of_the_label_queue(run, place):
    desk = open_desk(run, place)
    name = QueueName("teach")
    queue = desk.queue(name)
    assert queue
    assert {entry.picked for entry in queue} <= {"random", "disputed", "uncertain", "variety"}
    assert all(entry.why for entry in queue)
    review = desk.decide(draft(desk, queue[0].place, queue=name))
    assert review.label.picked == queue[0].picked
    assert [e.place for e in open_desk(run, place).queue(name)] == [e.place for e in queue]
    assert "teach" not in open_desk(run, Project.bundled_defaults()).kinds


def test_the_audit_tells_how_often_the_program_agrees(run, place):
    desk = open_desk(run, place)
    assert audit(desk) is None
    right, wrong = desk.queue(AUDIT)[:2]
    themes = desk.item(right.place).decision.themes
    desk.decide(draft(desk, right.place, *themes))
    other = () if desk.item(wrong.place).decision.themes else ("migration",)
    desk.decide(draft(desk, wrong.place, *other))
    found = audit(desk)
    assert (found.decided, found.same, found.missed + found.made_up) == (2, 1, 1)
    assert found.low < 0.5 < found.high


def test_the_interval_of_a_share_as_in_the_tables():
    assert wilson(10, 10)[0] == pytest.approx(0.722, abs=0.001)
    assert wilson(45, 50) == pytest.approx((0.786, 0.957), abs=0.001)
