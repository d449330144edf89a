"""Bundles, structures, wording of criteria and parts of a measure, as rules find them in a passage."""

from __future__ import annotations

import pytest

from insek.domain import BlockKind, Passage
from insek.records import decision_record, from_record, passage_record


@pytest.fixture
def tag(rules_engine):
    def tagged(text, *headings):
        return rules_engine.tagger.tag(Passage("p", "d", (1, 1), BlockKind.PARAGRAPH, headings, text))

    return tagged


def named(decision):
    return [(t.value, *t.words) for t in decision.named]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Maßnahme: Sprachcafé; Zuständigkeit: Sozialamt; Kosten: 45 T€; Zeithorizont: kurzfristig; Beteiligte: AWO",
            [("lead", "Sozialamt"), ("cost", "45 T€"), ("horizon", "kurzfristig"), ("partners", "AWO")],
        ),
        ("Federführung: –; Kosten: offen; Zeitraum: n. n.", []),
        ("Umsetzungszeitraum: Wie lange dauert es?", []),
        ("Federführung: Amt für Soziales. Laufzeit: 2025 bis 2028.",
         [("lead", "Amt für Soziales"), ("horizon", "2025 bis 2028")]),
        ("Kosten / Finanzierung: 80.000 € / Städtebauförderung", [("cost", "80.000 € / Städtebauförderung")]),
        ("Kosten (in T€): 45", [("cost", "45")]),
        ("Zuständig: Fachbereich für Soziales, Schule und Sport der Stadt Zeitraum: 2025 bis 2027 Kosten: 45.000 Euro",
         [("lead", "Fachbereich für Soziales, Schule und Sport der Stadt"), ("horizon", "2025 bis 2027"),
          ("cost", "45.000 Euro")]),
        ("Zuständig ist das Amt für Soziales; das Café öffnet bis Ende 2027 in Zusammenarbeit mit der Diakonie.",
         [("lead", "Zuständig ist das Amt für Soziales"), ("horizon", "bis Ende 2027"),
          ("partners", "in Zusammenarbeit mit der Diakonie")]),
        ("Das Sozialamt übernimmt die Federführung.", [("lead", "Das Sozialamt übernimmt die Federführung")]),
        ("Umsetzung 2025-2028.", [("horizon", "Umsetzung 2025-2028")]),
        ("Zielwert: 200 Personen im Jahr; Indikator: –", [("indicator", "200 Personen im Jahr")]),
        ("Die Träger der Einrichtung betonen: Es fehlt Geld.", []),
        ("Träger öffentlicher Belange: Stellungnahmen liegen vor.", []),
        ("Der Eintritt kostet 5 Euro.", []),
        ("Die Kaufkraft liegt bei 24.000 Euro.", []),
        ("Umsetzbar? langfristig kurzfristig nicht umsetzbar", []),
        ("Wohnungen 2012 bis 2019", []),
        ("Der Zustand ist schlecht, die Pflege ist Verantwortung aller.", []),
    ],
)  # fmt: skip
def test_what_a_passage_names_of_a_measure(tag, text, expected):
    decision = tag(text)
    assert named(decision) == expected
    assert all(text[a:b] == t.words[0] for t in decision.named for a, b in t.spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Integrationsbeauftragte und der Migrationsbeirat tagen.", ("integration_officer", "migrant_council")),
        ("Die Steuerungsgruppe Verkehr tagt monatlich.", ("steering_group",)),
        ("Der Runde Tisch Radverkehr trifft sich.", ("round_table",)),
        ("Integrations- und Seniorenbeirat laden ein.", ("migrant_council",)),
        ("Migrant*innenselbstorganisationen und Moscheegemeinden kamen.", ("migrant_organisation",)),
        ("Mittel aus BIWAQ, AMIF und dem Programm „Sozialer Zusammenhalt“.", ("social_cohesion", "biwaq", "amif")),
        ("Wir wollen eine soziale Stadt, der Stadtumbau beginnt.", ()),
        ("Integrationsfachdienst und Integrationsamt beraten Menschen mit Behinderung.", ()),
        ("Der Lotsendienst im Hafen hilft Schiffen.", ()),
        ("Lotsen begleiten Geflüchtete zu den Ämtern.", ("guides",)),
        ("Biwaq und Amif sind Namen.", ()),
    ],
)
def test_structures_of_a_passage(tag, text, expected):
    assert tag(text).structures == expected


def test_bundles_only_with_a_theme(tag):
    assert tag("Das Nachbarschaftsfest war gut besucht.").bundles == ()
    assert tag("Das Nachbarschaftsfest bringt Geflüchtete und Nachbarn zusammen.").bundles == ("encounter",)


def test_wording_of_criteria_counts_beside_a_theme_and_the_heading_is_context(tag):
    assert tag("Der Anteil stieg auf 20 Prozent.").criteria == ()
    assert "trend" in tag("Der Anteil der Menschen mit Migrationshintergrund stieg auf 20 Prozent.").criteria
    assert "vision" in tag("Wir leben Integration.", "3 Leitbild", "3.1 Zusammenleben").criteria
    assert tag("Das Konzept wird alle fünf Jahre fortgeschrieben.").criteria == ("update_rhythm",)


def test_reasons_tell_rule_and_place(tag):
    text = "Der Integrationsbeirat nahm Stellung."
    reason = next(r for r in tag(text).reasons if r.kind == "structure")
    assert reason.source == "rule:structure-migrant-council"
    assert [text[a:b] for a, b in reason.spans] == ["Integrationsbeirat"]


def test_a_bundle_may_stand_in_the_innermost_heading(tag):
    text = "Das Angebot für Geflüchtete wird ausgebaut."
    assert "language" in tag(text, "5 Bildung", "5.2 Sprachkurse").bundles
    assert "language" not in tag(text, "5 Sprachkurse und Schulen", "5.2 Betreuung").bundles


def test_records_keep_everything_and_older_ones_still_load(tag):
    text = "Federführung: Integrationsbüro; die Migrationsberatung wird ausgebaut."
    decision = tag(text)
    passage = Passage("p", "d", (1, 1), BlockKind.PARAGRAPH, (), text)
    record = passage_record(passage, decision)
    assert from_record(record, "d") == (passage, decision)
    assert record["structures"] == ["integration_office", "migration_advice"]
    old = {k: v for k, v in record.items() if k not in ("bundles", "structures", "criteria", "named")}
    loaded = from_record(old, "d")[1]
    assert (loaded.bundles, loaded.structures, loaded.criteria, loaded.named) == ((), (), (), ())
    assert decision_record(loaded)["themes"] == record["themes"]
