"""Reports of two small plans and a failed file, byte for byte, under a guideline that only the tests know."""

from __future__ import annotations

import csv
import io

import pytest

from insek.domain import ReadingQuality, Status, Tag, TagKind
from insek.guideline import Guideline
from insek.report import (
    RENDERERS,
    RunResult,
    coverage_csv,
    documents_csv,
    evidence_csv,
    examples_html,
    index_html,
    joined,
)
from insek.report.model import PlanResult

from .plans import PROVENANCE, Entry, failed, plan, unreadable

_HUMAN = Tag("", TagKind.FIELD, "parks", "human:Ana")
_COUNTED = Tag("", TagKind.CRITERION, "counted", "rule:criterion-counted", spans=((20, 29),), words=("412 Bäume",))
_OFFICE = Tag("", TagKind.STRUCTURE, "garden_office", "rule:structure-garden", spans=((58, 67),), words=("Gartenamt",))
ENTRIES = (
    Entry(
        2,
        "Im Stadtpark stehen 412 Bäume, davon 60 mit Schäden.",
        ("green",),
        ("parks",),
        "findings",
        "substance",
        0.95,
        ("1 Lage", "1.1 Parks"),
        (("theme", "green", "gr-baum", "Bäume"), ("field", "parks", "f-park", "Stadtpark")),
        ("bäume", "schäden"),
        tags=(_HUMAN, _COUNTED),
        criteria=("counted",),
    ),
    Entry(
        2,
        "Der Teich im Stadtpark fiel zweimal trocken.",
        ("water",),
        ("parks",),
        "findings",
        "substance",
        0.71,
        ("1 Lage", "1.1 Parks"),
        (("theme", "water", "wa-teich", "Teich"),),
        disputed=True,
    ),
    Entry(3, "Bänke, Wege & Bäume", ("green",), ("parks",), "findings", "mention", 0.55, ("1 Lage", "1.1 Parks")),
    Entry(
        4,
        "Parks, Höfe und Straßen sollen grüner werden.",
        ("green",),
        ("parks", "streets"),
        "aims",
        "mention",
        0.6,
        ("2 Ziele",),
        (("theme", "green", "gr-wort", "grüner"),),
    ),
    Entry(
        5,
        "Jede Schule erhält bis 2030 zehn Bäume; zuständig ist das Gartenamt.",
        ("green",),
        ("schools",),
        "steps",
        "substance",
        0.9,
        ("3 Schritte",),
        (("theme", "green", "gr-baum", "Bäume"),),
        tags=(_OFFICE,),
        structures=("garden_office",),
        bundles=("shade",),
        named=(("lead", "zuständig ist das Gartenamt"), ("horizon", "bis 2030")),
    ),
    Entry(
        5,
        "Die Straße am Teich erhält | ein Dach aus Bäumen.",
        ("green",),
        ("streets",),
        "steps",
        "mention",
        0.8,
        ("3 Schritte",),
        (("theme", "green", "gr-baum", "Bäumen"),),
    ),
    Entry(5, "Zum Forum kamen 40 Menschen.", ("voices",), (), "aims", "substance", 0.8, ("3 Schritte",)),
    Entry(6, "Bäume gliedern das Stadtbild.", ("green",), (), "findings", "mention", 0.9, ("3 Schritte",)),
)


@pytest.fixture
def town(toy: Guideline) -> PlanResult:
    reading = ReadingQuality(
        words=1840,
        engines={"pdfium": 5, "tesseract": 1},
        languages={"en": (6,)},
        ocr_confidence=0.912,
        unsure_pages=(),
        column_risk=(2, 3),
        dropped_lines=11,
        dropped_samples=("Stadt <Lindenhagen>", "Seite 4"),
    )
    origins = (("title", "page:1"), ("municipality", "file_name"), ("year", "metadata"))
    return plan(toy, ENTRIES, page_labels={5: "5", 4: "IV"}, reading=reading, origins=origins,
                path="../Pl%C3%A4ne/Lindenhagen.pdf", highlighted=True)  # fmt: skip


@pytest.fixture
def run(toy: Guideline, town: PlanResult) -> RunResult:
    holes = [("streets", "steps"), ("schools", "aims")]
    partial = plan(
        toy,
        ENTRIES[:3],
        slug="quellstadt",
        municipality="Quellstadt",
        title="Grünplan <Entwurf>",
        pages=8,
        source="Quellstadt.pdf",
        status=Status.PARTIAL,
        page_states={"text": 6, "image_only": 2},
        unread_pages=(6, 7),
        readable_share=0.75,
        unread_cells=holes,
        warnings=("Zwei Seiten sind Bilder.",),
    )
    return RunResult(toy, (failed(), town, unreadable(toy), partial), PROVENANCE)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_report_page(toy: Guideline, run: RunResult, golden, lang: str) -> None:
    for result in (run.plans[1], run.plans[3]):
        golden(f"{result.slug}.{lang}.html", RENDERERS["html"](result, toy, PROVENANCE, lang))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_report_pages_of_files_without_text(toy: Guideline, run: RunResult, golden, lang: str) -> None:
    for result in (run.plans[0], run.plans[2]):
        golden(f"{result.slug}.{lang}.html", RENDERERS["html"](result, toy, PROVENANCE, lang))


def test_json(toy: Guideline, run: RunResult, golden) -> None:
    for result in run.plans:
        golden(f"{result.slug}.json", RENDERERS["json"](result, toy, PROVENANCE, "de"))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_overview(run: RunResult, golden, lang: str) -> None:
    golden(f"index.{lang}.html", index_html(run, lang))


def test_markdown(toy: Guideline, run: RunResult, golden) -> None:
    for result in run.plans:
        golden(f"{result.slug}.md", RENDERERS["markdown"](result, toy, PROVENANCE, "de"))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_examples(run: RunResult, golden, lang: str) -> None:
    golden(f"examples.{lang}.html", examples_html(run, lang))


def _evidence(run: RunResult) -> str:
    return joined(evidence_csv(plan, run.guideline) for plan in run.plans)


def test_tables(run: RunResult, golden) -> None:
    golden("documents.csv", documents_csv(run))
    golden("coverage.csv", coverage_csv(run))
    golden("evidence.csv", _evidence(run))


def test_columns_of_the_tables_are_the_contract(run: RunResult) -> None:
    heads = {
        documents_csv: "document municipality year pages readable_share index parks schools streets anchoring status "
        "warnings",
        coverage_csv: "document field stage state score n_evidence best_page",
        _evidence: "document page heading_path themes fields stage depth score reason quote",
    }
    for table, columns in heads.items():
        text = table(run)
        assert text.startswith("\ufeff")
        assert next(csv.reader(io.StringIO(text[1:]))) == columns.split()


def test_evidence_table_holds_every_passage_on_theme_and_no_other(run: RunResult) -> None:
    quotes = [row["quote"] for row in csv.DictReader(io.StringIO(_evidence(run)[1:]))]
    assert [e.text for e in ENTRIES if e.themes != ("voices",)] == quotes[: len(ENTRIES) - 1]
