"""Reports of a plan and of a run, as texts; writing them to disk is the business of others.

Nothing here opens a socket or writes a file (compiled templates apart, see `engine`). pandas is not imported on this
path, for it costs more than the reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from insek.guideline import Guideline
from insek.report.examples import examples_html
from insek.report.html import report_html
from insek.report.jsonout import coverage_json
from insek.report.markdown import report_markdown
from insek.report.model import PlanResult, RunResult
from insek.report.overview import index_html
from insek.report.tables import coverage_csv, documents_csv, evidence_csv, joined

Renderer = Callable[[PlanResult, Guideline, Mapping[str, Any], str], str]

RENDERERS: dict[str, Renderer] = {"html": report_html, "markdown": report_markdown, "json": coverage_json}
"""Outputs per plan: (plan, guideline, provenance, language) -> text. A new one needs an entry and a golden file."""

FILE_NAMES: dict[str, str] = {"html": "report.html", "markdown": "report.md", "json": "coverage.json"}
"""Name of each output in the folder of its plan; `coverage.json` comes last, for it says that all is there."""

__all__ = [
    "FILE_NAMES",
    "RENDERERS",
    "PlanResult",
    "Renderer",
    "RunResult",
    "coverage_csv",
    "documents_csv",
    "evidence_csv",
    "examples_html",
    "index_html",
    "joined",
]
