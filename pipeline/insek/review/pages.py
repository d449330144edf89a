"""What the pages of the desk show: plain values for the templates, and the template engine."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from insek.domain import CellState, TagKind
from insek.guideline import Guideline
from insek.learn.entries import Answer
from insek.learn.labels import LabelledPassage
from insek.report.palette import STATE_SIGNS
from insek.report.reasons import Reason, explain, names_of
from insek.report.safe import mark, visible
from insek.report.texts import texts
from insek.review.desk import Desk, Item
from insek.review.keys import keys_of
from insek.review.queues import Entry, QueueName
from insek.reviews import Review

HERE = Path(__file__).parent
_QUEUES = {
    "cell": ("Belege einer Zelle", "Was das Programm als Beleg gewertet hat, das Unsicherste zuerst."),
    "gap": ("Nicht gefunden", "Die Passagen, die einer leeren Zelle am nächsten kommen: Steht dort doch etwas?"),
    "teach": ("Am lehrreichsten", "Woraus das Programm am meisten lernt: Strittiges, Unsicheres, Neues, Zufälliges."),
    "uncertain": ("Unsicher", "Wo das Programm am wenigsten sicher ist, quer durch alle Felder."),
    "disputed": ("Regeln gegen Modell", "Wo Regeln und Modell einander widersprechen."),
    "audit": ("Stichprobe", "Zufällig gezogene Passagen. Nur hieraus lässt sich schließen, wie oft das Programm irrt."),
    "second": ("Zweite Person", "Was schon jemand anderes entschieden hat. So zeigt sich, wie einig man sich ist."),
    "check": ("Zweiter Blick", "Entscheidungen anderer prüfen. Danach gelten sie als geprüft und gehen allen vor."),
}  # fmt: skip
_STATES = {
    CellState.EVIDENCED: "belegt",
    CellState.MENTIONED: "erwähnt",
    CellState.NOT_FOUND: "nicht gefunden",
    CellState.NOT_READABLE: "nicht lesbar",
}
_ASKED = (TagKind.THEME, TagKind.FIELD, TagKind.STAGE, TagKind.DEPTH)
"""The questions of the codebook: what is reviewed here."""
_KINDS = {"theme": "Themen", "field": "Felder", "stage": "Schritt", "depth": "Tiefe"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of the form: question, id, name, key, whether it is chosen, and what the guideline says of it."""

    kind: str
    id: str
    label: str
    key: str
    chosen: bool
    about: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision as a line of text: who, which labels, when, and whether it was a second look."""

    who: str
    said: str
    at: str
    checked: bool
    comment: str


def queue_title(name: QueueName, desk: Desk) -> str:
    """What a queue is called: its kind and, for a cell, field and step."""
    names = {f.id: f.label for f in desk.guideline.fields} | {s.id: s.label for s in desk.guideline.stages}
    place = " / ".join(names[part] for part in (name.field, name.stage) if part)
    return f"{_QUEUES[name.kind][0]}: {place}" if place else _QUEUES[name.kind][0]


def queue_about(kind: str) -> tuple[str, str]:
    """Name of a kind of queue, and what it is for."""
    return _QUEUES[kind]


def answer_of(label: LabelledPassage) -> Answer:
    """The answers of a label."""
    return Answer(label.themes, label.fields, label.stage, label.depth)


def choices(desk: Desk, answer: Answer) -> dict[str, list[Choice]]:
    """Question -> buttons, in the order of the guideline."""
    guideline, names = desk.guideline, desk.policy.depth_names
    keys = keys_of(guideline, names)
    entries: dict[str, list[tuple[str, str, str]]] = {
        "theme": [(t.id, t.label, t.description) for t in guideline.themes],
        "field": [(f.id, f.label, f.description) for f in guideline.fields],
        "stage": [(s.id, s.label, s.expects) for s in guideline.stages],
        "depth": [(d, names.get(d, d), "") for d in guideline.depth_ids],
    }
    chosen = {"theme": answer.themes or (), "field": answer.fields or (), "stage": (answer.stage,),
              "depth": (answer.depth,)}  # fmt: skip
    return {
        kind: [Choice(kind, i, label, keys[kind, i], i in chosen[kind], about) for i, label, about in found]
        for kind, found in entries.items()
    }


def said(answer: Answer, guideline: Guideline, depth_names: Mapping[str, str]) -> str:
    """An answer in words."""
    if answer.themes is None:
        return "nicht entschieden"
    if not answer.themes:
        return "keines der Themen"
    names = {(TagKind.THEME, t.id): t.label for t in guideline.themes}
    names |= {(TagKind.FIELD, f.id): f.label for f in guideline.fields}
    names |= {(TagKind.STAGE, s.id): s.label for s in guideline.stages}
    parts = [
        ", ".join(names[TagKind.THEME, t] for t in answer.themes),
        ", ".join(names[TagKind.FIELD, f] for f in answer.fields or ()) or "kein Feld",
        names.get((TagKind.STAGE, answer.stage or ""), ""),
        depth_names.get(answer.depth or "", answer.depth or ""),
    ]
    return " · ".join(part for part in parts if part)


def shown(review: Review, desk: Desk) -> Shown:
    """A decision for a reader."""
    label = review.label
    told = "unsicher" if review.unsure else said(answer_of(label), desk.guideline, desk.policy.depth_names)
    return Shown(label.annotator, told, _local(label.at), label.reviewed, label.comment)


def _local(at: str) -> str:
    """A time of the label store on the clock of the reader; other programs' times as they are."""
    try:
        return datetime.datetime.fromisoformat(at).astimezone().strftime("%d.%m.%Y, %H:%M")
    except ValueError:
        return at


def suggestion(item: Item, desk: Desk) -> tuple[str, tuple[Reason, ...]]:
    """What the program says of a passage, and why."""
    decision, t = item.decision, texts("de")
    told = said(Answer(decision.themes, decision.fields, decision.stage, decision.depth), desk.guideline,
                desk.policy.depth_names)  # fmt: skip
    tags = [tag for tag in decision.reasons or decision.hints if tag.kind in _ASKED]
    return told, explain(tags, item.passage.text, names_of(desk.guideline, t), t)


def passage_text(item: Item, *, marks: bool) -> Markup:
    """The text with the words marked that led to the tags; without `marks` only the text."""
    tags = [t for t in (*item.decision.reasons, *item.decision.hints) if t.kind in _ASKED] if marks else []
    spans: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for tag in tags:
        spans[tag.kind is TagKind.THEME].extend(tag.spans)
    return mark(item.passage.text, spans[True], spans[False])


def why_here(entry: Entry, kind: str, item: Item, guideline: Guideline) -> str:
    """Why a passage was laid out, in words: why it does not fill the gap, or what it teaches; else empty."""
    if kind != "gap" or not entry.why:
        return entry.why
    t, decision = texts("de"), item.decision
    names = names_of(guideline, t)
    stage, fields = decision.stage or decision.near_stage or "", decision.fields or decision.near_fields
    return t(
        f"near_{entry.why}",
        chance=t.chance(max(decision.scores.values(), default=0.0)),
        themes=t.listed([t.label(theme) for theme in guideline.themes if theme.on_theme]),
        stage=names.get((TagKind.STAGE, stage), t("none")),
        fields=", ".join(names[TagKind.FIELD, f] for f in fields) or t("none"),
    )


@dataclass(frozen=True, slots=True)
class CellLink:
    """A cell of the matrix on the start page: sign and word of its state, number of passages, address of its queue."""

    sign: str
    state: str
    n: int
    query: str


def matrix(desk: Desk, slug: str) -> list[tuple[str, list[CellLink]]]:
    """Rows of the matrix of a plan: name of the field, its cells."""
    result = desk.library.plan(slug).result
    if result.coverage is None:
        return []
    near = {(g.field, g.stage): len(g.nearest) for g in result.coverage.gaps}
    rows = []
    for field in desk.guideline.fields:
        cells = []
        for stage in desk.guideline.stage_ids:
            cell = result.coverage.cell(field.id, stage)
            kind = "cell" if cell.n_evidence else "gap"
            n = cell.n_evidence or near.get((field.id, stage), 0)
            cells.append(
                CellLink(STATE_SIGNS[cell.state], _STATES[cell.state], n, QueueName(kind, slug, field.id, stage).query)
            )
        rows.append((field.label, cells))
    return rows


def _finalize(value: Any) -> Any:
    """Nothing hostile gets past unseen: direction marks and control signs are made visible before escaping."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
                       finalize=_finalize, trim_blocks=True, lstrip_blocks=True, auto_reload=False)  # fmt: skip


def render(template: str, **values: Any) -> str:
    """A page from a template."""
    return _environment().get_template(template).render(kinds=_KINDS, **values)


@cache
def style() -> str:
    """The style sheet: the design system of the reports and what the desk adds."""
    shared = HERE.parent / "report" / "templates" / "_style.css.j2"
    return shared.read_text("utf-8") + (HERE / "static" / "desk.css").read_text("utf-8")


@cache
def script() -> str:
    """The one script of the desk."""
    return (HERE / "static" / "desk.js").read_text("utf-8")


def codebook(paths: Iterable[Path]) -> Markup | None:
    """The codebook of the project as HTML, the first that is there; tags within it are shown as text."""
    from markdown_it import MarkdownIt

    path = next((p for p in paths if p.is_file()), None)
    if path is None:
        return None
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(path.read_text("utf-8")))
