"""OCR from the command line: the option, the provenance, and the sample with a scanned chapter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from insek.cli import main
from insek.extract.tesseract import find_tesseract

needs_tesseract = pytest.mark.skipif(
    find_tesseract() is None, reason="Tesseract with German data is not installed (tesseract-ocr tesseract-ocr-deu)"
)


def screened(plan: Path, out: Path, *options: str) -> tuple[dict[str, object], dict[str, object]]:
    result = CliRunner().invoke(main, ["screen", str(plan), "--out", str(out), "--jobs", "1", "--rules-only", *options])
    assert result.exit_code == 0, result.output
    run = json.loads((out / "run.json").read_text("utf-8"))
    return run["provenance"], json.loads((out / plan.stem / "coverage.json").read_text("utf-8"))["document"]


def test_off_is_kept_in_the_provenance(samples: Path, tmp_path: Path) -> None:
    provenance, document = screened(samples / "hattenbrueck.pdf", tmp_path / "lauf", "--ocr", "off")
    assert (provenance["ocr"], provenance["tesseract"]) == ("off", "")
    assert document["unread_pages"] == [12, 13, 14, 15]


@needs_tesseract
def test_scanned_chapter_of_the_sample_is_read(samples: Path, tmp_path: Path) -> None:
    provenance, document = screened(samples / "hattenbrueck.pdf", tmp_path / "lauf")
    tool = find_tesseract()
    assert tool is not None
    assert (provenance["ocr"], provenance["tesseract"]) == ("auto", tool.version)
    assert document["unread_pages"] == []
    assert document["page_states"]["ocr"] == 4  # type: ignore[index]
    assert any("12-15" in w and "Texterkennung" in w for w in document["warnings"])  # type: ignore[attr-defined]


def test_without_tesseract_the_plan_is_screened_all_the_same(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    provenance, document = screened(samples / "hattenbrueck.pdf", tmp_path / "lauf")
    assert (provenance["ocr"], provenance["tesseract"]) == ("auto", "")
    assert document["unread_pages"] == [12, 13, 14, 15]
    assert any("tesseract-ocr-deu" in w for w in document["warnings"])  # type: ignore[attr-defined]


@needs_tesseract
def test_extract_takes_the_option(samples: Path, tmp_path: Path) -> None:
    texts = {}
    for mode in ("auto", "off"):
        out = tmp_path / f"{mode}.txt"
        plan = str(samples / "hattenbrueck.pdf")
        result = CliRunner().invoke(main, ["extract", plan, "--out", str(out), "--ocr", mode])
        assert result.exit_code == 0, result.output
        texts[mode] = out.read_text("utf-8")
    assert "Zwei Wohnlotsinnen suchen gemeinsam mit geflüchteten Familien" in texts["auto"]
    assert "Wohnlotsinnen" not in texts["off"]
