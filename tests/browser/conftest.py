"""A run directory for the tests in the browser, made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from insek.batch import ScreenSettings, screen
from insek.guideline import Guideline
from insek.project import Project


@pytest.fixture
def page(chromium) -> Iterator[object]:
    """A page 1,280 pixels wide."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def run_dir(project: Project, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample plans and a file that is no PDF, screened by rules alone: no model need fit."""
    folder = tmp_path_factory.mktemp("browser")
    plans = folder / "Pläne & mehr"
    shutil.copytree(samples, plans, ignore=shutil.ignore_patterns("*.yaml", "*.typ"))
    (plans / "kaputt.pdf").write_bytes(b"kein PDF")
    screen([plans], folder / "lauf", project, ScreenSettings(mode="rules", ocr="off", jobs=1))
    return folder / "lauf"


@pytest.fixture(scope="session")
def names(guideline: Guideline) -> dict[str, str]:
    """German names of all that a guideline names, by id."""
    entries = (*guideline.fields, *guideline.stages, *guideline.structures, *guideline.attributes)
    return {entry.id: entry.label for entry in entries}
