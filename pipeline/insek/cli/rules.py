"""`insek explain` and `insek rules test`: why a passage was decided as it was, and how the rules fire in a text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from insek.cli.base import OCR, PATH, guarded, main, result, say

if TYPE_CHECKING:
    from insek.domain import Decision
    from insek.extract import OcrMode

_WIDTH = 60


@main.command()
@click.argument("text", required=False, metavar="[TEXT]")
@click.option("--passage", metavar="KENNUNG", help="Eine Passage aus einem Lauf statt eines Textes.")
@click.option("--run", "run_dir", type=PATH, metavar="LAUF", help="Der Lauf, in dem die Passage steht.")
@click.option(
    "--before", default="", metavar="ÜBERSCHRIFTEN", help="Überschriften über dem Text, durch „ / “ getrennt."
)
@click.option("--rules-only", "mode", flag_value="rules", help="Nur die Regeln verwenden, kein Modell.")
@click.option("--json", "as_json", is_flag=True, help="Alle Zahlen als JSON ausgeben.")
@guarded
def explain(text: str | None, passage: str | None, run_dir: Path | None, before: str, mode: str | None,
            as_json: bool) -> None:  # fmt: skip
    """Erklären, wie das Programm eine Passage einordnet und warum.

    Gezeigt wird, welche Regel auf welche Wörter greift, was das Modell meint, wie beides zusammengeführt wurde, welche
    Zelle die Passage füllt und warum keine andere. Kennungen stehen in passages.jsonl und coverage.json eines Laufs.
    """
    from insek.errors import UsageError
    from insek.project import Project
    from insek.report.explained import explained, explained_json
    from insek.run import load_engine, lone_passage
    from insek.saved import saved_passage
    from insek.tag.explain import explain as explain_passage

    if (text is None) == (passage is None) or (passage is None) != (run_dir is None):
        raise UsageError("Nötig ist entweder ein TEXT oder --passage zusammen mit --run.", "Eines von beiden angeben.")
    if text is not None and not text.strip():
        raise UsageError("Der Text ist leer.", "Einen Satz in Anführungszeichen angeben.")
    engine = load_engine(Project.find(), mode or "both")
    if passage is not None and run_dir is not None:
        found, saved = saved_passage(run_dir, passage)
        explanation = explain_passage(found, engine.tagger)
        _say_changes(saved, explanation.decision)
    else:
        explanation = explain_passage(lone_passage("text", text or "", before), engine.tagger)
    if as_json:
        result(json.dumps(explained_json(explanation, engine.guideline), ensure_ascii=False, indent=1) + "\n")
    else:
        click.echo(explained(explanation, engine.guideline), nl=False)


def _say_changes(saved: Decision, now: Decision) -> None:
    if (saved.themes, saved.fields, saved.stage, saved.depth) != (now.themes, now.fields, now.stage, now.depth):
        say("Hinweis: Im Lauf wurde anders entschieden, mit anderen Regeln, anderem Modell oder anderen Einstellungen.")


@main.group()
def rules() -> None:
    """An den Regeln des Projekts arbeiten.

    `insek rules test DATEI` zeigt, welche Regeln in einem Plan oder Text greifen, wie oft und auf welche Wörter.
    `insek check` prüft alle Regeln mit ihren Beispielen, `insek explain` erklärt eine einzelne Passage.
    """


@rules.command("test")
@click.argument("file", type=PATH, metavar="DATEI")
@click.option("--rule", metavar="KENNUNG", help="Alle Treffer dieser Regel mit Seite und Umgebung zeigen.")
@OCR
@guarded
def rules_test(file: Path, rule: str | None, ocr: OcrMode) -> None:
    """Zeigen, welche Regeln in einem Plan oder Text greifen, mit Anzahl und Wörtern.

    Mit „!“ markiert sind Regeln, die auf so viele Passagen greifen, dass sie wenig unterscheiden; die Grenze steht in
    scoring.yaml unter `checks`.
    """
    from insek.extract import ExtractSettings
    from insek.project import Project
    from insek.report.ruleuse import place_list, use_table
    from insek.run import load_engine, read
    from insek.tag import UNTAGGED
    from insek.tag.usage import places, usage

    engine = load_engine(Project.find(), "rules")
    passages = read(file, ExtractSettings(ocr=ocr)).passages
    if rule is not None:
        found = places(engine.tagger.rules, rule, passages, _WIDTH)
        click.echo(place_list(engine.tagger.rules.named(rule), found, engine.guideline), nl=False)
        return
    texts = [(p.heading_path, p.text) for p in passages if p.kind not in UNTAGGED]
    click.echo(use_table(*usage(engine.tagger.rules, texts), engine.guideline), nl=False)
