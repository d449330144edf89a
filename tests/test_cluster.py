"""A real Dask cluster on loopback: the same bytes as on one machine, and a worker killed in the middle."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from extract.handmade import FREE, handmade, stream, text
from runs import TEXT, result_bytes

_FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]"

pytest.importorskip("distributed", reason="the extra insek[cluster] is not installed")


NANNIES = ("--no-nanny", "--nanny")
"""One worker is a process by itself, the other the daemon of one that restarts it: both ways are in use."""


@pytest.fixture
def cluster(tmp_path):
    """Scheduler and two workers as processes of their own, started as a user would, away from any project."""
    home = tmp_path / "anderswo"
    home.mkdir()
    running: list[subprocess.Popen[str]] = []

    def start(*args: str) -> subprocess.Popen[str]:
        running.append(subprocess.Popen([sys.executable, "-m", "distributed.cli." + args[0], *args[1:]], cwd=home,
                                        stderr=subprocess.PIPE, text=True))  # fmt: skip
        return running[-1]

    scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    address = _address(scheduler)
    workers = [start("dask_worker", address, "--nthreads", "1", "--no-dashboard", nanny) for nanny in NANNIES]
    yield address, workers
    for process in reversed(running):
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def _address(scheduler: subprocess.Popen[str]) -> str:
    assert scheduler.stderr is not None
    for line in scheduler.stderr:
        if found := re.search(r"Scheduler at:\s+(tcp://\S+)", line):
            return found[1]
    raise AssertionError("the scheduler did not start")


@pytest.fixture
def plans(tmp_path) -> Path:
    folder = tmp_path / "plaene"
    folder.mkdir()
    for n in range(8):
        (folder / f"plan_{n}.txt").write_text(TEXT.format(n=n + 2) * 30, "utf-8")
    return folder


def _screen(plans: Path, out: Path, root: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "insek.cli", "screen", str(plans), "--out", str(out), *more]
    return subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True)


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(cluster, plans, tmp_path, project):
    address, workers = cluster
    with _screen(plans, tmp_path / "hier", project.root) as local:
        local.communicate()
    with _screen(plans, tmp_path / "dort", project.root, "--executor", "dask", "--scheduler", address) as remote:
        assert remote.stderr is not None
        remote.stderr.readline()
        workers[0].send_signal(signal.SIGKILL)
        told = remote.stderr.read()
    assert (local.returncode, remote.returncode) == (0, 0), told
    there = {name: data for name, data in result_bytes(tmp_path / "dort").items() if not name.startswith(".project/")}
    assert there == result_bytes(tmp_path / "hier")


def test_a_document_without_end_costs_itself_and_no_worker(cluster, tmp_path, project):
    address, workers = cluster
    plans = tmp_path / "plaene"
    plans.mkdir()
    (plans / "gut.txt").write_text(TEXT.format(n=3) * 5, "utf-8")
    forms = [stream(b"/X Do\n" * 10, _FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (FREE + i + 1)) for i in range(9)]
    last = stream(text("Wege"), _FORM + b"/Resources<</Font<</F1 3 0 R>>>>")
    endless = handmade([b"/X Do\n"] * 6, extra=[*forms, last], resources=b"/XObject<</X %d 0 R>>" % FREE)
    (plans / "ohne-ende.pdf").write_bytes(endless)
    more = ("--executor", "dask", "--scheduler", address, "--timeout", "40", "--rules-only")
    with _screen(plans, tmp_path / "dort", project.root, *more) as remote:
        assert remote.stderr is not None
        told = remote.stderr.read()
    assert remote.returncode == 3, told
    # a quick machine gives its pages up one by one, a slow one the whole file: either way it costs itself alone
    assert re.search(r"ohne-ende\.pdf(: 6 Seiten, kein lesbarer Text| brauchte länger als 40 Sekunden)", told)
    assert "gut.txt: 1 Seite" in told
    assert all(worker.poll() is None for worker in workers)


def test_no_scheduler_at_the_address_is_told(plans, tmp_path, project):
    began = time.monotonic()
    with _screen(plans, tmp_path / "x", project.root, "--executor", "dask", "--scheduler", "tcp://127.0.0.1:1") as run:
        _, told = run.communicate()
    assert run.returncode == 2
    assert "antwortet kein Dask-Scheduler" in told
    assert not (tmp_path / "x").exists()  # nothing was begun that the next run would have to go on with
    assert time.monotonic() - began < 300
