"""A run directory to review, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import typst

from insek.batch import ScreenSettings, screen
from insek.project import Project

from .desks import plan_source


@pytest.fixture(scope="session")
def screened(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `plaene/` and `lauf/`, screened by rules alone: no model need fit."""
    folder = tmp_path_factory.mktemp("pruefplatz")
    (folder / "plaene").mkdir()
    (folder / "loheck.typ").write_text(plan_source(), "utf-8")
    typst.compile(folder / "loheck.typ", output=folder / "plaene" / "loheck.pdf")
    screen([folder / "plaene"], folder / "lauf", project, ScreenSettings(mode="rules", ocr="off", jobs=1))
    return folder


@pytest.fixture
def run(screened: Path, tmp_path: Path) -> Path:
    """A run directory of its own, beside its plans."""
    shutil.copytree(screened, tmp_path / "stadt")
    return tmp_path / "stadt" / "lauf"


@pytest.fixture
def context(chromium) -> Iterator[object]:
    """Tabs that share cookies; a step that takes longer than ten seconds has failed."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(context) -> Iterator[object]:
    """A page 1,280 pixels wide; a script that fails or is refused fails the test."""
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    assert not errors
