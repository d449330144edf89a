"""What another model would change: cells of plans that turn, with the passages that cause it, before it goes live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from insek.domain import Cell, CellState, Coverage, Decision, Passage
from insek.errors import InsekError
from insek.extract import ExtractSettings
from insek.guideline import Guideline
from insek.project import Project
from insek.run import Engine, Reading, analyse, load_engine, read
from insek.score import counts_for_guideline

_SHOWN = 5
"""Passages shown per cell; more would not be read."""


@dataclass(frozen=True)
class Cause:
    """A passage that counts in a cell under one model only; `gained` where it is the second."""

    page: int
    text: str
    gained: bool
    score: float


@dataclass(frozen=True)
class CellChange:
    """A cell whose state, or whose score by more than `MOVED`, differs between the models (scores 0-1 or None)."""

    field: str
    stage: str
    before: CellState
    after: CellState
    score_before: float | None
    score_after: float | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class PlanChange:
    """What changes in one plan: index under both models (0-100 or None) and the cells; `error` for an unread file."""

    source: str
    index_before: float | None
    index_after: float | None
    cells: tuple[CellChange, ...]
    passages: int
    error: str = ""


MOVED = 0.25
"""A change of a cell's score that a reader would notice in the report even if the state stays."""


def compare_models(project: Project, one: str, two: str, plans: Sequence[Path], settings: ExtractSettings | None = None,
                   progress: Callable[[str], None] = lambda _: None) -> Iterator[PlanChange]:  # fmt: skip
    """Read each plan once, tag and score it with both models, and tell what differs.

    Raises:
        ConfigError, ModelError: rules or one of the models are not valid.
    """
    engines = load_engine(project, "both", one), load_engine(project, "both", two)
    for path in plans:
        progress(path.name)
        try:
            reading = read(path, settings)
        except InsekError as error:
            yield PlanChange(path.name, None, None, (), 0, error.what)
            continue
        yield _changes(reading, engines, path.name)


def _changes(reading: Reading, engines: tuple[Engine, Engine], name: str) -> PlanChange:
    before, after = (analyse(reading, "plan", engine) for engine in engines)
    if before.coverage is None or after.coverage is None:
        return PlanChange(name, None, None, (), 0)
    pairs = [_Pair(p, one, two) for (p, one), (_, two) in zip(before.passages, after.passages, strict=True)]
    cells = tuple(_changed_cells(before.coverage, after.coverage, pairs, engines[0].guideline))
    turned = sum(_labels(pair.before) != _labels(pair.after) for pair in pairs)
    return PlanChange(name, before.coverage.index, after.coverage.index, cells, turned)


@dataclass(frozen=True)
class _Pair:
    """A passage with what both models say of it."""

    passage: Passage
    before: Decision
    after: Decision


def _labels(decision: Decision) -> tuple[object, ...]:
    return decision.themes, decision.fields, decision.stage, decision.depth


def _changed_cells(before: Coverage, after: Coverage, pairs: Sequence[_Pair],
                   guideline: Guideline) -> Iterator[CellChange]:  # fmt: skip
    for one, two in zip(before.cells, after.cells, strict=True):
        if one.state is two.state and abs((one.score or 0.0) - (two.score or 0.0)) < MOVED:
            continue
        causes = sorted(_causes(one, pairs, guideline), key=lambda c: (-c.score, c.page, c.text))
        yield CellChange(one.field, one.stage, one.state, two.state, one.score, two.score, tuple(causes[:_SHOWN]))


def _causes(cell: Cell, pairs: Sequence[_Pair], guideline: Guideline) -> Iterator[Cause]:
    """Passages that only one of the models counts in the cell, or that the second counts with another depth."""
    for pair in pairs:
        old, new = (_depth_in(cell, pair.passage, d, guideline) for d in (pair.before, pair.after))
        if old != new:
            decision = pair.after if new else pair.before
            score = max((decision.scores.get(t, 0.0) for t in decision.themes), default=0.0)
            yield Cause(pair.passage.pages[0], pair.passage.text, new is not None, round(score, 4))


def _depth_in(cell: Cell, passage: Passage, decision: Decision, guideline: Guideline) -> str | None:
    """How deep a passage counts in a cell, None where it does not."""
    inside = decision.stage == cell.stage and cell.field in decision.fields
    return decision.depth if inside and counts_for_guideline(passage, decision, guideline) else None
