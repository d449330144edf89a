"""The guideline as data: complete, referring only to itself, and refused with file, line and remedy where it is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from insek.domain import TagKind
from insek.errors import ConfigError
from insek.guideline import load_guideline, read_yaml

TOY = Path(__file__).parent / "toy" / "rules" / "toy"


def test_our_guideline_is_complete(guideline):
    assert len(guideline.fields) == 9
    assert len(guideline.bundles) == 16
    assert len(guideline.stages) == 7
    assert 35 <= len(guideline.criteria) <= 45
    assert {c.stage for c in guideline.criteria} == set(guideline.stage_ids)
    assert {s.level for s in guideline.structures} == {level.id for level in guideline.levels}
    assert set(guideline.chain) <= set(guideline.stage_ids)


def test_questions_are_plain_and_labels_short(guideline):
    for criterion in guideline.criteria:
        assert criterion.question.endswith("?")
        assert len(criterion.question.split()) <= 25, criterion.id
        assert len(criterion.label) <= 50, criterion.id
    assert len({c.question for c in guideline.criteria}) == len(guideline.criteria)


def test_everything_that_rules_alone_can_find_has_a_rule(guideline, rules_engine):
    found = {(r.kind, r.label) for r in rules_engine.tagger.rules.rules if r.polarity != "exclusion"}
    wanted = {(TagKind.BUNDLE, b.id) for b in guideline.bundles}
    wanted |= {(TagKind.STRUCTURE, s.id) for s in guideline.structures}
    wanted |= {(TagKind.ATTRIBUTE, a.id) for a in guideline.attributes}
    wanted |= {(TagKind.CRITERION, c.id) for c in guideline.criteria if any(k.wording for k in c.conditions)}
    assert wanted - found == set()
    wordings = {c.id for c in guideline.criteria if any(k.wording for k in c.conditions)}
    assert {label for kind, label in found if kind is TagKind.CRITERION} <= wordings


def change(data, path, value):
    *way, last = path
    for key in way:
        data = data[key]
    data[last] = value


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("criteria", 0, "stage"), "later", "`stage` „later“"),
        (("criteria", 0, "met_by"), [], "`met_by` eine Liste"),
        (("criteria", 0, "met_by"), [{"tied": True}], "nichts verlangt"),
        (("criteria", 0, "met_by"), [{"structures": ["moon"]}], "unbekannte Kennung „moon“"),
        (("criteria", 0, "met_by"), [{"wording": "ja"}], "`wording: true`"),
        (("criteria", 0, "met_by"), [{"wording": True, "min_passages": 0}], "ganze Zahl ab 1"),
        (("criteria", 0, "questoin"), "?", "unbekannten Schlüssel `questoin`"),
        (("criteria", 1, "id"), "board_asked", "ungültig oder doppelt"),
        (("structures", 0, "level"), "moon", "`level` „moon“"),
        (("bundles", 0, "field"), "moon", "`field` „moon“"),
        (("bundles", 0, "label_en"), "", "keinen Text unter `label_en`"),
        (("attributes", 0, "quote"), "all", "Erlaubt: words, clause"),
        (("chain",), ["moon"], "unbekannte Kennung „moon“"),
        (("chain",), ["now", "now"], "eine Kennung doppelt"),
        (("criterias",), [], "unbekannten Schlüssel `criterias`"),
        (("themes", 0, "on_theme"), False, "on_theme"),
        (("themes", 0, "on_theme"), "nein", "`on_theme: true` oder"),
        (("fields",), [], "`fields` eine Liste"),
        (("stages", 0, "section"), 3, "Zahlen in Anführungszeichen"),
    ],
)
def test_a_broken_entry_is_refused_with_file_line_and_remedy(tmp_path, path, value, told):
    folder = Path(shutil.copytree(TOY, tmp_path / "toy"))
    data = yaml.safe_load((folder / "guideline.yaml").read_text("utf-8"))
    change(data, path, value)
    (folder / "guideline.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_guideline(folder)
    message = str(caught.value)
    assert told in message
    assert "guideline.yaml, Zeile " in message


def test_a_key_that_stands_twice_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_text("id: a\nlabel: b\nid: c\n", "utf-8")
    with pytest.raises(ConfigError, match="Zeile 3"):
        read_yaml(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    "text",
    ["yes: 1\ntrue: 2\n", "a: 2024-13-45\n", "a: " + "[" * 5000, "{a: " * 3000, "a: " + "9" * 5000],
)
def test_a_file_that_no_reader_survives_is_named(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"a\.yaml"):
        read_yaml(tmp_path / "a.yaml")


def test_a_folder_in_place_of_a_file_is_named(tmp_path):
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(ConfigError, match=r"a\.yaml kann nicht gelesen werden"):
        read_yaml(tmp_path / "a.yaml")


def test_structures_and_criteria_may_be_left_out(tmp_path):
    folder = Path(shutil.copytree(TOY, tmp_path / "toy"))
    data = yaml.safe_load((folder / "guideline.yaml").read_text("utf-8"))
    for key in ("bundles", "levels", "structures", "attributes", "chain", "criteria"):
        del data[key]
    (folder / "guideline.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    assert load_guideline(folder).criteria == ()
