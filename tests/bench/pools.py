"""Own workers beside process pools: what one lost or hanging task costs the others, and what a task costs at all.

    python tests/bench/pools.py

Twelve tasks of 0.2 s on two workers; the fourth kills its process, or hangs for ten seconds. loky is measured where
joblib is installed (scikit-learn brings it along). The last table is the time per task of a thousand empty ones.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed

from insek.batch.crew import Crew, Limits, Loss

TASKS, BAD, EMPTY = 12, 3, 1000


def work(task: tuple[int, str]) -> int:
    """0.2 s, or what the bad one does."""
    number, how = task
    if how == "empty":
        return number
    if number == BAD and how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(10 if number == BAD and how == "hang" else 0.2)
    return number


def pooled(pool: Executor, how: str, count: int) -> tuple[int, int]:
    """Results and errors of a pool with the standard interface."""
    waiting = [pool.submit(work, (n, how)) for n in range(count)]
    good = bad = 0
    for future in as_completed(waiting):
        if future.exception():
            bad += 1
        else:
            good += 1
    return good, bad


def crewed(how: str, count: int) -> tuple[int, int]:
    """Results and losses of our workers."""
    with Crew(2, work, Limits(seconds=2)) as crew:
        results = list(crew.results((str(n), (n, how)) for n in range(count)))
    lost = sum(isinstance(result, Loss) for _, result in results)
    return len(results) - lost, lost


def standard(how: str, count: int) -> tuple[int, int]:
    """The pool of the standard library."""
    with ProcessPoolExecutor(2) as pool:
        return pooled(pool, how, count)


def loky(how: str, count: int) -> tuple[int, int]:
    """The pool of joblib."""
    from joblib.externals.loky import ProcessPoolExecutor as LokyPool

    with LokyPool(2) as pool:
        return pooled(pool, how, count)


def main() -> None:
    """Print the table."""
    ways: list[Callable[[str, int], tuple[int, int]]] = [crewed, standard, loky]
    print(f"{'':<10}" + "".join(f"{w.__name__:>26}" for w in ways))
    for how, count in (("none", TASKS), ("kill", TASKS), ("hang", TASKS), ("empty", EMPTY)):
        cells = []
        for way in ways:
            began = time.perf_counter()
            good, bad = way(how, count)
            seconds = time.perf_counter() - began
            cells.append(
                f"{good} done, {bad} lost, {seconds:.1f} s"
                if how != "empty"
                else f"{seconds / count * 1e3:.2f} ms a task"
            )
        print(f"{how:<10}" + "".join(f"{cell:>26}" for cell in cells))


if __name__ == "__main__":
    main()
