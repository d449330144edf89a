"""Whose run directory is it: refused where it holds something else or is in use, marked before the first result."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from insek.batch.inputs import Input
from insek.domain import Status
from insek.errors import OutputError, cause
from insek.store import write_atomic

LOCK = ".insek.lock"
_PATIENCE = 5.0
"""Seconds to wait for the folder: the workers of a run that was just killed hold it until they notice."""


@contextmanager
def sole_use(out: Path) -> Iterator[None]:
    """The run directory for this process alone; OutputError while another one works in it or it cannot be made.

    The lock is the operating system's: it ends with the process, whatever ends that.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / LOCK, timeout=_PATIENCE)
        lock.acquire()
    except Timeout:
        raise OutputError(f"In {out} arbeitet gerade ein anderer Lauf.",
                          "Warten, bis er fertig ist, oder einen anderen Ordner angeben.") from None  # fmt: skip
    except OSError as error:
        raise OutputError(f"{out} kann nicht beschrieben werden ({cause(error)}).",
                          "Rechte und freien Platz prüfen oder einen anderen Ordner angeben.") from None  # fmt: skip
    try:
        yield
    finally:
        lock.release()


def check_output(out: Path, inputs: Sequence[Input], *, fresh: bool) -> None:
    """OutputError where `out` is a file, holds something else than a run, or holds a run over other files."""
    if not out.exists() or (out.is_dir() and not any(p.name != LOCK for p in out.iterdir())):
        return
    if not out.is_dir():
        raise OutputError(f"{out} ist eine Datei.", "Einen Ordner angeben.")
    if not (out / "run.json").is_file():
        raise OutputError(f"{out} ist nicht leer und enthält keinen Lauf von insek.", "Einen leeren Ordner angeben.")
    former = {(e.get("slug"), e.get("sha256")) for e in run_json(out).get("inputs", []) if not _mendable(e, inputs)}
    if not fresh and former - {(i.slug, i.sha256 or "") for i in inputs}:
        raise OutputError(f"{out} enthält einen Lauf über andere Dateien.",
                          "Einen leeren Ordner angeben oder mit --fresh neu beginnen.")  # fmt: skip


def _mendable(entry: Mapping[str, Any], inputs: Sequence[Input]) -> bool:
    """Whether a file had failed and is there with other content, or with rights, now."""
    failed = entry.get("status") == Status.FAILED.value or not entry.get("sha256")
    return failed and any(i.slug == entry.get("slug") and i.path.name == entry.get("source") for i in inputs)


def run_json(out: Path) -> dict[str, Any]:
    """The record of a run directory; OutputError where it cannot be read."""
    try:
        data = json.loads((out / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        data = None
    if not isinstance(data, dict):
        raise OutputError(f"{out / 'run.json'} ist nicht lesbar.", "Einen leeren Ordner angeben.")
    return data


def clear(out: Path) -> None:
    """Remove the documents of the former run, and nothing that this program did not write."""
    for entry in run_json(out).get("inputs", []) if (out / "run.json").is_file() else []:
        slug = str(entry.get("slug", ""))
        if slug and Path(slug).name == slug and (out / slug / "coverage.json").is_file():
            shutil.rmtree(out / slug, ignore_errors=True)


def claim(out: Path, inputs: Sequence[Input], provenance: Mapping[str, Any]) -> None:
    """Mark the folder as this run before the first result, and remove what a killed run left half-written."""
    for part in (*out.glob(".*.part"), *out.glob("*/.*.part")):
        part.unlink(missing_ok=True)
    record = {
        "status": "running",
        "provenance": dict(provenance),
        "inputs": [{"slug": i.slug, "source": i.path.name, "sha256": i.sha256 or ""} for i in inputs],
    }
    write_atomic(out / "run.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n")
