"""`insek labels queue`, and the way of labels through the command line."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from insek.cli import main
from insek.errors import InputError, MissingInputError
from insek.learn.entries import Answer, Entry
from insek.learn.labels import parse_label, text_digest
from insek.learn.policy import load_vocabulary
from insek.learn.queue import Candidate, QueueSettings, pick, run_candidates

SUBJECTS = ("Schule", "Hafen", "Radweg", "Museum", "Klinik", "Markt", "Wald", "Archiv", "Bahnhof", "Brunnen")


@pytest.fixture(scope="module")
def words(project, guideline):
    return load_vocabulary(project.guideline_folder, guideline)


def candidate(n, score=0.02, *, disputed=False, field=None, theme="migration"):
    subject = SUBJECTS[n % len(SUBJECTS)]
    text = " ".join(f"{subject}{letter * (n // len(SUBJECTS) + 1)}" for letter in "abcdefghijklmn")
    yes = score >= 0.5
    told = Answer((theme,) if yes else (), (field,) if yes and field else (), "goals" if yes else None)
    digest = text_digest(text)
    return Candidate(Entry(digest, text, digest, "plan.pdf", "Torfhude", suggested=told), {theme: score}, disputed)


@pytest.fixture
def pool():
    plain = [candidate(n) for n in range(60)]
    doubtful = [candidate(n, 0.51 + n / 1000) for n in range(60, 80)]
    rare = [candidate(80, 0.94, field="health"), candidate(81, 0.6, field="mobility")]
    return [*plain, *doubtful, *rare, *(candidate(n, 0.3, disputed=True) for n in range(82, 100))]


def test_each_kind_of_pick_has_its_share_and_its_reason(pool, words):
    entries = pick(pool, [], words, QueueSettings(30, 0.2))
    assert Counter(e.picked for e in entries) == {"random": 6, "disputed": 8, "uncertain": 8, "variety": 8}
    assert all(e.why for e in entries)
    assert len({e.digest for e in entries}) == 30
    assert [e.picked for e in entries[:6]] == ["random"] * 6


def test_rare_classes_get_a_turn(pool, words):
    reasons = " ".join(e.why for e in pick(pool, [], words, QueueSettings(30, 0.0)) if e.picked == "uncertain")
    for label in ("Feld: Gesundheit", "Feld: Mobilität, Verkehr", "Thema: Migration“ (ja", "Thema: Migration“ (nein"):
        assert label in reasons


def test_the_random_share_does_not_depend_on_what_the_program_thinks(pool, words):
    def drawn(candidates):
        return {e.digest for e in pick(candidates, [], words, QueueSettings(40, 0.5)) if e.picked == "random"}

    blind = [replace(c, scores=dict.fromkeys(c.scores, 0.5), disputed=not c.disputed) for c in pool]
    assert drawn(pool) == drawn(blind)
    assert len(drawn(pool)) == 20


def test_the_same_seed_gives_the_same_queue_in_any_order(pool, words):
    settings = QueueSettings(25, 0.2, 7)
    assert pick(pool, [], words, settings) == pick(pool[::-1], [], words, settings)
    assert pick(pool, [], words, settings) != pick(pool, [], words, replace(settings, seed=8))


def test_what_is_labelled_is_never_picked_again(pool, words, guideline):
    def label(text, themes):
        return parse_label({"municipality": "Anderswo", "text": text, "annotator": "a", "at": "2026-01-01",
                            "codebook": "1", "themes": themes}, "a.jsonl, Zeile 1", guideline)  # fmt: skip

    done = [label(c.entry.text.replace(" ", "\r\n"), []) for c in pool[:50]]
    asked = [label(pool[50].entry.text, None)]
    entries = pick(pool, [*done, *asked], words, QueueSettings(200))
    assert {e.digest for e in entries} == {c.entry.digest for c in pool[50:]}


def test_variety_avoids_what_is_known(words):
    texts = ["eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn",
             "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf vierzehn",
             "rot grün blau gelb lila weiß braun grau rosa türkis beige ocker silber",
             "rot grün blau gelb lila weiß braun grau rosa türkis beige ocker golden"]  # fmt: skip
    pool = [Candidate(Entry(t, t, text_digest(t), suggested=Answer(())), {}, False) for t in texts]
    first, second = pick(pool, [], words, QueueSettings(2, 0.0))
    assert {first.text[:3], second.text[:3]} == {"ein", "rot"}


# --- run directories and the command line ----------------------------------------------------------------------------

PLAN = """1 Bestandsaufnahme

In der Gemeinschaftsunterkunft am Hafen leben 120 Geflüchtete, darunter viele Familien mit Kindern.

Der Wohnraum für Migrantinnen und Migranten bleibt in Torfhude knapp, die Mieten steigen weiter an.

Die Kanalisation in der Hafenstraße stammt aus dem Jahr 1924 und wird in drei Abschnitten erneuert.

=2 Prozent der Fläche sind Wald, den die Stadt gemeinsam mit dem Kreis naturnah bewirtschaftet.

2 Maßnahmen

Die Sprachkurse für geflüchtete Frauen werden bis 2027 mit einer Kinderbetreuung ausgebaut und verstetigt.

Der Integrationsbeirat wird zweimal im Jahr an der Fortschreibung des Konzepts beteiligt und berichtet.
"""


def lines_of(name):
    return [json.loads(line) for line in Path(name).read_text("utf-8").splitlines()]


@pytest.fixture
def run(place, monkeypatch):
    def invoke(*arguments, code=0):
        result = CliRunner().invoke(main, [str(a) for a in arguments])
        assert result.exit_code == code, result.output
        return result

    monkeypatch.chdir(place.root)
    (place.root / "torfhude.txt").write_text(PLAN, "utf-8")
    invoke("screen", "torfhude.txt", "--out", "reports/lauf", "--rules-only")
    return invoke


def test_from_a_run_to_labels_and_no_second_time(run, tmp_path, words):
    told = run("labels", "queue", "reports/lauf", "-n", 10, "--out", "bogen.xlsx")
    assert "6 Zeilen: bogen.xlsx" in told.stdout
    book = openpyxl.load_workbook("bogen.xlsx")
    sheet = book["Prüfbogen"]
    heads = {c.value: c.column for c in sheet[1]}
    for row in range(2, 6):
        sheet.cell(row, heads["Thema: keines"]).value = "ja"
        sheet.cell(row, heads["Bearbeitet von"]).value = "anna"
    book.save("bogen.xlsx")
    told = run("labels", "import", "bogen.xlsx")
    assert "4 neu, 0 berichtigt, 0 schon bekannt, 2 ohne Label" in told.stderr
    assert "schon bekannt" in run("labels", "import", "bogen.xlsx").stderr
    lines = lines_of("corpus/labels/bogen.jsonl")
    assert {line["document"] for line in lines} == {"torfhude.txt"}
    assert {line["text"] for line in lines} <= {p.strip().removeprefix("• ") for p in PLAN.split("\n\n")} | {PLAN}
    assert "2 Zeilen" in run("labels", "queue", "reports/lauf", "--out", "rest.csv", "--format", "csv").stdout


def test_export_fill_import_in_every_format(run, tmp_path):
    run("labels", "queue", "reports/lauf", "--out", "offen.jsonl", "--format", "jsonl")
    lines = lines_of("offen.jsonl")
    assert any(line["text"].startswith("=2 Prozent") for line in lines)
    filled = [{**line, "themes": ["migration"], "fields": [], "stage": "inventory", "depth": "substance",
               "annotator": "anna"} for line in lines]  # fmt: skip
    Path("voll.jsonl").write_text("".join(json.dumps(line) + "\n" for line in filled), "utf-8")
    run("labels", "import", "voll.jsonl")
    for form in ("xlsx", "csv", "jsonl", "doccano", "label-studio", "prodigy"):
        run("labels", "export", "--format", form, "--out", f"aus.{form}")
        assert "0 neu, 0 berichtigt, 6 schon bekannt" in run("labels", "import", f"aus.{form}").stderr
    assert (tmp_path / "projekt" / "aus.config.xml").is_file()
    assert "6 Zeilen" in run("labels", "export", "--only", "unreviewed", "--out", "a.csv", "--format", "csv").stdout
    assert "0 Zeilen" in run("labels", "export", "--only", "disputed", "--out", "b.csv", "--format", "csv").stdout
    wrong = run("labels", "export", "--only", "differs", "--out", "c.jsonl", "--format", "jsonl")
    texts = [line["text"] for line in lines_of("c.jsonl")]
    assert any("Kanalisation" in text for text in texts), wrong.output
    run("labels", "export", "--blank", "--out", "blind.jsonl", "--format", "jsonl")
    blind = lines_of("blind.jsonl")
    assert {(line["themes"] is None, line["annotator"]) for line in blind} == {(True, "")}


def test_two_annotators_go_out_and_come_back_side_by_side(run, tmp_path):
    record = {"municipality": "Torfhude", "text": "Der Treff berät Geflüchtete aus vielen Ländern.", "at": "2026-11-01",
              "codebook": "1", "annotator": "anna", "themes": ["migration"]}  # fmt: skip
    lines = [record, {**record, "annotator": "ben", "themes": []}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "projekt" / "corpus" / "labels" / "a.jsonl").write_text(text, "utf-8")
    for form in ("xlsx", "csv", "jsonl", "doccano", "label-studio", "prodigy"):
        assert "2 Zeilen" in run("labels", "export", "--only", "disputed", "--format", form, "--out", "aus").stdout
        assert "0 neu, 0 berichtigt, 2 schon bekannt" in run("labels", "import", "aus").stderr
    assert "1 Zeile:" in run("labels", "export", "--blank", "--out", "blind.xlsx").stdout


def test_bad_files_are_told_and_the_good_one_is_imported(run, tmp_path):
    folder = tmp_path / "projekt"
    run("labels", "queue", "reports/lauf", "--out", "offen.csv", "--format", "csv")
    with (folder / "offen.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    for row in rows[1:3]:
        row[rows[0].index("Thema: Migration")] = "ja"
        row[rows[0].index("Schritt")] = "Später"
    with (folder / "schlecht.csv").open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    (folder / "bild.xlsx").write_bytes(b"\x89PNG\0\0")
    (folder / "gut.jsonl").write_text(json.dumps({"text": "Ein Satz.", "label": ["keines"], "id": 1}), "utf-8")
    told = run("labels", "import", "schlecht.csv", "bild.xlsx", "gut.jsonl", "--annotator", "ben", code=65)
    assert "schlecht.csv, Zeilen 2–3: unbekanntes Label „Später“ in „Schritt“" in told.stdout
    assert "bild.xlsx ist keine Textdatei" in told.stderr
    assert "2 von 3 Dateien nicht übernommen" in told.stderr
    assert [p.name for p in (folder / "corpus" / "labels").iterdir()] == ["gut.jsonl"]


def test_check_tells_file_and_line_and_gives_json(run, tmp_path):
    record = {"municipality": "Torfhude", "text": "Der Treff berät Geflüchtete aus vielen Ländern der Welt.",
              "annotator": "anna", "at": "2026-11-01", "codebook": "1", "themes": ["migration"]}  # fmt: skip
    lines = [record, {**record, "before": "2 Ziele", "themes": []}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "projekt" / "corpus" / "labels" / "a.jsonl").write_text(text, "utf-8")
    told = run("labels", "check", "--limit", 1, code=78)
    assert "Alarm    Widerspruch          a.jsonl, Zeile 2: derselbe Text wie a.jsonl, Zeile 1" in told.stdout
    assert "weitere Hinweise" in told.stderr
    report = json.loads(run("labels", "check", "--json", code=78).stdout)
    assert report["findings"][0]["subject"] == "Widerspruch"


def test_help_is_german_and_complete(run):
    group = main.commands["labels"]
    assert sorted(group.commands) == ["check", "export", "import", "queue"]
    for name, command in group.commands.items():
        assert "Aufruf:" in run("labels", name, "--help").output
        assert [p.name for p in command.params if p.param_type_name == "option" and not p.help] == []


def test_a_folder_without_a_run_and_a_damaged_one(run, guideline, tmp_path):
    with pytest.raises(MissingInputError, match=r"run\.json fehlt"):
        run_candidates(tmp_path, guideline)
    folder = tmp_path / "projekt" / "reports" / "lauf"
    assert len(run_candidates(folder, guideline)) == 6
    (folder / "torfhude" / "passages.jsonl").write_text('{"kind": "paragraph"}\n')
    with pytest.raises(InputError, match="beschädigt"):
        run_candidates(folder, guideline)
    record = json.loads((folder / "run.json").read_text("utf-8"))
    record["inputs"][0]["slug"] = "../../etc"
    (folder / "run.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match="außerhalb"):
        run_candidates(folder, guideline)
    record["provenance"]["guideline"] = "anderer@1"
    record["inputs"] = []
    (folder / "run.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match="anderer@1"):
        run_candidates(folder, guideline)
