from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.tag.lexicon import complete_suspended, join_broken, normal_form, tokenize


@pytest.mark.parametrize(
    "surface",
    [
        "Migrant*innen",
        "Migrant:innen",
        "Migrant_innen",
        "Migrant/innen",
        "Migrant/-innen",
        "Migrant·innen",
        "Migrant∗innen",
        "Migrant•innen",
        "Migrant’innen",
        "Migrant'innen",
        "Migrantinnen",
    ],
)
def test_gendered_forms_are_one_word(surface):
    assert [t.lower for t in tokenize(f"Die {surface} kamen.")] == ["die", "migrantinnen", "kamen", "."]


def test_inner_capital_is_a_gendered_form():
    assert [t.lower for t in tokenize("BürgerInnen")] == ["bürgerinnen"]


@pytest.mark.parametrize(
    "surface",
    [
        "Bürger:innenforum",
        "Bürger*innenforum",
        "Bürger∗innenforum",
        "Bürger/innenforum",
        "Bürger/-innenforum",
        "Bürgerforum",
    ],
)
def test_gender_mark_within_a_compound_is_left_out(surface):
    assert [t.lower for t in tokenize(surface)] == ["bürgerforum"]


def test_alternatives_with_slash_stay_two_words():
    assert [t.norm for t in tokenize("Miete/Eigentum")] == ["Miete", "/", "Eigentum"]
    assert [t.norm for t in tokenize("Außen/innenbereich")] == ["Außen", "/", "innenbereich"]


def test_dot_and_apostrophe_part_other_words():
    assert [t.norm for t in tokenize("Bildung•Kultur")] == ["Bildung", "•", "Kultur"]
    assert [t.norm for t in tokenize("geht's")] == ["geht", "'", "s"]


@pytest.mark.parametrize(
    ("surface", "norm"),
    [
        ("Gefliichtete", "Geflüchtete"),
        ("MaBnahme", "Maßnahme"),
        ("\ufb01nden", "finden"),
        ("Stadt-teilzentrum", "Stadtteilzentrum"),
        ("Migra\u00adtion", "Migration"),
    ],
)
def test_reading_faults_are_folded(surface, norm):
    assert normal_form(surface) == norm


def test_suspended_word_is_completed_with_the_head_of_the_next():
    tokens = tokenize("Bildungs- und Integrationsangebote")
    assert "bildungsangebote" in complete_suspended(tokens)[0]


def test_suspended_word_before_an_endless_one_has_no_candidates():
    assert complete_suspended(tokenize("Bildungs- und " + "x" * 30_000)) == {}


def test_broken_word_is_joined_only_to_a_known_one():
    begins, known = {"Beteil", "be"}.__contains__, {"beteiligung"}.__contains__

    def norms(text):
        return [t.norm for t in join_broken(tokenize(text), begins, known)]

    assert norms("Die Beteil igung beginnt") == ["Die", "Beteiligung", "beginnt"]
    assert norms("Beteil igung und Beteil ig ung") == ["Beteiligung", "und", "Beteiligung"]
    assert norms("Beteil iger Satz") == ["Beteil", "iger", "Satz"]


@given(st.text(max_size=300))
def test_tokens_point_into_the_text_and_cover_all_letters(text):
    tokens = tokenize(text)
    assert all(0 <= t.start < t.end <= len(text) for t in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    covered = {i for t in tokens for i in range(t.start, t.end)}
    assert all(i in covered for i, c in enumerate(text) if c.isalpha())
