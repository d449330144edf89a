"""A folder of plans becomes a run directory: files found, done side by side, written, one after another.

A bad file costs itself and nothing else. Documents that an earlier run with the same rules, model and inputs finished
are not done again; where only rules or model have changed they are tagged anew from what was read.
"""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from insek.batch.claim import check_output, claim, clear, sole_use
from insek.batch.crew import Crew, Loss
from insek.batch.executors import Executor, LocalExecutor
from insek.batch.inputs import Input, find_inputs
from insek.batch.settings import READING, ScreenSettings, libraries
from insek.batch.unit import Done, EngineSpec, Unit, do_unit, engine_for, failed_plan, read_unit
from insek.errors import InputError
from insek.guideline import Guideline, load_guideline
from insek.project import Project
from insek.report.model import PlanResult, RunResult
from insek.rundir import write_plan, write_run
from insek.saved import Saved, saved_state, short_result

Progress = Callable[[PlanResult, int, int], None]


def screen(paths: Sequence[Path], out: Path, project: Project, settings: ScreenSettings,
           progress: Progress = lambda *_: None, executor: Executor | None = None) -> RunResult:  # fmt: skip
    """Screen all plans under `paths` into the run directory `out`.

    Args:
        paths: files and folders.
        out: the run directory; an unfinished run in it is continued.
        project: gives rules and model.
        settings: how to screen.
        progress: told of each document: its result, how many are done, how many there are.
        executor: where the documents are done; by default worker processes on this machine.

    Raises:
        MissingInputError: nothing to read.
        OutputError: `out` cannot be written, is in use, or holds something else.
        ConfigError, ModelError: rules or model of the project are not valid.
    """
    started = time.perf_counter()
    inputs = find_inputs(paths)
    check_output(out, inputs, fresh=settings.fresh)
    with sole_use(out), _rare_collection():
        check_output(out, inputs, fresh=settings.fresh)  # once more: another run may have ended while this one waited
        provenance = settings.provenance(project)
        guideline = load_guideline(project.guideline_folder)
        if settings.fresh:
            clear(out)
        units = _units(inputs, out, project, settings, provenance)
        seconds: dict[str, float] = defaultdict(float)
        claim(out, inputs, provenance)
        done = _Finished(inputs, out, progress)
        done.add(i.slug for i in inputs if i.slug not in units)
        outcomes = _outcomes(units, settings, executor or LocalExecutor(settings.jobs, settings.limits))
        for slug, seconds_of in _written(outcomes, units, settings, guideline):
            _add(seconds, seconds_of)
            done.add([slug])
        run = RunResult(guideline, done.plans(), provenance)
        seconds["total"] = time.perf_counter() - started
        write_run(out, run, settings.lang, seconds, libraries())
        if settings.workbook:
            _write_workbook(out, run, project, settings.lang)
    return run


def _written(outcomes: Iterator[tuple[str, Done | Loss]], units: Mapping[str, Unit], settings: ScreenSettings,
             guideline: Guideline) -> Iterator[tuple[str, Mapping[str, float]]]:  # fmt: skip
    """Each document whose folder stands, with the seconds of its stages; a lost one is written here."""
    for slug, outcome in outcomes:
        if isinstance(outcome, Done):
            yield slug, outcome.seconds
        else:
            _write_lost(units[slug], outcome, settings, guideline)
            yield slug, {}


def _write_workbook(out: Path, run: RunResult, project: Project, lang: str) -> None:
    """Imported here: openpyxl and what it takes with it would slow down every run."""
    from insek.learn.policy import load_vocabulary
    from insek.runbook import write_workbook

    write_workbook(out, run, lang, load_vocabulary(project.guideline_folder, run.guideline))


def _add(total: dict[str, float], more: Mapping[str, float]) -> None:
    for stage, value in more.items():
        total[stage] += value


def _units(inputs: Sequence[Input], out: Path, project: Project, settings: ScreenSettings,
           provenance: Mapping[str, Any]) -> dict[str, Unit]:  # fmt: skip
    """What is still to do, by the name of its folder."""
    spec, extraction = EngineSpec(project, settings.mode, settings.model), settings.extraction(len(inputs))
    units = {}
    for i in inputs:
        saved = saved_state(out / i.slug, i.sha256, provenance, READING)
        if saved is not Saved.FINISHED:
            units[i.slug] = Unit(i.path, i.slug, i.sha256, out, spec, extraction, settings.lang, provenance,
                                 reuse=saved is Saved.READ)  # fmt: skip
    return units


def _outcomes(units: Mapping[str, Unit], settings: ScreenSettings,
              executor: Executor) -> Iterator[tuple[str, Done | Loss]]:  # fmt: skip
    """What became of each document, in the order of completion."""
    first = next(iter(units.values()), None)
    if first and len(units) == 1 and not first.reuse and isinstance(executor, LocalExecutor):
        yield first.slug, _alone(first, settings)
    elif units:
        yield from executor.run(list(units.values()))


def _alone(unit: Unit, settings: ScreenSettings) -> Done | Loss:
    """A single document: read in a worker while this process loads rules and model, finished in another that has them.

    Loading takes about as long as reading a plan.
    """
    with Crew(1, read_unit, settings.limits) as reader:
        coming = reader.results([(unit.slug, unit)])
        engine_for(unit.spec)
        _, reading = next(coming)
    if isinstance(reading, Loss):
        return reading
    with Crew(1, do_unit, settings.limits) as writer:  # limits hold here, too, and this process stays out of harm
        return next(writer.results([(unit.slug, replace(unit, reading=reading))]))[1]


def _write_lost(unit: Unit, loss: Loss, settings: ScreenSettings, guideline: Guideline) -> None:
    """The result of a document that took its worker with it or went beyond a limit."""
    name, limits = unit.path.name, settings.limits
    told = {
        Loss.CRASH: (f"{name}: das Programm ist beim Lesen dieser Datei abgestürzt.",
                     "Die Datei ist wohl beschädigt; mit einem PDF-Programm neu speichern."),
        Loss.TIMEOUT: (f"{name} brauchte länger als {limits.seconds or 0:.0f} Sekunden.",
                       "Mit --timeout mehr Zeit geben oder die Datei in Teile zerlegen."),
        Loss.MEMORY: (f"{name} brauchte mehr als {limits.megabytes or 0} MB Speicher.",
                      "Mit --max-memory mehr Speicher geben oder die Datei in Teile zerlegen."),
    }[loss]  # fmt: skip
    write_plan(unit.out, failed_plan(unit, InputError(*told)), guideline, unit.provenance, settings.lang)


class _Finished:
    """Documents that are done, told of as they come and given back in the order of the run."""

    def __init__(self, inputs: Sequence[Input], out: Path, progress: Progress) -> None:
        self._inputs, self._out, self._progress = inputs, out, progress
        self._plans: dict[str, PlanResult] = {}

    def add(self, slugs: Iterable[str]) -> None:
        for slug in slugs:
            self._plans[slug] = plan = short_result(self._out / slug)
            self._progress(plan, len(self._plans), len(self._inputs))

    def plans(self) -> tuple[PlanResult, ...]:
        return tuple(self._plans[i.slug] for i in self._inputs)


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Collect no garbage meanwhile; the workers do it after each document.

    Rules, model and results stay until the end and hold no cycles; walking over them again and again took a quarter of
    the time of a single plan.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
