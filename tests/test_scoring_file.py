"""What is wrong in `scoring.yaml` is told with file, line and remedy."""

from __future__ import annotations

import shutil

import pytest

from insek.errors import ConfigError
from insek.guideline import load_guideline


@pytest.fixture
def changed(tmp_path, project):
    """Load the toy guideline with one piece of its scoring.yaml replaced; gives the error and the line of the piece."""
    folder = tmp_path / "toy"
    shutil.copytree(project.root / "tests" / "toy" / "rules" / "toy", folder)

    def load(old, new):
        path = folder / "scoring.yaml"
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        with pytest.raises(ConfigError) as error:
            load_guideline(folder)
        return str(error.value), f"{path}, Zeile {text[: text.index(old)].count(chr(10)) + 1}"

    return load


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value: 0.3, reason: nur gestreift", "value: viel, reason: nur gestreift", "keine Zahl ab 0"),
        ("value: 0.3, reason: nur gestreift", "value: -1, reason: nur gestreift", "keine Zahl ab 0"),
        ("value: 0.3, reason: nur gestreift", "value: true, reason: nur gestreift", "keine Zahl ab 0"),
        ("value: 0.3, reason: nur gestreift", "value: 0.3", "hat keine Begründung"),
        ("value: 0.3, reason: nur gestreift", "value: .nan, reason: nur gestreift", "keine Zahl ab 0"),
        ("value: 0.3, reason: nur gestreift", "value: .inf, reason: nur gestreift", "keine Zahl ab 0"),
        ("value: 5, reason: genug", "value: 2.7, reason: genug", "ganze Zahl"),
        ("deep: {weight: 1.0", "deep: {weight: 5", "Anteile liegen zwischen 0 und 1"),
        ("value: 0.2, reason: geschätzt", "value: 20, reason: geschätzt", "Anteile liegen zwischen 0 und 1"),
    ],
)
def test_wrong_number_is_told_with_its_line(changed, old, new, told):
    message, where = changed(old, new)
    assert where in message
    assert told in message


def test_theme_without_a_rate_of_missed_passages_is_refused(changed):
    message, _ = changed("  water: {value: 0.2", "  ice: {value: 0.2")
    assert "`missed.water` fehlt" in message


def test_missing_section_is_named(changed):
    message, _ = changed("doubt:\n", "zweifel:\n")
    assert "Abschnitt `doubt` fehlt" in message


def test_section_that_nothing_reads_is_refused(changed):
    message, _ = changed("measures:\n", "measure:\n")
    assert "unbekannten Schlüssel `measure`" in message


def test_stage_of_measures_must_be_known(changed):
    message, _ = changed("stage: {value: plan", "stage: {value: nie")
    assert "„nie“" in message
    assert "now, plan" in message
