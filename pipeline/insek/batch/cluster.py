"""Documents of a run on a Dask cluster that others have started, over a folder that all of its machines see.

Workers need the package and the folder, no project: rules and model of the run lie in the run directory, in `.project`.
Each has a process of its own for the documents, as a run on one machine has (`crew`): one that crashes, hangs or swells
costs that process and itself, with its reason, and no worker. Dask gives a document whose worker was lost to another.
"""

from __future__ import annotations

import multiprocessing
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from distributed import Client, Future, KilledWorker, as_completed

from insek.batch.crew import Crew, Limits, Loss
from insek.batch.unit import Done, EngineSpec, Unit, do_unit
from insek.errors import UsageError
from insek.project import Project

_AHEAD = 3
"""Documents handed out per thread of the cluster: enough to keep it busy, few enough to keep the scheduler small."""
_CONNECT = "15s"


class DaskExecutor:
    """Runs units on the cluster behind a scheduler."""

    def __init__(self, scheduler: str, limits: Limits | None = None) -> None:
        """See whether `scheduler` answers, before a run directory is begun; the run connects anew.

        Args:
            scheduler: address of the scheduler, such as `tcp://10.0.0.5:8786`.
            limits: what each document may take, on whatever worker it is done.

        Raises:
            UsageError: there is no scheduler at the address.
        """
        self._scheduler = scheduler
        self._limits = limits or Limits()
        _connect(scheduler).close()

    def run(self, units: Sequence[Unit]) -> Iterator[tuple[str, Done | Loss]]:
        """See `batch.executors.Executor`; UsageError where the scheduler has gone."""
        spec = _shared_spec(units[0].spec, units[0].out)
        with _connect(self._scheduler) as client:
            yield from self._collect(client, [_for_cluster(unit, spec) for unit in units])

    def _collect(self, client: Client, units: Sequence[Unit]) -> Iterator[tuple[str, Done | Loss]]:
        upcoming = iter(units)
        names: dict[str, str] = {}

        def submit(unit: Unit) -> Future:
            future = client.submit(_do_apart, unit, self._limits, pure=False)
            names[str(future.key)] = unit.slug
            return future

        threads = max(1, sum(client.nthreads().values()))
        first = [submit(unit) for _, unit in zip(range(threads * _AHEAD), upcoming, strict=False)]
        done = as_completed(first, loop=client.loop)
        for future in done:
            yield names.pop(str(future.key)), _outcome(future)
            following = next(upcoming, None)
            if following is not None:
                done.add(submit(following))


def _connect(scheduler: str) -> Client:
    try:
        return Client(scheduler, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"Unter {scheduler} antwortet kein Dask-Scheduler ({error}).",
                         "Adresse prüfen; „dask scheduler“ gibt sie beim Start aus.") from None  # fmt: skip


@lru_cache(maxsize=1)
def _crew(limits: Limits) -> Crew[Unit, Done]:
    """The process of this worker that does its documents; it loads rules and model once, and ends with the worker."""
    # Dask marks its workers as daemons, which may start no process, lest it outlive them: ours cannot.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    return Crew(1, do_unit, limits, fork=False)


_one_at_a_time = threading.Lock()
"""A worker with several threads still has one process for documents."""


def _do_apart(unit: Unit, limits: Limits) -> Done | Loss:
    """Do a document on a worker of the cluster."""
    with _one_at_a_time:
        [(_, outcome)] = _crew(limits).results([(unit.slug, unit)])
    return outcome


def _outcome(future: Future) -> Done | Loss:
    try:
        return future.result()  # type: ignore[no-any-return]
    except KilledWorker:
        return Loss.CRASH


def _shared_spec(spec: EngineSpec, out: Path) -> EngineSpec:
    """The engine made from a copy of rules and models within the run directory, which all workers see."""
    target = out.resolve() / ".project"
    shutil.rmtree(target, ignore_errors=True)
    for folder in (spec.project.guideline_folder, spec.project.models_folder):
        shutil.copytree(folder, target / folder.relative_to(spec.project.root))
    return replace(spec, project=Project(target, spec.project.guideline_name))


def _for_cluster(unit: Unit, spec: EngineSpec) -> Unit:
    """The unit with absolute paths: the workers' working directory is another one."""
    return replace(unit, path=unit.path.resolve(), out=unit.out.resolve(), spec=spec)
