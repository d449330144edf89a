"""Highlighted copies of the plans of a run, each made in a worker: a hostile file costs its copy and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insek.batch.claim import sole_use
from insek.batch.crew import Crew, Limits, Loss
from insek.batch.inputs import find_inputs
from insek.domain import Status
from insek.errors import InputError, InsekError, MissingInputError, cause
from insek.guideline import Guideline
from insek.rundir import write_copy
from insek.saved import finished_run, saved_place
from insek.store import file_digest

_PDF = b"%PDF-"
_HEAD = 1024
"""Bytes within which a PDF has to say that it is one (ISO 32000-1, annex H, note 13)."""


@dataclass(frozen=True)
class Copied:
    """What became of the copy of a plan: written, or not because it is no PDF, or `error` says what is wrong."""

    slug: str
    source: str
    written: bool = False
    error: InsekError | None = None


@dataclass(frozen=True)
class _Task:
    out: Path
    slug: str
    path: Path
    guideline: Guideline
    provenance: Mapping[str, Any]


def highlight(out: Path, guideline: Guideline, paths: Sequence[Path], jobs: int,
              limits: Limits | None = None) -> list[Copied]:  # fmt: skip
    """Write `highlighted.pdf` of each plan of a run, and its reports again so that they link to it.

    Args:
        out: the run directory.
        guideline: that of the run.
        paths: files and folders to look for the plans in, by their content; without any, the places they were read at.
        jobs: number of worker processes.
        limits: what one plan may take.

    Returns:
        What became of each plan, in the order of the run.

    Raises:
        InputError, MissingInputError: `out` holds no finished run of this guideline, or `paths` hold nothing.
        OutputError: a copy cannot be written, or `out` is in use.
    """
    record = finished_run(out, guideline)
    known = {i.sha256: i.path for i in find_inputs(paths)} if paths else None
    done: dict[str, Copied] = {}
    tasks: list[tuple[str, _Task]] = []
    for entry in record["inputs"]:
        found = _source(out, entry, known)
        if isinstance(found, Path):
            tasks.append((entry["slug"], _Task(out, entry["slug"], found, guideline, record["provenance"])))
        else:
            done[found.slug] = found
    sources = {entry["slug"]: str(entry["source"]) for entry in record["inputs"]}
    with sole_use(out):
        done.update((copied.slug, copied) for copied in _copies(tasks, sources, jobs, limits))
    return [done[entry["slug"]] for entry in record["inputs"]]


def _copies(tasks: Sequence[tuple[str, _Task]], sources: Mapping[str, str], jobs: int,
            limits: Limits | None) -> Iterator[Copied]:  # fmt: skip
    with Crew(jobs, _copy, limits) as crew:
        for slug, result in crew.results(tasks):
            if isinstance(result, Loss):
                yield Copied(slug, sources[slug], error=_lost(sources[slug]))
            else:
                yield Copied(slug, sources[slug], written=result is None, error=result)


def _copy(task: _Task) -> InputError | None:
    """Write one copy; what is wrong with the source is a result, a full disk an error."""
    try:
        write_copy(task.out / task.slug, task.path.read_bytes(), task.guideline, task.provenance)
    except InputError as error:
        return error
    except MemoryError:
        return _lost(task.path.name)
    return None


def _lost(source: str) -> InputError:
    return InputError(f"{source}: die Kopie ließ sich nicht anlegen, die Datei ist zu groß oder beschädigt.",
                      "In einem PDF-Programm neu speichern und den Plan neu prüfen.")  # fmt: skip


def _source(out: Path, entry: Mapping[str, str], known: Mapping[str | None, Path] | None) -> Path | Copied:
    """The file of a plan, or why there is none to copy."""
    slug, source = entry["slug"], str(entry["source"])
    if entry["status"] == Status.FAILED.value:
        return Copied(slug, source)
    path = saved_place(out, slug) if known is None else known.get(entry["sha256"])
    if path is None and not source.lower().endswith(".pdf"):
        return Copied(slug, source)  # a text has no copy, wherever it is
    try:
        if path is None or not path.is_file() or file_digest(path) != entry["sha256"]:
            return Copied(slug, source, error=_missing(source, path, given=known is not None))
        with path.open("rb") as file:
            return path if _PDF in file.read(_HEAD) else Copied(slug, source)
    except OSError as error:
        return Copied(slug, source, error=InputError(f"{path} kann nicht gelesen werden ({cause(error)}).",
                                                     "Die Rechte prüfen."))  # fmt: skip


def _missing(source: str, path: Path | None, *, given: bool) -> InsekError:
    if path is not None and path.is_file():
        return InputError(f"{path} wurde seit dem Lauf verändert.", "Den Plan neu prüfen, dann die Kopie anlegen.")
    where = "unter den angegebenen Pfaden nicht zu finden" if given else "nicht mehr dort, wo es gelesen wurde"
    return MissingInputError(f"{source} ist {where}.", "Mit --plans den Ordner der Pläne angeben.")
