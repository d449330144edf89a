"""A folder of plans becomes a run directory: files found, read side by side, tagged, written, one after another.

Reading runs in worker processes while this process loads rules and model and tags what was read. A bad file costs
itself and nothing else. Documents that an earlier, interrupted run with the same rules, model and inputs finished
are not done again.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from insek.domain import Status
from insek.errors import InputError, InsekError, MissingInputError, OutputError
from insek.extract import SUFFIXES, ExtractSettings, OcrMode, ocr_program
from insek.project import Project
from insek.report.model import PlanResult, RunResult
from insek.run import Engine, Reading, analyse, load_engine, read
from insek.rundir import finished_plan, write_plan, write_run
from insek.store import file_digest, write_atomic

_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG_LENGTH = 60
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_COLLECT_EVERY = 10
_AHEAD = 2
"""Documents read ahead per worker: enough to keep it busy, few enough to keep memory flat."""


def default_jobs() -> int:
    """As many readers as cores, at most four: this process tags as fast as about four can read."""
    return max(1, min(4, os.cpu_count() or 2))


Progress = Callable[[PlanResult, int, int], None]


@dataclass(frozen=True)
class ScreenSettings:
    """How to screen. `jobs` is the number of reading processes; `mode` and `model` as in `run.load_engine`.

    `ocr` says which pages Tesseract reads, as in `ExtractSettings`.
    """

    mode: str = "both"
    model: str | None = None
    jobs: int = field(default_factory=default_jobs)
    lang: str = "de"
    ocr: OcrMode = "auto"

    def provenance(self) -> dict[str, str]:
        """What of these settings decides about the result; the OCR program too, for others read other words."""
        return {"lang": self.lang, "ocr": self.ocr, "tesseract": ocr_program(self.ocr)}

    def extraction(self, files: int) -> ExtractSettings:
        """How each of so many files is read; the readers share the cores for OCR."""
        readers = max(1, min(self.jobs, files))
        return ExtractSettings(ocr=self.ocr, ocr_threads=max(1, -(-(os.cpu_count() or 1) // readers)))


@dataclass(frozen=True)
class Input:
    """A file of a run: its path, a folder name that is safe and unique in the run, and its sha256 (or None)."""

    path: Path
    slug: str
    sha256: str | None


def find_inputs(paths: Sequence[Path]) -> list[Input]:
    """All plans under the paths, folders recursively, sorted; hidden files are left out.

    Raises:
        MissingInputError: a path does not exist or nothing readable lies there.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in _walk(path) if p.suffix.lower() in SUFFIXES)
            if not found:
                raise MissingInputError(f"{path} enthält keine Pläne ({', '.join(sorted(SUFFIXES))}).",
                                        "Einen anderen Ordner angeben.")  # fmt: skip
            files.update(dict.fromkeys(found))
        elif path.exists():
            files[path] = None
        else:
            raise MissingInputError(f"{path} gibt es nicht.", "Den Pfad prüfen.")
    return _with_slugs(list(files))


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder; hidden ones and folders without rights are passed over, the latter with an error."""

    def complain(error: OSError) -> None:
        raise MissingInputError(f"{error.filename} darf nicht gelesen werden.", "Die Rechte des Ordners prüfen.")

    for root, folders, names in os.walk(folder, onerror=complain):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (Path(root) / name for name in names if not name.startswith("."))


def _with_slugs(files: Sequence[Path]) -> list[Input]:
    used: set[str] = set()
    inputs = []
    for path in files:
        base = _SLUG.sub("-", unicodedata.normalize("NFC", path.stem).lower().translate(_UMLAUTS)).strip("-")
        base = base[:_SLUG_LENGTH].strip("-") or "plan"
        slug, n = base, 2
        while slug in used:
            slug, n = f"{base}-{n}", n + 1
        used.add(slug)
        inputs.append(Input(path, slug, _digest(path)))
    return inputs


def _digest(path: Path) -> str | None:
    try:
        return file_digest(path)
    except OSError:
        return None


def screen(paths: Sequence[Path], out: Path, project: Project, settings: ScreenSettings,
           progress: Progress = lambda *_: None) -> RunResult:  # fmt: skip
    """Screen all plans under `paths` into the run directory `out`.

    Raises:
        MissingInputError: nothing to read.
        OutputError: `out` cannot be written or holds something else.
        ConfigError, ModelError: rules or model of the project are not valid.
    """
    started = time.perf_counter()
    inputs = find_inputs(paths)
    _check_output(out, inputs)
    seconds = {"read": 0.0, "tag": 0.0, "write": 0.0}
    plans: list[PlanResult] = []
    with _rare_collection() as collect, _Readers(settings.jobs, settings.extraction(len(inputs))) as readers:
        readers.start([i.path for i in inputs][: settings.jobs * _AHEAD])
        engine = load_engine(project, settings.mode, settings.model)
        provenance = {**engine.provenance(), **settings.provenance()}
        _claim(out, inputs, provenance)
        for done, (item, outcome) in enumerate(_outcomes(inputs, out, engine, readers, provenance), 1):
            plan = outcome if isinstance(outcome, PlanResult) else _result(item, outcome, engine, seconds)
            if not isinstance(outcome, PlanResult):
                began = time.perf_counter()
                write_plan(out, plan, engine.guideline, provenance, settings.lang)
                seconds["write"] += time.perf_counter() - began
            plans.append(plan)
            progress(plan, done, len(inputs))
            collect(done)
        run = RunResult(engine.guideline, tuple(plans), provenance)
        seconds["total"] = time.perf_counter() - started
        write_run(out, run, settings.lang, seconds)
    return run


@contextmanager
def _rare_collection() -> Iterator[Callable[[int], None]]:
    """Collect garbage every few documents instead of all the time; gives a function to call after each document.

    Rules, model and results stay until the end and hold no cycles; walking over them again and again took a quarter of
    the time of a single plan.
    """
    was_on = gc.isenabled()
    gc.disable()

    def after(done: int) -> None:
        if done % _COLLECT_EVERY == 0:
            gc.collect()

    try:
        yield after
    finally:
        if was_on:
            gc.enable()


def _outcomes(inputs: Sequence[Input], out: Path, engine: Engine, readers: _Readers,
              provenance: dict[str, Any]) -> Iterator[tuple[Input, PlanResult | Reading | InsekError]]:  # fmt: skip
    """Per input, in order: the finished result of an earlier run, what was read, or why it could not be."""
    kept = {i.slug: finished_plan(out, i.slug, i.sha256, engine.guideline, provenance) for i in inputs}
    todo = [i for i in inputs if kept[i.slug] is None]
    readings = readers.read_all([i.path for i in todo])
    for item in inputs:
        earlier = kept[item.slug]
        yield item, earlier if earlier is not None else next(readings)


def _result(item: Input, outcome: Reading | InsekError, engine: Engine, seconds: dict[str, float]) -> PlanResult:
    if isinstance(outcome, InsekError):
        return failed_plan(item, outcome)
    seconds["read"] += outcome.seconds
    began = time.perf_counter()
    plan = replace(analyse(outcome, item.slug, engine), source=item.path.name)
    seconds["tag"] += time.perf_counter() - began
    return plan


def failed_plan(item: Input, error: InsekError) -> PlanResult:
    """The result of a file that could not be read at all."""
    return PlanResult(
        slug=item.slug, source=item.path.name, sha256=item.sha256 or "", title=None, municipality=None, year=None,
        pages=0, page_states={}, warnings=(), status=Status.FAILED, error=error.what, todo=error.todo, coverage=None,
        passages=(), page_labels={},
    )  # fmt: skip


class _Readers:
    """Worker processes that read files; the results come in the order of the files."""

    def __init__(self, jobs: int, settings: ExtractSettings) -> None:
        self._jobs = jobs
        self._settings = settings
        self._pool = self._new_pool()
        self._early: dict[Path, Future[Reading | InsekError]] = {}

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        # forking is safe here: this process has no threads yet and has loaded no native library
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        return ProcessPoolExecutor(self._jobs, mp_context=multiprocessing.get_context(method))

    def start(self, paths: Iterable[Path]) -> None:
        """Begin with the first files, before it is known whether an earlier run has done them."""
        self._early = {path: self._pool.submit(_read, path, self._settings) for path in paths}

    def read_all(self, paths: Sequence[Path]) -> Iterator[Reading | InsekError]:
        """What was read of each file, or why it could not be; a crash costs the file that caused it."""
        pending: list[Future[Reading | InsekError]] = []
        upcoming = iter(paths)
        for path in paths:
            while len(pending) < self._jobs * _AHEAD and (following := next(upcoming, None)) is not None:
                pending.append(self._submit(following))
            try:
                yield pending.pop(0).result()
            except BrokenProcessPool:
                yield self._alone(path)
                self._pool = self._new_pool()
                pending = []
                upcoming = iter(paths[paths.index(path) + 1 :])

    def _submit(self, path: Path) -> Future[Reading | InsekError]:
        early = self._early.pop(path, None)
        return early if early is not None else self._pool.submit(_read, path, self._settings)

    def _alone(self, path: Path) -> Reading | InsekError:
        """Read one file in a process of its own, after a crash of which it may be the cause."""
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            try:
                return pool.submit(_read, path, self._settings).result()
            except BrokenProcessPool:
                return InputError(f"{path.name}: das Programm ist beim Lesen dieser Datei abgestürzt.",
                                  "Die Datei ist wohl beschädigt; mit einem PDF-Programm neu speichern.")  # fmt: skip


def _read(path: Path, settings: ExtractSettings) -> Reading | InsekError:
    """Read one file in a worker; expected errors are results, unexpected ones become one, named after the file."""
    try:
        return read(path, settings)
    except InsekError as error:
        return error
    except MemoryError:
        return InputError(f"{path.name} braucht mehr Speicher, als frei ist.", "Die Datei in Teile zerlegen.")
    except Exception as error:
        return InputError(f"{path.name} konnte nicht gelesen werden ({type(error).__name__}: {error}).",
                          "Bitte die Datei mit dieser Meldung als Fehler melden.")  # fmt: skip


def _check_output(out: Path, inputs: Sequence[Input]) -> None:
    """OutputError where `out` is a file, holds something else than a run, or holds a run over other files."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not out.is_dir():
        raise OutputError(f"{out} ist eine Datei.", "Einen Ordner angeben.")
    if not (out / "run.json").is_file():
        raise OutputError(f"{out} ist nicht leer und enthält keinen Lauf von insek.", "Einen leeren Ordner angeben.")
    former = {(e.get("slug"), e.get("sha256")) for e in _run_json(out).get("inputs", [])}
    if former - {(i.slug, i.sha256 or "") for i in inputs}:
        raise OutputError(f"{out} enthält einen Lauf über andere Dateien.", "Einen leeren Ordner angeben.")


def _run_json(out: Path) -> dict[str, Any]:
    try:
        data = json.loads((out / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        data = None
    if not isinstance(data, dict):
        raise OutputError(f"{out / 'run.json'} ist nicht lesbar.", "Einen leeren Ordner angeben.")
    return data


def _claim(out: Path, inputs: Sequence[Input], provenance: dict[str, Any]) -> None:
    """Mark the folder as this run before the first result; refuse where rules or model were others."""
    if (out / "run.json").is_file():
        former = _run_json(out).get("provenance", {})
        changed = [key for key, value in provenance.items() if former.get(key) != value]
        if changed:
            raise OutputError(f"{out} enthält einen Lauf mit anderen Einstellungen ({', '.join(changed)}).",
                              "Einen leeren Ordner angeben.")  # fmt: skip
        return
    record = {
        "status": "running",
        "provenance": provenance,
        "inputs": [{"slug": i.slug, "source": i.path.name, "sha256": i.sha256 or ""} for i in inputs],
    }
    write_atomic(out / "run.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n")
