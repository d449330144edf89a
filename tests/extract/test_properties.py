"""Laws of reading, over PDF pages that nobody would set: made by a writer of their own, so that they are quick."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insek.domain import Page
from insek.extract import ExtractSettings, as_text, read_document

from .handmade import handmade, text

OFF = ExtractSettings(ocr="off")
A4 = (595, 842)

WORD = st.text(alphabet="abcdeglmnorstuäöüßABDEGMS", min_size=2, max_size=12)
LINE = st.lists(WORD, min_size=1, max_size=8).map(" ".join)


@st.composite
def placed_lines(draw: st.DrawFn) -> list[tuple[str, int, int, int]]:
    """Lines with place and size: text, x, y, points; at most one line on a grid row of each column."""
    columns = draw(st.integers(1, 3))
    rows = draw(st.sets(st.tuples(st.integers(0, columns - 1), st.integers(0, 34)), max_size=40))
    return [
        (draw(LINE), 50 + column * (500 // columns), 790 - 22 * row, draw(st.sampled_from([7, 9, 10, 14])))
        for column, row in sorted(rows)
    ]


def clipped(lines: list[tuple[str, int, int, int]], columns_end: int = A4[0]) -> list[tuple[str, int, int, int]]:
    """Lines that end on the page: what is printed beyond its edge is no word of it."""
    return [(t, x, y, size) for t, x, y, size in lines if x + 0.9 * size * len(t) < columns_end]


def apart(lines: list[tuple[str, int, int, int]]) -> list[tuple[str, int, int, int]]:
    """Lines that do not run into another one of their row: there a word ends where nobody can tell."""
    kept: list[tuple[str, int, int, int]] = []
    for line in sorted(clipped(lines), key=lambda ln: (-ln[2], ln[1])):
        before = kept[-1] if kept and kept[-1][2] == line[2] else None
        if before is None or before[1] + 0.9 * before[3] * len(before[0]) < line[1]:
            kept.append(line)
    return kept


PAGES = st.lists(placed_lines().map(apart), min_size=1, max_size=4)


def letters(texts: list[str]) -> Counter[str]:
    return Counter(c for t in texts for c in t if c.isalnum())


def read(folder: Path, pages: list[list[tuple[str, int, int, int]]]) -> tuple[Page, ...]:
    plan = folder / "plan.pdf"
    plan.write_bytes(handmade([b"".join(text(t, x, y, size) for t, x, y, size in lines) for lines in pages], size=A4))
    first, second = read_document(plan, OFF), read_document(plan, OFF)
    assert first == second
    assert as_text(first).encode() == as_text(second).encode()
    return first.pages


@settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(pages=PAGES)
def test_laws_of_reading(tmp_path: Path, pages: list[list[tuple[str, int, int, int]]]) -> None:
    out = read(tmp_path, pages)
    assert [p.number for p in out] == list(range(1, len(pages) + 1))
    for page in out:
        texts = [*(b.text for b in page.blocks), *page.dropped]
        assert all(unicodedata.is_normalized("NFC", t) for t in texts)
        assert all(b.text.strip() for b in page.blocks)
        assert (page.width_pt, page.height_pt) == A4
    printed = letters([t for lines in pages for t, *_ in lines])
    # every letter that is printed stands in one block or in the list of what was dropped, and nothing else does
    assert letters([t for p in out for t in (*(b.text for b in p.blocks), *p.dropped)]) == printed


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(lines=placed_lines().map(apart), seed=st.randoms(use_true_random=False))
def test_order_in_the_file_makes_no_difference(
    tmp_path: Path, lines: list[tuple[str, int, int, int]], seed: object
) -> None:
    shuffled = lines.copy()
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert [b.text for b in read(tmp_path, [lines])[0].blocks] == [b.text for b in read(tmp_path, [shuffled])[0].blocks]


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(pages=st.lists(st.lists(LINE, min_size=1, max_size=12), min_size=1, max_size=5))
def test_laws_of_plain_text(tmp_path: Path, pages: list[list[str]]) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("\f".join("\n".join(lines) + "\n" for lines in pages), encoding="utf-8")
    out = read_document(plan).pages
    assert [p.number for p in out] == list(range(1, len(pages) + 1))
    assert read_document(plan).pages == out
    texts = [t for p in out for t in (*(b.text for b in p.blocks), *p.dropped)]
    assert letters(texts) == letters([t for lines in pages for t in lines])
    assert all(unicodedata.is_normalized("NFC", t) for t in texts)
