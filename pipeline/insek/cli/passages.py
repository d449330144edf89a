"""`insek extract` and `insek tag`: the text of a plan, and the tags of passages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from insek.cli.base import OCR, PATH, guarded, main, put, say

if TYPE_CHECKING:
    from insek.extract import OcrMode


@main.command()
@click.argument("plan", type=PATH, metavar="PLAN")
@click.option("--out", required=True, type=PATH, metavar="DATEI", help="Zieldatei, „-“ für die Standardausgabe.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True,
              help="text: Lesefolge, Seiten durch Seitenvorschub getrennt. jsonl: eine Passage je Zeile.")  # fmt: skip
@OCR
@guarded
def extract(plan: Path, out: Path, form: str, ocr: OcrMode) -> None:
    """Den Text eines Plans in Lesefolge ausgeben, ohne Kopf- und Fußzeilen."""
    from insek.extract import ExtractSettings, as_text
    from insek.run import read
    from insek.store import json_line

    reading = read(plan, ExtractSettings(ocr=ocr))
    if form == "text":
        content = as_text(reading.document)
    else:
        records = ({"id": p.id, "pages": list(p.pages), "kind": p.kind.value, "heading_path": list(p.heading_path),
                    "text": p.text} for p in reading.passages)  # fmt: skip
        content = "".join(json_line(r) + "\n" for r in records)
    for warning in reading.document.warnings:
        say(f"Hinweis: {warning}")
    put(out, content)


@main.command()
@click.argument("source", type=PATH, metavar="EINGABE.jsonl")
@click.option(
    "--out", required=True, type=PATH, metavar="AUSGABE.jsonl", help="Zieldatei, „-“ für die Standardausgabe."
)
@click.option("--rules-only", "mode", flag_value="rules", help="Nur die Regeln verwenden, kein Modell.")
@click.option("--model-only", "mode", flag_value="model", help="Nur das Modell verwenden, keine Regeln.")
@click.option("--model", metavar="KENNUNG", help="Ein anderes als das eingesetzte Modell.")
@guarded
def tag(source: Path, out: Path, mode: str | None, model: str | None) -> None:
    """Passagen kennzeichnen: je Zeile {"id", "text", "before"}, dieselbe Reihenfolge in der Ausgabe.

    `before` sind die Überschriften über der Passage, durch Schrägstriche getrennt; es darf fehlen.
    """
    from insek.errors import UsageError
    from insek.project import Project
    from insek.run import load_engine, tag_record
    from insek.store import json_line, read_jsonl

    if mode == "rules" and model is not None:
        raise UsageError("--rules-only verwendet kein Modell, --model nennt eines.", "Eines von beiden weglassen.")
    engine = load_engine(Project.find(), mode or "both", model)
    lines = (tag_record(record, engine, f"{source}, Zeile {n}") for n, record in read_jsonl(source))
    put(out, "".join(json_line(line) + "\n" for line in lines))
