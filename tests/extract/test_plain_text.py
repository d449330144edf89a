"""Plain text and Markdown plans."""

from __future__ import annotations

from pathlib import Path

from insek.domain import BlockKind, Document
from insek.extract import read_document


def read(tmp_path: Path, text: str, name: str = "plan.txt") -> Document:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def test_running_lines_and_page_numbers_are_dropped(tmp_path: Path) -> None:
    pages = [
        f"Stadt Lindental – Rahmenplan\nAbsatz Nummer {w} über das Wohnen.\n{n}\n"
        for n, w in enumerate(["eins", "zwei", "drei", "vier"], 3)
    ]
    document = read(tmp_path, "\f".join(pages))
    assert [p.text for p in document.pages] == [
        f"Absatz Nummer {w} über das Wohnen." for w in ["eins", "zwei", "drei", "vier"]
    ]
    assert [p.label for p in document.pages] == ["3", "4", "5", "6"]
    assert document.pages[0].dropped == ("Stadt Lindental – Rahmenplan", "3")


def test_lines_become_paragraphs_items_and_headings(tmp_path: Path) -> None:
    text = (
        "2.1 Wohnen im Alter\n"
        "Die Stadt unterstützt gemeinschaftliche Wohn-\n"
        "formen und berät Haushalte, die sich verändern\n"
        "wollen oder müssen.\n"
        "• Beratung im Rathaus\n"
        "• Börse für den Tausch von Wohnungen, die jede Wo-\n"
        "che erscheint\n"
    )
    blocks = read(tmp_path, text).pages[0].blocks
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.HEADING, "2.1 Wohnen im Alter"),
        (
            BlockKind.PARAGRAPH,
            "Die Stadt unterstützt gemeinschaftliche Wohnformen und berät Haushalte, "
            "die sich verändern wollen oder müssen.",
        ),
        (BlockKind.LIST_ITEM, "• Beratung im Rathaus"),
        (BlockKind.LIST_ITEM, "• Börse für den Tausch von Wohnungen, die jede Woche erscheint"),
    ]
    assert blocks[0].level == 2


def test_markdown_headings(tmp_path: Path) -> None:
    blocks = read(tmp_path, "# Konzept\n\n## Ziele\nMehr Grün in der Mitte.\n", "plan.md").pages[0].blocks
    assert [(b.kind, b.level, b.text) for b in blocks] == [
        (BlockKind.HEADING, 1, "Konzept"),
        (BlockKind.HEADING, 2, "Ziele"),
        (BlockKind.PARAGRAPH, 0, "Mehr Grün in der Mitte."),
    ]


def test_old_encodings(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        path.write_bytes("Grünflächen für alle Bürger.".encode(encoding))
        assert read_document(path).pages[0].text == "Grünflächen für alle Bürger."
