"""`insek screen` and `insek report`: from plans to reports."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from insek.cli.annotate import write_highlights
from insek.cli.base import EPILOG, OCR, PATH, counted, guarded, main, say
from insek.cli.progress import shown

if TYPE_CHECKING:
    from insek.batch import Executor, Limits
    from insek.extract import OcrMode
    from insek.report.model import RunResult


@main.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PFAD…")
@click.option("--out", required=True, type=PATH, metavar="ORDNER",
              help="Ordner für die Ergebnisse. Ein abgebrochener Lauf wird dort fortgesetzt.")  # fmt: skip
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="ZAHL",
    help="Dokumente zugleich, je eines in einem eigenen Prozess. [Standard: Zahl der Kerne, höchstens 4]",
)
@click.option("--timeout", type=click.IntRange(1), default=1800, show_default=True, metavar="SEKUNDEN",
              help="So lange darf ein Dokument dauern; danach wird es aufgegeben und genannt.")  # fmt: skip
@click.option("--max-memory", type=click.IntRange(100), default=4000, show_default=True, metavar="MB",
              help="So viel Speicher darf ein Dokument brauchen; darüber wird es aufgegeben und genannt.")  # fmt: skip
@click.option("--executor", type=click.Choice(["local", "dask"]), default="local", show_default=True,
              help="local: auf diesem Rechner. dask: auf einem Dask-Cluster mit gemeinsamem Ordner.")  # fmt: skip
@click.option("--scheduler", metavar="ADRESSE", help="Adresse des Dask-Schedulers, etwa tcp://10.0.0.5:8786.")
@click.option("--fresh", is_flag=True, help="Alle Dokumente neu bearbeiten, auch die schon fertigen.")
@click.option("--lang", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Sprache der Berichte.")
@click.option("--workbook", is_flag=True, help="Auch die Arbeitsmappe coverage.xlsx mit Prüfbogen schreiben.")
@click.option("--highlight", is_flag=True, help="Auch Kopien der Pläne mit hervorgehobenen Belegen schreiben.")
@OCR
@click.option("--rules-only", "mode", flag_value="rules", help="Nur die Regeln verwenden, kein Modell.")
@click.option("--model-only", "mode", flag_value="model", help="Nur das Modell verwenden, keine Regeln.")
@guarded
def screen(paths: tuple[Path, ...], out: Path, jobs: int | None, timeout: int, max_memory: int, executor: str,
           scheduler: str | None, fresh: bool, lang: str, workbook: bool, highlight: bool,
           ocr: OcrMode, mode: str | None) -> None:  # fmt: skip
    """Pläne lesen, kennzeichnen und Berichte schreiben.

    PFAD ist eine Datei (.pdf, .txt, .md) oder ein Ordner, der mit allen Unterordnern durchsucht wird. Eine Datei, die
    sich nicht lesen lässt, wird genannt; die übrigen werden bearbeitet. Einstieg in die Ergebnisse: ORDNER/index.html.
    Derselbe Befehl setzt einen abgebrochenen Lauf fort. Haben sich nur Regeln oder Modell geändert, wird neu
    gekennzeichnet, ohne die Pläne noch einmal zu lesen.
    """
    gc.disable()  # `batch` collects between documents; while modules load there is nothing to collect
    from insek.batch import Limits, ScreenSettings, default_jobs
    from insek.batch import screen as screen_all
    from insek.project import Project

    settings = ScreenSettings(mode=mode or "both", lang=lang, ocr=ocr, jobs=jobs or default_jobs(), fresh=fresh,
                              limits=Limits(timeout, max_memory), workbook=workbook)  # fmt: skip
    where = _cluster(scheduler, settings.limits) if executor == "dask" else None
    with shown() as show:
        run = screen_all(paths, out, Project.find(), settings, show, where)
    copied = not highlight or write_highlights(out, paths, jobs)
    _summarise(run, out, copied=copied)


def _cluster(scheduler: str | None, limits: Limits) -> Executor:
    from insek.errors import UsageError

    if not scheduler:
        raise UsageError("Zu --executor dask fehlt --scheduler.", "„dask scheduler“ gibt beim Start seine Adresse aus.")
    try:
        from insek.batch.cluster import DaskExecutor
    except ImportError:
        raise UsageError("Für --executor dask fehlt die Bibliothek distributed.",
                         "Nachinstallieren: pip install 'insek[cluster]'.") from None  # fmt: skip
    return DaskExecutor(scheduler, limits)


def _summarise(run: RunResult, out: Path, *, copied: bool) -> None:
    from insek.domain import Status
    from insek.errors import PartialFailure

    counts = {s: sum(p.status is s for p in run.plans) for s in Status}
    files = counted(len(run.plans), "Datei", "Dateien")
    say(f"{files}: {counts[Status.OK]} gelesen, {counts[Status.PARTIAL]} teilweise, "
         f"{counts[Status.UNREADABLE]} ohne lesbaren Text, {counts[Status.FAILED]} fehlgeschlagen.")  # fmt: skip
    click.echo(f"Bericht: {out / 'index.html'}")
    if counts[Status.UNREADABLE] or counts[Status.FAILED] or not copied:
        sys.exit(PartialFailure.exit_code)


@main.command()
@click.argument("run_dir", type=PATH, metavar="LAUF")
@click.option("--lang", type=click.Choice(["de", "en"]), help="Sprache der Berichte. [Standard: die des Laufs]")
@click.option("--workbook", is_flag=True, help="Auch die Arbeitsmappe coverage.xlsx mit Prüfbogen schreiben.")
@guarded
def report(run_dir: Path, lang: str | None, workbook: bool) -> None:
    """Die Berichte eines Laufs aus den gespeicherten Kennzeichen neu schreiben.

    Eine Arbeitsmappe, die der Lauf schon hat, wird auch neu geschrieben.
    """
    from insek.guideline import load_guideline
    from insek.learn.policy import load_vocabulary
    from insek.project import Project
    from insek.runbook import has_workbook, write_workbook
    from insek.rundir import render_again

    folder = Project.find().guideline_folder
    guideline = load_guideline(folder)
    workbook = workbook or has_workbook(run_dir)
    run = render_again(run_dir, guideline, lang)
    if workbook:
        lang = lang or str(run.provenance.get("lang", "de"))
        write_workbook(run_dir, run, lang, load_vocabulary(folder, guideline))
    click.echo(f"{counted(len(run.plans), 'Bericht', 'Berichte')} neu geschrieben: {run_dir / 'index.html'}")


@main.command(epilog=EPILOG)
@click.argument("run_dir", type=PATH, metavar="LAUF")
@click.argument("paths", nargs=-1, type=PATH, metavar="[PFAD…]")
@guarded
def verify(run_dir: Path, paths: tuple[Path, ...]) -> None:
    """Prüfen, ob ein Lauf noch zu seinen Plänen und gespeicherten Kennzeichen passt.

    Alle Zahlen, Zitate und Berichte werden aus den gespeicherten Kennzeichen neu gebildet und verglichen. Mit PFAD
    werden auch die Dateien selbst mit den Prüfsummen des Laufs verglichen. Ende-Code 65: Abweichungen.
    """
    from insek.guideline import load_guideline
    from insek.learn.policy import load_vocabulary
    from insek.project import Project
    from insek.verify import verify as findings_of

    folder = Project.find().guideline_folder
    guideline = load_guideline(folder)
    findings = findings_of(run_dir, guideline, load_vocabulary(folder, guideline), paths)
    for finding in findings:
        click.echo(finding)
    if findings:
        say(counted(len(findings), "Abweichung.", "Abweichungen."))
        sys.exit(65)
    click.echo("Alles stimmt überein.")
