"""Long work started from the desk: the same program in a process of its own, one at a time, its output to be read."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from insek.errors import UsageError

_SHOWN = 20_000
"""Signs of the output that are shown; the end is what counts."""


@dataclass(frozen=True, slots=True)
class JobState:
    """A job.

    Attributes:
        name: what it is called.
        output: what it has printed so far.
        code: its exit code; None while it runs.
        stopped: whether somebody stopped it.
        seconds: time since it began.
    """

    name: str
    output: str
    code: int | None
    stopped: bool
    seconds: float


class Jobs:
    """At most one process; its output stays to be read until the next one starts."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where the commands run: where the desk was started, in the same project."""
        self._folder = folder
        self._lock = threading.Lock()
        self._name = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._began = 0.0
        self._scratch = tempfile.TemporaryDirectory(prefix="insek-")
        self._output = Path(self._scratch.name) / "ausgabe.txt"

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start `insek` with these arguments; UsageError while another job runs."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                raise UsageError(f"„{self._name}“ läuft noch.", "Warten, bis es fertig ist, oder abbrechen.")
            with self._output.open("wb") as output:
                self._process = subprocess.Popen(
                    [sys.executable, "-u", "-m", "insek.cli", *arguments], cwd=self._folder, stdin=subprocess.DEVNULL,
                    stdout=output, stderr=subprocess.STDOUT,
                    env=os.environ | {"PYTHONIOENCODING": "utf-8"},  # Windows would write cp1252; `state` reads UTF-8
                )  # fmt: skip
            self._name, self._stopped, self._began = name, False, time.monotonic()

    def state(self) -> JobState | None:
        """The job that runs or ran last; None where there was none."""
        with self._lock:
            if self._process is None:
                return None
            code = self._process.poll()
            with self._output.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _SHOWN))
                output = file.read().decode("utf-8", "replace")
            return JobState(self._name, output, code, self._stopped, time.monotonic() - self._began)

    def stop(self) -> None:
        """End the job, if one runs."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._stopped = True  # the exit code does not tell on Windows
                self._process.terminate()
                try:
                    self._process.wait(10)
                except subprocess.TimeoutExpired:
                    self._process.kill()

    def close(self) -> None:
        """End the job and remove its output."""
        self.stop()
        self._scratch.cleanup()
