"""How to screen, and what of it decides about the result."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from insek import __version__
from insek.batch.crew import Limits
from insek.extract import ExtractSettings, OcrMode, ocr_program
from insek.guideline import load_guideline
from insek.modelstore import promoted_id
from insek.project import Project

READING = ("insek", "pdfium", "ocr", "tesseract")
"""Entries of the provenance that decide about what is read; where only others differ, nothing is read again."""
_LIBRARIES = (
    "click",
    "jinja2",
    "numpy",
    "openpyxl",
    "pandas",
    "pdfplumber",
    "pikepdf",
    "pypdfium2",
    "scikit-learn",
    "skops",
    "spacy",
)


def default_jobs() -> int:
    """As many workers as cores, at most four: each may need some hundred megabytes."""
    return max(1, min(4, os.cpu_count() or 2))


@dataclass(frozen=True)
class ScreenSettings:
    """How to screen. `jobs` is the number of worker processes; `mode` and `model` as in `run.load_engine`.

    `ocr` says which pages Tesseract reads, as in `ExtractSettings`. `limits` hold for one document. `fresh` does all
    documents again, finished or not. `workbook` asks for `coverage.xlsx`, too.
    """

    mode: str = "both"
    model: str | None = None
    jobs: int = field(default_factory=default_jobs)
    lang: str = "de"
    ocr: OcrMode = "auto"
    limits: Limits = field(default_factory=Limits)
    fresh: bool = False
    workbook: bool = False

    def provenance(self, project: Project) -> dict[str, Any]:
        """What decides about the result, apart from the inputs; without any time and known before anything is read."""
        model = None if self.mode == "rules" else self.model or promoted_id(project.models_folder)
        return {
            "insek": __version__,
            "guideline": load_guideline(project.guideline_folder).name,
            "rules_digest": project.rules_digest(),
            "model": model,
            "mode": self.mode,
            "lang": self.lang,
            "ocr": self.ocr,
            "tesseract": ocr_program(self.ocr),
            "pdfium": version("pypdfium2"),
        }

    def extraction(self, documents: int) -> ExtractSettings:
        """How each of so many documents is read; the workers share the cores for OCR."""
        workers = max(1, min(self.jobs, documents))
        return ExtractSettings(ocr=self.ocr, ocr_threads=max(1, -(-(os.cpu_count() or 1) // workers)))


def libraries() -> dict[str, str]:
    """Versions of the libraries at work, for the record."""
    return {name: version(name) for name in _LIBRARIES}
