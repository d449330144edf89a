from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from insek.guideline import Guideline, load_guideline
from insek.project import Project
from insek.run import Engine, load_engine

ROOT = Path(__file__).parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within the test of the README's commands, leave out what the run around it does anyway and takes minutes."""
    if "INSEK_README_TEST" not in os.environ:
        return
    for item in items:
        if item.get_closest_marker("slow") or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="done by the run around this one"))


@pytest.fixture(scope="session")
def project() -> Project:
    return Project.find(ROOT)


@pytest.fixture(scope="session")
def guideline(project: Project) -> Guideline:
    return load_guideline(project.guideline_folder)


@pytest.fixture(scope="session")
def engine(project: Project) -> Engine:
    return load_engine(project)


@pytest.fixture(scope="session")
def rules_engine(project: Project) -> Engine:
    return load_engine(project, mode="rules")


@pytest.fixture(scope="session")
def samples(project: Project) -> Path:
    return project.samples_folder


@pytest.fixture
def place(tmp_path: Path, project: Project) -> Project:
    """A project of its own with the rules and the model of this one, and no labels."""
    root = tmp_path / "projekt"
    for name in ("rules", "models", "corpus/frozen"):
        shutil.copytree(project.root / name, root / name)
    (root / "corpus" / "labels").mkdir(parents=True)
    (root / "insek.toml").write_text(f'[insek]\nguideline = "{project.guideline_name}"\n', "utf-8")
    return Project(root.resolve(), project.guideline_name)


_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A browser of Playwright, one for all tests: two in one process get in each other's way.

    Tests are skipped where Playwright or Chromium is not installed.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install 'insek[test]'")
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if program is None:
        pytest.skip(f"No browser found ({', '.join(_BROWSERS)}): apt-get install chromium")
    with playwright.sync_playwright() as started:
        args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = started.chromium.launch(executable_path=program, args=args)
        yield browser
        browser.close()
