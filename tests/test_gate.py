"""The life of a model: measured with intervals, asked by the gate, promoted, compared, rolled back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from insek.cli import main
from insek.errors import ConfigError, ModelError
from insek.learn.bootstrap import difference, draws, measure
from insek.learn.calibration import calibration
from insek.learn.card import gate_of
from insek.learn.counts import count, label_names
from insek.learn.curve import sizes
from insek.learn.evaluate import Tagged
from insek.learn.gate import ask_gate, load_gate
from insek.learn.labels import load_labels
from insek.learn.policy import load_vocabulary
from insek.learn.promote import list_models, promote_model, roll_back
from insek.modelstore import promoted_id
from insek.project import Project
from insek.store import folder_digest

# --- measures --------------------------------------------------------------------------------------------------------


def _labels(project, n):
    from insek.guideline import load_guideline

    return load_labels(project.labels_folder, load_guideline(project.guideline_folder))[:n]


def test_counts_of_a_small_case_are_those_counted_by_hand(project, guideline):
    base = next(x for x in _labels(project, 400) if x.themes)
    theme, other = guideline.theme_ids[:2]
    stage, wrong = guideline.stage_ids[:2]
    label = replace(base, themes=(theme,), fields=(guideline.field_ids[0],), stage=stage, depth=guideline.depth_ids[0])
    tagged = [
        Tagged(frozenset({theme}), frozenset({guideline.field_ids[0]}), stage, guideline.depth_ids[0]),
        Tagged(frozenset({other}), frozenset(), wrong, guideline.depth_ids[0]),
    ]
    counts = count([label, label], tagged, ["a", "b"], guideline)
    found = {n: counts.table[:, i].sum(axis=0).tolist() for i, n in enumerate(counts.labels)}
    assert found[f"theme/{theme}"] == [1, 0, 1]
    assert found[f"theme/{other}"] == [0, 1, 0]
    assert found[f"field/{guideline.field_ids[0]}"] == [1, 0, 1]
    assert found["stage"] == [1, 1, 1]  # F1 = 2 / 4: the share of right answers
    assert found[f"stage/{wrong}"] == [0, 1, 0]
    assert found["depth"] == [2, 0, 0]


PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=12, max_size=60)


def test_the_interval_holds_the_figure_and_lies_within_bounds(project, guideline):
    base = next(x for x in _labels(project, 400) if x.themes)
    given(PAIRS)(lambda pairs: _interval_holds(base, guideline, pairs))()


def _interval_holds(base, guideline, pairs):
    theme = guideline.theme_ids[0]
    labels = [
        replace(base, themes=(theme,) if wanted else (), fields=(), stage=None, depth=None) for wanted, _ in pairs
    ]
    tagged = [Tagged(frozenset({theme}) if found else frozenset(), frozenset(), None, None) for _, found in pairs]
    groups = [str(i) for i in range(len(pairs))]
    measured = measure(count(labels, tagged, groups, guideline), draws(len(pairs), 1, 400))[f"theme/{theme}"]
    assert 0 <= measured.f1_interval[0] <= measured.f1 + 1e-9
    assert measured.f1 <= measured.f1_interval[1] + 1e-9 <= 1 + 1e-9
    assert measured.support == sum(w for w, _ in pairs)


def test_a_difference_of_equal_decisions_is_nothing(project, guideline):
    labels = _labels(project, 200)
    tagged = [Tagged(frozenset(x.themes or ()), frozenset(x.fields or ()), x.stage, x.depth) for x in labels]
    groups = [x.municipality for x in labels]
    counts = count(labels, tagged, groups, guideline)
    assert set(difference(counts, counts, draws(len(set(groups)), 3)).values()) == {(0.0, 0.0)}


def test_calibration_of_known_numbers():
    found = calibration([0.05] * 10 + [0.95] * 10, [False] * 10 + [True] * 8 + [False] * 2)
    assert [(b.n, b.given, b.true) for b in found.bins] == [(10, 0.05, 0.0), (10, 0.95, 0.8)]
    assert found.error == pytest.approx(0.5 * 0.05 + 0.5 * 0.15)


def test_the_learning_curve_doubles_up_to_all():
    assert sizes(1200) == [250, 500, 1000, 1200]
    assert sizes(100) == [100]


def test_draws_are_seeded_and_draw_as_many_groups_as_there_are():
    assert np.array_equal(draws(7, 5, 50), draws(7, 5, 50))
    assert set(draws(7, 5, 50).sum(axis=1).tolist()) == {7}


# --- the gate --------------------------------------------------------------------------------------------------------


@pytest.fixture
def own(project, tmp_path, monkeypatch) -> Project:
    """A project of our own with the promoted model, its gate, and no labels to learn from."""
    for name in ("rules", "models", "corpus/frozen"):
        shutil.copytree(project.root / name, tmp_path / name)
    (tmp_path / "corpus" / "labels").mkdir()
    (tmp_path / "insek.toml").write_text('[insek]\nguideline = "insek-mit"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    return Project.find(tmp_path)


def _spoiled(project: Project, output: str, *, alone: bool = False) -> str:
    """A copy of the live model that has forgotten one label; with `alone`, only where the rules are switched off."""
    live = project.models_folder / (promoted_id(project.models_folder) or "")
    copy = project.models_folder / "0123456789ab"
    shutil.copytree(live, copy)
    manifest = json.loads((copy / "model.json").read_text("utf-8"))
    manifest["id"] = copy.name
    merge = manifest["merge"]["model_only"] if alone else manifest["merge"]
    merge[output] = {name: -9.0 if name == "bias" else 0.0 for name in merge[output]}
    (copy / "model.json").write_text(json.dumps(manifest), "utf-8")
    return copy.name


def test_the_live_model_passes_its_own_gate(own):
    result = ask_gate(own, promoted_id(own.models_folder) or "")
    assert result.passed, result.findings


def test_a_model_that_forgot_a_theme_is_refused_with_reasons(own, guideline):
    theme = guideline.theme_ids[1]
    live = promoted_id(own.models_folder)
    result = promote_model(own, _spoiled(own, f"theme/{theme}"))
    assert {f.kind for f in result.findings} >= {"floor", "regression"}
    assert {f.label for f in result.findings if f.kind == "regression"} == {f"theme/{theme}"}
    assert promoted_id(own.models_folder) == live
    said = gate_of((own.models_folder / "0123456789ab" / "CARD.md").read_text("utf-8"))
    assert said.startswith("Nicht bestanden.")
    assert f"- {load_vocabulary(own.guideline_folder, guideline).name_of(f'theme/{theme}')}: " in said


def test_a_classifier_that_forgot_a_theme_is_refused_though_the_rules_still_find_it(own, guideline):
    theme = f"theme/{guideline.theme_ids[0]}"
    result = ask_gate(own, _spoiled(own, theme, alone=True))
    assert [(f.kind, f.label) for f in result.findings] == [("regression", theme)]
    assert result.measured[theme].f1 == result.live_measured[theme].f1


def test_a_gate_may_leave_the_classifier_alone(own, guideline):
    path = own.models_folder / "gate.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    del data["classifier_fall"]
    path.write_text(yaml.safe_dump(data), "utf-8")
    assert ask_gate(own, _spoiled(own, f"theme/{guideline.theme_ids[0]}", alone=True)).passed


@pytest.mark.parametrize("entry", [0.05, {"value": 5.0, "reason": "x"}, {"value": 0.05}])
def test_a_limit_for_the_classifier_needs_value_and_reason(own, guideline, entry):
    path = own.models_folder / "gate.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | {"classifier_fall": entry}), "utf-8")
    with pytest.raises(ConfigError, match="classifier_fall"):
        load_gate(own, guideline)


def test_a_fall_can_be_accepted_with_a_reason_that_stays_on_the_card(own, guideline):
    name = _spoiled(own, f"theme/{guideline.theme_ids[1]}")
    done = CliRunner().invoke(main, ["promote", name, "--allow-regression", "--reason", "Nur zur Probe."])
    assert done.exit_code == 0, done.output
    assert promoted_id(own.models_folder) == name
    assert "Nur zur Probe." in (own.models_folder / name / "CARD.md").read_text("utf-8")
    given_up, live = roll_back(own, "Probe beendet")
    assert (given_up, promoted_id(own.models_folder)) == (name, live)
    assert [row.state for row in list_models(own)] == ["live", "former"]


def test_refusal_has_an_exit_code_of_its_own(own, guideline):
    done = CliRunner().invoke(main, ["promote", _spoiled(own, f"theme/{guideline.theme_ids[0]}")])
    assert done.exit_code == 4
    assert "Abgelehnt" in done.output


@pytest.mark.parametrize("given", [["--allow-regression"], ["--reason", "x"]])
def test_a_reason_and_the_permission_belong_together(own, given):
    assert CliRunner().invoke(main, ["promote", "0123456789ab", *given]).exit_code == 2


def test_a_changed_test_set_is_refused(own, guideline):
    path = next((own.root / "corpus" / "frozen").glob("*.jsonl"))
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[1:]) + "\n", "utf-8")
    digest = folder_digest(path.parent, ("*.jsonl",))
    with pytest.raises(ConfigError, match=f"Prüfsumme.*{digest}"):  # whole: whoever means it copies it from here
        load_gate(own, guideline)


def test_test_passages_among_the_labels_cannot_be_overruled(own):
    path = next((own.root / "corpus" / "frozen").glob("*.jsonl"))
    (own.labels_folder / "leck.jsonl").write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    live = promoted_id(own.models_folder) or ""
    result = promote_model(own, live, reason="trotzdem")
    assert "leak" in {f.kind for f in result.findings}
    assert not (own.models_folder / "promoted.json").read_text("utf-8").count("trotzdem")


def test_floors_outside_of_the_guideline_are_named(own, guideline):
    path = own.models_folder / "gate.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    data["floors"] = {"theme/gibt_es_nicht": {"f1": 0.5, "reason": "x"}}
    path.write_text(yaml.safe_dump(data), "utf-8")
    with pytest.raises(ConfigError, match="gibt_es_nicht"):
        load_gate(own, guideline)


def test_the_test_set_may_not_lie_outside_of_the_project(own, guideline):
    path = own.models_folder / "gate.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    data["test_set"]["folder"] = "../.."
    path.write_text(yaml.safe_dump(data), "utf-8")
    with pytest.raises(ConfigError, match="außerhalb"):
        load_gate(own, guideline)


def test_no_passage_of_the_frozen_set_is_learned_from(project, guideline):
    gate = load_gate(project, guideline)
    frozen = load_labels(gate.folder, guideline)
    learned = load_labels(project.labels_folder, guideline)
    assert not {x.municipality for x in frozen} & {x.municipality for x in learned}
    assert not {x.text for x in frozen} & {x.text for x in learned}
    assert gate.sha256 == folder_digest(gate.folder, ("*.jsonl",))
    assert {f.label for f in gate.floors} <= set(label_names(guideline))


def test_there_is_nothing_to_go_back_to_at_first(own):
    (own.models_folder / "promoted.json").write_text(
        json.dumps({"model": promoted_id(own.models_folder), "since": "2026-01-01", "why": "erstes", "history": []}),
        "utf-8",
    )
    with pytest.raises(ModelError, match="kein früheres"):
        roll_back(own, "x")


# --- commands --------------------------------------------------------------------------------------------------------


def test_evaluation_in_numbers_and_as_a_page(own, tmp_path):
    page, numbers = tmp_path / "g.html", tmp_path / "g.json"
    done = CliRunner().invoke(main, ["evaluate", "--html", str(page), "--json", str(numbers)])
    assert done.exit_code == 0, done.output
    told = json.loads(numbers.read_text("utf-8"))
    low, high = told["systems"]["both"]["stage"]["f1_interval"]
    assert low <= told["systems"]["both"]["stage"]["f1"] <= high
    assert sum(b["n"] for b in told["calibration"]["migration"]["bins"]) == told["passages"]
    assert "<script" not in page.read_text("utf-8")
    assert f"{told['sums']['both']['theme_macro_f1']:.2f}".replace(".", ",") in page.read_text("utf-8")


def test_compare_names_the_cells_and_the_passages_that_turn(own, guideline, project, tmp_path):
    theme = guideline.theme_ids[0]
    live, spoiled = promoted_id(own.models_folder) or "", _spoiled(own, f"theme/{theme}")
    result = tmp_path / "c.json"
    plan = project.samples_folder / "varnburg_insek_2040.pdf"
    done = CliRunner().invoke(main, ["compare", live, spoiled, str(plan), "--ocr", "off", "--json", str(result)])
    assert done.exit_code == 0, done.output
    [change] = json.loads(result.read_text("utf-8"))["plans"]
    assert change["index_after"] < change["index_before"]
    assert any(not cause["gained"] for cell in change["cells"] for cause in cell["causes"])
    same = CliRunner().invoke(main, ["compare", live, live, str(plan), "--ocr", "off"])
    assert "0 Zellen und 0 Passagen anders" in same.output


def test_the_list_of_models_names_a_damaged_one(own):
    (own.models_folder / "ffffffffffff").mkdir()
    rows = {r.id: r for r in list_models(own)}
    assert "model.json fehlt" in rows["ffffffffffff"].damaged
    assert CliRunner().invoke(main, ["models", "list"]).exit_code == 0
