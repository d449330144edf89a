"""Worker processes that lose one task at a time: what crashes, hangs or eats the memory costs itself and is named.

Own supervision instead of a process pool, for reasons measured in pipeline/notes/0012-batch.md: a pool that loses one
worker breaks for all tasks that are waiting, does not say which one it was, and cannot end a task that hangs.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import Any, Generic, TypeVar

import psutil

from insek.orphans import leave_with_parent

T = TypeVar("T")
R = TypeVar("R")

_TICK = 0.2
"""Seconds between looks at time and memory of the workers."""
_MEGABYTE = 1 << 20


class Loss(StrEnum):
    """Why a task gave no result."""

    CRASH = "crash"
    TIMEOUT = "timeout"
    MEMORY = "memory"


@dataclass(frozen=True)
class Limits:
    """What one task may take: `seconds`, and `megabytes` of memory of its worker; None for no limit."""

    seconds: float | None = None
    megabytes: int | None = None


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    task: str | None = None
    began: float = 0.0
    over: Loss | None = None

    def kill(self) -> None:
        """End the worker and what it has started (OCR), at once."""
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    child.kill()
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Crew(Generic[T, R]):
    """Up to `jobs` worker processes that call `work` on tasks; results come as they are ready."""

    def __init__(self, jobs: int, work: Callable[[T], R], limits: Limits | None = None, *, fork: bool = True) -> None:
        """Prepare; processes are started with the first tasks. `fork` False is for processes that have threads."""
        self._jobs = jobs
        self._work = work
        self._limits = limits or Limits()
        self._context = start_method(fork=fork)
        self._workers: list[_Worker] = []

    def __enter__(self) -> Crew[T, R]:
        """Processes are started as tasks come."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all workers, whatever they are doing."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def results(self, tasks: Iterable[tuple[str, T]]) -> Iterator[tuple[str, R | Loss]]:
        """Name and result of each task, or what it was lost to, in the order of completion.

        The first tasks are begun at once, not when the first result is asked for.

        Raises:
            Exception: what `work` raised; the other tasks are dropped.
        """
        upcoming = iter(tasks)
        return self._collect(upcoming, self._feed(upcoming))

    def _collect(self, upcoming: Iterator[tuple[str, T]], more: bool) -> Iterator[tuple[str, R | Loss]]:
        while any(w.task is not None for w in self._workers):
            for worker in self._ready():
                name, result = worker.task or "", self._receive(worker)
                worker.task = None
                if isinstance(result, Loss):
                    self._workers.remove(worker)
                more = more and self._feed(upcoming)
                yield name, result

    def _feed(self, upcoming: Iterator[tuple[str, T]]) -> bool:
        """Give every idle worker a task; False where there are no more."""
        while True:
            idle = self._idle()
            if idle is None and len(self._workers) >= self._jobs:
                return True
            task = next(upcoming, None)
            if task is None:
                return False
            self._start(idle or self._hire(), *task)

    def _idle(self) -> _Worker | None:
        """A worker without a task; those that ended after their last one are let go, for they would lose the next."""
        for worker in [w for w in self._workers if w.task is None]:
            if worker.process.is_alive():
                return worker
            worker.kill()
            self._workers.remove(worker)
        return None

    def _hire(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._work), daemon=False)  # type: ignore[attr-defined]
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _start(self, worker: _Worker, name: str, task: T) -> None:
        worker.task, worker.began = name, time.monotonic()
        with contextlib.suppress(OSError):  # a worker that died while idle: its end is seen in `_receive`
            worker.pipe.send(task)

    def _ready(self) -> list[_Worker]:
        """Workers with a result, dead ones, and those that were ended for going beyond a limit."""
        busy = [w for w in self._workers if w.task is not None]
        signs = {s: w for w in busy for s in (w.pipe, w.process.sentinel)}
        known = {id(w): w for sign in wait(list(signs), _TICK) for w in (signs[sign],)}
        for worker in busy:
            if id(worker) not in known and (loss := self._beyond(worker)) is not None:
                worker.over = loss
                known[id(worker)] = worker
        return list(known.values())

    def _beyond(self, worker: _Worker) -> Loss | None:
        limits = self._limits
        if limits.seconds is not None and time.monotonic() - worker.began > limits.seconds:
            return Loss.TIMEOUT
        if limits.megabytes is not None and _memory(worker.process.pid) > limits.megabytes:
            return Loss.MEMORY
        return None

    def _receive(self, worker: _Worker) -> R | Loss:
        answer = None if worker.over else _answer(worker.pipe)
        if answer is None:
            worker.kill()
            return worker.over or Loss.CRASH
        error, result = answer
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]


def _answer(pipe: Connection) -> tuple[Exception | None, Any] | None:
    """What a worker has sent; None where it ended without."""
    try:
        return pipe.recv() if pipe.poll() else None
    except (EOFError, OSError):
        return None


def _memory(pid: int) -> float:
    """Resident memory of a process in megabytes; 0 where it is gone."""
    try:
        return float(psutil.Process(pid).memory_info().rss) / _MEGABYTE
    except psutil.Error:
        return 0.0


def start_method(*, fork: bool) -> BaseContext:
    """Forking where the system is made for it: workers then share rules and model with this process."""
    return multiprocessing.get_context("fork" if fork and sys.platform == "linux" else "spawn")


def _serve(pipe: Connection, work: Callable[[Any], Any]) -> None:
    """Life of a worker: take a task, send (error, result), until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    leave_with_parent()
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send((None, work(task)))
        except Exception as error:
            pipe.send((error, None))
