"""Work that is started from the desk: a process of its own, whose words can be read whatever the system writes in."""

from __future__ import annotations

import time

import pytest

from insek.errors import UsageError
from insek.review.jobs import Jobs, JobState


def _finished(jobs: Jobs) -> JobState:
    for _ in range(600):
        state = jobs.state()
        assert state is not None
        if state.code is not None:
            return state
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def test_the_output_is_read_as_it_was_written_on_an_office_computer_too(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")  # what Windows takes where output goes to a file
    (tmp_path / "plan.txt").write_text("Die Familie Şahin berät Geflüchtete.\n", "utf-8")
    jobs = Jobs(tmp_path)
    try:
        assert jobs.state() is None
        jobs.start("Lesen", ["extract", "plan.txt", "--out", "-"])
        with pytest.raises(UsageError, match="„Lesen“ läuft noch"):
            jobs.start("Noch einmal", ["--help"])
        state = _finished(jobs)
    finally:
        jobs.close()
    assert state.code == 0
    assert "Şahin berät" in state.output
    assert "enthält kaum Text" in state.output
