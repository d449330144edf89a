"""No page breaks a rule of WCAG 2.2 on level A or AA: wide and narrow, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = ("index.html", "examples.html", "hattenbrueck/report.html", "kaputt/report.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(chromium, run_dir: Path, name: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is missing: pip install 'insek[test]'"
    )
    # The security policy of the pages would keep the checker out as well.
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto((run_dir / name).as_uri())
    found = axe.Axe().run(page, options={"runOnly": LEVELS, "resultTypes": ["violations"]}).response
    told = [(v["id"], len(v["nodes"]), v["nodes"][0]["html"][:200]) for v in found["violations"]]
    context.close()
    assert found["passes"]
    assert told == []
