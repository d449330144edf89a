"""From bytes to text and JSON objects, whatever wrote them."""

from __future__ import annotations

import codecs
import json
from typing import Any

from insek.errors import InputError

MAX_BYTES = 64 << 20
"""Larger files are refused: a sheet of ten thousand passages has less than a tenth of it."""


def decoded(data: bytes, name: str) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else the code page of German Windows (cp1252)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError(f"{name} ist keine Textdatei.", "Als XLSX, CSV (UTF-8) oder JSON speichern.")


def json_objects(text: str, name: str) -> list[tuple[int, dict[str, Any]]]:
    """Objects of a JSON array or of JSON lines with their number (1-based: entry of the array, or line)."""
    if text.lstrip().startswith("["):
        values = _parsed(text, name)
        numbered = list(enumerate(values if isinstance(values, list) else [values], 1))
        told = "Eintrag"
    else:
        lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        numbered = [(n, _parsed(line, f"{name}, Zeile {n}")) for n, line in lines]
        told = "Zeile"
    for number, value in numbered:
        if not isinstance(value, dict):
            raise InputError(f"{name}, {told} {number}: erwartet wird ein Objekt {{…}}.", "Den Export wiederholen.")
    return numbered


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{where}: kein gültiges JSON (ab Zeichen {error.colno}).", "Den Export wiederholen."
        ) from None
    except RecursionError:
        raise InputError(f"{where}: zu tief verschachtelt.", "Den Export wiederholen.") from None
