"""Passages: the units of tagging."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.domain import Block, BlockKind, Document, Page, PageState, RowRole, TableRow
from insek.extract.sentences import sentence_ends, split_long
from insek.segment import segment

H, P, L, T = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_ROW


def document(*pages: list[Block]) -> Document:
    laid = tuple(Page(i, PageState.TEXT, tuple(blocks)) for i, blocks in enumerate(pages, 1))
    return Document("d" * 64, "plan.pdf", laid)


def test_heading_path_follows_levels() -> None:
    passages = segment(
        document(
            [
                Block(H, "3 Handlungsfelder", level=1),
                Block(H, "3.1 Wohnen", level=2),
                Block(P, "Es fehlen Wohnungen."),
                Block(H, "3.2 Bildung", level=2),
                Block(P, "Es fehlen Plätze."),
                Block(H, "4 Umsetzung", level=1),
                Block(P, "Der Rat beschließt."),
            ]
        )
    )
    assert [p.heading_path for p in passages] == [
        (),
        ("3 Handlungsfelder",),
        ("3 Handlungsfelder", "3.1 Wohnen"),
        ("3 Handlungsfelder",),
        ("3 Handlungsfelder", "3.2 Bildung"),
        (),
        ("4 Umsetzung",),
    ]
    assert passages[0].position == 0
    assert all(0 <= p.position < 1 for p in passages)


def test_a_paragraph_goes_on_over_a_page_break_past_a_footnote() -> None:
    first = [
        Block(P, "Die Verwaltung richtet im kommenden Jahr mit den", (50, 700, 300, 720)),
        Block(BlockKind.FOOTNOTE, "1 Siehe Anlage."),
    ]
    second = [Block(P, "Vereinen einen Fonds für kleine Vorhaben ein.", (50, 50, 300, 70))]
    passages = segment(document(first, second))
    assert (
        passages[0].text
        == "Die Verwaltung richtet im kommenden Jahr mit den Vereinen einen Fonds für kleine Vorhaben ein."
    )
    assert passages[0].pages == (1, 2)
    assert [r.page for r in passages[0].regions] == [1, 2]
    assert passages[1].kind is BlockKind.FOOTNOTE


def test_finished_sentences_and_list_items_stay_apart() -> None:
    passages = segment(
        document(
            [Block(P, "Das ist fertig."), Block(P, "Neuer Gedanke hier.")],
            [Block(L, "• Beratung"), Block(L, "• Begegnung"), Block(P, "Danach")],
        )
    )
    assert [p.text for p in passages] == [
        "Das ist fertig.",
        "Neuer Gedanke hier.",
        "• Beratung",
        "• Begegnung",
        "Danach",
    ]


def test_a_short_line_without_full_stop_does_not_swallow_the_next() -> None:
    passages = segment(document([Block(P, "Adresse")], [Block(P, "Das Rathaus liegt in der Mitte.")]))
    assert len(passages) == 2


def table_row(role: RowRole, *cells: tuple[str, str], goes_on: bool = False, above: tuple[str, ...] = ()) -> Block:
    return Block(T, " | ".join(text for _, text in cells), row=TableRow(role, cells, above, goes_on))


def test_table_rows_are_read_out_with_their_column_heads() -> None:
    passages = segment(
        document(
            [
                Block(H, "5 Maßnahmen", level=1),
                table_row(RowRole.HEAD, ("", "Maßnahme"), ("", "Kosten")),
                table_row(RowRole.TITLE, ("", "Handlungsfeld Bildung")),
                table_row(
                    RowRole.ENTRY, ("Maßnahme", "Sprachcafé"), ("Kosten", "5.000 €"), above=("Handlungsfeld Bildung",)
                ),
            ],
            [Block(P, "Ende.")],
        )
    )
    assert [(p.kind, p.text) for p in passages[1:4]] == [
        (BlockKind.APPARATUS, "Maßnahme | Kosten"),
        (H, "Handlungsfeld Bildung"),
        (T, "Maßnahme: Sprachcafé; Kosten: 5.000 €"),
    ]
    assert passages[3].heading_path == ("5 Maßnahmen", "Handlungsfeld Bildung")


def test_a_row_cut_by_a_page_break_is_one_passage_past_repeated_heads() -> None:
    heads = table_row(RowRole.HEAD, ("", "Maßnahme"), ("", "Träger"))
    first = table_row(RowRole.ENTRY, ("Maßnahme", "Begegnungscafé mit Sprach-"), ("Träger", "Caritas"))
    rest = table_row(RowRole.ENTRY, ("Maßnahme", "kursen und Beratung"), ("Kosten", "900 €"), goes_on=True)
    passages = [p for p in segment(document([heads, first], [heads, rest])) if p.kind is T]
    assert [p.text for p in passages] == [
        "Maßnahme: Begegnungscafé mit Sprachkursen und Beratung; Träger: Caritas; Kosten: 900 €"
    ]
    assert passages[0].pages == (1, 2)


def test_fields_of_a_form_are_a_passage_each() -> None:
    row = table_row(RowRole.FIELD, ("Träger", "Jugendamt"), ("Kosten", ""), ("Beginn", "2027"), above=("M 1 Lernhaus",))
    label = table_row(RowRole.LABEL, ("Ziel", ""))
    box = table_row(RowRole.FIELD, ("Ziel", "Kinder lernen Deutsch."), above=("M 1 Lernhaus",))
    passages = segment(document([row, label, box]))
    assert [p.text for p in passages] == ["Träger: Jugendamt", "Beginn: 2027", "Ziel: Kinder lernen Deutsch."]
    assert {p.heading_path for p in passages} == {("M 1 Lernhaus",)}


def test_figures_are_gathered_and_do_not_flood_the_passages() -> None:
    rows = [
        table_row(RowRole.FIGURES, ("Stadtteil", f"Quartier {i}"), ("2018", f"{i}.310"), ("2024", f"{i}.402"))
        for i in range(1, 61)
    ]
    passages = segment(document(rows[:40], rows[40:]))
    assert len(passages) == 3
    assert passages[0].text.startswith("Stadtteil, 2018, 2024 / Quartier 1: 1.310, 1.402 / Quartier 2:")
    assert all(p.text.count(" ") < 140 for p in passages)
    assert passages[-1].text.endswith("Quartier 60: 60.310, 60.402")


def test_two_tables_of_figures_stay_apart() -> None:
    one = table_row(RowRole.FIGURES, ("Jahr", "2020"), ("Geburten", "310"))
    other = table_row(RowRole.FIGURES, ("Jahr", "2020"), ("Sterbefälle", "402"))
    assert len(segment(document([one, one, other, other]))) == 2


def test_apparatus_is_kept_with_its_kind() -> None:
    passages = segment(document([Block(BlockKind.APPARATUS, "3 Integration ..... 12")]))
    assert passages[0].kind is BlockKind.APPARATUS


def test_stray_spaces_are_joined_with_the_words_of_the_document() -> None:
    passages = segment(
        document([Block(P, "Die Nachbarschaft hilft."), Block(P, "Jede Nachba rschaft zählt und z um Ziel führt.")])
    )
    assert passages[1].text == "Jede Nachbarschaft zählt und zum Ziel führt."


def test_ids_are_stable_and_unique() -> None:
    plan = document([Block(P, "Gleicher Text."), Block(P, "Gleicher Text.")])
    first, second = segment(plan)
    assert first.id != second.id
    assert segment(plan) == (first, second)


@pytest.mark.parametrize(
    "text",
    [
        "Das gilt z. B. für Abs. 3 der Satzung.",
        "Am 3. Mai beginnt es.",
        "Der Verein Miteinander e. V. hilft.",
        "Die Kosten von ca. 3 Mio. Euro trägt die Stadt.",
        "Frau Dr. Kern leitet das Amt.",
    ],
)
def test_abbreviations_end_no_sentence(text: str) -> None:
    assert sentence_ends(text) == []


def test_long_paragraphs_are_cut_at_sentence_ends() -> None:
    sentence = "Die Stadt fördert im Jahr 2027 zehn Projekte mit je 500 Euro, z. B. Feste und Kurse für alle Menschen. "
    parts = split_long((sentence * 20).strip())
    assert all(p.endswith("Menschen.") for p in parts)
    assert all(20 <= len(p.split()) <= 140 for p in parts)


@given(st.lists(st.sampled_from(["Haus", "Rat.", "z.", "B.", "und", "Stadt", "geht!"]), max_size=600))
def test_cutting_loses_no_word(words: list[str]) -> None:
    parts = split_long(" ".join(words))
    assert [w for p in parts for w in p.split()] == words
    assert all(len(p.split()) <= 140 for p in parts)
