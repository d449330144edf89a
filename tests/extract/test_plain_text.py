"""Plain text and Markdown plans."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.mark.parametrize("mark", ["\uf0a7", "\x84", "\x84\x84", "\uf020\uf06e", "•", "▪"])
@pytest.mark.parametrize("between", [" ", "\n", "\n \n"])
def test_marks_of_symbol_fonts_begin_list_items(tmp_path: Path, mark: str, between: str) -> None:
    text = f"Die Umfrage fragt nach:\n\t{mark}{between}Wegen in der Stadt,\n\t{mark}{between}Orten für Kinder.\n"
    blocks = read(tmp_path, text).pages[0].blocks
    assert [b.kind for b in blocks] == [BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.LIST_ITEM]
    assert [b.text[2:] for b in blocks[1:]] == ["Wegen in der Stadt,", "Orten für Kinder."]
    assert {b.text[:2] for b in blocks[1:]} == {f"{mark if mark in '•▪' else '•'} "}


def test_boxes_within_a_line_are_no_letters(tmp_path: Path) -> None:
    assert read(tmp_path, "Wohnen Sie hier? \uf063 Ja \uf063 Nein, bisher nicht.").pages[0].text == (
        "Wohnen Sie hier? Ja Nein, bisher nicht."
    )


def test_lines_of_fonts_without_letters_are_dropped_and_kept_in_sight(tmp_path: Path) -> None:
    page = read(
        tmp_path, "Die Wege in der Stadt sind kurz.\n5:\x1051\x019A8@57A8@A>1881\nDer Rat hat zugestimmt.\n"
    ).pages[0]
    assert page.text == "Die Wege in der Stadt sind kurz. Der Rat hat zugestimmt."
    assert page.dropped == ("5:\ufffd51\ufffd9A8@57A8@A>1881",)


def test_repair_is_the_same_as_for_pdf(tmp_path: Path) -> None:
    text = (
        "Die Beteiligung der Bürger und Bürgerinnen prägt die Ortsmitte seit vie\u00adlen Jahren. Die Stadt\n"
        "bietet Bildungs-\nund Integrationsangebote an, und die Betei-\nligung wa\u0308chst.\n"
        "Die Beteili gung kostet wenig,\n"
        "der Bauﬂächenplan zeigt 20 m² je Ort nach § 5.\n"
    )
    found = read(tmp_path, text).pages[0].text
    assert "seit vielen Jahren" in found
    assert "Bildungs- und Integrationsangebote" in found
    assert "die Beteiligung wächst" in found
    assert "Die Beteiligung kostet" in found
    assert "Bauflächenplan zeigt 20 m² je Ort nach § 5." in found
