"""One document of a run as a unit of work for a worker process: read or taken from the cache, tagged, scored, written.

The result is on disk; what comes back is small, so that a run over a thousand plans needs no more memory than one.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from insek.domain import Status
from insek.errors import InputError, InsekError, OutputError
from insek.extract import ExtractSettings
from insek.project import Project
from insek.report.model import PlanResult
from insek.run import Engine, Reading, analyse, load_engine, read
from insek.rundir import write_plan
from insek.saved import saved_reading


@dataclass(frozen=True)
class EngineSpec:
    """What an engine is made from; workers load it themselves where they cannot inherit it."""

    project: Project
    mode: str
    model: str | None


@lru_cache(maxsize=1)
def engine_for(spec: EngineSpec) -> Engine:
    """The engine of this process; loaded before workers are forked, it is shared with them."""
    return load_engine(spec.project, spec.mode, spec.model)


@dataclass(frozen=True)
class Unit:
    """A document to do. `reuse` says that its saved reading still holds and only tags and reports are made anew.

    `reading` is what was read of it already. `provenance` is written into the result.
    """

    path: Path
    slug: str
    sha256: str | None
    out: Path
    spec: EngineSpec
    extraction: ExtractSettings
    lang: str
    provenance: Mapping[str, Any]
    reuse: bool = False
    reading: Reading | InsekError | None = None


@dataclass(frozen=True)
class Done:
    """A document that was written: number of pages and seconds per stage (`read`, `tag`, `write`)."""

    slug: str
    pages: int
    seconds: Mapping[str, float]


def read_unit(unit: Unit) -> Reading | InsekError:
    """Read a document; expected errors are results, unexpected ones become one, named after the file."""
    try:
        return read(unit.path, unit.extraction)
    except InsekError as error:
        return error
    except MemoryError:
        return InputError(f"{unit.path.name} braucht mehr Speicher, als frei ist.", "Die Datei in Teile zerlegen.")
    except Exception as error:
        return _unexpected(unit, "gelesen", error)


def _unexpected(unit: Unit, what: str, error: Exception) -> InputError:
    return InputError(f"{unit.path.name} konnte nicht {what} werden ({type(error).__name__}: {error}).",
                      "Bitte die Datei mit dieser Meldung als Fehler melden.")  # fmt: skip


def do_unit(unit: Unit) -> Done:
    """Do one document and write its folder.

    Raises:
        OutputError: the result cannot be written: this concerns the whole run.
        ConfigError, ModelError: the engine cannot be loaded.
    """
    engine = engine_for(unit.spec)
    seconds = dict.fromkeys(("read", "tag", "write"), 0.0)
    began = time.perf_counter()
    reading = _reading(unit)
    seconds["read"] = reading.seconds if isinstance(reading, Reading) else time.perf_counter() - began
    began = time.perf_counter()
    plan = _plan(unit, reading, engine)
    seconds["tag"] = time.perf_counter() - began
    began = time.perf_counter()
    plan = _written(unit, plan, engine)
    seconds["write"] = time.perf_counter() - began
    gc.collect()
    return Done(unit.slug, plan.pages, seconds)


def _reading(unit: Unit) -> Reading | InsekError:
    if unit.reading is not None:
        return unit.reading
    if unit.reuse:
        try:
            return saved_reading(unit.out / unit.slug)
        except InsekError:
            pass  # a damaged cache only costs time
    return read_unit(unit)


def _plan(unit: Unit, reading: Reading | InsekError, engine: Engine) -> PlanResult:
    if isinstance(reading, InsekError):
        return failed_plan(unit, reading)
    try:
        return replace(analyse(reading, unit.slug, engine), source=unit.path.name, path=_way(unit))
    except OutputError:
        raise
    except Exception as error:
        return failed_plan(unit, _unexpected(unit, "ausgewertet", error))


def _written(unit: Unit, plan: PlanResult, engine: Engine) -> PlanResult:
    """Write a result; where it cannot be put into reports, write that."""
    try:
        write_plan(unit.out, plan, engine.guideline, unit.provenance, unit.lang)
    except OutputError:
        raise
    except Exception as error:
        plan = failed_plan(unit, _unexpected(unit, "berichtet", error))
        write_plan(unit.out, plan, engine.guideline, unit.provenance, unit.lang)
    return plan


def failed_plan(unit: Unit, error: InsekError) -> PlanResult:
    """The result of a document that could not be read at all."""
    return PlanResult(
        slug=unit.slug, source=unit.path.name, sha256=unit.sha256 or "", title=None, municipality=None, year=None,
        pages=0, page_states={}, warnings=(), status=Status.FAILED, error=error.what, todo=error.todo, coverage=None,
        passages=(), page_labels={}, path=_way(unit),
    )  # fmt: skip


def _way(unit: Unit) -> str | None:
    """The way from the run directory to the file, as a relative URL; None where there is none (other drive of Windows).

    Links are not resolved: a browser does not follow them either when it goes up.
    """
    try:
        way = os.path.relpath(unit.path, unit.out)
    except ValueError:
        return None
    return quote(os.fsencode(Path(way).as_posix()))
