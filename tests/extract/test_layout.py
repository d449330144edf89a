"""Reading order, running lines, headings and tables on plans set for the purpose."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pypdf
import pytest

from insek.domain import Block, BlockKind, Document
from insek.extract import read_document

from .conftest import PROSE, Setter, prose


def flat(document: Document) -> str:
    return " ".join(b.text for p in document.pages for b in p.blocks)


def blocks(document: Document) -> list[Block]:
    return [b for p in document.pages for b in p.blocks]


def in_order(text: str, *parts: str) -> bool:
    at = -1
    for part in parts:
        found = text.find(part, at + 1)
        if found <= at:
            return False
        at = found
    return True


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_columns_are_read_one_after_the_other(set_plan: Setter, columns: int) -> None:
    size = "8pt" if columns == 4 else "10pt"
    document = read_document(
        set_plan(f"#set text(size: {size})\n" + prose(count=24), page=f'paper: "a4", columns: {columns}')
    )
    text = flat(document)
    for sentence in PROSE:
        assert text.count(sentence) == 3


def test_columns_out_of_step_are_kept_apart(set_plan: Setter) -> None:
    body = "#columns(2)[\n" + prose(0, 6) + "\n#colbreak()\n#v(4.3pt)\n" + prose(2, 6) + "\n]"
    text = flat(read_document(set_plan(body)))
    assert in_order(text, *PROSE[:6], PROSE[2], PROSE[6])


def test_a_heading_over_both_columns_parts_them(set_plan: Setter) -> None:
    body = (
        "= Ausgangslage der Stadt und Aufgabe dieses Konzepts\n#columns(2)[" + prose(0, 4) + "]\n"
        "= Ziele und Leitlinien für die nächsten fünfzehn Jahre\n#columns(2)[" + prose(4, 4) + "]"
    )
    text = flat(read_document(set_plan(body)))
    assert in_order(text, "Ausgangslage", *PROSE[:4], "Ziele und Leitlinien", *PROSE[4:])


def test_a_short_heading_over_both_columns_parts_them_too(set_plan: Setter) -> None:
    body = "= Lage\n#columns(2)[" + prose(0, 4) + "]\n#v(8pt)\n= Ziele\n#columns(2)[" + prose(4, 4) + "]"
    text = flat(read_document(set_plan(body)))
    assert in_order(text, "Lage", *PROSE[:4], "Ziele", *PROSE[4:])


def test_a_box_inside_a_column_stays_in_its_place(set_plan: Setter) -> None:
    box = "#rect(inset: 8pt, fill: luma(230))[*Gut zu wissen* \\\n Das Bürgerbüro hilft beim Ausfüllen aller Anträge.]"
    body = "#columns(2)[" + prose(0, 3) + f"\n\n{box}\n\n" + prose(3, 3) + "\n#colbreak()\n" + prose(6, 4) + "]"
    text = flat(read_document(set_plan(body)))
    assert in_order(text, PROSE[2], "Gut zu wissen", "Anträge.", PROSE[3], PROSE[6])


def test_a_box_over_both_columns_is_read_between_them(set_plan: Setter) -> None:
    box = (
        "#rect(inset: 8pt, width: 100%)[Der Beirat tagt viermal im Jahr öffentlich und berichtet dem Rat über "
        "den Stand aller Vorhaben in den Stadtteilen.]"
    )
    body = "#columns(2)[" + prose(0, 4) + f"]\n{box}\n#columns(2)[" + prose(4, 4) + "]"
    text = flat(read_document(set_plan(body)))
    assert in_order(text, *PROSE[:4], "Der Beirat tagt", *PROSE[4:])


def test_three_columns_on_a_landscape_page(set_plan: Setter) -> None:
    document = read_document(set_plan(prose(count=16), page='paper: "a4", flipped: true, columns: 3'))
    assert flat(document).count(PROSE[3]) == 2
    assert document.pages[0].width_pt > document.pages[0].height_pt


def test_margin_headings_stand_before_their_paragraphs(set_plan: Setter) -> None:
    rows = ", ".join(
        f"[*{title}*], [{PROSE[i]} {PROSE[i + 1]}]" for i, title in enumerate(["Anlass", "Verfahren", "Ergebnis"])
    )
    body = f"#grid(columns: (3cm, 1fr), column-gutter: 8mm, row-gutter: 14pt, {rows})"
    text = flat(read_document(set_plan(body)))
    assert in_order(text, "Anlass", PROSE[0], "Verfahren", PROSE[1], "Ergebnis", PROSE[2])


def test_file_order_does_not_matter(set_plan: Setter) -> None:
    lines = [f"Zeile {i} der {'linken' if i < 20 else 'rechten'} Spalte spricht vom Stadtteil" for i in range(40)]
    placed = [
        f"#place(top + left, dx: {0 if i < 20 else 9}cm, dy: {16 * (i % 20)}pt)[{line}]" for i, line in enumerate(lines)
    ]
    random.Random(4).shuffle(placed)
    text = flat(read_document(set_plan("\n".join(placed))))
    assert in_order(text, *lines)


def test_a_turned_page_reads_like_an_upright_one(set_plan: Setter, tmp_path: Path) -> None:
    plain = set_plan(prose(count=6))
    for turn in (90, 180, 270):
        writer = pypdf.PdfWriter(clone_from=plain)
        writer.pages[0].rotate(turn)
        turned = tmp_path / f"turned{turn}.pdf"
        writer.write(turned)
        page = read_document(turned).pages[0]
        words = re.findall(r"\w+", page.text)
        assert sorted(words) == sorted(re.findall(r"\w+", read_document(plain).pages[0].text))


def test_rotated_words_are_kept_and_do_not_disturb(set_plan: Setter) -> None:
    body = "#place(left + horizon, dx: -1.5cm)[#rotate(-90deg, reflow: true)[Karte des Stadtteils]]\n" + prose(0, 8)
    text = flat(read_document(set_plan(body)))
    assert in_order(text, *PROSE)
    assert "Karte des Stadtteils" in text


HEADED = """
  header: context if calc.odd(counter(page).get().first()) [Stadtentwicklung Lindental #h(1fr) Kapitel Wohnen]
  else [#text(size: 8pt)[Beschlussfassung vom Mai]], footer: align(center, context counter(page).display("1"))
"""


def test_running_lines_are_dropped_and_named(set_plan: Setter) -> None:
    document = read_document(
        set_plan("\n#pagebreak()\n".join(prose(i, 5) for i in range(8)), page='paper: "a4",' + HEADED)
    )
    text = flat(document)
    assert "Kapitel Wohnen" not in text
    assert "Beschlussfassung" not in text
    assert [p.label for p in document.pages] == [str(n) for n in range(1, 9)]
    assert "Stadtentwicklung Lindental" in document.pages[0].dropped
    assert "Beschlussfassung vom Mai" in document.pages[1].dropped


def test_running_lines_of_a_short_document(set_plan: Setter) -> None:
    page = (
        'paper: "a4", header: [Gemeinde Lindental – Leitbild], footer: context [Seite #counter(page).display() von 2]'
    )
    document = read_document(set_plan(prose(0, 5) + "\n#pagebreak()\n" + prose(5, 5), page=page))
    assert "Leitbild" not in flat(document)
    assert [p.label for p in document.pages] == ["1", "2"]


def test_changing_chapter_titles_in_the_head_are_running_lines(set_plan: Setter) -> None:
    title = '#("Wohnen", "Verkehr", "Umwelt").at(calc.quo(counter(page).get().first() - 1, 4))'
    page = f'paper: "a4", header: context [#h(1fr) {title}]'
    document = read_document(set_plan("\n#pagebreak()\n".join(prose(i, 6) for i in range(12)), page=page))
    assert not {"Wohnen", "Verkehr", "Umwelt"} & set(re.findall(r"\w+", flat(document)))


def test_first_lines_of_pages_are_no_running_lines(set_plan: Setter) -> None:
    pages = [
        f"Der Stadtteil {name} liegt am Rand der Gemarkung.\n\n" + prose(i, 5)
        for i, name in enumerate(("Nord", "Süd", "Ost", "West", "Mitte"))
    ]
    text = flat(read_document(set_plan("\n#pagebreak()\n".join(pages))))
    assert text.count("liegt am Rand der Gemarkung") == 5


def test_printed_page_numbers_may_differ_from_file_pages(set_plan: Setter) -> None:
    body = "#counter(page).update(7)\n" + "\n#pagebreak()\n".join(prose(i, 5) for i in range(4))
    document = read_document(
        set_plan(body, page='paper: "a4", footer: context align(right, counter(page).display("1"))')
    )
    assert [(p.number, p.label) for p in document.pages] == [(1, "7"), (2, "8"), (3, "9"), (4, "10")]


def test_levels_of_headings(set_plan: Setter) -> None:
    body = "\n\n".join(
        f"= {i} Handlungsfeld {i}\n{PROSE[i]}\n\n== {i}.1 Ziele\n{PROSE[i + 1]}\n\n=== Umsetzung\n{PROSE[i + 2]}"
        for i in (1, 2, 3)
    )
    found = [(b.level, b.text) for b in blocks(read_document(set_plan(body))) if b.kind is BlockKind.HEADING]
    assert found[:3] == [(1, "1 Handlungsfeld 1"), (2, "1.1 Ziele"), (3, "Umsetzung")]
    assert len(found) == 9


def test_bold_lines_of_body_size_are_headings_but_bold_sentences_are_not(set_plan: Setter) -> None:
    body = f"*Leitziel Nachbarschaft*\n\n{PROSE[0]}\n\n*Der Rat hat dem Vorschlag zugestimmt.*\n\n*Neu* ist das."
    found = [b.text for b in blocks(read_document(set_plan(body))) if b.kind is BlockKind.HEADING]
    assert found == ["Leitziel Nachbarschaft"]


def test_list_items_are_single_blocks(set_plan: Setter) -> None:
    body = f"{PROSE[0]}\n\n- Beratung im Rathaus\n- {PROSE[1]}\n- Begegnung im Park\n\n{PROSE[2]}"
    items = [b.text for b in blocks(read_document(set_plan(body))) if b.kind is BlockKind.LIST_ITEM]
    assert [re.sub(r"^\W+", "", i) for i in items] == ["Beratung im Rathaus", PROSE[1], "Begegnung im Park"]


def test_footnotes_and_captions_are_known(set_plan: Setter) -> None:
    body = (
        f"{PROSE[0]} #footnote[Vergleiche den Bericht des Sozialamts aus dem Vorjahr.] {PROSE[1]}\n\n"
        "#figure(rect(width: 6cm, height: 3cm), caption: [Lage der Treffpunkte], supplement: [Abb.])\n\n" + prose(2, 5)
    )
    kinds = {b.kind: b.text for b in blocks(read_document(set_plan(body)))}
    assert "Bericht des Sozialamts" in kinds[BlockKind.FOOTNOTE]
    assert "Lage der Treffpunkte" in kinds[BlockKind.CAPTION]


TABLE = [("Maßnahme", "Zuständigkeit", "Zeithorizont", "Kosten")] + [
    (
        f"Nachbarschaftstreff Nummer {i} mit Küche und Werkraum einrichten",
        "Fachbereich Soziales und Jugend",
        "mittelfristig",
        f"{i}.500 €",
    )
    for i in range(1, 30)
]


def typst_table(rows: list[tuple[str, ...]], extra: str = "") -> str:
    cells = ", ".join(f"[{c}]" for row in rows for c in row)
    return f"#table(columns: (2fr, 1.5fr, 1fr, 1fr), {extra} {cells})"


@pytest.mark.parametrize("extra", ["", "stroke: none, row-gutter: 6pt,"])
def test_tables_are_read_row_by_row(set_plan: Setter, extra: str) -> None:
    rows = [
        b.text
        for b in blocks(read_document(set_plan(prose(0, 2) + "\n" + typst_table(TABLE[:8], extra))))
        if b.kind is BlockKind.TABLE_ROW
    ]
    assert rows == [" | ".join(row) for row in TABLE[:8]]


def test_a_table_over_a_page_break(set_plan: Setter) -> None:
    document = read_document(set_plan(typst_table(TABLE)))
    assert len(document.pages) > 1
    rows = [b.text for b in blocks(document) if b.kind is BlockKind.TABLE_ROW]
    assert rows == [" | ".join(row) for row in TABLE]


def test_a_table_inside_a_column(set_plan: Setter) -> None:
    table = "#table(columns: 3, [Ort], [Jahr], [Stand], [Nordpark], [2027], [geplant], [Südplatz], [2029], [offen])"
    body = prose(0, 4) + f"\n\n{table}\n\n" + prose(4, 14)
    text = flat(read_document(set_plan(body, page='paper: "a4", columns: 2')))
    assert in_order(
        text, PROSE[3], "Ort | Jahr | Stand", "Nordpark | 2027 | geplant", "Südplatz | 2029 | offen", PROSE[4]
    )


def test_contents_and_sources_are_apparatus(set_plan: Setter) -> None:
    entries = "\n\n".join(f"{i} Integration im Stadtteil {i} #box(width: 1fr, repeat[.]) {i * 4}" for i in range(1, 9))
    body = (
        f"= Inhaltsverzeichnis\n{entries}\n#pagebreak()\n= 1 Integration im Stadtteil 1\n{prose(0, 6)}\n"
        "= Literaturverzeichnis\nBauer, H. (2019): Wohnen im Wandel. Verlag am Markt.\n\n"
        "Kern, S. (2020): Zusammenleben. Eigenverlag."
    )
    found = blocks(read_document(set_plan(body)))
    apparatus = [b.text for b in found if b.kind is BlockKind.APPARATUS]
    assert sum("Integration im Stadtteil" in t for t in apparatus) == 8
    assert any("Bauer" in t for t in apparatus)
    assert any("Kern" in t for t in apparatus)
    assert not any(t in apparatus for t in PROSE)


def test_words_broken_over_columns_and_pages_are_whole(set_plan: Setter) -> None:
    document = read_document(set_plan(prose(0, 60), page='paper: "a4", columns: 3'))
    for page in document.pages:
        assert not [b.text for b in page.blocks if b.text.endswith("-")]
    words = set(re.findall(r"\w+", flat(document)))
    assert words <= set(re.findall(r"\w+", " ".join(PROSE)))


def test_suspended_and_true_hyphens_survive_line_ends(set_plan: Setter) -> None:
    sentence = "Bildungs- und Integrationsangebote sowie Kinder- und Jugendtreffs liegen an der Karl-Benz-Straße."
    for width in range(40, 90, 5):
        text = flat(read_document(set_plan(f"#block(width: {width}mm)[{sentence}]")))
        assert text == sentence, width


def test_line_numbers_of_a_draft_are_dropped(set_plan: Setter) -> None:
    document = read_document(set_plan(prose(0, 8), head='#set par.line(numbering: "1")'))
    assert in_order(flat(document), *PROSE)
    assert "12" in document.pages[0].dropped


def test_boxes_lie_on_the_page(set_plan: Setter) -> None:
    document = read_document(set_plan(prose(0, 30), page='paper: "a4", columns: 2'))
    for page in document.pages:
        for block in page.blocks:
            assert block.bbox is not None
            x0, top, x1, bottom = block.bbox
            assert 0 <= x0 < x1 <= page.width_pt + 1
            assert 0 <= top < bottom <= page.height_pt + 1


def test_the_last_line_of_a_full_width_paragraph_stays_with_it(set_plan: Setter) -> None:
    rows = [*TABLE[:4], ("Der letzte Eintrag braucht eine weitere Zeile", "Amt", "2031", "offen")]
    body = typst_table(rows, "stroke: none,") + "\n#v(12pt)\n#columns(2)[" + prose(0, 8) + "]"
    document = read_document(set_plan(body))
    assert [b.text for b in blocks(document) if b.kind is BlockKind.TABLE_ROW] == [" | ".join(row) for row in rows]
    assert in_order(flat(document), "Zeile", *PROSE)
