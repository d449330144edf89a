"""Bookmarks and page names: what the file says about its own structure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdf
import pytest
from pypdf.constants import PageLabelStyle

from insek.domain import Block, BlockKind, Document
from insek.extract import read_document
from insek.extract.bookmarked import with_outline
from insek.extract.outline import ENTRIES

from .conftest import PROSE, Setter, prose
from .handmade import FREE, handmade, text


def bookmarked(plan: Path, target: Path, entries: list[tuple[int, str, int]]) -> Document:
    """The plan with an outline of levels, titles and pages (1-based), read."""
    writer = pypdf.PdfWriter(clone_from=plan)
    open_items: dict[int, Any] = {}
    for level, title, page in entries:
        open_items[level] = writer.add_outline_item(title=title, page_number=page - 1, parent=open_items.get(level - 1))
    writer.write(target)
    return read_document(target)


def headings(document: Document) -> list[tuple[int, str]]:
    return [(b.level, b.text) for p in document.pages for b in p.blocks if b.kind is BlockKind.HEADING]


def test_outline_beats_size_and_weight(set_plan: Setter, tmp_path: Path) -> None:
    large, small = "#text(size: 16pt)[*Wege in der Mitte*]", "#text(size: 12pt)[*Wohnen am Fluss*]"
    plain = "Treffpunkte der Vereine"
    plan = set_plan(f"{large}\n\n{prose(0, 3)}\n\n{small}\n\n{prose(3, 3)}\n\n{plain}\n\n{prose(6, 3)}")
    before = headings(read_document(plan))
    assert before == [(1, "Wege in der Mitte"), (2, "Wohnen am Fluss")]
    marks = [(1, "Wohnen am Fluss", 1), (2, "Wege in der Mitte", 1), (2, plain, 1)]
    assert headings(bookmarked(plan, tmp_path / "plan.pdf", marks)) == [
        (2, "Wege in der Mitte"),
        (1, "Wohnen am Fluss"),
        (2, "Treffpunkte der Vereine"),
    ]


def test_headings_without_bookmark_go_with_those_of_their_size(set_plan: Setter, tmp_path: Path) -> None:
    def head(words: str) -> str:
        return f"#text(size: 14pt)[*{words}*]\n\n"

    plan = set_plan(
        head("Wege") + prose(0, 2) + "\n\n" + head("Wohnen") + prose(2, 2) + "\n\n" + head("Grün") + prose(4)
    )
    marks = [(1, "Teil A", 1), (2, "Teil A.1", 1), (3, "Wege", 1), (3, "Wohnen", 1)]
    assert headings(bookmarked(plan, tmp_path / "plan.pdf", marks)) == [(3, "Wege"), (3, "Wohnen"), (3, "Grün")]


def test_slides_bookmarked_by_number_say_nothing(set_plan: Setter, tmp_path: Path) -> None:
    plan = set_plan("#text(size: 16pt)[Wege in der Mitte]\n\n" + prose(0, 4))
    document = bookmarked(plan, tmp_path / "plan.pdf", [(1, "Folie 1", 1), (2, PROSE[1], 1)])
    assert headings(document) == [(1, "Wege in der Mitte")]


def block(words: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Block:
    return Block(kind, words, (0.0, 0.0, 100.0, 20.0))


def test_a_heading_in_two_blocks_and_one_run_into_its_paragraph() -> None:
    page = [
        block("3.2 Wohnen"),
        block("am Fluss"),
        block("Orte der Begegnung Die Stadt sucht Räume."),
        block("Wege und Orte sind kurz."),
        block("Abb. 3: Wege", BlockKind.CAPTION),
    ]
    outline = [(2, "Wohnen am Fluss", 1), (3, "Orte der Begegnung", 1), (1, "Wege", 1), (1, "Wege und Orte", 1)]
    out = with_outline([page], outline)[0]
    assert [(b.kind, b.level, b.text) for b in out] == [
        (BlockKind.HEADING, 2, "3.2 Wohnen am Fluss"),
        (BlockKind.HEADING, 3, "Orte der Begegnung"),
        (BlockKind.PARAGRAPH, 0, "Die Stadt sucht Räume."),
        (BlockKind.PARAGRAPH, 0, "Wege und Orte sind kurz."),
        (BlockKind.CAPTION, 0, "Abb. 3: Wege"),
    ]


def test_contents_are_not_the_goal_of_bookmarks(set_plan: Setter, tmp_path: Path) -> None:
    contents = "= Inhalt\nWohnen am Fluss #box(width: 3cm, repeat[.]) 2\n\n#pagebreak()\n"
    plan = set_plan(contents + "#text(size: 14pt)[Wohnen am Fluss]\n\n" + prose(0, 4))
    document = bookmarked(plan, tmp_path / "plan.pdf", [(1, "Wohnen am Fluss", 2)])
    assert all(b.kind is BlockKind.APPARATUS for b in document.pages[0].blocks)
    assert headings(document) == [(1, "Wohnen am Fluss")]


PAGE = text("Wohnen am Fluss", y=760, size=16) + text("Die Stadt hat viele Wege und Orte für alle.", y=700)


def outlined(tmp_path: Path, items: list[bytes]) -> Document:
    """A plan of one page whose outline are these objects, numbered from `FREE` + 1; the page has the number 9999."""
    root = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (FREE + 1, FREE + len(items), len(items))
    data = handmade([PAGE], extra=[root, *items], catalogue=b"/Outlines %d 0 R" % FREE)
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(data.replace(b"9999 0 R", b"%04d 0 R" % (FREE + 1 + len(items))))
    return read_document(plan)


@pytest.mark.parametrize("link", [b"/Next 5 0 R", b"/First 5 0 R", b"/First 4 0 R", b"/Next 5 0 R/First 5 0 R"])
def test_an_outline_in_a_ring_comes_to_its_end(tmp_path: Path, link: bytes) -> None:
    item = b"<</Title(Wohnen am Fluss)/Parent 4 0 R/Dest[9999 0 R/Fit]%s>>" % link
    assert headings(outlined(tmp_path, [item])) == [(1, "Wohnen am Fluss")]


def test_an_endless_outline_is_cut(tmp_path: Path) -> None:
    count = 100_000
    items = [
        b"<</Title(Folie %d)/Parent 4 0 R/Dest[9999 0 R/Fit]/Next %d 0 R>>" % (i, FREE + 2 + i) for i in range(count)
    ]
    items[-1] = b"<</Title(Ende)/Parent 4 0 R>>"
    assert count > ENTRIES
    # the page has a number of six digits here, which no bookmark knows
    assert headings(outlined(tmp_path, items)) == [(1, "Wohnen am Fluss")]


@pytest.mark.parametrize(
    "goal", [b"", b"/Dest(unbekannt)", b"/Dest[77 0 R/Fit]", b"/Dest null", b"/A<</S/URI/URI(x)>>"]
)
def test_bookmarks_that_lead_nowhere(tmp_path: Path, goal: bytes) -> None:
    item = b"<</Title(Die Stadt hat viele Wege)/Parent 4 0 R%s>>" % goal
    assert headings(outlined(tmp_path, [item])) == [(1, "Wohnen am Fluss")]


def test_bookmarks_by_action(tmp_path: Path) -> None:
    item = b"<</Title(Wohnen am Fluss)/Parent 4 0 R/A<</S/GoTo/D[9999 0 R/Fit]>>>>"
    assert headings(outlined(tmp_path, [item])) == [(1, "Wohnen am Fluss")]


def labelled(plan: Path, target: Path) -> list[str | None]:
    writer = pypdf.PdfWriter(clone_from=plan)
    writer.set_page_label(0, 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(2, len(writer.pages) - 1, style=PageLabelStyle.DECIMAL)
    writer.write(target)
    return [p.label for p in read_document(target).pages]


def test_page_names_of_the_file(set_plan: Setter, tmp_path: Path) -> None:
    pages = "\n#pagebreak()\n".join(prose(i, 2) for i in range(5))
    assert labelled(set_plan(pages), tmp_path / "plan.pdf") == ["i", "ii", "1", "2", "3"]


def test_printed_numbers_go_before_page_names(set_plan: Setter, tmp_path: Path) -> None:
    pages = "\n#pagebreak()\n".join(prose(i, 2) for i in range(5))
    counted = set_plan(pages, page='paper: "a4", numbering: "1"')
    assert labelled(counted, tmp_path / "plan.pdf") == ["1", "2", "3", "4", "5"]


def test_page_names_fill_what_is_not_printed(set_plan: Setter, tmp_path: Path) -> None:
    first = "#set page(numbering: none)\n" + prose(0, 2) + "\n#pagebreak()\n" + prose(1, 2)
    rest = '\n#set page(numbering: "1")\n#counter(page).update(1)\n' + "\n#pagebreak()\n".join(
        prose(i, 2) for i in range(2, 6)
    )
    assert labelled(set_plan(first + rest), tmp_path / "plan.pdf") == ["i", "ii", "1", "2", "3", "4"]
