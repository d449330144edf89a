"""Settings of a project: what is found, and what is refused before it can lead to other rules than the user's."""

from __future__ import annotations

import pytest

from insek.errors import ConfigError
from insek.project import Project


def test_settings_are_found_from_below_and_with_the_mark_of_windows_editors(tmp_path):
    (tmp_path / "insek.toml").write_text('[insek]\nguideline = "eigener"\n', "utf-8-sig")
    (tmp_path / "plaene").mkdir()
    project = Project.find(tmp_path / "plaene")
    assert (project.root, project.guideline_name, project.bundled) == (tmp_path, "eigener", False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('guideline = "eigener"\n', "`[insek]` fehlt"),
        ('[inseck]\nguideline = "eigener"\n', "`[insek]` fehlt"),
        ('[insek]\nguidline = "eigener"\n', "`guidline` gibt es nicht"),
        ('[insek]\nguideline = ["eigener"]\n', "kein Name eines Ordners"),
        ('[insek]\nguideline = "../../woanders"\n', "kein Name eines Ordners"),
        ("[insek]\nguideline = \n", "kein gültiges TOML"),
        ("a = " + "[" * 5000, "kein gültiges TOML"),
    ],
)
def test_settings_that_would_lead_elsewhere_are_refused(tmp_path, text, told):
    (tmp_path / "insek.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        Project.find(tmp_path)
    assert told in str(caught.value)
    assert "insek.toml" in str(caught.value)
    assert caught.value.todo


@pytest.mark.parametrize("text", ["[tool.insek\n", "[tool]\nruff = 1\n", "tool = 3\n"])
def test_pyproject_of_somebody_else_is_passed_over(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    assert Project.find(tmp_path).bundled
