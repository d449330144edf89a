# ruff: noqa: E501 - rows of tables and typst sources are easier to read on one line
"""What the authored table pages are made from.

A row is (titles that must be among its headings, {column head or label: text}). Cells without a head have the key "".
"""

from __future__ import annotations

from dataclasses import dataclass, field

Row = tuple[tuple[str, ...], dict[str, str]]


@dataclass(frozen=True)
class TablePage:
    """A page, or several, with one kind of table."""

    name: str
    body: str
    rows: list[Row]
    page: str = 'paper: "a4", margin: 2cm'
    head: str = ""
    passages: int | None = None
    """Number of passages of kind table row, where flooding is the point."""
    none: tuple[str, ...] = field(default=())
    """Texts that no passage but column heads may hold."""


def cells(rows: list[tuple[str, ...]]) -> str:
    """Rows as typst cells; `*` and other marks stay."""
    return ", ".join(f"[{c}]" for row in rows for c in row)


def entries(heads: tuple[str, ...], rows: list[tuple[str, ...]], *titles: str) -> list[Row]:
    """Expected rows of a plain table; empty cells are left out."""
    return [(titles, {h: c for h, c in zip(heads, row, strict=True) if c}) for row in rows]


PROSE = (
    "Die Stadt Ahlbronn hat die folgenden Vorhaben mit den Fachämtern, den freien Trägern und dem Beirat für Integration "
    "abgestimmt. Sie werden jährlich überprüft und dem Gemeinderat zur Kenntnis gegeben."
)
"""A paragraph beside a table."""
