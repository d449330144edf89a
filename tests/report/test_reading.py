"""How well a plan was read, in JSON and in the report."""

from __future__ import annotations

import json

import pytest

from insek.domain import ReadingQuality
from insek.extract.language import NAMES
from insek.guideline import Guideline
from insek.report.reading import origin_lines, reading_from, reading_lines, reading_record
from insek.report.texts import LANGUAGES, texts

from .plans import Entry, failed, plan

READING = ReadingQuality(
    words=1840,
    engines={"pdfium": 5, "tesseract": 1},
    languages={"en": (6, 7, 8), "tr": (11,)},
    ocr_confidence=0.912,
    unsure_pages=(9,),
    column_risk=(2, 3),
    dropped_lines=11,
    dropped_samples=("Stadt Lindenhagen",),
)
ENTRIES = [Entry(1, "Bäume für alle.")]


def test_there_and_back_again() -> None:
    assert reading_from(json.loads(json.dumps(reading_record(READING)))) == READING
    assert reading_from(reading_record(None)) is None


def test_damaged_records_are_refused() -> None:
    record = reading_record(READING)
    assert record is not None
    with pytest.raises(KeyError):
        reading_from({k: v for k, v in record.items() if k != "engines"})


def test_lines_of_the_report(toy: Guideline) -> None:
    lines = dict(reading_lines(plan(toy, ENTRIES, reading=READING), texts("de")))
    assert lines["Gelesen durch"] == "PDFium auf 5 Seiten, Texterkennung (Tesseract) auf 1 Seite"
    assert lines["Seiten auf Englisch (nicht bewertet)"] == "6–8"
    assert lines["Seiten mit unsicherer Lesereihenfolge"] == "2–3"
    assert lines["Sicherheit der Texterkennung im Mittel"] == "91\u00a0%"
    assert lines["Ausgelassene Kopf- und Fußzeilen"] == "11 Zeilen, zum Beispiel „Stadt Lindenhagen“"
    assert reading_lines(failed(), texts("de")) == []


def test_origins(toy: Guideline) -> None:
    result = plan(toy, ENTRIES, origins=(("title", "page:3"), ("year", "created")))
    assert origin_lines(result, texts("de")) == [
        ("Titel", "Stadtentwicklungskonzept Lindenhagen 2035", "von Seite 3 der Datei"),
        ("Jahr", "2021", "Jahr, in dem die Datei angelegt wurde"),
    ]


def test_every_language_has_a_name_in_every_report() -> None:
    for lang in LANGUAGES:
        assert all(texts(lang).get(f"language_{code}", "") for code in NAMES)
