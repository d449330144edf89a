"""Files: atomic writing, JSON lines, digests. Nothing is ever half-written."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from insek.errors import InputError, MissingInputError, OutputError, cause

_CHUNK = 1 << 20
_encode = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would make an encoder for each record


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that it is either the old or the new one, never half; OutputError where that fails.

    Halves of characters, as in file names that are not UTF-8, become escapes; JSON gives them back as they were.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())  # noqa: PTH101 - mkstemp makes files that only the owner can read
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(f"{path} kann nicht geschrieben werden ({cause(error)}).",
                          "Pfad, Rechte und freien Platz prüfen, dann erneut starten.") from None  # fmt: skip


def remove(path: Path) -> None:
    """Remove a file, if it is there; OutputError where that fails, as on Windows while somebody looks at it."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} kann nicht ersetzt werden ({cause(error)}).",
                          "Die Datei schließen, wo sie geöffnet ist, dann erneut starten.") from None  # fmt: skip


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def json_line(record: Any) -> str:
    """One record as a line of JSON, without the line end."""
    return _encode(record)


def write_jsonl(path: Path, records: Iterable[Any]) -> None:
    """Write records as JSON lines, atomically."""
    write_atomic(path, "".join(json_line(record) + "\n" for record in records))


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number (1-based) and object of each line; InputError names file and line of a broken one."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise MissingInputError(f"{path} gibt es nicht.", "Den Pfad prüfen.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} ist keine Textdatei in UTF-8.", "Als UTF-8 speichern.") from None
    except OSError as error:
        raise InputError(f"{path} kann nicht gelesen werden ({cause(error)}).", "Pfad und Rechte prüfen.") from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(
                f"{path}, Zeile {number}: kein gültiges JSON (ab Zeichen {error.colno}).", "Die Zeile prüfen."
            ) from None
        except (ValueError, RecursionError):  # a number of thousands of digits, brackets within thousands of brackets
            raise InputError(f"{path}, Zeile {number}: kein lesbares JSON.", "Die Zeile prüfen.") from None
        if not isinstance(record, dict):
            raise InputError(f"{path}, Zeile {number}: erwartet wird ein Objekt {{…}}.", "Die Zeile prüfen.")
        yield number, record


def file_digest(path: Path) -> str:
    """sha256 of a file in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def folder_digest(folder: Path, patterns: Iterable[str]) -> str:
    """sha256 over names and contents of the matching files of a folder, in hex; independent of the machine."""
    digest = hashlib.sha256()
    files = {p for pattern in patterns for p in folder.glob(pattern) if p.is_file()}
    for path in sorted(files, key=lambda p: p.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix().encode()
        data = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(b"%d %s %d " % (len(name), name, len(data)) + data)
    return digest.hexdigest()
