from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from insek.errors import ConfigError
from insek.learn.checks import check_project, example_sentences
from insek.learn.lookalikes import FILE, lookalikes_markdown
from insek.project import Project
from insek.tag.rulefile import load_rules
from insek.tag.terms import TermTable, parse_term
from insek.tag.verdict import depth_by_rules, judge


def themes(engine, text):
    return {h.rule.label for h in engine.tagger.rules.analyse(text).hits
            if h.rule.kind == "theme" and h.rule.polarity == "evidence"}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Stadt berät Geflüchtete und Migrant*innen.", {"migration"}),
        ("Die Bildungs- und Integrationsangebote wachsen.", {"integration"}),
        ("Der Migrat ionshintergrund wird erfasst.", {"migration"}),
        ("Gefliichtete finden Unterkunft.", {"migration"}),
        ("Jugendliche gestalten ihren Platz im Jugendforum mit.", {"participation"}),
        ("Die Integration der Photovoltaik in das Dach gelingt.", set()),
        ("Der Beteiligungsbericht der Stadtwerke liegt vor.", set()),
        ("Die Datenmigration ist abgeschlossen.", set()),
        ("Der zweite Fluchtweg fehlt, die Baufluchtlinie ist einzuhalten.", set()),
        ("Das BAMF fördert Kurse.", {"migration"}),
        ("Der Bamf genannte Laden schließt.", set()),
    ],
)
def test_rules_know_planning_german(rules_engine, text, expected):
    assert themes(rules_engine, text) == expected


def test_hits_point_at_their_words(rules_engine):
    text = "Für die Migrant/-innen gibt es Kurse."
    analysis = rules_engine.tagger.rules.analyse(text)
    assert "Migrant/-innen" in {analysis.words(h) for h in analysis.hits}


def test_every_rule_has_both_kinds_of_examples_and_passes_them(project):
    findings = [f for f in check_project(project, lambda _: None) if "Regel" in f]
    assert findings == []


def supported(engine, guideline, text):
    return judge(engine.tagger.sight(text, ()), guideline).supported


def test_lookalikes_and_positives_by_rules_alone(project, guideline, rules_engine):
    """Floor of the authored example sentences; `insek check` prints the terms that are wrong most often."""
    sentences = example_sentences(project.guideline_folder / "examples")
    wrong = [s["text"] for s in sentences if supported(rules_engine, guideline, s["text"]) != set(s["themes"])]
    assert len(sentences) >= 250
    floors = yaml.safe_load((Path(__file__).parent / "floors.yaml").read_text("utf-8"))
    assert len(wrong) / len(sentences) <= floors["lookalikes_wrong"], wrong


def test_at_least_150_lookalike_sentences_carry_no_theme_and_few_are_tagged(project, guideline, rules_engine):
    """Look-alikes whose coder gave them no theme; the rules alone may tag at most this share of them."""
    sentences = example_sentences(project.guideline_folder / "examples")[: _lookalikes(project)]
    bare = [s["text"] for s in sentences if not s["themes"]]
    tagged = [text for text in bare if supported(rules_engine, guideline, text)]
    assert len(bare) >= 150
    floors = yaml.safe_load((Path(__file__).parent / "floors.yaml").read_text("utf-8"))
    assert len(tagged) / len(bare) <= floors["lookalikes_tagged"], tagged


def _lookalikes(project):
    return len(yaml.safe_load((project.guideline_folder / "examples" / "lookalikes.yaml").read_text("utf-8")))


def test_published_list_of_lookalikes_is_current(project, guideline):
    published = (project.guideline_folder / FILE).read_text("utf-8")
    assert published == lookalikes_markdown(project, guideline), "python -m insek.learn.lookalikes writes it anew"


@pytest.mark.parametrize(
    ("text", "stage_rule"),
    [
        ("Ausbau der Beratung im Norden", True),
        ("3. Ausbau der Beratung im Norden", True),
        ("Der Platz ist laut. Ausbau der Beratung", True),
        ("Der Ausbau der Beratung ist gelungen.", False),
    ],
)
def test_rule_at_the_opening_of_a_clause(rules_engine, text, stage_rule):
    hits = {h.rule.id for h in rules_engine.tagger.rules.analyse(text).hits}
    assert ("stage-measures-opening" in hits) is stage_rule


@pytest.mark.parametrize(
    ("text", "heading", "expected"),
    [
        ("4.2 Migration und Integration 31; 4.3 Teilhabe 35", "Inhaltsverzeichnis", frozenset()),
        ("4.2 Migration und Integration", "Handlungsfelder", {"migration", "integration"}),
        ("Migration und Integration prägen die Stadt.", "Inhaltsverzeichnis", {"migration", "integration"}),
        ("Begegnung im Stadtteilzentrum", "Zugewanderte", {"integration"}),
        ("Begegnung im Stadtteilzentrum", "Soziales", frozenset()),
    ],
)
def test_headings_void_and_back_words_of_the_passage(rules_engine, guideline, text, heading, expected):
    verdict = judge(rules_engine.tagger.sight(text, (heading,)), guideline)
    assert verdict.supported == expected


FILLER = "Der Platz vor dem Bahnhof ist seit Jahren in schlechtem Zustand und wird ab dem Frühjahr neu gepflastert. "


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        (FILLER + "Anregungen aus der Bürgerbeteiligung fließen ein.", "mention"),
        ("Die Bürgerbeteiligung begann mit drei Abenden. " + FILLER, "substance"),
        ("Die Bürgerbeteiligung endet im Mai.", "substance"),
        (
            "Spielplatz, Buslinie, Radweg, Bolzplatz, Bürgerbeteiligung, Kita, Schule, Hallenbad, Kirche, Markt",
            "mention",
        ),
        ("DIE BÜRGERBETEILIGUNG WIRD IN ALLEN ORTSTEILEN AUSGEBAUT, DAMIT ALLE GEHÖRT WERDEN.", "substance"),
    ],
)
def test_depth_follows_the_place_of_the_theme(rules_engine, guideline, text, depth):
    verdict = judge(rules_engine.tagger.sight(text, ()), guideline)
    assert depth_by_rules(verdict, guideline) == depth


@pytest.mark.parametrize("term", ["", "...", "a ...", "** x", "zwei  ?"])
def test_unreadable_terms_are_refused(term):
    with pytest.raises(ConfigError):
        parse_term(term, "hier")


def test_term_table_finds_by_stem_beginning_ending_part_and_case():
    table = TermTable()
    for key, word in enumerate(["teilhaben", "migrations*", "*beirat", "*rassis*", "=BAMF"]):
        table.add(word, key)
    assert table.keys("Teilhabe") == (0,)
    assert table.keys("Migrationsberatung") == (1,)
    assert table.keys("Migrationsbeirat") == (1, 2)
    assert table.keys("Antirassismus") == (3,)
    assert table.keys("BAMF") == (4,)
    assert table.keys("bamf") == ()


def test_a_word_may_be_broken_in_long_literals_only():
    table = TermTable()
    for key, word in enumerate(["beteiligung*", "*beirat", "teilhabe"]):
        table.add(word, key)
    assert [w for w in ("Beteil", "beteiligungs", "ein", "teil", "teilhab", "bei") if table.begins_broken(w)] == [
        "Beteil"
    ]


def test_words_that_were_let_go_change_no_hit(project, guideline, monkeypatch):
    rules = load_rules(project.guideline_folder, guideline)
    text = (
        "Die Stadt stellt bis 2027 für Geflüchtete Sprachkurse bereit und beteiligt Menschen mit Migrationshintergrund."
    )
    before = rules.analyse(text)
    assert len(before.hits) > 3
    known = len(rules._vocab)
    rules.forget_words()
    assert len(rules._vocab) == known  # few words stay
    monkeypatch.setattr("insek.tag.rules._MOST_WORDS", 5)
    rules.forget_words()
    assert len(rules._vocab) < known
    assert rules.analyse(text) == before


def _broken(tmp_path, project, line):
    folder = tmp_path / "rules"
    shutil.copytree(project.guideline_folder, folder)
    with (folder / "patterns" / "themes.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    return folder


RULE = {"id": "x", "kind": "theme", "label": "migration", "polarity": "evidence", "note": "n", "terms": ["a"]}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "x"', "kein gültiges JSON"),
        (json.dumps({**RULE, "label": "nirgends"}), "unbekannte Kennung"),
        (json.dumps({**RULE, "polarity": "vielleicht"}), "Erlaubt: evidence"),
        (json.dumps({**RULE, "id": "mig-word"}), "steht schon in"),
        (json.dumps({**RULE, "term": ["a"]}), "unbekannter Eintrag"),
        (json.dumps({**RULE, "terms": "wasser"}), "muss eine Liste"),
        (json.dumps({**RULE, "near": ["nirgends"]}), "near"),
        (json.dumps({**RULE, "at": "nirgends"}), "`at`"),
        (json.dumps({**RULE, "also": ["migration"]}), "Zahlen zuordnen"),
        (json.dumps({**RULE, "also": {"nirgends": 1}}), "unbekannte Kennung"),
        (json.dumps({**RULE, "also": {"integration": float("nan")}}), "nötig ist eine Zahl"),
        (json.dumps({**RULE, "weight": "viel"}), "nötig ist eine Zahl"),
        (json.dumps({**RULE, "weight": True}), "nötig ist eine Zahl"),
        (json.dumps({**RULE, "patterns": [[{"LOWERX": "a"}]], "anchors": ["a"]}), "spaCy versteht"),
        (json.dumps({**RULE, "patterns": [[{"LOWER": {"REGEX": "("}}]], "anchors": ["a"]}), "spaCy versteht"),
        (json.dumps({**RULE, "patterns": [[]], "anchors": ["a"]}), "spaCy versteht"),
        (json.dumps({**RULE, "patterns": "abc", "anchors": ["a"]}), "spaCy versteht"),
        ('{"id": "x", "id": "y"}', "steht doppelt"),
        ('{"weight": ' + "9" * 5000 + "}", "kein lesbares JSON"),
        ("[" * 100_000, "kein lesbares JSON"),
    ],
)
def test_broken_rule_names_file_line_and_remedy(tmp_path, project, guideline, line, told):
    folder = _broken(tmp_path, project, line)
    n = len((folder / "patterns" / "themes.jsonl").read_text("utf-8").splitlines())
    with pytest.raises(ConfigError) as caught:
        load_rules(folder, guideline)
    assert told in str(caught.value)
    assert f"themes.jsonl, Zeile {n}" in str(caught.value)
    assert caught.value.todo


def test_rules_in_another_encoding_are_refused(tmp_path, project, guideline):
    folder = _broken(tmp_path, project, "")
    (folder / "patterns" / "themes.jsonl").write_text("# Maßnahme", "cp1252")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_rules(folder, guideline)


def test_project_without_settings_uses_the_bundled_rules(tmp_path):
    assert Project.find(tmp_path).bundled


def test_spacy_is_loaded_without_its_commands_and_whole_when_asked_for():
    code = (
        "import sys; import insek.tag.rules; print('spacy.cli' in sys.modules); "
        "import spacy; print('spacy_version' in spacy.info(silent=True), 'spacy.cli' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]
