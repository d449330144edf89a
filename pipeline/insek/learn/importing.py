"""Labels from outside into the store: all of a file or nothing, every bad row named, twice the same as once.

Each file that brings something new becomes one new file under `corpus/labels/`. A row that the store already holds from
the same annotator is known; one that says otherwise is a correction and becomes a later line. Nothing is overwritten.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from insek.domain import content_id
from insek.errors import InputError, MissingInputError, OutputError, UsageError, cause
from insek.guideline import Guideline
from insek.learn.entries import Answer, Entry, Row
from insek.learn.exchange import read_rows
from insek.learn.labels import (
    KINDS,
    PICKED,
    LabelledPassage,
    label_record,
    parse_label,
    passage_id,
    read_labels,
    text_digest,
)
from insek.learn.policy import load_policy
from insek.project import Project
from insek.sheet import Vocabulary, unguard
from insek.store import json_line, write_atomic

_ISO = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """What holds for all rows of an import. `annotator` is for rows that name nobody; `now` the time of the labels."""

    annotator: str = ""
    reviewed: bool = False
    codebook: str = ""
    dry_run: bool = False
    now: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file. `faults` holds row numbers (1-based) and what is wrong; with any, nothing was stored."""

    source: Path
    faults: tuple[tuple[int, str], ...] = ()
    added: int = 0
    corrected: int = 0
    known: int = 0
    unlabelled: int = 0
    target: Path | None = None


def import_file(path: Path, project: Project, guideline: Guideline, settings: ImportSettings) -> Imported:
    """Import one file; see `Imported` for bad rows.

    Raises:
        UsageError: the project is the bundled one, which is never written to.
        MissingInputError: the file does not exist.
        InputError: the file as a whole cannot be read.
        OutputError: the label folder leads out of the project, or cannot be written.
    """
    if project.bundled:
        raise UsageError("Das mitgelieferte Projekt wird nicht verändert.",
                         "Mit `insek init ORDNER` ein eigenes anlegen und dort importieren.")  # fmt: skip
    policy = load_policy(project.guideline_folder, guideline)
    vocabulary = Vocabulary.of(guideline, policy.depth_names)
    rows = [_completed(row, settings) for row in read_rows(_bytes(path), path.name, vocabulary)]
    asked = [row for row in rows if row.entry.answer.given or row.faults]
    faults = sorted({fault for found in (_row_faults(asked), _repeated(asked)) for fault in found})
    if faults:
        return Imported(path, tuple(faults))
    now = settings.now or datetime.datetime.now(tz=datetime.UTC)
    batch = content_id([[r.entry.id, r.entry.annotator, r.entry.reviewed, r.entry.comment, _plain(r.entry.answer)]
                        for r in asked])  # fmt: skip
    lines = [_line(row, path, settings.codebook or policy.codebook, now, batch, guideline) for row in asked]
    return _store(path, lines, project, guideline, dry_run=settings.dry_run, unlabelled=len(rows) - len(asked))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingInputError(f"{path} gibt es nicht.", "Den Pfad prüfen.") from None
    except OSError as error:
        raise InputError(f"{path} kann nicht gelesen werden ({cause(error)}).", "Rechte prüfen.") from None


def _completed(row: Row, settings: ImportSettings) -> Row:
    """A row with the annotator of the import, and with the text that its digest belongs to."""
    entry = row.entry
    text = entry.text
    if entry.digest and text_digest(text) != entry.digest and text_digest(unguard(text)) == entry.digest:
        text = unguard(text)
    annotator = entry.annotator or settings.annotator
    return replace(row, entry=replace(entry, text=text, annotator=annotator,
                                      reviewed=entry.reviewed or settings.reviewed))  # fmt: skip


def _row_faults(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    for row in rows:
        entry = row.entry
        yield from ((row.number, fault) for fault in row.faults)
        if entry.answer.given and not entry.annotator:
            yield row.number, "es steht nicht dabei, von wem das Label ist (sonst mit --annotator angeben)"
        if not entry.text.strip():
            yield row.number, "der Text ist leer"
        elif entry.digest and text_digest(entry.text) != entry.digest:
            yield row.number, "der Text passt nicht zur Prüfsumme: er wurde nach dem Ausgeben verändert"
        if entry.kind not in KINDS:
            yield row.number, f"unbekannte Art „{entry.kind}“ (erlaubt: {', '.join(KINDS)})"
        if entry.picked not in ("", *PICKED):
            yield row.number, f"unbekannte Auswahl „{entry.picked}“ (erlaubt: {', '.join(PICKED)})"


def _repeated(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """Rows whose id stood above with another text, or by the same annotator with other labels."""
    first: dict[str, Row] = {}
    by_hand: dict[tuple[str, str], Row] = {}
    for row in rows:
        entry = row.entry
        known = first.setdefault(entry.id, row)
        same_hand = by_hand.setdefault((_identity(entry), entry.annotator), row)
        if entry.id and text_digest(known.entry.text) != text_digest(entry.text):
            yield row.number, f"dieselbe Kennung wie Zeile {known.number}, aber ein anderer Text"
        if same_hand.entry.answer != entry.answer:
            yield row.number, f"dieselbe Passage wie Zeile {same_hand.number}, aber mit anderen Labels"


def _identity(entry: Entry) -> str:
    return passage_id(_place(entry), entry.before, entry.text)


def _place(entry: Entry) -> str:
    """The municipality, or the document where it is unknown: what is never split between learning and testing."""
    return entry.municipality or entry.document


def _plain(answer: Answer) -> list[object]:
    return [answer.themes, answer.fields, answer.stage, answer.depth]


def _line(row: Row, path: Path, codebook: str, now: datetime.datetime, batch: str,
          guideline: Guideline) -> LabelledPassage:  # fmt: skip
    """A row as a line of the store, checked like any other line."""
    entry = row.entry
    themes, fields = entry.answer.themes, entry.answer.fields
    record = {
        "municipality": _place(entry) or path.stem,
        "size": "unknown",
        "kind": entry.kind,
        "before": entry.before,
        "text": entry.text,
        "themes": None if themes is None else list(themes),
        "fields": None if fields is None else list(fields),
        "stage": entry.answer.stage,
        "depth": entry.answer.depth,
        "annotator": entry.annotator,
        "reviewed": entry.reviewed,
        "at": _time(entry.at) or _utc(now),
        "codebook": codebook,
        "document": entry.document,
        "pages": entry.pages,
        "picked": entry.picked or None,
        "comment": entry.comment,
        "batch": batch,
    }
    return parse_label(record, f"{path.name}, Zeile {row.number}", guideline)


def _utc(time: datetime.datetime) -> str:
    return time.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _time(text: str) -> str:
    """A time of another program in the form of the store, or an empty text where it is none."""
    if not _ISO.match(text):
        return ""
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        return ""
    return _utc(time if time.tzinfo else time.replace(tzinfo=datetime.UTC))


def _store(path: Path, lines: Sequence[LabelledPassage], project: Project, guideline: Guideline,
           *, dry_run: bool, unlabelled: int) -> Imported:  # fmt: skip
    """Write the lines that are new; a file that was imported before, row for row, brings nothing again.

    A line that is older than what its annotator said since (other programs give their own times) is known, too.
    """
    folder = _folder(project)
    stored = read_labels(folder, guideline) if any(folder.glob("*.jsonl")) else []
    latest = {(line.id, line.annotator): line for line in sorted(stored, key=lambda line: line.at)}
    passages = {line.id: line for line in stored}
    repeated = any(label.batch == line.batch for line in lines[:1] for label in stored)
    fresh: dict[tuple[str, str], LabelledPassage] = {}
    for line in () if repeated else lines:
        known = latest.get((line.id, line.annotator))
        if known is None or (_says(known) != _says(line) and known.at < line.at):
            fresh[line.id, line.annotator] = _of_passage(line, passages.get(line.id))
    corrected = sum(key in latest for key in fresh)
    target = _free_name(folder, path) if fresh else None
    if target and not dry_run:
        write_atomic(target, "".join(json_line(label_record(line)) + "\n" for line in fresh.values()))
    return Imported(path, (), len(fresh) - corrected, corrected, len(lines) - len(fresh), unlabelled, target)


def _says(label: LabelledPassage) -> tuple[object, ...]:
    """What makes a line another one: a remark or a later day does not. Without a theme nobody asks for fields."""
    themes = None if label.themes is None else frozenset(label.themes)
    fields = None if label.fields is None or not themes else frozenset(label.fields)
    return themes, fields, label.stage, label.depth, label.reviewed


def _of_passage(line: LabelledPassage, known: LabelledPassage | None) -> LabelledPassage:
    """A line with what the store already knows of its passage and exchange files do not carry."""
    if known is None:
        return line
    return replace(line, size=known.size, state=known.state, kind=known.kind, series=known.series, faults=known.faults,
                   lookalike=known.lookalike and line.themes == ())  # fmt: skip


def _folder(project: Project) -> Path:
    folder = project.labels_folder
    if not folder.resolve().is_relative_to(project.root.resolve()):
        raise OutputError(f"{folder} führt aus dem Projekt hinaus.", "Den Verweis durch einen Ordner ersetzen.")
    return folder


def _free_name(folder: Path, path: Path) -> Path:
    """A new file in the folder, named after the imported one; never a name that is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:60] or "import"
    names: Iterator[str] = (stem if n == 1 else f"{stem}-{n}" for n in range(1, 100_000))
    return next(target for name in names if not (target := folder / f"{name}.jsonl").exists())
