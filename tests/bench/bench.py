"""Benchmarks of the whole line as ratios measured in one run; prints tables and asserts nothing.

    python tests/bench/bench.py [PLAN.pdf …]

    python tests/bench/reading.py    reading alone, and its memory over long documents
    python tests/bench/pools.py      own workers beside process pools
    python tests/bench/kills.py      kill -9 at random moments
    python tests/bench/many.py       many long plans for a quarter of an hour

Without arguments the samples are used. Tables: seconds of each stage with rules and model loaded (`read` with
segmenting, `tag` with scoring, `write` with reports) and how many times as fast they are together as pdfplumber's
`extract_text` and how many times as slow as PDFium's plain text of the same files; two workers beside one; growth with
the length of a plan; start. All is processor time of one process but for the workers, so that other programs on the
machine disturb little.
"""

from __future__ import annotations

import contextlib
import gc
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import psutil
from reading import pdfium_text, plumber_text, repeated

from insek.extract import ExtractSettings
from insek.project import Project
from insek.run import Engine, analyse, load_engine, read
from insek.rundir import write_plan

REPEATS = 3
LENGTHS = (10, 100, 1000)
MEMORY_PAGES, COPIES = 300, 40
OFF = ExtractSettings(ocr="off")


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Least processor time of some runs, in seconds."""
    times = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def line(path: Path, engine: Engine, out: Path, repeats: int = REPEATS) -> tuple[float, float, float]:
    """Seconds of reading, tagging with scoring, and writing, the least of some runs of the whole line.

    Without collecting garbage meanwhile, as in a run (`batch`).
    """
    best = (math.inf, math.inf, math.inf)
    for _ in range(repeats):
        gc.collect()
        gc.disable()
        marks = [time.process_time()]
        reading = read(path, OFF)
        marks.append(time.process_time())
        plan = analyse(reading, "plan", engine)
        marks.append(time.process_time())
        write_plan(out, plan, engine.guideline, engine.provenance(), "de")
        marks.append(time.process_time())
        gc.enable()
        read_s, tag_s, write_s = (after - before for before, after in pairwise(marks))
        best = min(best[0], read_s), min(best[1], tag_s), min(best[2], write_s)
    return best


def stages(paths: list[Path], engine: Engine, out: Path) -> None:
    """Seconds of each stage, and ratios."""
    print(f"{'plan':<34}{'pages':>6}{'read':>8}{'tag':>8}{'write':>8}{'pages/s':>9}{'x plumber':>11}{'/ pdfium':>10}")
    for path in paths:
        pages = len(read(path, OFF).document.pages)  # and imports, fonts, first use
        read_s, tag_s, write_s = line(path, engine, out)
        whole = read_s + tag_s + write_s
        plumber, pdfium = seconds(lambda p=path: plumber_text(p), 1), seconds(lambda p=path: pdfium_text(p))  # type: ignore[misc]
        print(f"{path.name[:33]:<34}{pages:>6}{read_s:>8.2f}{tag_s:>8.2f}{write_s:>8.2f}{pages / whole:>9.0f}"
              f"{plumber / whole:>11.1f}{whole / pdfium:>10.1f}")  # fmt: skip


def growth(path: Path, engine: Engine, folder: Path) -> None:
    """Time with the length of a plan, its pages again and again."""
    print(f"\n{'pages':>6}{'seconds':>9}{'ms a page':>11}{'x the one before':>18}")
    before = 0.0
    for pages in LENGTHS:
        repeated(path, pages, long := folder / f"{pages}.pdf")
        whole = sum(line(long, engine, folder / "out", 1))
        times = f"{whole / before:>18.1f}" if before else ""
        print(f"{pages:>6}{whole:>9.2f}{1000 * whole / pages:>11.1f}{times}")
        before = whole


def watched(*args: str) -> tuple[float, float]:
    """Wall seconds of a command in a new process, and the largest memory seen of one of its processes, in MB."""
    began, most = time.perf_counter(), 0
    with subprocess.Popen([sys.executable, "-m", "insek.cli", *args], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as run:  # fmt: skip
        main = psutil.Process(run.pid)
        while run.poll() is None:
            with contextlib.suppress(psutil.Error):
                most = max(most, *(p.memory_info().rss for p in (main, *main.children(recursive=True))))
            time.sleep(0.01)
    return time.perf_counter() - began, most / 2**20


def commands(path: Path, folder: Path) -> None:
    """Start, two workers beside one, and the memory of a long plan: whole commands, in seconds of the clock."""
    print(f"\ninsek --help: {min(watched('--help')[0] for _ in range(REPEATS)):.2f} s")
    (many := folder / "many").mkdir()
    for number in range(COPIES):
        repeated(path, 20 + number % 5, many / f"{number}.pdf")
    took = {}
    for jobs in ("1", "2"):
        took[jobs], _ = watched(
            "screen", str(many), "--out", str(folder / f"jobs{jobs}"), "--jobs", jobs, "--ocr", "off"
        )
    print(f"{COPIES} plans: one worker {took['1']:.1f} s, two {took['2']:.1f} s, ratio {took['1'] / took['2']:.2f}")
    repeated(path, MEMORY_PAGES, long := folder / "long.pdf")
    whole, most = watched("screen", str(long), "--out", str(folder / "long"), "--ocr", "off")
    print(f"{MEMORY_PAGES} pages: {whole:.1f} s, largest process {most:.0f} MB")


def main() -> None:
    """Print all tables."""
    paths = [Path(a) for a in sys.argv[1:]] or sorted(Project.bundled_defaults().samples_folder.glob("*.pdf"))
    began = time.process_time()
    engine = load_engine(Project.find())
    print(f"rules and model loaded in {time.process_time() - began:.2f} s")
    with tempfile.TemporaryDirectory() as name:
        stages(paths, engine, Path(name) / "out")
        growth(paths[0], engine, Path(name))
        commands(paths[0], Path(name))


if __name__ == "__main__":
    main()
