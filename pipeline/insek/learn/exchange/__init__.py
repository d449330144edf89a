"""Files that labels travel in: which format is it, read it, write it. Another format is another entry in two dicts.

The format is told by what is in the file: suffixes get lost in mail programs and are wrong as often as not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from insek.errors import InputError
from insek.learn.entries import Entry, Row
from insek.learn.exchange import doccano, labelstudio, plain, prodigy, table, workbook
from insek.learn.exchange.decode import MAX_BYTES, decoded, json_objects
from insek.sheet import Vocabulary

Writer = Callable[[Sequence[Entry], Vocabulary], bytes]
WRITERS: dict[str, Writer] = {
    "xlsx": workbook.write,
    "csv": table.write,
    "jsonl": plain.write,
    "doccano": doccano.write,
    "label-studio": labelstudio.write,
    "prodigy": prodigy.write,
}
SUFFIXES = {"xlsx": ".xlsx", "csv": ".csv", "label-studio": ".json"}
"""Usual endings of the formats; the others are `.jsonl`."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_JSON_READERS: tuple[tuple[Callable[[dict[str, Any]], bool], Callable[..., list[Row]]], ...] = (
    (labelstudio.fits, labelstudio.read),  # before the others: its objects hold no text of their own
    (prodigy.fits, prodigy.read),  # before doccano: a binary Prodigy task has a `label`, too
    (plain.fits, plain.read),
    (doccano.fits, doccano.read),
)


def read_rows(data: bytes, name: str, vocabulary: Vocabulary) -> list[Row]:
    """All rows of a file in any of the formats; a bad row carries its faults.

    Args:
        data: content of the file.
        name: its name, for messages.
        vocabulary: the words of the guideline.

    Raises:
        InputError: the file as a whole cannot be read: unknown, too large, damaged, or columns are missing.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"{name} ist größer als {MAX_BYTES >> 20} MB.", "Die Datei teilen.")
    if data.startswith(_OLE):
        raise InputError(f"{name} ist eine alte (.xls) oder eine verschlüsselte Excel-Datei.",
                         "In Excel ohne Kennwort als .xlsx speichern.")  # fmt: skip
    if data.startswith(_ZIP):
        return workbook.read(data, name, vocabulary)
    text = decoded(data, name)
    if text.lstrip()[:1] in ("{", "["):
        return _read_json(text, name, vocabulary)
    return table.read(text, name, vocabulary)


def _read_json(text: str, name: str, vocabulary: Vocabulary) -> list[Row]:
    objects = json_objects(text, name)
    for fits, read in _JSON_READERS:
        if objects and all(fits(record) for _, record in objects):
            return read(objects, vocabulary)
    if not objects:
        return []
    known = sorted(json.dumps(key, ensure_ascii=False) for key in objects[0][1])
    raise InputError(f"{name}: kein bekanntes Format (Schlüssel: {', '.join(known[:12])}).",
                     "Erwartet werden der Prüfbogen (XLSX, CSV), doccano-JSONL, Label-Studio-JSON, Prodigy-JSONL oder "
                     "Labels von insek.")  # fmt: skip
