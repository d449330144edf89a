"""The files of a run: found, sorted, named, and known by their content."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from insek.errors import MissingInputError
from insek.extract import SUFFIXES
from insek.store import file_digest

_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG_LENGTH = 60
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))})
"""Names that Windows keeps for devices: a folder called so could not be opened there."""


@dataclass(frozen=True)
class Input:
    """A file of a run: its path, a folder name that is safe and unique in the run, and its sha256 (or None)."""

    path: Path
    slug: str
    sha256: str | None


def find_inputs(paths: Sequence[Path]) -> list[Input]:
    """All plans under the paths, folders recursively, sorted; hidden files and run directories are left out.

    A file that several paths lead to is taken once.

    Raises:
        MissingInputError: a path does not exist, is a run directory, or nothing readable lies there.
    """
    files: dict[str, Path] = {}
    for path in paths:
        if _is_run(path):
            raise MissingInputError(f"{path} ist ein Lauf von insek und enthält Berichte, keine Pläne.",
                                    "Den Ordner mit den Plänen angeben.")  # fmt: skip
        if path.is_dir():
            found = sorted(p for p in _walk(path) if p.suffix.lower() in SUFFIXES)
            if not found:
                raise MissingInputError(f"{path} enthält keine Pläne ({', '.join(sorted(SUFFIXES))}).",
                                        "Einen anderen Ordner angeben.")  # fmt: skip
        elif path.exists():
            found = [path]
        else:
            raise MissingInputError(f"{path} gibt es nicht.", "Den Pfad prüfen.")
        for file in found:
            files.setdefault(_spelt_out(file), file)
    return _with_slugs(list(files.values()))


def _spelt_out(path: Path) -> str:
    """The whole path without detours. Links stay what they are: some lead to themselves."""
    return os.path.abspath(path)  # noqa: PTH100 - `resolve` follows links


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder; hidden ones are passed over, folders without rights are an error.

    Run directories are passed over, too: their reports would be read as plans where a run lies beside its plans.
    """

    def complain(error: OSError) -> None:
        raise MissingInputError(f"{error.filename} darf nicht gelesen werden.", "Die Rechte des Ordners prüfen.")

    for root, folders, names in os.walk(folder, onerror=complain):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not _is_run(Path(root) / f))
        yield from (Path(root) / name for name in names if not name.startswith("."))


def _is_run(folder: Path) -> bool:
    """Whether a folder is a run directory, by what its `run.json` says of itself."""
    try:
        record = json.loads((folder / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    provenance = record.get("provenance") if isinstance(record, dict) else None
    return isinstance(provenance, dict) and "insek" in provenance


def _with_slugs(files: Sequence[Path]) -> list[Input]:
    used: set[str] = set()
    inputs = []
    for path in files:
        base = slug_of(path.stem)
        slug, n = base, 2
        while slug in used:
            slug, n = f"{base}-{n}", n + 1
        used.add(slug)
        inputs.append(Input(path, slug, _digest(path)))
    return inputs


def slug_of(name: str) -> str:
    """A folder name from a file name: small letters, digits and hyphens, at most 60, allowed on every system."""
    base = _SLUG.sub("-", unicodedata.normalize("NFC", name).lower().translate(_UMLAUTS)).strip("-")
    base = base[:_SLUG_LENGTH].strip("-") or "plan"
    return f"plan-{base}" if base in _RESERVED else base


def _digest(path: Path) -> str | None:
    try:
        return file_digest(path) if path.is_file() else None  # a pipe would be waited for without end
    except OSError:
        return None
