"""Text repair: each fault once, and the good places beside it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.extract.clean import characters, repair
from insek.extract.hyphens import join, join_all
from insek.extract.spaces import join_words
from insek.extract.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("Entwick-", "lung der Quartiere", "Entwicklung der Quartiere"),
        ("Bildungs-", "und Kulturangebote", "Bildungs- und Kulturangebote"),
        ("Kinder-", "oder Jugendarbeit", "Kinder- oder Jugendarbeit"),
        ("Stadt-", "bzw. Gemeinderat", "Stadt- bzw. Gemeinderat"),
        ("Karl-Benz-", "Straße", "Karl-Benz-Straße"),
        ("Baden-", "Württemberg", "Baden-Württemberg"),
        ("LEIT-", "ZIELE", "LEITZIELE"),
        ("STRAß-", "BURG", "STRAßBURG"),
        ("WOHN-", "UND GEWERBEGEBIET", "WOHN- UND GEWERBEGEBIET"),
        ("E-", "mobil", "E-mobil"),
        ("EU-", "weit", "EU-weit"),
        ("den-", "noch", "dennoch"),
        ("Miet-", "statt Eigentumswohnungen", "Miet- statt Eigentumswohnungen"),
        ("2020-", "2025", "2020-2025"),
        ("Strom-", ", Gas- und Wasser", "Strom-, Gas- und Wasser"),
        ("Anwohner:in-", "nen", "Anwohner:innen"),
        ("ein Wort", "und noch eins", "ein Wort und noch eins"),
        ("Entwick\xad", "lung", "Entwicklung"),
    ],
)
def test_joining_lines(before: str, after: str, whole: str) -> None:
    assert join(before, after) == whole


def test_a_known_word_outweighs_a_suspended_hyphen() -> None:
    known = Vocabulary(["sowie und sowohl"])
    assert join("Vereine so-", "wie Verbände", known) == "Vereine sowie Verbände"


def test_lines_of_a_paragraph() -> None:
    assert join_all(["Die Stadt-", "gesellschaft wächst", "weiter."]) == "Die Stadtgesellschaft wächst weiter."


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("Beratungsstelle für Geﬂüchtete im Oﬃce", "Beratungsstelle für Geflüchtete im Office"),
        ("Bu¨rger und Ma¨rkte", "Bürger und Märkte"),
        ("f¨ur alle", "für alle"),
        ("Bu\u0308rger", "Bürger"),
        ("Teil\xadhabe", "Teilhabe"),
        ("M A S S N A H M E N  U N D  Z I E L E", "MASSNAHMEN UND ZIELE"),
        ("Einfl üsse auf defi nierte Flächen", "Einflüsse auf definierte Flächen"),
        ("Migrat ionshintergrund", "Migrationshintergrund"),
        ("Das ist e in Weg", "Das ist ein Weg"),
        ("z um Beispiel i m Park", "zum Beispiel im Park"),
        ("neue A nlaufstelle", "neue Anlaufstelle"),
        ("100 m² nach § 5", "100 m² nach § 5"),
        ("Bildungs- und\nKulturangebote", "Bildungs- und\nKulturangebote"),
        ("Ent-\nwicklung der Stadt", "Entwicklung\nder Stadt"),
        ("Bürger-\nund Jugendbeteiligung", "Bürger-\nund Jugendbeteiligung"),
        ("Agenda-\xad‐Politik", "Agenda-Politik"),
        ("Kultur- und Bil\xad\ndungsangebote", "Kultur- und Bildungsangebote"),
        ("Ent\x02\nwicklung und Teil\ufffe\nhabe", "Entwicklung\nund Teilhabe"),
        ("Vereins-\x02\nund Jugendarbeit", "Vereins-\nund Jugendarbeit"),
        ("Stadt Bad Lindental-\nObertal", "Stadt Bad Lindental-Obertal"),
        ("zusammenha \u0308 ngende Wege", "zusammenhängende Wege"),
        ("fu ¨r alle", "für alle"),
        ("Das ist häufi g der Fall", "Das ist häufig der Fall"),
        ("Demografi scher Wandel, Biografi en, Grafi k", "Demografischer Wandel, Biografien, Grafik"),
        ("Alle profi tieren vom Profi l der Stadt", "Alle profitieren vom Profil der Stadt"),
        ("Bürgerbeteiligung: Bürgerbet eiligungsformate", "Bürgerbeteiligung: Bürgerbeteiligungsformate"),
        ("Beteiligung der Jugendbet eiligung", "Beteiligung der Jugendbeteiligung"),
        ("L E I T Z I E L\nText", "LEITZIEL\nText"),
        ("Der Rat berät.Die Verwaltung prüft.", "Der Rat berät. Die Verwaltung prüft."),
        ("Kinder,Jugendliche und Eltern", "Kinder, Jugendliche und Eltern"),
        ("Der Beirat undBeirat", "Der Beirat und Beirat"),
    ],
)
def test_repair(broken: str, whole: str) -> None:
    assert repair(broken) == whole


def test_words_split_by_a_space_are_joined_if_the_document_knows_them() -> None:
    text = "Die Seniorenarbeit wächst. Die Senior enarbeit braucht Räume, denn Seniorenarbeit ist wichtig."
    assert join_words(text, Vocabulary([text])).count("Seniorenarbeit") == 3


@pytest.mark.parametrize(
    "good",
    [
        "Der Stoff wechsel",
        "die monatlichen Kosten und diemonatlichen Fehler",
        "selbst genutzte und selbstgenutzte Wohnungen sowie genutzte Höfe",
        "Das Profi team spielt",
        "Variante A liegt am Rand, Variante B nicht.",
        "Wir fahren ca. 5 km weit",
        "im Haus und in der Stadt zu leben",
        "a) erstens b) zweitens",
        "rund um die Uhr",
        "in nen",
    ],
)
def test_good_spaces_stay(good: str) -> None:
    assert join_words(good, Vocabulary([good])) == good


def test_a_word_in_many_pieces_is_put_together_if_the_document_knows_it() -> None:
    text = "Die Aufwertung der Höfe. S tr aß e und Straße, A uf w ertung, K inder g art en und Kindergarten."
    assert repair(text) == ("Die Aufwertung der Höfe. Straße und Straße, Aufwertung, Kindergarten und Kindergarten.")


def test_function_words_in_pieces_make_no_glued_word() -> None:
    text = "Ein Fehler inden Akten, und in de n Akten."
    assert repair(text).endswith("und in den Akten.")


@pytest.mark.parametrize(
    "good",
    [
        "BürgerInnen und VertreterInnen",
        "www.stadt-lindental.de/Beirat,Mitte und info@stadt.de",
        "3,5 Prozent und 1.500 Euro",
        "Das Profi team und die Profi liga",
        "das OpenAir der SprachInsel",
        "10 m² nach § 5, CO₂ und x³",
        "Senioren arbeiten mit, andere arbeiten, arbeitende Menschen leisten Seniorenarbeit",
        "inForm heißt der Verein inForm, Form ist alles",
    ],
)
def test_good_seams_stay(good: str) -> None:
    assert repair(good) == good


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=80))
def test_characters_are_composed_and_repair_is_stable(text: str) -> None:
    once = characters(text)
    assert unicodedata.is_normalized("NFC", once)
    assert characters(once) == characters(characters(once))
    assert "\xad" not in once


@given(
    st.lists(
        st.sampled_from(["Park", "Stadt", "und", "Kinder-", "Treff", "der", "für", "Räume", "Stadt-"]), max_size=12
    )
)
def test_repair_of_whole_words_changes_nothing(words: list[str]) -> None:
    text = " ".join(words)
    assert repair(text) == text
