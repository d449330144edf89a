"""Bookmarks and page names of a PDF, as far as they can be believed and within bounds."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

ENTRIES = 5_000
"""Bookmarks read of one file; the longest outline seen has 340."""
DEPTH = 12
"""Levels of bookmarks; below the sixth all headings are alike."""
_TITLE_BYTES = 500
"""Longer titles are whole paragraphs that a word processor took for headings."""


def read_outline(lib: Any, handle: Any) -> tuple[tuple[int, str, int], ...]:
    """Bookmarks that lead to a page, as level (1-based), title and page (1-based), in the order of the outline.

    An outline may be a ring or a hundred thousand entries long: each bookmark is visited once, `ENTRIES` in all.
    """
    entries = ((level, _title(lib, mark), _page(lib, handle, mark)) for level, mark in _marks(lib, handle))
    return tuple((level, title, page) for level, title, page in entries if title and page)


def _marks(lib: Any, handle: Any) -> Iterator[tuple[int, Any]]:
    """All bookmarks, depth first, with their level."""
    seen: set[int] = set()
    waiting = [(1, lib.FPDFBookmark_GetFirstChild(handle, None))]
    while waiting and len(seen) < ENTRIES:
        level, mark = waiting.pop()
        address = ctypes.cast(mark, ctypes.c_void_p).value
        if address is None or address in seen:
            continue
        seen.add(address)
        yield level, mark
        waiting.append((level, lib.FPDFBookmark_GetNextSibling(handle, mark)))
        if level < DEPTH:
            waiting.append((level + 1, lib.FPDFBookmark_GetFirstChild(handle, mark)))


def _title(lib: Any, mark: Any) -> str:
    size = lib.FPDFBookmark_GetTitle(mark, None, 0)
    if not 2 < size <= _TITLE_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(size)
    lib.FPDFBookmark_GetTitle(mark, buffer, size)
    return " ".join(_utf16(buffer, size).split())


def _page(lib: Any, handle: Any, mark: Any) -> int:
    """Page (1-based) that a bookmark leads to, 0 for none."""
    goal = lib.FPDFBookmark_GetDest(handle, mark)
    if not goal:
        action = lib.FPDFBookmark_GetAction(mark)
        goal = lib.FPDFAction_GetDest(handle, action) if action else None
    return int(lib.FPDFDest_GetDestPageIndex(handle, goal)) + 1 if goal else 0


def read_labels(lib: Any, handle: Any, count: int) -> tuple[str | None, ...]:
    """Names of the pages ("iv", "A-3") in file order; empty where the file has none, or only counts them."""
    labels = tuple(_label(lib, handle, i) for i in range(count))
    counted = all(label in (None, str(i)) for i, label in enumerate(labels, 1))
    return () if counted else labels


def _label(lib: Any, handle: Any, index: int) -> str | None:
    size = lib.FPDF_GetPageLabel(handle, index, None, 0)
    if not 2 < size <= 64:
        return None
    buffer = ctypes.create_string_buffer(size)
    lib.FPDF_GetPageLabel(handle, index, buffer, size)
    return _utf16(buffer, size).strip() or None


def _utf16(buffer: ctypes.Array[ctypes.c_char], size: int) -> str:
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
