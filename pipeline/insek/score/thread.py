"""The red thread: is a field carried from the first stage of the chain to the last. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from insek.domain import Cell, CellState, RedThread
from insek.guideline import Guideline
from insek.score.cells import Place


def threads(cells: Mapping[Place, Cell], guideline: Guideline) -> tuple[RedThread, ...]:
    """One thread per field; none at all where the guideline names no chain.

    A stage holds where it is evidenced: a mention carries nothing. Where a stage could not be read, nothing is said of
    it; the strength is then what holds at least.
    """
    return tuple(_thread(f, cells, guideline) for f in guideline.field_ids) if guideline.chain else ()


def _thread(field: str, cells: Mapping[Place, Cell], guideline: Guideline) -> RedThread:
    states = {stage: cells[field, stage].state for stage in guideline.chain}
    held = tuple(s for s, state in states.items() if state is CellState.EVIDENCED)
    broken = tuple(s for s, state in states.items() if state in (CellState.NOT_FOUND, CellState.MENTIONED))
    begun = guideline.chain.index(held[0]) if held else len(guideline.chain)
    after = (s for s in guideline.chain[begun:] if s in broken)
    known = held or broken
    return RedThread(field, held, broken, next(after, None), round(len(held) / len(states), 4) if known else None)
