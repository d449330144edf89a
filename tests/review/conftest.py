"""A run directory to review, made once and copied for each test; and Chromium, where it is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import typst

from insek.batch import ScreenSettings, screen
from insek.project import Project

from .desks import plan_source

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


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


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A browser of Playwright; tests are skipped where Playwright or Chromium is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install 'insek[test]'")
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip(f"No browser found ({', '.join(_PROGRAMS)}): apt-get install chromium")
    with playwright.sync_playwright() as started:
        args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = started.chromium.launch(executable_path=program, args=args)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium) -> Iterator[object]:
    """Tabs that share cookies; a step that takes longer than ten seconds has failed."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
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
