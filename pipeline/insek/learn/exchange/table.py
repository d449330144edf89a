"""The review sheet as rows of texts, and as CSV. `workbook` shares the rows.

CSV is written for a German Excel: UTF-8 with byte order mark, semicolons. Read is what Excel and others make of it:
semicolons, commas or tabs, UTF-8 or cp1252, a first line `sep=;`, cells with line ends.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from insek.errors import InputError
from insek.learn.entries import META, AnswerBuilder, Entry, Row
from insek.sheet import (
    DIGEST_MARK,
    ID_MARK,
    NONE,
    PICKED_NAMES,
    YES,
    Vocabulary,
    columns,
    guard,
    unguard,
    yes_or_no,
)

SEARCHED = 20
"""Rows in which the headings are looked for: people write remarks above a table."""
_NEEDED = ("id", "text", "digest")
Cells = Sequence[str]


def cells_of(entry: Entry, vocabulary: Vocabulary) -> list[str]:
    """A row of the sheet, in the order of `columns`; text cannot become a formula."""
    values: dict[str, str] = {key: guard(getattr(entry, key)) for key in ("text", "annotator", "comment", *META)}
    values |= {"id": ID_MARK + entry.id, "digest": DIGEST_MARK + entry.digest}
    values["picked"] = PICKED_NAMES.get(entry.picked, entry.picked)
    answer = entry.answer
    for name in vocabulary.names["theme"] if answer.themes is not None else ():
        values[f"theme:{name}"] = YES if name in (answer.themes or ()) else "nein"
    values["none"] = YES if answer.themes == () else ""
    fields = vocabulary.words("field", answer.fields or ()) or ([NONE] if answer.themes and answer.fields == () else [])
    values |= {f"field:{n}": word for n, word in enumerate(fields, 1)}
    for kind, value in (("stage", answer.stage), ("depth", answer.depth)):
        values[kind] = vocabulary.names[kind][value] if value else ""
    values["reviewed"] = YES if entry.reviewed else ""
    values |= _suggestions(entry, vocabulary)
    return [values.get(column.key, "") for column in columns(vocabulary)]


def _suggestions(entry: Entry, vocabulary: Vocabulary) -> dict[str, str]:
    told = entry.suggested
    ids = {
        "theme": told.themes,
        "field": told.fields if told.themes else None,
        "stage": (told.stage,) if told.stage else None,
        "depth": (told.depth,) if told.depth else None,
    }
    return {f"suggested:{kind}": "; ".join(vocabulary.words(kind, found)) or NONE
            for kind, found in ids.items() if found is not None}  # fmt: skip


def header_at(rows: Iterable[Cells], vocabulary: Vocabulary) -> tuple[int, dict[str, int]] | None:
    """Index (0-based) of the row with the headings, and the column (0-based) of each key; None without one."""
    known = {column.header.casefold(): column.key for column in columns(vocabulary)}
    for index, row in zip(range(SEARCHED), rows, strict=False):
        found = {known[cell]: i for i, text in enumerate(row) if (cell := unguard(text).strip().casefold()) in known}
        if "text" in found and len(found) > 1:
            return index, found
    return None


def rows_of(table: Sequence[Cells], name: str, vocabulary: Vocabulary, first: int = 1) -> list[Row]:
    """Rows of a sheet with headings; InputError names missing columns. `first` is the number of the first row."""
    header = header_at(table, vocabulary)
    if header is None:
        raise InputError(f"{name}: kein Prüfbogen; eine Zeile mit den Spaltennamen fehlt.",
                         "Einen Prüfbogen mit `insek labels queue` oder `insek labels export` anlegen.")  # fmt: skip
    at, where = header
    titles = {column.key: column.header for column in columns(vocabulary)}
    missing = [titles[key] for key in (*_NEEDED, *(k for k in titles if k.startswith("theme:"))) if key not in where]
    if missing:
        raise InputError(f"{name}: es fehlen die Spalten {', '.join(missing)}.", "Die Spaltennamen nicht verändern.")
    return [_row(number, {key: row[i].strip() if i < len(row) else "" for key, i in where.items()}, titles, vocabulary)
            for number, row in enumerate(table[at + 1 :], first + at + 1) if any(map(str.strip, row))]  # fmt: skip


def _row(number: int, cell: Mapping[str, str], titles: Mapping[str, str], vocabulary: Vocabulary) -> Row:
    faults: list[str] = []
    answer = AnswerBuilder(vocabulary, faults)
    _themes(cell, titles, answer)
    for key in ("field:1", "field:2", "field:3", "stage", "depth"):
        for word in _words(key, cell.get(key, ""), vocabulary):
            answer.add(key.split(":")[0], word, titles[key])
    picked = {name.casefold(): key for key, name in PICKED_NAMES.items()}.get(cell.get("picked", "").casefold(), "")
    texts: dict[str, Any] = {key: unguard(cell.get(key, "")) for key in ("text", "annotator", "comment", *META)}
    entry = Entry(
        id=cell["id"].removeprefix(ID_MARK),
        digest=cell["digest"].removeprefix(DIGEST_MARK),
        answer=answer.build(),
        reviewed=_flag("reviewed", cell, titles, faults) is True,
        **{**texts, "kind": texts["kind"] or "paragraph", "picked": picked},
    )
    faults += [f"„{titles[key]}“ ist leer" for key in _NEEDED if not cell[key]]
    return Row(number, entry, tuple(faults))


def _themes(cell: Mapping[str, str], titles: Mapping[str, str], answer: AnswerBuilder) -> None:
    """One `ja` answers the other themes with `nein`; `nein` alone must be said of every theme."""
    keys = [key for key in titles if key.startswith("theme:")]
    said = {key: _flag(key, cell, titles, answer.faults) for key in keys}
    for key in (key for key in keys if said[key]):
        answer.add("theme", key.removeprefix("theme:"), titles[key])
    if _flag("none", cell, titles, answer.faults) or (keys and all(said[key] is False for key in keys)):
        answer.none.add("theme")
    elif False in said.values() and True not in said.values() and not answer.faults:
        answer.faults.append(
            "nur ein Teil der Themen ist beantwortet: überall „nein“ eintragen oder „keines“ ankreuzen"
        )


def _flag(key: str, cell: Mapping[str, str], titles: Mapping[str, str], faults: list[str]) -> bool | None:
    word = cell.get(key, "")
    said = yes_or_no(word)
    if word and said is None:
        faults.append(f"„{word}“ in „{titles[key]}“: erwartet wird ja oder nein")
    return said


def _words(key: str, cell: str, vocabulary: Vocabulary) -> list[str]:
    """The words of a cell: as a whole where it is a name, else divided at semicolons."""
    if not cell or vocabulary.find(key.split(":")[0], cell):
        return [cell] if cell else []
    return [word.strip() for word in cell.split(";") if word.strip()]


def write(entries: Sequence[Entry], vocabulary: Vocabulary) -> bytes:
    """The sheet as CSV for a German Excel."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.header for column in columns(vocabulary)])
    writer.writerows(cells_of(entry, vocabulary) for entry in entries)
    return out.getvalue().encode("utf-8-sig")


def read(text: str, name: str, vocabulary: Vocabulary) -> list[Row]:
    """The rows of a CSV sheet; a row is numbered as Excel shows it."""
    if text.lower().startswith("sep="):
        head, _, text = text.partition("\n")
        return rows_of(_parsed(text, head.strip()[4:] or "\t", name), name, vocabulary, first=2)
    tables = [_parsed(text, delimiter, name) for delimiter in ";,\t"]
    best = max(tables, key=lambda table: len((header_at(table, vocabulary) or (0, {}))[1]))
    return rows_of(best, name, vocabulary)


def _parsed(text: str, delimiter: str, name: str) -> list[list[str]]:
    limit = csv.field_size_limit(1 << 20)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"{name}: keine gültige CSV-Datei ({error}).", "Als CSV (UTF-8) neu speichern.") from None
    finally:
        csv.field_size_limit(limit)
