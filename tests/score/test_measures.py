"""What makes one measure: rows of a table, fields of a form, paragraphs."""

from __future__ import annotations

from dataclasses import replace

from insek.domain import BlockKind
from insek.score import score

from .makers import GUIDELINE, attribute, decision, document, nothing, passage

ROW = BlockKind.TABLE_ROW
PATH = ("5 Maßnahmen", "M 4 Haus der Sprachen")


def measures(items, guideline=GUIDELINE):
    return score(document(), items, guideline).measures


def on_theme(i, text, headings=PATH, kind=BlockKind.PARAGRAPH, **more):
    return passage(i, text=text, headings=headings, kind=kind, position=i / 100), decision(i, stage="measures", **more)


def other(i, text, headings=PATH, kind=ROW, named=()):
    return passage(i, text=text, headings=headings, kind=kind, position=i / 100), nothing(i, named=named)


def test_profile_gathers_fields_without_theme_and_what_they_name():
    lead, cost = "Federführung: Amt für Bildung", "Kosten: 45.000 Euro"
    items = [
        on_theme(1, "Das Haus bietet Kurse für Zugewanderte.", bundles=("language",)),
        other(2, lead, named=(attribute(2, "lead", lead, "Amt für Bildung"),)),
        other(3, cost, named=(attribute(3, "cost", cost, "45.000 Euro"),)),
    ]
    (found,) = measures(items)
    assert found.title == "M 4 Haus der Sprachen"
    assert found.passage_ids == ("p1", "p2", "p3")
    assert found.named == {"lead": "Amt für Bildung", "cost": "45.000 Euro"}
    assert (found.fields, found.bundles) == (("social",), ("language",))


def test_next_profile_begins_where_the_first_label_comes_again():
    texts = ["Maßnahme: Sprachcafé", "Kosten: 5.000 Euro", "Maßnahme: Radweg", "Kosten: 90.000 Euro"]
    cost = attribute(2, "cost", texts[1], "5.000 Euro"), attribute(4, "cost", texts[3], "90.000 Euro")
    items = [on_theme(1, texts[0], kind=ROW), other(2, texts[1], named=cost[:1]), other(3, texts[2]),
             other(4, texts[3], named=cost[1:])]  # fmt: skip
    (found,) = measures(items)
    assert (found.title, found.passage_ids) == ("Sprachcafé", ("p1", "p2"))
    assert found.named == {"cost": "5.000 Euro"}


def test_fields_of_a_form_amid_prose_do_not_take_the_prose_along():
    prose = [other(i, f"Der Abschnitt {i} handelt vom Verkehr.", kind=BlockKind.PARAGRAPH) for i in range(10, 20)]
    form = [on_theme(20, "Steckbrief A 1: Lotsinnen für Zugewanderte", kind=ROW), other(21, "Kosten: 3.000 Euro")]
    (found,) = measures([*prose, *form])
    assert found.title == "Lotsinnen für Zugewanderte"
    assert found.passage_ids == ("p20", "p21")


def test_row_with_column_heads_is_a_measure_of_its_own():
    row = "Nr: B 4; Maßnahme: Elternlotsen im Stadtteil; Kosten: 12.000 Euro"
    items = [on_theme(1, row, kind=ROW, named=(attribute(1, "cost", row, "12.000 Euro"),)),
             other(2, "Nr: B 5; Maßnahme: Neue Turnhalle; Kosten: 2 Mio. Euro")]  # fmt: skip
    (found,) = measures(items)
    assert found.title == "Elternlotsen im Stadtteil"
    assert found.named == {"cost": "12.000 Euro"}


def test_paragraph_is_named_by_its_first_sentence():
    long = "Die Stadt richtet " + "weitere " * 20 + "Sprachkurse ein."
    first, second = measures([on_theme(1, "Es entsteht ein Treff. Er öffnet bald."), on_theme(2, long)])
    assert first.title == "Es entsteht ein Treff."
    assert second.title.endswith("weitere …")
    assert len(second.title) <= 102


def test_title_is_no_end_of_a_sentence_that_began_elsewhere():
    (found,) = measures([on_theme(1, "sind. Der Treff bekommt ein Café. Es öffnet bald.")])
    assert found.title == "Der Treff bekommt ein Café."


def test_field_that_was_broken_into_two_lines_stays_one_profile():
    prose = [other(i, f"Der Abschnitt {i} handelt vom Verkehr.", kind=BlockKind.PARAGRAPH) for i in range(10, 20)]
    form = [on_theme(20, "Steckbrief A 1: Kurse aus einem", kind=BlockKind.PARAGRAPH), other(21, "Guss"),
            other(22, "Kosten: 3.000 Euro")]  # fmt: skip
    (found,) = measures([*prose, *form, other(23, "Ein Absatz über den neuen Radweg am Fluss.")])
    assert found.passage_ids == ("p20", "p21", "p22")


def test_only_passages_that_count_and_describe_measures_make_one():
    items = [
        (passage(1, headings=PATH), decision(1, stage="goals")),
        (passage(2, headings=PATH), decision(2, stage="measures", themes=("participation",))),
        (passage(3, headings=PATH), nothing(3)),
    ]
    assert measures(items) == ()


def test_guideline_without_a_stage_of_measures_has_none():
    without = replace(GUIDELINE, scoring=replace(GUIDELINE.scoring, measure_stage=None))
    assert measures([on_theme(1, "Es entsteht ein Treff.")], without) == ()
