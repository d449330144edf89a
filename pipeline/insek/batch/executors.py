"""Where the documents of a run are done: worker processes on this machine, or a Dask cluster."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from typing import Protocol

from insek.batch.crew import Crew, Limits, Loss
from insek.batch.unit import Done, Unit, do_unit, engine_for


class Executor(Protocol):
    """Does units of a run, in any order; each is named with what became of it as soon as that is known."""

    def run(self, units: Sequence[Unit]) -> Iterator[tuple[str, Done | Loss]]:
        """Slug and outcome of each unit; errors that concern the whole run are raised."""
        ...


class LocalExecutor:
    """Worker processes on this machine."""

    def __init__(self, jobs: int, limits: Limits | None = None) -> None:
        """Use up to `jobs` processes, with `limits` for each document."""
        self._jobs = jobs
        self._limits = limits or Limits()

    def run(self, units: Sequence[Unit]) -> Iterator[tuple[str, Done | Loss]]:
        """See `Executor`. Rules and model are loaded before the workers are forked and shared with them."""
        engine_for(units[0].spec)
        gc.freeze()  # what all workers share is not walked over, and thereby copied, by each of them
        with Crew(min(self._jobs, len(units)), do_unit, self._limits) as crew:
            yield from crew.results((unit.slug, unit) for unit in units)
