"""`insek explain`, `insek rules test` and what `insek check` says of the use of rules."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from click.testing import CliRunner

from insek.cli import main
from insek.domain import BlockKind, Passage
from insek.learn.checks import check_project
from insek.learn.rulechecks import rule_findings
from insek.project import Project
from insek.run import load_engine
from insek.tag.explain import explain
from insek.tag.rulefile import load_rules
from insek.tag.usage import busy, places, shadowed, usage

TEXT = "Die Sprachkurse für Geflüchtete werden im Begegnungszentrum ausgebaut und mit der Schule verzahnt."
LOOKALIKE = "Die Migration der Liegenschaftsdaten ist abgeschlossen."


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, [str(a) for a in arguments])


def lone(text, *headings, kind=BlockKind.PARAGRAPH):
    return Passage("p", "", (1, 1), kind, headings, text)


def test_explanation_adds_up_to_the_decision(engine):
    found = explain(lone(TEXT, "5 Maßnahmen"), engine.tagger)
    assert found.decision == engine.tagger.tag(lone(TEXT, "5 Maßnahmen"))
    for case in found.themes:
        assert case.decided == (case.theme in found.decision.themes) == (case.probability >= case.threshold)
        assert found.decision.scores[case.theme] == pytest.approx(min(case.probability, 0.95), abs=1e-4)
    assert [c.label for c in found.stages if c.decided] == [found.decision.stage] == [found.stages[0].label]
    assert {c.label for c in found.fields if c.decided} == set(found.decision.fields)
    assert all(TEXT[a:b] == h.words for h in found.hits if h.place == "text" for a, b in [h.span])


def test_text_is_explained_in_plain_german(run):
    result = run("explain", TEXT, "--before", "5 Maßnahmen / Integration")
    assert result.exit_code == 0, result.output
    for told in ("Themen: Migration", "Planungsschritt: Maßnahmen", "„Geflüchtete“ im Text – Regel mig-refugees, Beleg",
                 "„Maßnahmen“ in der Überschrift", "Modell allein: +", "Zusammengeführt: Grundwert", "gesetzt wird ab",
                 "nicht gewählt", "Zelle: "):  # fmt: skip
        assert told in result.stdout
    assert "length" not in result.stdout


def test_what_was_taken_away_is_told_with_its_reason(run):
    result = run("explain", LOOKALIKE)
    assert "„Migration der Liegenschaftsdaten“ im Text – Regel mig-not-data, Ausschluss" in result.stdout
    assert "zählt nicht, durch einen Ausschluss aufgehoben" in result.stdout
    assert "Zelle: keine. Kein Thema wurde erkannt." in result.stdout
    rules = run("explain", LOOKALIKE, "--rules-only").stdout
    assert "nur nach den Regeln" in rules
    assert "Modell allein" not in rules


def test_label_of_a_form_counts_only_with_a_value_behind_it(engine):
    found = explain(lone("Die Kosten sind bekannt. Federführung: Sozialamt"), engine.tagger)
    labels = {h.words: h.counts for h in found.hits if h.kind == "attribute" and h.polarity == "risky"}
    assert labels["Federführung"] is True
    assert labels.get("Kosten", False) is False


def test_numbers_are_written_with_a_minus_sign_and_without_a_signed_nought(run):
    told = run("explain", LOOKALIKE).stdout
    assert "−" in told
    assert not re.search(r"(?<![\w–-])-\d", told)
    assert not re.search(r"[−+]0(?!,)", told)


def test_explanation_as_json_names_cells(run):
    data = json.loads(run("explain", TEXT, "--before", "5 Maßnahmen", "--json").stdout)
    assert data["counts"] is True
    assert data["cells"] == [[f, data["decision"]["stage"]] for f in data["decision"]["fields"]]
    assert (data["why_no_cell"] is None) == bool(data["cells"])
    assert {t["theme"] for t in data["themes"]} == set(data["decision"]["scores"])


def test_heading_is_explained_as_context(engine):
    found = explain(lone("Integration von Geflüchteten", kind=BlockKind.HEADING), engine.tagger)
    assert found.decision.themes == ()
    assert "mig-refugees" in {h.rule for h in found.hits}


def test_apparatus_is_explained_as_it_is_judged(engine):
    entry = lone("Kurse für Geflüchtete 12", "Integration von Geflüchteten", kind=BlockKind.APPARATUS)
    found = explain(entry, engine.tagger)
    hits = [(h.rule, h.place) for h in found.hits if h.kind == "theme" and h.counts]
    assert {place for _, place in hits} == {"text"}
    assert {f"rule:{rule}" for rule, _ in hits} == {t.source for t in found.decision.hints}


def test_passage_of_a_run_is_found_by_its_id(run, tmp_path):
    (tmp_path / "plan.txt").write_text(f"5 Maßnahmen\n\n{TEXT}\n\n{LOOKALIKE}\n", "utf-8")
    assert run("screen", "plan.txt", "--out", "lauf").exit_code == 0
    lines = (tmp_path / "lauf" / "plan" / "passages.jsonl").read_text("utf-8").splitlines()
    record = next(r for r in map(json.loads, lines) if r["text"] == TEXT)
    same = run("explain", "--passage", record["id"][:8], "--run", "lauf")
    assert same.exit_code == 0, same.output
    assert "Unter: 5 Maßnahmen" in same.stdout
    assert same.stderr == ""
    missing = run("explain", "--passage", "gibtsnicht", "--run", "lauf")
    assert (missing.exit_code, "keine Passage" in missing.stderr) == (66, True)
    twice = run("explain", "--passage", "", "--run", "lauf")
    assert (twice.exit_code, "Mehr Zeichen" in twice.stderr) == (65, True)
    changed = [json.dumps(json.loads(line) | {"themes": []}) for line in lines]
    (tmp_path / "lauf" / "plan" / "passages.jsonl").write_text("\n".join(changed))
    assert "anders entschieden" in run("explain", "--passage", record["id"], "--run", "lauf").stderr


@pytest.mark.parametrize(
    "arguments", [[], [TEXT, "--passage", "x", "--run", "y"], ["--passage", "x"], [TEXT, "--run", "y"]]
)
def test_call_that_names_nothing_or_two_things_is_refused(run, arguments):
    result = run("explain", *arguments)
    assert result.exit_code == 2
    assert "TEXT oder --passage" in result.stderr


def test_rules_test_counts_hits_per_rule(run, tmp_path):
    (tmp_path / "plan.txt").write_text(
        f"5 Maßnahmen\n\n{TEXT}\n\n{LOOKALIKE}\n\nDie Geflüchteten wohnen dort.\n", "utf-8"
    )
    result = run("rules", "test", "plan.txt")
    assert result.exit_code == 0, result.output
    assert "in 3 Passagen." in result.stdout
    told = "mig-refugees (Beleg): 2 Treffer in 2 Passagen (67\u00a0%). geflüchtete 1, geflüchteten 1"
    assert told in result.stdout
    assert "! mig-refugees" in result.stdout
    assert "durch Ausschluss aufgehoben" in result.stdout
    order = [
        result.stdout.index(t) for t in ("Thema Migration", "Thema Integration", "Handlungsfeld", "Planungsschritt")
    ]
    assert order == sorted(order)


def test_rules_test_lists_the_hits_of_one_rule(run, tmp_path):
    (tmp_path / "plan.txt").write_text(f"5 Geflüchtete\n\n{TEXT}\n\f\nDie Geflüchteten wohnen dort.\n", "utf-8")
    result = run("rules", "test", "plan.txt", "--rule", "mig-refugees")
    assert "Seite 1: … Die Sprachkurse für [Geflüchtete] werden" in result.stdout
    assert "Seite 1, Überschrift: … 5 [Geflüchtete] …" in result.stdout
    assert "Seite 2: … Die [Geflüchteten] wohnen dort. …" in result.stdout
    assert "Greift hier nicht" in run("rules", "test", "plan.txt", "--rule", "mig-not-data").stdout
    wrong = run("rules", "test", "plan.txt", "--rule", "mig-refuges")
    assert (wrong.exit_code, "mig-refugees" in wrong.stderr) == (2, True)


# --- the use of rules -------------------------------------------------------------------------------------------------


@pytest.fixture
def toy_rules(tmp_path, project):
    """A copy of the toy project with rules of its own; call it with further rules."""
    shutil.copytree(project.root / "tests" / "toy", tmp_path / "toy")
    toy = Project.find(tmp_path / "toy")
    guideline = load_engine(toy, "rules").guideline

    def load(*entries):
        base = {"kind": "theme", "label": "water", "polarity": "evidence", "note": "Probe."}
        path = toy.guideline_folder / "patterns" / "more.jsonl"
        path.write_text("".join(json.dumps(base | entry) + "\n" for entry in entries), "utf-8")
        return load_rules(toy.guideline_folder, guideline), guideline, toy

    return load


def test_rule_all_of_whose_hits_lie_in_another_is_shadowed(toy_rules):
    rules, _, _ = toy_rules(
        {"id": "pond", "terms": ["teich*"]}, {"id": "garden-pond", "terms": ["gartenteich", "teichrose"]},
        {"id": "pond-again", "terms": ["teich*"]}, {"id": "pond-not", "terms": ["teich*"], "polarity": "risky"},
        {"id": "heavy", "terms": ["teichufer"], "weight": 3},
    )  # fmt: skip
    uses, total = usage(rules, [((), f"Der Teich {i} hat eine Teichrose am Teichufer.") for i in range(6)])
    assert total == 6
    assert uses["pond"].hits == 18
    assert {(a.id, b.id) for a, b in shadowed(uses, 5)} == {("garden-pond", "pond"), ("pond-again", "pond")}
    assert shadowed(uses, 50) == []


def test_busy_rules_and_places(toy_rules):
    rules, _, _ = toy_rules({"id": "pond", "terms": ["teich"]}, {"id": "lake", "terms": ["see"]})
    passages = [lone("Der Teich ist tief, der Teich ist alt."), lone("Der See friert zu."), lone("Teich")]
    uses, total = usage(rules, [(p.heading_path, p.text) for p in passages])
    assert [u.rule.id for u in busy(uses, total, 0.5)] == ["pond"]
    assert busy(uses, total, 0.7) == []
    found = places(rules, "pond", passages, 4)
    assert [(p.before, p.words, p.after) for p in found] == [
        ("Der ", "Teich", " ist"), ("der ", "Teich", " ist"), ("", "Teich", ""),
    ]  # fmt: skip


def test_rule_that_fires_nowhere_is_a_finding_and_one_only_in_its_examples_a_hint(toy_rules):
    rules, guideline, toy = toy_rules({"id": "canal", "terms": ["kanal"]}, {"id": "dam", "terms": ["staudamm"]})
    texts = {"plan": [((), "Das Wasser fließt.")]}
    findings, hints = rule_findings(rules, texts, [((), "Der Kanal ist neu.")], guideline, toy.guideline_folder)
    assert [f for f in findings if "„dam“ greift nirgends" in f and "more.jsonl, Zeile 2" in f]
    assert not any("canal" in f for f in findings)
    assert any("nur in ihren eigenen Beispielen" in h and "canal" in h for h in hints)
    assert any("greift auf 100 % der Passagen von plan" in h for h in hints)


def test_check_names_file_and_line_of_a_rule_without_examples(toy_rules):
    _, _, toy = toy_rules({"id": "pond", "terms": ["teich"]})
    examples = toy.guideline_folder / "examples" / "more.yaml"
    examples.write_text("# Proben\npond:\n  match: [Der Teich.]\n", "utf-8")
    said = []
    findings = check_project(toy, said.append)
    assert findings == [f"{examples}, Zeile 3: Regel „pond“ hat keine Beispiele unter `no_match`."]
    assert any("0 Hinweise" in s or "Hinweis" in s for s in said)
