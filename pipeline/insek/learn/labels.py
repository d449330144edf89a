"""Labelled passages: read, validate, compare. Negatives are labels too; "not labelled" is something else.

One line of `corpus/labels/*.jsonl` is one passage as one annotator labelled it. `themes: []` says that the passage was
read and none applies; `themes: null` says that nobody has looked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insek.domain import content_id
from insek.errors import ConfigError, MissingInputError
from insek.guideline import Guideline
from insek.store import read_jsonl

SIZES = ("rural", "small", "medium", "large")
KINDS = ("paragraph", "list_item", "table_row", "heading", "profile", "statistics", "minutes")
_MAX_FIELDS = 3
_SHINGLE = 4
_NEAR = 0.5
"""Share of common word quadruples from which two passages count as nearly the same."""


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A passage with the labels of one annotator. None means "not labelled", an empty tuple "none applies".

    `series` names what the passage was taken from or written with (a document, a series of one author); passages of one
    series are never split between learning and testing. Where it is not given, it is the municipality.
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

    @property
    def heading_path(self) -> tuple[str, ...]:
        """The headings above the passage, outermost first."""
        return tuple(part.strip() for part in self.before.split(" / ") if part.strip())


def passage_id(municipality: str, before: str, text: str) -> str:
    """Content id of a labelled passage: the same passage has the same id in every file."""
    return content_id(municipality, before, " ".join(text.split()))


def load_labels(folder: Path, guideline: Guideline) -> list[LabelledPassage]:
    """All labels of a folder in file order; ConfigError names file, line and remedy of the first bad one."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise MissingInputError(f"{folder} enthält keine Labels (*.jsonl).", "Labels anlegen oder den Pfad prüfen.")
    labels = [_parse(record, f"{path}, Zeile {line}", guideline) for path in files for line, record in read_jsonl(path)]
    seen: dict[tuple[str, str], str] = {}
    for label in labels:
        key = label.id, label.annotator
        if key in seen:
            raise ConfigError(f"{label.source}: dieselbe Passage steht schon in {seen[key]}.", "Eine entfernen.")
        seen[key] = label.source
    return labels


def _parse(record: dict[str, Any], where: str, guideline: Guideline) -> LabelledPassage:
    texts = {
        key: _string(record, key, where) for key in ("municipality", "text", "annotator", "at", "codebook", "state")
    }
    before = record.get("before") or ""
    if not isinstance(before, str):
        raise ConfigError(f"{where}: `before` ist kein Text.", "Überschriften durch „ / “ trennen.")
    themes = _choices(record, "themes", guideline.theme_ids, where)
    fields = _choices(record, "fields", guideline.field_ids, where)
    stage = _choice(record, "stage", guideline.stage_ids, where)
    depth = _choice(record, "depth", guideline.depth_ids, where)
    if fields and len(fields) > _MAX_FIELDS:
        raise ConfigError(f"{where}: mehr als {_MAX_FIELDS} Felder.", "Die wichtigsten behalten.")
    if not themes and (fields or stage or depth):
        raise ConfigError(f"{where}: Feld, Schritt oder Tiefe ohne Thema.", "Ein Thema setzen oder die anderen leeren.")
    label = LabelledPassage(
        id=passage_id(texts["municipality"], before, texts["text"]),
        size=_choice(record, "size", SIZES, where) or "medium",
        kind=_choice(record, "kind", KINDS, where) or "paragraph",
        before=before,
        themes=themes,
        fields=fields,
        stage=stage,
        depth=depth,
        faults=bool(record.get("faults")),
        lookalike=bool(record.get("lookalike")),
        series=str(record.get("series") or texts["municipality"]),
        source=where,
        **texts,
    )
    if record.get("id") not in (None, label.id):
        raise ConfigError(f"{where}: die Kennung passt nicht zum Text; der Text wurde verändert.",
                          "Die Passage als neue Zeile ohne `id` anhängen.")  # fmt: skip
    return label


def _string(record: dict[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where}: `{key}` fehlt oder ist leer.", "Ergänzen.")
    return value


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


def near_duplicates(labels: Iterable[LabelledPassage]) -> Iterator[tuple[LabelledPassage, LabelledPassage, float]]:
    """Pairs of passages that share half of their word quadruples, with the share (0-1, of the shorter one)."""
    shingles = [(label, _shingles(label.text)) for label in labels]
    owners: dict[int, list[int]] = defaultdict(list)
    for i, (_, found) in enumerate(shingles):
        common: dict[int, int] = defaultdict(int)
        for shingle in found:
            for j in owners[shingle]:
                common[j] += 1
            owners[shingle].append(i)
        for j, n in common.items():
            share = n / max(1, min(len(found), len(shingles[j][1])))
            if share >= _NEAR:
                yield shingles[j][0], shingles[i][0], share


def _shingles(text: str) -> set[int]:
    words = re.findall(r"\w+", text.lower())
    if len(words) <= _SHINGLE:
        return {hash(tuple(words))}
    return {hash(tuple(words[i : i + _SHINGLE])) for i in range(len(words) - _SHINGLE + 1)}
