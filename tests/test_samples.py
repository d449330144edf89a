"""The sample plans against their matrices, filled by hand by their authors before the tool had read them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from insek.extract import ExtractSettings
from insek.extract.tesseract import find_tesseract
from insek.run import analyse, read

SAMPLES = ("moellenwerda", "hattenbrueck", "varnburg_insek_2040")
FLOORS = yaml.safe_load((Path(__file__).parent / "floors.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def results(samples, engine):
    without = ExtractSettings(ocr="off")
    return {name: analyse(read(samples / f"{name}.pdf", without), name, engine) for name in SAMPLES}


def expected(samples, name):
    return yaml.safe_load((samples / f"{name}.expected.yaml").read_text("utf-8"))


@pytest.mark.parametrize("name", SAMPLES)
def test_matrix_agrees_with_the_hand_filled_one(results, samples, name):
    want, coverage = expected(samples, name), results[name].coverage
    wrong = {
        f"{c.field}/{c.stage}": f"{target} -> {c.state.value}"
        for c in coverage.cells
        if c.state.value
        != (target := (want["cells"].get(c.field) or {}).get(c.stage, want.get("unlisted", "not_found")))
    }
    assert 1 - len(wrong) / len(coverage.cells) >= FLOORS["samples"][name]["cells"], wrong


@pytest.mark.parametrize("name", SAMPLES)
def test_evidenced_cells_are_found(results, samples, name):
    want, coverage = expected(samples, name), results[name].coverage
    cells = [(f, s) for f, row in want["cells"].items() for s, state in row.items() if state == "evidenced"]
    found = [coverage.cell(f, s).n_evidence > 0 for f, s in cells]
    assert sum(found) / len(found) >= FLOORS["samples"][name]["recall"]


@pytest.mark.parametrize("name", SAMPLES)
def test_anchoring_town_and_year(results, samples, name):
    want, plan = expected(samples, name), results[name]
    assert plan.coverage.anchoring.value == want["anchoring"]
    assert (plan.municipality, plan.year) == (want["municipality"], want["year"])


def test_scanned_chapter_is_named_and_never_called_not_found(results):
    plan = results["hattenbrueck"]
    assert plan.unread_pages == (12, 13, 14, 15)
    assert not any(c.state.value == "not_found" for c in plan.coverage.cells)
    assert any("12-15" in w for w in plan.warnings)


def test_quotes_stand_on_their_page(results, samples):
    """Each quote is in the text of the page that the report names."""
    plan = results["varnburg_insek_2040"]
    document = read(samples / "varnburg_insek_2040.pdf").document

    def squeezed(text):
        return "".join(c for c in text.lower() if c.isalnum())

    pages = {p.number: squeezed(p.text) for p in document.pages}
    quotes = [e for c in plan.coverage.cells for e in c.evidence if " | " not in e.quote and ": " not in e.quote[:30]]
    assert len(quotes) > 50
    lost = [e.quote for e in quotes if squeezed(e.quote)[:40] not in pages[e.page] + pages.get(e.page + 1, "")]
    assert len(lost) <= 0.03 * len(quotes), lost[:5]


@pytest.mark.skipif(find_tesseract() is None, reason="Tesseract with German data is not installed")
def test_scanned_chapter_fills_its_cells_with_ocr(samples, engine):
    want = expected(samples, "hattenbrueck")
    coverage = analyse(read(samples / "hattenbrueck.pdf"), "hattenbrueck", engine).coverage
    cells = [(f, s) for f, row in want["cells_with_ocr"].items() for s, state in row.items() if state == "evidenced"]
    found = [coverage.cell(f, s).n_evidence > 0 for f, s in cells]
    assert sum(found) / len(found) >= FLOORS["samples"]["hattenbrueck"]["recall"]
    assert not any(c.state.value == "not_readable" for c in coverage.cells)
