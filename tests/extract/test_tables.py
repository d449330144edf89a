"""Tables: cells that are right in passages, over all authored table pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from insek.domain import BlockKind, Passage
from insek.extract import read_document
from insek.segment import segment

from .conftest import Setter
from .table_pages import NO_TABLES, PAGES, Row, TablePage

LEAST_SHARE = 0.95


def passages(plan: Path) -> list[Passage]:
    return list(segment(read_document(plan)))


def plan_of(set_plan: Setter, page: TablePage) -> Path:
    return set_plan(page.body, page=page.page, head=page.head + "\n#set par(justify: false)")


def said(head: str, text: str) -> str:
    return f"{head}: {text}" if head else text


def cells_of(passage: Passage) -> list[str]:
    return passage.text.split("; ")


def right_cells(row: Row, found: list[Passage]) -> tuple[int, list[str]]:
    """Cells of a row that one passage under its titles says, and the missing ones."""
    titles, cells = row
    wanted = [said(head, text) for head, text in cells.items()]
    best: list[str] = []
    for passage in found:
        if all(t in passage.heading_path for t in titles):
            hits = [w for w in wanted if w in cells_of(passage)]
            best = max(best, hits, key=len)
    return len(best), [w for w in wanted if w not in best]


def count(page: TablePage, found: list[Passage]) -> tuple[int, int, list[str]]:
    """Right cells, all cells (wrong ones in passages of the table included), and what is missing or wrong."""
    rows = [p for p in found if p.kind is BlockKind.TABLE_ROW]
    right, missing = 0, []
    for row in page.rows:
        hits, gone = right_cells(row, rows)
        right += hits
        missing += [f"- {g}" for g in gone]
    wanted = {said(h, t) for _, cells in page.rows for h, t in cells.items()}
    wrong = [f"+ {c}" for p in rows for c in cells_of(p) if c not in wanted] if page.rows else []
    return right, right + max(len(missing), len(wrong)), [*missing, *wrong]


def test_cells_of_all_table_pages(set_plan: Setter, capsys: pytest.CaptureFixture[str]) -> None:
    right = total = 0
    lines = []
    for page in PAGES:
        hits, every, misses = count(page, passages(plan_of(set_plan, page)))
        right, total = right + hits, total + every
        lines += [f"{page.name:<42}{hits:>4} of {every:>4}", *(f"    {m}" for m in misses[:12])]
    with capsys.disabled():
        if right < total:
            print("\n" + "\n".join(lines))
    assert total > 300
    assert right >= LEAST_SHARE * total, "\n".join(lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_each_table_page_is_read(set_plan: Setter, page: TablePage) -> None:
    found = passages(plan_of(set_plan, page))
    right, total, misses = count(page, found)
    assert right >= 0.9 * total, "\n".join(misses)
    if page.passages is not None:
        assert sum(p.kind is BlockKind.TABLE_ROW for p in found) == page.passages


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table(set_plan: Setter, name: str) -> None:
    document = read_document(set_plan(NO_TABLES[name]))
    assert [b.text for p in document.pages for b in p.blocks if b.kind is BlockKind.TABLE_ROW] == []
