"""Another guideline is another folder: nothing in the code knows the names of ours."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from insek.batch import ScreenSettings, screen
from insek.domain import BlockKind, Passage
from insek.guideline import load_guideline
from insek.learn.checks import check_project
from insek.project import Project
from insek.run import load_engine

TOY = Path(__file__).parent / "toy"
TEXT = """1 Heute

An der Straße steht ein Brunnen, aus dem im Sommer Wasser läuft.

2 Morgen

Der Spielplatz soll einen Wasserlauf bekommen, den Kinder stauen können.
"""


@pytest.fixture
def toy(tmp_path):
    shutil.copytree(TOY, tmp_path / "toy")
    return Project.find(tmp_path / "toy")


def test_the_whole_line_runs_on_another_guideline(toy, tmp_path):
    (tmp_path / "plan.txt").write_text(TEXT, "utf-8")
    run = screen([tmp_path / "plan.txt"], tmp_path / "out", toy, ScreenSettings(mode="rules", jobs=1))
    coverage = json.loads((tmp_path / "out" / "plan" / "coverage.json").read_text("utf-8"))
    cells = coverage["cells"]
    assert {f: {s: c["state"] for s, c in row.items()} for f, row in cells.items()} == {
        "play": {"now": "not_found", "plan": "evidenced"},
        "street": {"now": "evidenced", "plan": "not_found"},
    }
    assert {c: found["state"] for c, found in coverage["criteria"].items()} == {
        "board_asked": "not_found",
        "priced": "not_found",
        "future": "met",
        "two_places": "hinted",
    }
    assert {f: t["broken_at"] for f, t in coverage["threads"].items()} == {"play": None, "street": "plan"}
    assert [m["title"][:13] for m in coverage["measures"]] == ["Der Spielplat"]
    assert [(g["field"], g["near"]) for g in _near(coverage)] == [("play", "other_stage"), ("street", "other_stage")]
    assert run.plans[0].coverage.index == pytest.approx(45, abs=6)
    assert "Wasserlauf" in (tmp_path / "out" / "plan" / "report.html").read_text("utf-8")


def _near(coverage):
    return [{"field": g["field"], "near": g["nearest"][0]["why"]} for g in coverage["gaps"]]


def test_bundles_structures_criteria_and_attributes_come_from_the_folder_too(toy):
    tagger = load_engine(toy, mode="rules").tagger
    text = "Der Wasserbeirat wurde zum Brunnen gefragt; Preis: 300 Taler"
    decision = tagger.tag(Passage("p", "d", (1, 1), BlockKind.PARAGRAPH, ("2 Morgen",), text))
    assert (decision.bundles, decision.structures, decision.criteria) == (
        ("fountains",),
        ("water_board",),
        ("board_asked",),
    )
    assert [(tag.value, tag.words) for tag in decision.named] == [("price", ("300 Taler",))]


def test_its_rules_are_valid(toy):
    assert check_project(toy, lambda _: None) == []


def test_no_name_of_a_field_or_theme_stands_in_the_code(guideline):
    names = [*guideline.theme_ids, *guideline.field_ids]
    quoted = re.compile(rf"""["'](?:{"|".join(names)})["']""")
    source = Path(__import__("insek").__file__).parent
    found = {p.name: quoted.findall(p.read_text("utf-8")) for p in source.rglob("*.py")}
    assert {name: hits for name, hits in found.items() if hits} == {}
    assert load_guideline(TOY / "rules" / "toy").theme_ids == ("water",)
