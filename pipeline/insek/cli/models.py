"""`insek train`, `evaluate`, `promote`, `models` and `compare`: the life of a model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from insek.cli.base import EPILOG, OCR, PATH, counted, guarded, main, put, result, say

if TYPE_CHECKING:
    from insek.compare import CellChange, PlanChange
    from insek.extract import OcrMode
    from insek.learn.gate import GateResult

REFUSED = 4
_LANG = click.option("--lang", type=click.Choice(["de", "en"]), default="de", show_default=True,
                     help="Sprache der Ausgabe in HTML.")  # fmt: skip


@main.command()
@click.option("--labels", type=PATH, metavar="ORDNER", help="Ordner mit Labels. [Standard: corpus/labels]")
@click.option("--factory", metavar="NAME", default="linear_svm", show_default=True,
              help="Verfahren: linear_svm, logistic, ridge oder huber.")  # fmt: skip
@click.option("--seed", type=int, metavar="ZAHL", default=20231, show_default=True, help="Anfangswert des Zufalls.")
@click.option(
    "--encoder", metavar="NAME", help="Zusätzlich einen Satz-Encoder verwenden: use oder e5. Langsamer, und das Modell "
    "läuft nur, wo er installiert ist: pip install 'insek[embeddings]'.")  # fmt: skip
@click.option(
    "--promote", is_flag=True, help="Das neue Modell einsetzen, wenn es die Prüfung besteht (`insek promote`)."
)
@guarded
def train(labels: Path | None, factory: str, seed: int, encoder: str | None, promote: bool) -> None:
    """Aus gekennzeichneten Passagen ein Modell lernen und mit seiner Karte unter models/ ablegen.

    Dieselben Labels, Regeln und Anfangswerte ergeben dasselbe Modell mit derselben Kennung.
    """
    from insek.learn.commands import train_model
    from insek.modelstore import promoted_id
    from insek.project import Project

    project = Project.find()
    folder = train_model(project, labels, factory, seed, say, encoder)
    click.echo(f"Modell: {folder}")
    if promote:
        _promote(folder.name, None)
    elif promoted_id(project.models_folder) == folder.name:
        say("Es ist das Modell, das schon eingesetzt ist: Labels und Regeln sind dieselben.")
    else:
        say("Es ist abgelegt, aber nicht eingesetzt. Weiter mit:")
        say(f"  insek evaluate {folder.name}\n  insek promote {folder.name}")


@main.command()
@click.argument("model", required=False, metavar="[MODELL]")
@click.option("--labels", type=PATH, metavar="ORDNER",
              help="Ordner mit Labels, an denen gemessen wird. [Standard: die eingefrorenen Testpassagen]")  # fmt: skip
@click.option("--html", "html_file", type=PATH, metavar="DATEI", help="Ausführlicher Bericht als HTML-Seite.")
@click.option(
    "--json", "json_file", type=PATH, metavar="DATEI", help="Alle Zahlen als JSON, „-“ für die Standardausgabe."
)
@click.option("--curve", is_flag=True, help="Auch die Lernkurve berechnen (dauert Minuten).")
@_LANG
@guarded
def evaluate(model: str | None, labels: Path | None, html_file: Path | None, json_file: Path | None, curve: bool,
             lang: str) -> None:  # fmt: skip
    """Güte je Kennzeichen: Regeln, Modell, beide zusammen und eine einfache Stichwortsuche.

    Gemessen wird an Passagen, aus denen nicht gelernt wurde; dazu die Kreuzvalidierung nach Gemeinden.
    """
    from insek.guideline import load_guideline
    from insek.learn.commands import evaluate_model, evaluation_table
    from insek.learn.policy import load_vocabulary
    from insek.project import Project

    project = Project.find()
    guideline = load_guideline(project.guideline_folder)
    told = evaluate_model(project, model, labels, curve=curve, say=say)
    if json_file is not None:
        put(json_file, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    if html_file is not None:
        from insek.report.evaluation import evaluation_html

        put(html_file, evaluation_html(told, guideline, lang))
        say(f"Bericht: {html_file}")
    if str(json_file) != "-":
        click.echo(evaluation_table(told, load_vocabulary(project.guideline_folder, guideline)))


@main.command(epilog=EPILOG)
@click.argument("model", metavar="MODELL")
@click.option(
    "--allow-regression", is_flag=True, help="Einsetzen, obwohl die Prüfung etwas einwendet; nur mit --reason."
)
@click.option(
    "--reason", metavar="TEXT", help="Warum der Rückschritt hingenommen wird; steht danach auf der Modellkarte."
)
@guarded
def promote(model: str, allow_regression: bool, reason: str | None) -> None:
    """Ein Modell prüfen und, wenn es besteht, einsetzen.

    Die Prüfung misst an eingefrorenen Testpassagen. Verlangt werden Mindestwerte je Kennzeichen (models/gate.yaml), und
    kein Kennzeichen darf stärker gefallen sein, als der Zufall erklärt. Auch darf keine Datei mit neuen Labels voller
    vermuteter Fehler sein, wie `insek labels check` sie sucht. Ende-Code 4: abgelehnt.
    """
    if allow_regression != bool(reason and reason.strip()):
        raise click.UsageError("--allow-regression und --reason gehören zusammen.")
    _promote(model, reason)


def _promote(model: str, reason: str | None) -> None:
    from insek.learn.promote import live_after, promote_model
    from insek.project import Project

    project = Project.find()
    answer = promote_model(project, model, reason=reason)
    _tell(answer)
    if not live_after(project, answer):
        say(f"Abgelehnt. Eingesetzt bleibt {answer.live or 'kein Modell'}.")
        sys.exit(REFUSED)
    click.echo(f"Eingesetzt: {answer.model}")


def _tell(answer: GateResult) -> None:
    say(f"Geprüft an {answer.passages} Testpassagen.")
    for finding in answer.findings:
        say(f"- {finding.text}")


@main.group()
def models() -> None:
    """Modelle zeigen und zum früheren zurückkehren."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
@guarded
def list_(as_json: bool) -> None:
    """Alle Modelle: welches eingesetzt ist, seit wann und warum."""
    from dataclasses import asdict

    from insek.learn.promote import list_models
    from insek.project import Project

    rows = list_models(Project.find())
    if as_json:
        result(json.dumps([asdict(r) for r in rows], ensure_ascii=False, indent=1) + "\n")
        return
    states = {"live": "eingesetzt", "former": "früher", "stored": "abgelegt"}
    for row in rows:
        f1 = f"F1 Themen (Kreuzvalidierung) {_figure(row.theme_f1, 2)}"
        used = f"seit {row.since}: {row.why}" if row.since else ""
        what = row.damaged or f"{row.passages} Passagen, {row.factory}, {f1}"
        click.echo(f"{row.id}  {states[row.state]:<10}  {what}  {used}".rstrip())
    if not rows:
        say("Keine Modelle in diesem Projekt. `insek train` legt eines an.")


@models.command()
@click.argument("model", required=False, metavar="[MODELL]")
@guarded
def show(model: str | None) -> None:
    """Die Karte eines Modells zeigen, ohne Angabe die des eingesetzten."""
    from insek.learn.promote import model_card_of
    from insek.project import Project

    click.echo(model_card_of(Project.find(), model), nl=False)


@models.command()
@click.option("--reason", required=True, metavar="TEXT", help="Warum; steht danach in der Liste der Modelle.")
@guarded
def rollback(reason: str) -> None:
    """Zum früheren Modell zurückkehren."""
    from insek.learn.promote import roll_back
    from insek.project import Project

    given_up, live = roll_back(Project.find(), reason)
    click.echo(f"Eingesetzt: {live} (statt {given_up})")


@main.command()
@click.argument("one", metavar="MODELL_A")
@click.argument("two", metavar="MODELL_B")
@click.argument("plans", nargs=-1, required=True, type=PATH, metavar="PFAD…")
@click.option(
    "--json", "json_file", type=PATH, metavar="DATEI", help="Das Ergebnis als JSON, „-“ für die Standardausgabe."
)
@OCR
@guarded
def compare(one: str, two: str, plans: tuple[Path, ...], json_file: Path | None, ocr: OcrMode) -> None:
    """Zeigen, welche Zellen welcher Pläne sich mit einem anderen Modell ändern, und durch welche Passagen.

    PFAD ist eine Datei oder ein Ordner wie bei `insek screen`. Zuerst steht, wie viel MODELL_B gelernt hat, was
    MODELL_A nicht kannte, und ob diese Labels verdächtig sind. Nichts wird eingesetzt.
    """
    from dataclasses import asdict

    from insek.batch import find_inputs
    from insek.compare import compare_models
    from insek.extract import ExtractSettings
    from insek.guideline import load_guideline
    from insek.learn.alarms import news
    from insek.project import Project

    project = Project.find()
    told = news(project, two, one)
    for line in told:
        say(line)
    paths = [i.path for i in find_inputs(plans)]
    changes = list(compare_models(project, one, two, paths, ExtractSettings(ocr=ocr), say))
    if json_file is not None:
        record = {"before": one, "after": two, "labels": told, "plans": [asdict(c) for c in changes]}
        put(json_file, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    if str(json_file) != "-":
        names = _labels(load_guideline(project.guideline_folder))
        click.echo("\n".join(line for change in changes for line in _change_lines(change, names)))


def _labels(guideline: Any) -> dict[str, str]:
    return {entry.id: entry.label for entry in (*guideline.fields, *guideline.stages)}


_STATES = {
    "evidenced": "belegt",
    "mentioned": "nur erwähnt",
    "not_found": "nicht gefunden",
    "not_readable": "nicht lesbar",
}


def _change_lines(change: PlanChange, names: dict[str, str]) -> list[str]:
    if change.error:
        return [f"{change.source}: {change.error}", ""]
    index = " -> ".join(_figure(v, 1) for v in (change.index_before, change.index_after))
    cells, passages = counted(len(change.cells), "Zelle", "Zellen"), counted(change.passages, "Passage", "Passagen")
    lines = [f"{change.source}: Index {index}, {cells} und {passages} anders"]
    for cell in change.cells:
        lines += _cell_lines(cell, names)
    return [*lines, ""]


def _figure(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace(".", ",")


def _cell_lines(cell: CellChange, names: dict[str, str]) -> list[str]:
    before, after = _STATES[cell.before.value], _STATES[cell.after.value]
    scores = " -> ".join(_figure(v, 2) for v in (cell.score_before, cell.score_after))
    told = before if before == after else f"{before} -> {after}"
    lines = [f"  {names[cell.field]} / {names[cell.stage]}: {told} ({scores})"]
    for cause in cell.causes:
        text = cause.text if len(cause.text) <= 160 else cause.text[:159] + "…"
        lines.append(f"    {'+' if cause.gained else '-'} Seite {cause.page}: {text}")
    return lines
