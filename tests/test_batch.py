"""Runs that go wrong: crashing, hanging and greedy documents, killed processes, two runs at once, changed rules."""

from __future__ import annotations

import faulthandler
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from insek.batch import Limits
from insek.batch.claim import sole_use
from insek.batch.crew import Crew, Loss
from insek.batch.inputs import find_inputs, slug_of
from insek.cli import main
from insek.errors import InputError, OutputError
from runs import TEXT, result_bytes

# --- the crew: real processes, really killed -------------------------------------------------------------------------


def _behave(how: str) -> str:
    if how == "crash":
        faulthandler.disable()  # pytest's would print the crash that is wanted here
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "hang":
        time.sleep(600)
    if how == "greedy":
        hoard = [bytearray(50_000_000) for _ in range(40)]
        time.sleep(600 + len(hoard))
    if how == "raise":
        raise InputError("kaputt")
    return how


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_worker_that_is_lost_costs_its_own_task(jobs):
    tasks = [("a", "gut"), ("b", "crash"), ("c", "gut"), ("d", "hang"), ("e", "greedy"), ("f", "gut"), ("g", "crash")]
    with Crew(jobs, _behave, Limits(seconds=4, megabytes=900)) as crew:
        found = dict(crew.results(tasks))
    assert found == {"a": "gut", "b": Loss.CRASH, "c": "gut", "d": Loss.TIMEOUT, "e": Loss.MEMORY, "f": "gut",
                     "g": Loss.CRASH}  # fmt: skip


def test_what_work_raises_ends_the_run():
    with Crew(2, _behave) as crew, pytest.raises(InputError, match="kaputt"):
        dict(crew.results([("a", "raise"), ("b", "gut")]))


def test_leaving_ends_all_workers():
    with Crew(2, _behave) as crew:
        crew.results([("a", "hang"), ("b", "hang")])
        pids = [w.process.pid for w in crew._workers]
    assert not any(_alive(pid) for pid in pids)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- whole runs ------------------------------------------------------------------------------------------------------


@pytest.fixture
def plans(tmp_path) -> Path:
    folder = tmp_path / "plaene"
    folder.mkdir()
    for n in range(12):
        (folder / f"plan_{n:02}.txt").write_text(TEXT.format(n=n + 2) * 12, "utf-8")
    return folder


def _command(plans: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "insek.cli", "screen", str(plans), "--out", str(out), "--jobs", "2", *more]


def test_killed_at_any_moment_a_run_goes_on_to_the_same_result(plans, tmp_path, project):
    whole = tmp_path / "ganz"
    subprocess.run(_command(plans, whole), check=True, capture_output=True, cwd=project.root)
    rng, cut = random.Random(7), tmp_path / "abgebrochen"
    for _ in range(4):
        process = subprocess.Popen(_command(plans, cut), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   cwd=project.root)  # fmt: skip
        time.sleep(rng.uniform(0.3, 1.6))
        process.kill()
        process.wait()
    finished = {p: p.stat().st_mtime_ns for p in cut.glob("*/coverage.json")}
    time.sleep(0.6)  # orphans notice that their parent is gone
    subprocess.run(_command(plans, cut), check=True, capture_output=True, cwd=project.root)
    assert result_bytes(cut) == result_bytes(whole)
    assert {p: p.stat().st_mtime_ns for p in finished} == finished
    assert not list(cut.rglob("*.part"))


def test_interrupted_by_the_user_it_says_so_and_leaves_no_process(plans, tmp_path, project):
    command = _command(plans, tmp_path / "lauf")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=project.root) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130
    assert "Abgebrochen" in told
    assert "Traceback" not in told


def test_changed_rules_tag_anew_without_reading_again(plans, tmp_path):
    run = CliRunner().invoke
    assert run(main, ["screen", str(plans), "--out", str(tmp_path / "lauf")]).exit_code == 0
    assert run(main, ["screen", str(plans), "--out", str(tmp_path / "lauf"), "--rules-only"]).exit_code == 0
    record = json.loads((tmp_path / "lauf" / "run.json").read_text("utf-8"))
    assert record["provenance"]["mode"] == "rules"
    assert record["seconds"]["read"] == 0.0
    assert run(main, ["screen", str(plans), "--out", str(tmp_path / "neu"), "--rules-only"]).exit_code == 0
    assert result_bytes(tmp_path / "lauf") == result_bytes(tmp_path / "neu")


def test_a_run_beside_its_plans_does_not_read_its_own_reports(plans, tmp_path):
    out = plans / "lauf"
    for _ in range(2):  # the second time the reports of the first lie among the plans
        assert CliRunner().invoke(main, ["screen", str(plans), "--out", str(out)]).exit_code == 0
        assert len(json.loads((out / "run.json").read_text("utf-8"))["inputs"]) == 12
    assert CliRunner().invoke(main, ["verify", str(out), str(plans)]).exit_code == 0
    of_reports = CliRunner().invoke(main, ["screen", str(out), "--out", str(tmp_path / "zwei")])
    assert of_reports.exit_code == 66
    assert "ist ein Lauf von insek" in of_reports.output


def test_a_folder_with_a_run_json_of_another_program_is_searched(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "run.json").write_text('{"status": "ok"}', "utf-8")
    (tmp_path / "a" / "plan.txt").write_text("Text", "utf-8")
    assert [i.slug for i in find_inputs([tmp_path])] == ["plan"]


def test_two_runs_at_once_in_one_folder_are_refused(plans, tmp_path):
    out = tmp_path / "lauf"
    with sole_use(out):
        second = CliRunner().invoke(main, ["screen", str(plans), "--out", str(out)])
    assert second.exit_code == 73
    assert "anderer Lauf" in second.output
    assert CliRunner().invoke(main, ["screen", str(plans), "--out", str(out)]).exit_code == 0


def test_the_number_of_workers_makes_no_difference(plans, tmp_path):
    for jobs in ("1", "3"):
        args = ["screen", str(plans), "--out", str(tmp_path / jobs), "--jobs", jobs]
        assert CliRunner().invoke(main, args).exit_code == 0
    assert result_bytes(tmp_path / "1") == result_bytes(tmp_path / "3")


def test_a_document_beyond_its_time_is_named_and_the_others_are_done(plans, tmp_path, monkeypatch):
    from insek.batch import unit

    real = unit.read

    def slow(path, settings):
        if path.name == "plan_03.txt":
            time.sleep(600)
        return real(path, settings)

    monkeypatch.setattr(unit, "read", slow)
    done = CliRunner().invoke(main, ["screen", str(plans), "--out", str(tmp_path / "lauf"), "--timeout", "20"])
    assert done.exit_code == 3
    assert "plan_03.txt brauchte länger als 20 Sekunden" in done.output
    record = json.loads((tmp_path / "lauf" / "run.json").read_text("utf-8"))
    assert [e["slug"] for e in record["inputs"] if e["status"] == "failed"] == ["plan-03"]


def test_a_full_disk_ends_the_run_with_a_clear_error(plans, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = CliRunner().invoke(main, ["screen", str(plans), "--out", str(tmp_path / "lauf")])
    assert done.exit_code == OutputError.exit_code
    assert "Platz" in done.output
    assert "Traceback" not in done.output


# --- verify ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def finished(plans, tmp_path) -> Path:
    out = tmp_path / "lauf"
    assert CliRunner().invoke(main, ["screen", str(plans), "--out", str(out)]).exit_code == 0
    return out


def test_an_untouched_run_is_verified_with_its_inputs(finished, plans):
    done = CliRunner().invoke(main, ["verify", str(finished), str(plans)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("name", ["index.html", "documents.csv", "plan-05/report.html", "plan-05/evidence.csv"])
def test_a_changed_figure_is_found(finished, name):
    path = finished / name
    path.write_bytes(path.read_bytes().replace(b"Integrationsb", b"Integrationsc").replace(b"ok", b"OK"))
    done = CliRunner().invoke(main, ["verify", str(finished)])
    assert done.exit_code == 65
    assert Path(name).name in done.output


def test_a_changed_score_and_a_changed_plan_are_found(finished, plans):
    path = finished / "plan-02" / "coverage.json"
    record = json.loads(path.read_text("utf-8"))
    record["index"] = 99.0
    path.write_text(json.dumps(record), "utf-8")
    (plans / "plan_07.txt").write_text("Ganz anders.", "utf-8")
    shutil.copy(plans / "plan_01.txt", plans / "zusatz.txt")
    done = CliRunner().invoke(main, ["verify", str(finished), str(plans)])
    assert done.exit_code == 65
    for told in ("plan-02/coverage.json", "plan_07.txt wurde seit dem Lauf verändert", "zusatz.txt gehört nicht"):
        assert told in done.output


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [("../../etc/passwd", "etc-passwd"), ("CON", "plan-con"), ("Maßnahmen & Ziele", "massnahmen-ziele"),
     ("\u202e\x07\n", "plan"), ("ä" * 255, ("ae" * 127)[:60])],
)  # fmt: skip
def test_folder_names_are_safe_everywhere(name, slug):
    assert slug_of(name) == slug
