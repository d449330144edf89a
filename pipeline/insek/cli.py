"""The command line: parse, call, print, exit code. Results go to files or stdout, messages to stderr.

Heavy libraries are imported within the commands, so that `insek --help` answers at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from insek import __version__
from insek.errors import InsekError
from insek.german import GermanGroup

if TYPE_CHECKING:
    from insek.extract import OcrMode
    from insek.report.model import PlanResult, RunResult

_F = TypeVar("_F", bound=Callable[..., Any])
_PATH = click.Path(path_type=Path)
_OCR = click.option(
    "--ocr", type=click.Choice(["auto", "off", "force"]), default="auto", show_default=True,
    help="Texterkennung mit Tesseract. auto: Seiten ohne brauchbare Textebene, off: nie, force: alle Seiten.",
)  # fmt: skip
_EPILOG = (
    "Ende-Codes: 0 gut, 2 falscher Aufruf, 3 fertig, aber einzelne Dateien nicht lesbar, 65 Eingabe nicht lesbar, "
    "66 Eingabe fehlt, 73 Ausgabe nicht möglich, 78 Regeln oder Labels ungültig, 79 Modell ungültig, 130 abgebrochen."
)


def _say(message: str) -> None:
    click.echo(message, err=True)


def _guarded(command: _F) -> _F:
    """Turn expected errors into a message and the exit code of their class."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except InsekError as error:
            _say(f"Fehler: {error.what}")
            if error.todo:
                _say(f"Was tun: {error.todo}")
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            _say("Abgebrochen. Fertige Dokumente bleiben erhalten; derselbe Befehl setzt fort.")
            sys.exit(130)

    return run  # type: ignore[return-value]


@click.group(
    cls=GermanGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=_EPILOG
)
@click.version_option(__version__, prog_name="insek", message="%(prog)s %(version)s", help="Die Version zeigen.")
def main() -> None:
    """Prüft Stadtentwicklungspläne auf Migration, Integration und Teilhabe.

    insek liest Pläne (INSEK, ISEK, STEK) als PDF oder Text, kennzeichnet Passagen nach dem Leitfaden des BBSR und
    schreibt für jeden Plan einen Bericht, in dem jede Zahl mit Zitat und Seite belegt ist. Alles geschieht auf diesem
    Rechner; nichts wird übertragen.
    """


@main.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="PFAD…")
@click.option("--out", required=True, type=_PATH, metavar="ORDNER",
              help="Ordner für die Ergebnisse. Ein abgebrochener Lauf wird dort fortgesetzt.")  # fmt: skip
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="ZAHL",
    help="Prozesse zum Lesen. [Standard: Zahl der Kerne, höchstens 4]",
)
@click.option("--lang", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Sprache der Berichte.")
@_OCR
@click.option("--rules-only", "mode", flag_value="rules", help="Nur die Regeln verwenden, kein Modell.")
@click.option("--model-only", "mode", flag_value="model", help="Nur das Modell verwenden, keine Regeln.")
@_guarded
def screen(paths: tuple[Path, ...], out: Path, jobs: int | None, lang: str, ocr: OcrMode, mode: str | None) -> None:
    """Pläne lesen, kennzeichnen und Berichte schreiben.

    PFAD ist eine Datei (.pdf, .txt, .md) oder ein Ordner, der mit allen Unterordnern durchsucht wird. Eine Datei, die
    sich nicht lesen lässt, wird genannt; die übrigen werden bearbeitet. Einstieg in die Ergebnisse: ORDNER/index.html.
    """
    gc.disable()  # `batch` collects between documents; while modules load there is nothing to collect
    from insek.batch import ScreenSettings, default_jobs
    from insek.batch import screen as screen_all
    from insek.project import Project

    settings = ScreenSettings(mode=mode or "both", lang=lang, ocr=ocr, jobs=jobs or default_jobs())
    run = screen_all(paths, out, Project.find(), settings, _show_plan)
    _summarise(run, out)


def _show_plan(plan: PlanResult, done: int, total: int) -> None:
    from insek.domain import Status

    name = click.format_filename(plan.source)
    if plan.status is Status.FAILED:
        _say(f"[{done}/{total}] nicht gelesen – {plan.error} {plan.todo}")
    elif plan.status is Status.UNREADABLE:
        _say(f"[{done}/{total}] {name}: {plan.pages} Seiten, kein lesbarer Text – keine Aussage möglich")
    else:
        index = plan.coverage.index if plan.coverage else None
        told = "kein Index (zu wenig lesbar)" if index is None else f"Index {index:.0f} von 100"
        part = " – nur teilweise lesbar" if plan.status is Status.PARTIAL else ""
        _say(f"[{done}/{total}] {name}: {plan.pages} Seiten, {told}{part}")


def _summarise(run: RunResult, out: Path) -> None:
    from insek.domain import Status
    from insek.errors import PartialFailure

    counts = {s: sum(p.status is s for p in run.plans) for s in Status}
    files = "1 Datei" if len(run.plans) == 1 else f"{len(run.plans)} Dateien"
    _say(f"{files}: {counts[Status.OK]} gelesen, {counts[Status.PARTIAL]} teilweise, "
         f"{counts[Status.UNREADABLE]} ohne lesbaren Text, {counts[Status.FAILED]} fehlgeschlagen.")  # fmt: skip
    click.echo(f"Bericht: {out / 'index.html'}")
    if counts[Status.UNREADABLE] or counts[Status.FAILED]:
        sys.exit(PartialFailure.exit_code)


@main.command()
@click.argument("plan", type=_PATH, metavar="PLAN")
@click.option("--out", required=True, type=_PATH, metavar="DATEI", help="Zieldatei, „-“ für die Standardausgabe.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True,
              help="text: Lesefolge, Seiten durch Seitenvorschub getrennt. jsonl: eine Passage je Zeile.")  # fmt: skip
@_OCR
@_guarded
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
        _say(f"Hinweis: {warning}")
    _put(out, content)


def _put(out: Path, content: str) -> None:
    from insek.store import write_atomic

    if str(out) == "-":
        click.echo(content, nl=False)
    else:
        write_atomic(out, content)


@main.command()
@click.argument("source", type=_PATH, metavar="EINGABE.jsonl")
@click.option("--out", required=True, type=_PATH, metavar="AUSGABE.jsonl", help="Zieldatei, „-“ für stdout.")
@click.option("--rules-only", "mode", flag_value="rules", help="Nur die Regeln verwenden, kein Modell.")
@click.option("--model-only", "mode", flag_value="model", help="Nur das Modell verwenden, keine Regeln.")
@click.option("--model", metavar="KENNUNG", help="Ein anderes als das eingesetzte Modell.")
@_guarded
def tag(source: Path, out: Path, mode: str | None, model: str | None) -> None:
    """Passagen kennzeichnen: je Zeile {"id", "text", "before"}, dieselbe Reihenfolge in der Ausgabe.

    `before` sind die Überschriften über der Passage, durch Schrägstriche getrennt; es darf fehlen.
    """
    from insek.project import Project
    from insek.run import load_engine, tag_record
    from insek.store import json_line, read_jsonl

    engine = load_engine(Project.find(), mode or "both", model)
    lines = (tag_record(record, engine, f"{source}, Zeile {n}") for n, record in read_jsonl(source))
    _put(out, "".join(json_line(line) + "\n" for line in lines))


@main.command()
@click.argument("run_dir", type=_PATH, metavar="LAUF")
@click.option("--lang", type=click.Choice(["de", "en"]), help="Sprache der Berichte. [Standard: die des Laufs]")
@_guarded
def report(run_dir: Path, lang: str | None) -> None:
    """Die Berichte eines Laufs aus den gespeicherten Kennzeichen neu schreiben."""
    from insek.guideline import load_guideline
    from insek.project import Project
    from insek.rundir import render_again

    run = render_again(run_dir, load_guideline(Project.find().guideline_folder), lang)
    click.echo(f"{len(run.plans)} Berichte neu geschrieben: {run_dir / 'index.html'}")


@main.command()
@click.option("--labels", type=_PATH, metavar="ORDNER", help="Ordner mit Labels. [Standard: corpus/labels]")
@click.option(
    "--factory",
    metavar="NAME",
    default="logistic",
    show_default=True,
    help="Verfahren: logistic, linear_svm oder ridge.",
)
@click.option("--seed", type=int, metavar="ZAHL", default=20231, show_default=True, help="Anfangswert des Zufalls.")
@click.option("--promote", is_flag=True, help="Das neue Modell sofort einsetzen.")
@_guarded
def train(labels: Path | None, factory: str, seed: int, promote: bool) -> None:
    """Aus gekennzeichneten Passagen ein Modell lernen und mit seiner Karte unter models/ ablegen."""
    from insek.learn.commands import train_model
    from insek.project import Project

    folder = train_model(Project.find(), labels, factory, seed, _say, promote_it=promote)
    click.echo(f"Modell: {folder}")


@main.command()
@click.argument("model", required=False, metavar="[MODELL]")
@click.option("--labels", type=_PATH, metavar="ORDNER", help="Ordner mit Labels. [Standard: corpus/labels]")
@_guarded
def evaluate(model: str | None, labels: Path | None) -> None:
    """Güte je Kennzeichen: Regeln, Modell, beide zusammen und eine einfache Stichwortsuche.

    Ohne --labels wird auf den Trainingslabels gemessen, dann aus der Kreuzvalidierung nach Gemeinden.
    """
    from insek.learn.commands import evaluation_table
    from insek.project import Project

    click.echo(evaluation_table(Project.find(), model, labels))


@main.command()
@_guarded
def check() -> None:
    """Leitfaden, Regeln, Beispiele, Labels und Modelle des Projekts prüfen.

    Jeder Befund nennt Datei und Zeile. Geprüft wird das Projekt, in dem der Befehl gestartet wird, sonst das
    mitgelieferte. Ende-Code 0: alles gültig, 78: Befunde.
    """
    from insek.learn.checks import check_project
    from insek.project import Project

    findings = check_project(Project.find(), _say)
    for finding in findings:
        click.echo(finding)
    if findings:
        _say(f"{len(findings)} Befunde.")
        sys.exit(78)
    click.echo("Alles gültig.")


@main.command()
@click.argument("folder", type=_PATH, metavar="ORDNER")
@_guarded
def init(folder: Path) -> None:
    """Ein Projekt anlegen, in dem sich Regeln und Modelle ändern lassen.

    ORDNER darf noch nicht bestehen oder muss leer sein. Er erhält die Regeln, das eingesetzte Modell, die Probepläne
    und einen leeren Ordner für eigene Labels; Befehle, die darin gestartet werden, verwenden ihn.
    """
    from insek.project import create_project

    project = create_project(folder)
    click.echo(f"Projekt angelegt: {project.root}")
    _say(f"Weiter mit: cd {project.root} und `insek screen corpus/samples --out reports/proben`.")


if __name__ == "__main__":
    main()
