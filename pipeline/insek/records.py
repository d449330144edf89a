"""Tagged passages as JSON objects and back: the lines of `passages.jsonl` and of `insek tag`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from insek.domain import BlockKind, Decision, Passage, Region, Tag, TagKind


def passage_record(passage: Passage, decision: Decision) -> dict[str, Any]:
    """A tagged passage as one JSON object of `passages.jsonl`."""
    return {
        "id": passage.id,
        "pages": list(passage.pages),
        "kind": passage.kind.value,
        "heading_path": list(passage.heading_path),
        "text": passage.text,
        "position": round(passage.position, 5),
        "regions": [[r.page, *(round(v, 1) for v in r.bbox)] for r in passage.regions],
        **decision_record(decision),
    }


def decision_record(decision: Decision) -> dict[str, Any]:
    """A decision as JSON; ids as in the codebook, empty list or null where there is none."""
    return {
        "themes": list(decision.themes),
        "fields": list(decision.fields),
        "stage": decision.stage,
        "depth": decision.depth,
        "on_theme": decision.on_theme,
        "scores": {theme: round(value, 4) for theme, value in decision.scores.items()},
        "disputed": decision.disputed,
        "reasons": [_tag_record(tag) for tag in decision.reasons],
        "bundles": list(decision.bundles),
        "structures": list(decision.structures),
        "criteria": list(decision.criteria),
        "named": [_tag_record(tag) for tag in decision.named],
        **_near_record(decision),
    }


def _near_record(decision: Decision) -> dict[str, Any]:
    """What a passage without a theme comes near to; nothing for the many that come near to none."""
    record: dict[str, Any] = {}
    if decision.near_stage:
        record["near"] = {"fields": list(decision.near_fields), "stage": decision.near_stage}
    if decision.hints:
        record["hints"] = [_tag_record(tag) for tag in decision.hints]
    return record


def _tag_record(tag: Tag) -> dict[str, Any]:
    record: dict[str, Any] = {"source": tag.source, "kind": tag.kind.value, "value": tag.value}
    if tag.spans:
        record["span"] = list(tag.spans[0])
    if tag.words:
        record["text"] = ", ".join(tag.words)
        record["words"] = list(tag.words)
    if tag.score is not None:
        record["score"] = tag.score
    return record


def from_record(record: Mapping[str, Any], document_id: str) -> tuple[Passage, Decision]:
    """The passage and decision of one object of `passages.jsonl`; KeyError or ValueError where it is not one.

    Files of earlier versions have no `bundles`, `structures`, `criteria`, `named`; `near` and `hints` stand where there
    is something to say.
    """
    first, last = record["pages"]
    passage = Passage(
        id=str(record["id"]),
        document_id=document_id,
        pages=(int(first), int(last)),
        kind=BlockKind(record["kind"]),
        heading_path=tuple(record["heading_path"]),
        text=str(record["text"]),
        regions=tuple(Region(int(r[0]), (r[1], r[2], r[3], r[4])) for r in record["regions"]),
        position=float(record["position"]),
    )
    near = record.get("near") or {}
    decision = Decision(
        passage.id,
        tuple(record["themes"]),
        tuple(record["fields"]),
        record["stage"],
        record["depth"],
        bool(record["on_theme"]),
        dict(record["scores"]),
        _tags(record["reasons"], passage.id),
        bool(record["disputed"]),
        tuple(record.get("bundles", ())),
        tuple(record.get("structures", ())),
        tuple(record.get("criteria", ())),
        _tags(record.get("named", ()), passage.id),
        tuple(near.get("fields", ())),
        near.get("stage"),
        _tags(record.get("hints", ()), passage.id),
    )
    return passage, decision


def _tags(records: Iterable[Mapping[str, Any]], passage_id: str) -> tuple[Tag, ...]:
    return tuple(
        Tag(
            passage_id,
            TagKind(r["kind"]),
            r["value"],
            r["source"],
            r.get("score"),
            ((int(r["span"][0]), int(r["span"][1])),) if "span" in r else (),
            tuple(r.get("words", ())),
        )
        for r in records
    )
