"""What reads a page without end ends with the process that wanted it read, however that ended."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

from .test_limits import nested

READ = "import sys; from pathlib import Path; from insek.extract import read_document; read_document(Path(sys.argv[1]))"


def wait_until(true, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_killed_reader_leaves_nobody_behind(tmp_path: Path) -> None:
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(nested(10, 10))
    with subprocess.Popen([sys.executable, "-c", READ, str(plan)]) as reader:
        found: list[psutil.Process] = []
        wait_until(lambda: found.extend(psutil.Process(reader.pid).children()) or found)
        wait_until(lambda: found[0].cpu_times().user > 0.5)  # it is at the page, not at its imports
        reader.kill()
    _, alive = psutil.wait_procs(found, timeout=10)
    for process in alive:
        process.kill()
    assert not alive
