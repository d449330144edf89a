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


def states(want, *, ocr=False):
    """The state of every criterion as the reader has it: listed, or the one of everything unlisted."""
    listed = want["criteria"] | (want["criteria_with_ocr"] if ocr else {})
    unlisted = want["unlisted_with_ocr"] if ocr else want.get("unlisted", "not_found")
    return lambda criterion: listed.get(criterion, unlisted)


def compare_criteria(coverage, state):
    """Criteria that the reader judges otherwise, the share of equal ones, and of his `met` the share that is met."""
    found = {c.criterion: c.state.value for c in coverage.criteria}
    wrong = {c: f"{state(c)} -> {got}" for c, got in found.items() if got != state(c)}
    met = [got == "met" for c, got in found.items() if state(c) == "met"]
    return wrong, 1 - len(wrong) / len(found), sum(met) / len(met)


@pytest.mark.parametrize("name", SAMPLES)
def test_criteria_agree_with_the_reader(results, samples, name):
    floors = FLOORS["samples"][name]
    wrong, equal, met = compare_criteria(results[name].coverage, states(expected(samples, name)))
    assert equal >= floors["criteria"], wrong
    assert met >= floors["met"], wrong


@pytest.mark.parametrize("name", SAMPLES)
def test_structures_agree_with_the_reader(results, samples, name):
    found = results[name].coverage.structures
    named = {s.structure for s in found if s.passages}
    wrong = named ^ set(expected(samples, name)["structures"])
    assert 1 - len(wrong) / len(found) >= FLOORS["samples"][name]["structures"], wrong


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


@pytest.fixture(scope="module")
def scanned(samples, engine):
    """The coverage of the plan with scanned pages, read with text recognition."""
    if find_tesseract() is None:
        pytest.skip("Tesseract with German data is not installed")
    return analyse(read(samples / "hattenbrueck.pdf"), "hattenbrueck", engine).coverage


def test_scanned_chapter_fills_its_cells_with_ocr(scanned, samples):
    want = expected(samples, "hattenbrueck")
    cells = [(f, s) for f, row in want["cells_with_ocr"].items() for s, state in row.items() if state == "evidenced"]
    found = [scanned.cell(f, s).n_evidence > 0 for f, s in cells]
    assert sum(found) / len(found) >= FLOORS["samples"]["hattenbrueck"]["recall"]
    assert not any(c.state.value == "not_readable" for c in scanned.cells)


def test_criteria_and_structures_of_the_scanned_chapter(scanned, samples):
    want, floors = expected(samples, "hattenbrueck"), FLOORS["samples"]["hattenbrueck"]
    wrong, equal, met = compare_criteria(scanned, states(want, ocr=True))
    assert equal >= floors["criteria_with_ocr"], wrong
    assert met >= floors["met_with_ocr"], wrong
    other = {s.structure for s in scanned.structures if s.passages} ^ set(want["structures_with_ocr"])
    assert 1 - len(other) / len(scanned.structures) >= floors["structures"], other
