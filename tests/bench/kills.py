"""kill -9 at random moments of a run of sixty documents: what is lost, what is done twice, what comes out in the end.

    python tests/bench/kills.py [--kills 10] [--seed 1] [PLAN.pdf …]

Small PDFs of one to three pages are cut from the plans (the samples, where none are named), and text plans are added.
Five moments hit the main process, five a worker. After the run was gone on with to its end, its bytes are compared with
those of an undisturbed run, and every document that was finished before a kill must have kept its file. Prints a
table; ends with code 1 where something was lost. Needs Linux.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz.mutate import seeds
from insek.project import Project
from runs import TEXT, result_bytes

DOCUMENTS = 60


def make_plans(folder: Path, sources: list[Path], rng: random.Random) -> None:
    """Two thirds PDFs, one third texts."""
    cut = seeds(sources, 40, rng)
    for n in range(DOCUMENTS):
        if n % 3:
            (folder / f"plan_{n:02}.pdf").write_bytes(cut[n % len(cut)] + b"\n%% %d" % n)
        else:
            (folder / f"plan_{n:02}.txt").write_text(TEXT.format(n=n + 2) * 20, "utf-8")


def start(plans: Path, out: Path) -> subprocess.Popen[bytes]:
    """The command a user would give."""
    command = [
        sys.executable,
        "-m",
        "insek.cli",
        "screen",
        str(plans),
        "--out",
        str(out),
        "--jobs",
        "2",
        "--ocr",
        "off",
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def states(out: Path) -> dict[str, tuple[int, str]]:
    """Of each document on disk the moment of writing and its state; failed ones are not finished."""
    found = {}
    for path in out.glob("*/coverage.json"):
        status = json.loads(path.read_text("utf-8"))["document"]["status"]
        found[path.parent.name] = (path.stat().st_mtime_ns, status)
    return found


def kill_worker(run: subprocess.Popen[bytes], rng: random.Random) -> bool:
    """Kill one worker, and let the run come to its end; False where there was none."""
    workers = psutil.Process(run.pid).children()
    if workers:
        rng.choice(workers).kill()
    run.wait()
    return bool(workers)


def wait_for(out: Path, run: subprocess.Popen[bytes], share: float) -> None:
    """Until so much of the documents is written, and a moment more."""
    while run.poll() is None and len(list(out.glob("*/coverage.json"))) < share * DOCUMENTS:
        time.sleep(0.005)


def disturbed(plans: Path, out: Path, whole: dict[str, bytes], kills: int, rng: random.Random) -> int:
    """Kill the main process `kills` times, and a worker as often in runs of their own; number of faults found."""
    faults = 0
    known: dict[str, tuple[int, str]] = {}
    for n in range(kills):
        run = start(plans, out)
        wait_for(out, run, rng.uniform(n, n + 1) / kills)
        time.sleep(rng.uniform(0, 0.1))
        run.send_signal(signal.SIGKILL)
        run.wait()
        time.sleep(0.5)  # orphans see that they are
        now = states(out)
        twice = [s for s, (at, status) in known.items() if status != "failed" and now.get(s, (0, ""))[0] != at]
        faults += len(twice)
        print(f"main killed    {len(now):>3} of {DOCUMENTS} on disk, {len(twice)} done twice")
        known = now
    start(plans, out).wait()
    faults += (same := result_bytes(out) == whole) is False
    print(f"gone on with to the end: {'the same bytes' if same else 'OTHER BYTES'}")
    return faults


def workers_killed(plans: Path, out: Path, whole: dict[str, bytes], kills: int, rng: random.Random) -> int:
    """Kill a worker in each of some runs; number of faults found."""
    faults = 0
    for n in range(kills):
        target = out / str(n)
        run = start(plans, target)
        wait_for(target, run, rng.uniform(0.02, 0.95))
        hit = kill_worker(run, rng)
        lost = [slug for slug, (_, status) in states(target).items() if status == "failed"]
        code, before = run.returncode, states(target)
        start(plans, target).wait()
        after = states(target)
        twice = [s for s, (at, status) in before.items() if status != "failed" and after[s][0] != at]
        same = result_bytes(target) == whole
        faults += (len(lost) > 1) + len(twice) + (not same) + (code not in (0, 3))
        print(f"worker killed  {hit}: code {code}, {len(lost)} lost, then {len(twice)} done twice, "
              f"{'the same bytes' if same else 'OTHER BYTES'}")  # fmt: skip
    return faults


def main() -> int:
    """Make plans, run undisturbed, run disturbed, compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("plans", nargs="*", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        (plans := base / "plaene").mkdir()
        make_plans(plans, args.plans or sorted(Project.bundled_defaults().samples_folder.glob("*.pdf")), rng)
        began = time.monotonic()
        start(plans, base / "ganz").wait()
        print(f"undisturbed: {time.monotonic() - began:.1f} s")
        whole = result_bytes(base / "ganz")
        faults = disturbed(plans, base / "haupt", whole, args.kills - args.kills // 2, rng)
        faults += workers_killed(plans, base / "arbeiter", whole, args.kills // 2, rng)
    print(f"{faults} faults")
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())
