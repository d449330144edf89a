"""Golden files: `pytest tests/report --update-golden` writes them anew; look at the difference before committing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from insek.guideline import Guideline, load_guideline

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden reports anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with its golden file, byte for byte; or write the file, if so asked."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden", default=False):
            path.write_bytes(text.encode("utf-8"))
        assert path.is_file(), f"{path.name} is missing: pytest tests/report --update-golden"
        same = path.read_bytes() == text.encode("utf-8")
        assert same, f"{path.name} differs: pytest tests/report --update-golden, then look at git diff"

    return check


@pytest.fixture(scope="session")
def toy() -> Guideline:
    return load_guideline(HERE / "guideline")


@pytest.fixture(scope="session")
def real() -> Guideline:
    return load_guideline(HERE.parents[1] / "rules" / "insek-mit")
