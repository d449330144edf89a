"""The store of labels: append-only JSON lines under `corpus/labels/`; read, validate, give each its digest.

One line is one passage as one annotator labelled it. `themes: []` says that the passage was read and none applies;
`themes: null` says that nobody has looked. Nothing is ever changed in place: who thinks again adds a line with a later
`at`, which takes the place of that annotator's earlier one. Which of several annotators trains is decided in `settle`.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insek.domain import Label, Tag, TagKind, content_id
from insek.errors import ConfigError, MissingInputError
from insek.guideline import Guideline
from insek.learn.settle import settled
from insek.store import read_jsonl

SIZES = ("rural", "small", "medium", "large", "unknown")
KINDS = ("paragraph", "list_item", "table_row", "heading", "profile", "statistics", "minutes", "caption", "footnote")
MAX_FIELDS = 3
"""The codebook allows no more fields on one passage."""
PICKED = ("random", "uncertain", "disputed", "variety")
"""Why a passage was laid before a person; only the random ones are a sample (`queue`)."""


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A passage with the labels of one annotator. None means "not labelled", an empty tuple "none applies".

    `series` names what the passage was taken from or written with (a document, a series of one author); passages of one
    series are never split between learning and testing. Where it is not given, it is the municipality. `document` and
    `pages` (as shown to the annotator, "12" or "12–13") say where a passage of a real plan stands. `picked` is one of
    PICKED or empty, `batch` the digest of the import that brought the line.
    """

    id: str
    municipality: str
    size: str
    state: str
    kind: str
    before: str
    text: str
    themes: tuple[str, ...] | None
    fields: tuple[str, ...] | None
    stage: str | None
    depth: str | None
    faults: bool
    lookalike: bool
    annotator: str
    at: str
    codebook: str
    series: str
    source: str
    document: str = ""
    pages: str = ""
    reviewed: bool = False
    comment: str = ""
    picked: str = ""
    batch: str = ""

    @property
    def heading_path(self) -> tuple[str, ...]:
        """The headings above the passage, outermost first."""
        return tuple(part.strip() for part in self.before.split(" / ") if part.strip())

    @property
    def digest(self) -> str:
        """Digest of the text."""
        return text_digest(self.text)


def passage_id(municipality: str, before: str, text: str) -> str:
    """Content id of a labelled passage: the same passage has the same id in every file."""
    return content_id(municipality, before, " ".join(text.split()))


def text_digest(text: str) -> str:
    """Digest (16 hex digits) of what a reader sees: NFC, without control signs, any white space as one space.

    Spreadsheets change line ends and drop control signs; neither makes another text of it.
    """
    seen = unicodedata.normalize("NFC", " ".join(text.split()))
    kept = "".join(c for c in seen if unicodedata.category(c) != "Cc")
    return content_id("text", " ".join(kept.split()), length=16)


def load_labels(folder: Path, guideline: Guideline) -> list[LabelledPassage]:
    """The labels that count, one line a passage (see `settle`); ConfigError as in `read_labels`."""
    return settled(read_labels(folder, guideline))


def read_labels(folder: Path, guideline: Guideline) -> list[LabelledPassage]:
    """All lines of a folder in file order; ConfigError names file, line and remedy of the first bad one."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise MissingInputError(f"{folder} enthält keine Labels (*.jsonl).", "Labels anlegen oder den Pfad prüfen.")
    labels = [
        parse_label(record, f"{path}, Zeile {line}", guideline) for path in files for line, record in read_jsonl(path)
    ]
    seen: dict[tuple[str, str, str], str] = {}
    for label in labels:
        key = label.id, label.annotator, label.at
        if key in seen:
            raise ConfigError(f"{label.source}: dieselbe Passage steht schon in {seen[key]}.",
                              "Eine entfernen; eine Berichtigung braucht eine spätere Zeit unter `at`.")  # fmt: skip
        seen[key] = label.source
    return labels


def parse_label(record: dict[str, Any], where: str, guideline: Guideline) -> LabelledPassage:
    """One line of the store; ConfigError says what is wrong with it and where it stands."""
    texts = {key: _string(record, key, where) for key in ("municipality", "text", "annotator", "at", "codebook")}
    notes = {key: _note(record, key, where) for key in ("state", "before", "document", "pages", "comment", "batch")}
    themes = _choices(record, "themes", guideline.theme_ids, where)
    fields = _choices(record, "fields", guideline.field_ids, where)
    stage = _choice(record, "stage", guideline.stage_ids, where)
    depth = _choice(record, "depth", guideline.depth_ids, where)
    _check_time(texts["at"], where)
    if fields and len(fields) > MAX_FIELDS:
        raise ConfigError(f"{where}: mehr als {MAX_FIELDS} Felder.", "Die wichtigsten behalten.")
    if not themes and (fields or stage or depth):
        raise ConfigError(f"{where}: Feld, Schritt oder Tiefe ohne Thema.", "Ein Thema setzen oder die anderen leeren.")
    label = LabelledPassage(
        id=passage_id(texts["municipality"], notes["before"], texts["text"]),
        size=_choice(record, "size", SIZES, where) or "unknown",
        kind=_choice(record, "kind", KINDS, where) or "paragraph",
        themes=themes,
        fields=fields,
        stage=stage,
        depth=depth,
        faults=_flag(record, "faults", where),
        lookalike=_flag(record, "lookalike", where),
        series=str(record.get("series") or texts["municipality"]),
        source=where,
        reviewed=_flag(record, "reviewed", where),
        picked=_choice(record, "picked", PICKED, where) or "",
        **texts,
        **notes,
    )
    if record.get("id") not in (None, label.id) or record.get("text_digest") not in (None, label.digest):
        raise ConfigError(f"{where}: die Kennung passt nicht zum Text; der Text wurde verändert.",
                          "Die Passage als neue Zeile ohne `id` und `text_digest` anhängen.")  # fmt: skip
    return label


def label_record(label: LabelledPassage) -> dict[str, Any]:
    """A line of the store as JSON; the inverse of `parse_label`."""
    record: dict[str, Any] = {
        "id": label.id,
        "municipality": label.municipality,
        "size": label.size,
        "state": label.state,
        "kind": label.kind,
        "before": label.before,
        "text": label.text,
        "text_digest": label.digest,
        "themes": _listed(label.themes),
        "fields": _listed(label.fields),
        "stage": label.stage,
        "depth": label.depth,
        "faults": label.faults,
        "lookalike": label.lookalike,
        "annotator": label.annotator,
        "reviewed": label.reviewed,
        "at": label.at,
        "codebook": label.codebook,
        "series": label.series,
    }
    extras = {k: getattr(label, k) for k in ("document", "pages", "picked", "comment", "batch")}
    return record | {k: v for k, v in extras.items() if v}


def _listed(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)


def labels_of(passage: LabelledPassage, guideline: Guideline) -> Iterator[Label]:
    """The answers of a line one by one, negatives too; questions that nobody answered give nothing.

    Fields, stage and depth are asked of passages with a theme only.
    """
    chosen = {TagKind.THEME: (passage.themes, guideline.theme_ids)}
    if passage.themes:
        one_of = ((passage.stage, guideline.stage_ids), (passage.depth, guideline.depth_ids))
        chosen[TagKind.FIELD] = (passage.fields, guideline.field_ids)
        for kind, (value, ids) in zip((TagKind.STAGE, TagKind.DEPTH), one_of, strict=True):
            chosen[kind] = (None if value is None else (value,), ids)
    for kind, (given, ids) in chosen.items():
        for value in ids if given is not None else ():
            tag = Tag(passage.id, kind, value, f"human:{passage.annotator}")
            yield Label(tag, value in (given or ()), passage.at, passage.codebook, passage.digest, passage.reviewed)


def _string(record: dict[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where}: `{key}` fehlt oder ist leer.", "Ergänzen.")
    return value


def _note(record: dict[str, Any], key: str, where: str) -> str:
    value = record.get(key) or ""
    if not isinstance(value, str):
        raise ConfigError(f"{where}: `{key}` ist kein Text.", "In Anführungszeichen setzen.")
    return value


def _flag(record: dict[str, Any], key: str, where: str) -> bool:
    value = record.get(key)
    if not isinstance(value, bool | None):
        raise ConfigError(f"{where}: `{key}` ist „{value}“.", "Erlaubt: true, false (ohne Anführungszeichen).")
    return bool(value)


def _check_time(at: str, where: str) -> None:
    """The later of two lines counts, so both must say when."""
    try:
        datetime.datetime.fromisoformat(at)
    except ValueError:
        raise ConfigError(
            f"{where}: `at` ist „{at}“.", "Tag oder Zeit wie 2026-11-23 oder 2026-11-23T10:00:00Z."
        ) from None


def _choice(record: dict[str, Any], key: str, allowed: Iterable[str], where: str) -> str | None:
    value = record.get(key)
    if value is not None and value not in allowed:
        raise ConfigError(f"{where}: `{key}` ist „{value}“.", f"Erlaubt: {', '.join(allowed)}.")
    return value


def _choices(record: dict[str, Any], key: str, allowed: Iterable[str], where: str) -> tuple[str, ...] | None:
    values = record.get(key)
    if values is None:
        return None
    bad = [v for v in values if v not in allowed] if isinstance(values, list) else [values]
    if bad or len(set(values)) != len(values):
        raise ConfigError(f"{where}: `{key}` ist {values!r}.", f"Erlaubt: {', '.join(allowed)}, jede höchstens einmal.")
    return tuple(values)
