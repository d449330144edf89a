"""A night's work in small: many plans made of the pages of a few, speed and memory over time.

    python tests/bench/many.py [--minutes 15] [--plans 1000] [--pages 150] [--jobs 2] [--keep FOLDER] [PLAN.pdf …]

Every plan holds pages drawn at random, so that no two are alike. One `insek screen` runs over them until the time is
up, then it is interrupted as a user would, and started again for a minute to see that it goes on and does nothing
twice. Prints a line every thirty seconds: documents, pages, pages per second since the line before, memory of the main
process and of the largest worker. What came of it can be looked at with `--keep`, a folder that is not there yet.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pypdfium2

from insek.project import Project

EVERY = 30
AGAIN = 60


def make_plans(folder: Path, sources: list[Path], plans: int, pages: int, rng: random.Random) -> None:
    """So many files of so many pages each."""
    opened = [pypdfium2.PdfDocument(path) for path in sources]
    for number in range(plans):
        made = pypdfium2.PdfDocument.new()
        while len(made) < pages:
            source = rng.choice(opened)
            first = rng.randrange(len(source))
            stop = min(len(source), first + rng.randint(2, 12), first + pages - len(made))
            made.import_pages(source, list(range(first, stop)))
        made.save(folder / f"plan_{number:04}.pdf")


def megabytes(process: psutil.Process) -> float:
    """Resident memory; 0 where the process is gone."""
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0


def pages_done(out: Path, known: dict[Path, int]) -> int:
    """Pages of all documents that are written."""
    for path in out.glob("*/coverage.json"):
        if path not in known:
            known[path] = json.loads(path.read_text("utf-8"))["document"]["pages"]
    return sum(known.values())


def watch(run: subprocess.Popen[bytes], out: Path, seconds: float) -> None:
    """Print a line from time to time until the run or the time is over."""
    print(f"{'min':>6}{'plans':>7}{'pages':>8}{'pages/s':>9}{'main MB':>9}{'worker MB':>11}")
    began = last = time.monotonic()
    known: dict[Path, int] = {}
    before = 0
    main = psutil.Process(run.pid)
    while run.poll() is None and time.monotonic() - began < seconds:
        time.sleep(EVERY)
        now, pages = time.monotonic(), pages_done(out, known)
        workers = [megabytes(child) for child in main.children(recursive=True)] if main.is_running() else []
        print(f"{(now - began) / 60:>6.1f}{len(known):>7}{pages:>8}{(pages - before) / (now - last):>9.1f}"
              f"{megabytes(main):>9.0f}{max(workers, default=0):>11.0f}", flush=True)  # fmt: skip
        last, before = now, pages


def work(command: list[str], out: Path, seconds: float) -> None:
    """Run the command until it ends or the time is over, then interrupt it."""
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watch(run, out, seconds)
    if run.poll() is None:
        run.send_signal(signal.SIGINT)
    print(f"code {run.wait()}, {len(written(out))} plans written, {len(list(out.rglob('*.part')))} half-written files")


def written(out: Path) -> dict[Path, int]:
    """The finished plans, with the time at which each was written, in nanoseconds."""
    return {path: path.stat().st_mtime_ns for path in out.glob("*/coverage.json")}


def main() -> None:
    """Make plans, run, watch, interrupt, go on."""
    parser = argparse.ArgumentParser()
    parser.add_argument("plans_from", nargs="*", type=Path, metavar="PLAN.pdf")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    with contextlib.nullcontext(args.keep) if args.keep else tempfile.TemporaryDirectory() as name:
        plans, out = Path(name) / "plaene", Path(name) / "lauf"
        plans.mkdir(parents=True)
        sources = args.plans_from or sorted(Project.bundled_defaults().samples_folder.glob("*.pdf"))
        make_plans(plans, sources, args.plans, args.pages, random.Random(1))
        command = [sys.executable, "-m", "insek.cli", "screen", str(plans), "--out", str(out), "--ocr", "off"]
        command += ["--jobs", str(args.jobs)]
        work(command, out, args.minutes * 60)
        before = written(out)
        work(command, out, AGAIN)
        after = written(out)
        print(f"of {len(before)} plans {sum(after.get(p) == t for p, t in before.items())} were left as they were, "
              f"{len(after) - len(before)} came to them")  # fmt: skip


if __name__ == "__main__":
    main()
