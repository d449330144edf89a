from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.domain import BlockKind, Passage
from insek.errors import ConfigError, MissingInputError, ModelError
from insek.learn.card import with_gate
from insek.learn.commands import evaluate_model, evaluation_table
from insek.learn.duplicates import near_duplicates
from insek.learn.estimators import heads_for
from insek.learn.evaluate import cross_validated
from insek.learn.labels import LabelledPassage, load_labels, passage_id
from insek.learn.matrix import sparse_matrix
from insek.learn.merging import best_threshold, f_beta
from insek.learn.policy import load_vocabulary
from insek.learn.split import folds_by_group
from insek.learn.train import TrainingSettings, prepare, train
from insek.modelstore import load_estimators, load_model, promote, promoted_id
from insek.records import decision_record
from insek.report.evaluation import evaluation_html
from insek.tag.features import DENSE, features
from insek.tag.model import as_linear


def record(**changes):
    base = {"municipality": "Lindenroth", "size": "small", "state": "Hessen", "kind": "paragraph", "before": "",
            "text": "Die Stadt berät Geflüchtete.", "themes": ["migration"], "fields": ["social"], "stage": "inventory",
            "depth": "substance", "annotator": "a", "at": "2026-11-01", "codebook": "1"}  # fmt: skip
    return {**base, **changes}


def write(folder, *records):
    (folder / "l.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    return folder


@pytest.fixture(scope="session")
def corpus(project, guideline) -> list[LabelledPassage]:
    return load_labels(project.labels_folder, guideline)


# --- labels ----------------------------------------------------------------------------------------------------------


def test_negative_and_unlabelled_are_different(tmp_path, guideline):
    none = record(themes=[], fields=[], stage=None, depth=None, text="Der Kanal wird saniert.")
    unseen = record(themes=None, fields=None, stage=None, depth=None, text="Ein neuer Absatz.")
    labels = load_labels(write(tmp_path, none, unseen), guideline)
    assert [label.themes for label in labels] == [(), None]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"themes": ["wandern"]}, "themes"),
        ({"themes": []}, "ohne Thema"),
        ({"stage": "später"}, "stage"),
        ({"text": "  "}, "text"),
        ({"id": "000000000000"}, "Kennung passt nicht"),
        ({"faults": "nein"}, "faults"),
        ({"reviewed": 1}, "reviewed"),
        ({"at": "gestern"}, "`at` ist „gestern“"),
    ],
)
def test_bad_label_names_file_and_line(tmp_path, guideline, changes, told):
    with pytest.raises(ConfigError, match=told) as caught:
        load_labels(write(tmp_path, record(text="Gut."), record(**changes)), guideline)
    assert "l.jsonl, Zeile 2" in str(caught.value)


def test_a_town_of_unknown_size_is_not_taken_for_a_middling_one(tmp_path, guideline):
    [label] = load_labels(write(tmp_path, {k: v for k, v in record().items() if k != "size"}), guideline)
    assert label.size == "unknown"


def test_the_same_passage_twice_is_refused(tmp_path, guideline):
    with pytest.raises(ConfigError, match="Zeile 1"):
        load_labels(write(tmp_path, record(), record(text="Die Stadt  berät Geflüchtete.")), guideline)


def test_near_duplicates_are_found(tmp_path, guideline):
    text = "Der Stadtteil hat seit dem Jahr 2015 viele Familien aus Syrien aufgenommen und berät sie im Treff am Markt."
    labels = load_labels(write(tmp_path, record(text=text), record(text=text.replace("2015", "2016")),
                               record(text="Der Kanal wird im kommenden Jahr saniert.")), guideline)  # fmt: skip
    assert [(a.text, b.text) for a, b, _ in near_duplicates(labels)] == [(labels[0].text, labels[1].text)]


def test_the_corpus_is_what_its_datasheet_promises(corpus, guideline):
    assert len(corpus) >= 600
    assert len({label.municipality for label in corpus}) >= 40
    assert list(near_duplicates(corpus)) == []
    for theme in guideline.theme_ids:
        assert sum(theme in (label.themes or ()) for label in corpus) >= 300
    for field in guideline.field_ids:
        assert sum(field in (label.fields or ()) for label in corpus) >= 90
    for stage in guideline.stage_ids:
        assert sum(label.stage == stage for label in corpus) >= 60
    assert sum(label.lookalike for label in corpus) >= 700
    assert 0.08 <= np.mean([label.faults for label in corpus]) <= 0.25
    assert all(label.id == passage_id(label.municipality, label.before, label.text) for label in corpus)


# --- split and thresholds --------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from("abcdefgh"), min_size=20, max_size=60), st.integers(2, 3), st.integers(0, 9))
def test_a_municipality_is_never_on_both_sides(groups, n_folds, seed):
    if len(set(groups)) < n_folds:
        return
    folds = folds_by_group(groups, n_folds, seed)
    assert all(len({f for g, f in zip(groups, folds, strict=True) if g == group}) == 1 for group in set(groups))
    assert folds == folds_by_group(groups, n_folds, seed)


def test_f_beta_weighs_recall():
    wanted, cautious = np.array([1, 1, 1, 0], bool), np.array([1, 0, 0, 0], bool)
    bold = np.array([1, 1, 1, 1], bool)
    assert f_beta(wanted, bold, 2.0) > f_beta(wanted, cautious, 2.0)
    assert f_beta(wanted, wanted) == 1.0
    assert f_beta(wanted, np.zeros(4, bool)) == 0.0


def test_best_threshold_separates_where_it_can():
    scores, wanted = np.array([0.1, 0.2, 0.6, 0.9]), np.array([0, 0, 1, 1], bool)
    assert 0.2 < best_threshold(scores, wanted, 1.0, np.ones(4)) <= 0.6


# --- training --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def small(corpus, rules_engine, guideline, tmp_path_factory):
    """A model from every fourth passage: the whole training in a few seconds."""
    folder = tmp_path_factory.mktemp("models")
    settings = TrainingSettings(folds=3)
    digests = {"labels": "l" * 64, "rules": "r" * 64}
    return train(corpus[::4], rules_engine.tagger, guideline, folder, digests, settings)


def test_training_is_the_same_every_time_and_keeps_what_the_gate_said(small, corpus, rules_engine, guideline, tmp_path):
    card = with_gate((small / "CARD.md").read_text("utf-8"), "Bestanden.")
    (tmp_path / small.name).mkdir()
    (tmp_path / small.name / "CARD.md").write_text(card, "utf-8")
    again = train(corpus[::4], rules_engine.tagger, guideline, tmp_path, {"labels": "l" * 64, "rules": "r" * 64},
                  TrainingSettings(folds=3))  # fmt: skip
    assert again.name == small.name
    for name in ("model.json", "vocabulary.json", "weights.npz", "metrics.json", "learned.json"):
        assert (again / name).read_bytes() == (small / name).read_bytes(), name
    assert (again / "CARD.md").read_text("utf-8") == card


def test_a_model_without_an_encoder_knows_nothing_of_it(small):
    stored = load_model(small)
    assert "encoder" not in stored.manifest["made_from"]
    assert DENSE not in {*stored.manifest["scale"], *(name[0] for name in stored.idf)}
    assert "Encoder" not in (small / "CARD.md").read_text("utf-8")


def test_fast_weights_are_those_of_scikit_learn(small, corpus, rules_engine, guideline):
    stored = load_model(small)
    linear, estimators = as_linear(stored, guideline), load_estimators(small)
    sights = [rules_engine.tagger.sight(label.text, label.heading_path) for label in corpus[:25]]
    matrix = sparse_matrix([features(s) for s in sights], stored.idf)
    name = f"theme/{guideline.theme_ids[0]}"
    columns = [i for i, f in enumerate(stored.idf) if f[0] in "wbcs"]
    slow = estimators[name].decision_function(matrix[:, columns])
    fast = [linear.logits(linear.weigh(s))[name] for s in sights]
    assert np.allclose(slow, fast, atol=1e-3)


def test_both_opinions_beat_chance_on_unseen_municipalities(small):
    metrics = json.loads((small / "metrics.json").read_text("utf-8"))["merged"]
    assert metrics["theme_macro_f1"] > 0.4
    assert metrics["stage_accuracy"] > 0.4


def test_too_few_examples_are_named(corpus, rules_engine, guideline, tmp_path):
    only = [replace(label, fields=(guideline.field_ids[0],) if label.themes else ()) for label in corpus[:200]]
    with pytest.raises(ConfigError, match="zu wenige Beispiele"):
        train(only, rules_engine.tagger, guideline, tmp_path, {"labels": "", "rules": ""})


def test_promotion_keeps_the_history(tmp_path):
    promote(tmp_path, "eins", since="2026-01-01", why="erstes")
    promote(tmp_path, "zwei", since="2026-02-01", why="besser")
    assert promoted_id(tmp_path) == "zwei"
    history = json.loads((tmp_path / "promoted.json").read_text("utf-8"))["history"]
    assert [h["model"] for h in history] == ["eins"]


def test_a_pickle_in_the_model_is_not_loaded(small, tmp_path):
    import pickle

    shutil.copytree(small, tmp_path / "m")
    (tmp_path / "m" / "weights.npz").write_bytes(pickle.dumps({"weights": [1]}))
    manifest = json.loads((tmp_path / "m" / "model.json").read_text("utf-8"))
    from insek.store import file_digest

    manifest["files"]["weights.npz"] = file_digest(tmp_path / "m" / "weights.npz")
    (tmp_path / "m" / "model.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ModelError, match="beschädigt"):
        load_model(tmp_path / "m")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: "[" * 100_000, "nicht lesbar"),
        (lambda text: json.dumps({**json.loads(text), "outputs": 5}), "nicht die Form"),
        (lambda text: json.dumps({**json.loads(text), "thresholds": []}), "nicht die Form"),
    ],
)
def test_manifest_that_was_spoilt_by_hand_is_refused(tmp_path, project, change, told):
    models = project.models_folder
    folder = shutil.copytree(models / promoted_id(models), tmp_path / "m")
    manifest = folder / "model.json"
    manifest.write_text(change(manifest.read_text("utf-8")), "utf-8")
    with pytest.raises(ModelError, match=told):
        load_model(folder)


# --- the promoted model ----------------------------------------------------------------------------------------------


def test_promoted_model_explains_its_decisions(engine):
    passage = Passage("p", "d", (1, 1), BlockKind.PARAGRAPH, ("5 Maßnahmen", "5.2 Bildung"),
                      "Die Sprachkurse für geflüchtete Frauen werden mit Kinderbetreuung ausgebaut.")  # fmt: skip
    decision = engine.tagger.tag(passage)
    assert decision.on_theme
    assert decision.stage == "measures"
    assert "education" in decision.fields
    sources = {r.source.split(":")[0] for r in decision.reasons}
    assert sources == {"rule", "model"}
    assert all(r.words for r in decision.reasons if r.source.startswith("rule:"))


def test_a_saved_decision_scores_as_the_fresh_one(engine):
    text = "Im Treff helfen Nachbarinnen neu Zugezogenen beim Ausfüllen von Anträgen."
    decision = engine.tagger.tag(Passage("p", "d", (1, 1), BlockKind.PARAGRAPH, (), text))
    assert decision_record(decision)["scores"] == decision.scores  # else `insek verify` would find other figures


def test_headings_are_context_not_evidence(engine):
    heading = Passage("p", "d", (1, 1), BlockKind.HEADING, (), "Integration von Geflüchteten")
    assert engine.tagger.tag(heading).themes == ()


def test_all_systems_are_measured_side_by_side(project, corpus, tmp_path, guideline):
    lines = (project.labels_folder / "insek-mit.jsonl").read_text("utf-8").splitlines()[::40]
    (tmp_path / "some.jsonl").write_text("\n".join(lines), "utf-8")
    told = evaluate_model(project, promoted_id(project.models_folder), tmp_path)
    assert set(told["systems"]) == {"keywords", "rules", "model", "both"}
    assert told["passages"] == len(lines)


def test_labels_that_nobody_answered_cannot_be_measured_on(project, tmp_path):
    write(tmp_path, record(themes=None, fields=None, stage=None, depth=None))
    with pytest.raises(MissingInputError, match="keine beantworteten Labels"):
        evaluate_model(project, None, tmp_path)


def test_what_no_passage_carries_has_no_figure(project, guideline, tmp_path):
    write(tmp_path, record(text="Der Radweg wird erneuert.", themes=[], fields=[], stage=None, depth=None))
    told = evaluate_model(project, None, tmp_path)
    table = evaluation_table(told, load_vocabulary(project.guideline_folder, guideline))
    rows = [line.split() for line in table.splitlines() if line.startswith(("Thema:", "Feld:", "Schritt ", "Tiefe "))]
    assert len(rows) > len(guideline.theme_ids)
    for row in rows[: len(guideline.theme_ids) + len(guideline.field_ids) + 2]:
        assert row[-8:-2] == ["–"] * 6, row  # four systems, interval, recall; then cross-validation and the number
        assert row[-1] == "0"
    page = evaluation_html(told, guideline)
    for theme in guideline.themes:
        row_of_theme = re.search(rf">{theme.label}</th>(.*?)</tr>", page, re.DOTALL)
        assert row_of_theme is not None
        assert re.sub(r"<[^>]*>|[\s–]", "", row_of_theme[1]) == "0"


def test_the_card_speaks_in_the_words_of_the_guideline(small, guideline):
    card = (small / "CARD.md").read_text("utf-8")
    for entry in (*guideline.themes, *guideline.fields):
        assert f"\n| {entry.label} | 0," in card


def test_cross_validation_moves_stages_as_the_saved_model_does(corpus, rules_engine, guideline):
    prepared = prepare(corpus[::12], rules_engine.tagger, guideline)
    outputs = [output for head in heads_for(guideline) for output in head.outputs]
    logits = [dict.fromkeys(outputs, 0.0) for _ in prepared.labels]
    folds = [i % 3 for i in range(len(logits))]
    first, *others = guideline.stage_ids
    shares = {first: 1.0, **dict.fromkeys(others, 1e-30)}
    told = cross_validated(prepared.labels, logits, prepared.verdicts, folds, guideline, [True] * len(folds), shares)
    stages = [label.stage for label in prepared.labels if label.stage]
    assert told["merged"]["stage_accuracy"] == pytest.approx(stages.count(first) / len(stages), abs=1e-4)
