"""A labelled passage as it stands in a review sheet, for the tests of all formats."""

from __future__ import annotations

from insek.learn.entries import Answer, Entry
from insek.learn.labels import text_digest

TEXT = "=Ziel 3: Die Stadt Ahlenrode berät Geflüchtete;\n„mehrsprachig“, ab 2026."


def entry(text=TEXT, **changes):
    base = Entry("4e1200000000", text, text_digest(text), "ahlenrode.pdf", "Ahlenrode", "3–4", "list_item",
                 "2 Ziele / 2.1 Ankommen", Answer(("migration",), ("social", "culture"), "goals", "substance"),
                 Answer(("migration", "integration"), ("social",), "goals", "substance"), "random", "zufällig gezogen",
                 "anna", False, "")  # fmt: skip
    return Entry(**{f: changes.get(f, getattr(base, f)) for f in base.__dataclass_fields__})
