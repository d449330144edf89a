"""Benchmarks of the whole line as ratios measured in one run; prints a table and asserts nothing.

    python tests/bench/bench.py [PLAN.pdf …]
    python tests/bench/reading.py [PLAN.pdf …]     reading alone, and its memory over long documents

Without arguments the samples are used. Columns: seconds of pdfplumber's `extract_text`, of reading and segmenting,
of tagging and scoring with everything loaded, and of the whole command `insek screen` in a new process; the last two
columns are the ratio of the whole command to pdfplumber and the peak memory of its processes.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber

from insek.project import Project
from insek.run import analyse, load_engine, read

REPEATS = 3


def seconds(work: Callable[[], object]) -> float:
    """Median of three runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def plumber_text(path: Path) -> None:
    """What everybody would write first."""
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()


def screen(path: Path) -> None:
    """The whole command, interpreter start and imports included."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "insek.cli", "screen", str(path), "--out", f"{folder}/out"]
        subprocess.run(command, check=False, capture_output=True)


def main() -> None:
    """Print the table."""
    paths = [Path(a) for a in sys.argv[1:]] or sorted(Project.bundled_defaults().samples_folder.glob("*.pdf"))
    engine = load_engine(Project.find())
    print(f"{'plan':<34}{'pages':>6}{'plumber':>9}{'read':>8}{'tag':>8}{'screen':>8}{'ratio':>7}{'MB':>7}")
    for path in paths:
        reading = read(path)
        whole = seconds(lambda p=path: screen(p))  # type: ignore[misc]
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        plumber = seconds(lambda p=path: plumber_text(p))  # type: ignore[misc]
        reads = seconds(lambda p=path: read(p))  # type: ignore[misc]
        tags = seconds(lambda r=reading: analyse(r, "plan", engine))  # type: ignore[misc]
        print(f"{path.name[:33]:<34}{len(reading.document.pages):>6}{plumber:>9.2f}{reads:>8.2f}{tags:>8.2f}"
              f"{whole:>8.2f}{whole / plumber:>7.2f}{peak:>7.0f}")  # fmt: skip


if __name__ == "__main__":
    main()
