"""`insek screen` and `insek report`: from plans to reports."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from insek.cli.base import EPILOG, OCR, PATH, guarded, main, say

if TYPE_CHECKING:
    from insek.extract import OcrMode
    from insek.report.model import PlanResult, RunResult


@main.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PFAD…")
@click.option("--out", required=True, type=PATH, metavar="ORDNER",
              help="Ordner für die Ergebnisse. Ein abgebrochener Lauf wird dort fortgesetzt.")  # fmt: skip
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="ZAHL",
    help="Prozesse zum Lesen. [Standard: Zahl der Kerne, höchstens 4]",
)
@click.option("--lang", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Sprache der Berichte.")
@OCR
@click.option("--rules-only", "mode", flag_value="rules", help="Nur die Regeln verwenden, kein Modell.")
@click.option("--model-only", "mode", flag_value="model", help="Nur das Modell verwenden, keine Regeln.")
@guarded
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
        say(f"[{done}/{total}] nicht gelesen – {plan.error} {plan.todo}")
    elif plan.status is Status.UNREADABLE:
        say(f"[{done}/{total}] {name}: {plan.pages} Seiten, kein lesbarer Text – keine Aussage möglich")
    else:
        index = plan.coverage.index if plan.coverage else None
        told = "kein Index (zu wenig lesbar)" if index is None else f"Index {index:.0f} von 100"
        part = " – nur teilweise lesbar" if plan.status is Status.PARTIAL else ""
        say(f"[{done}/{total}] {name}: {plan.pages} Seiten, {told}{part}")


def _summarise(run: RunResult, out: Path) -> None:
    from insek.domain import Status
    from insek.errors import PartialFailure

    counts = {s: sum(p.status is s for p in run.plans) for s in Status}
    files = "1 Datei" if len(run.plans) == 1 else f"{len(run.plans)} Dateien"
    say(f"{files}: {counts[Status.OK]} gelesen, {counts[Status.PARTIAL]} teilweise, "
         f"{counts[Status.UNREADABLE]} ohne lesbaren Text, {counts[Status.FAILED]} fehlgeschlagen.")  # fmt: skip
    click.echo(f"Bericht: {out / 'index.html'}")
    if counts[Status.UNREADABLE] or counts[Status.FAILED]:
        sys.exit(PartialFailure.exit_code)


@main.command()
@click.argument("run_dir", type=PATH, metavar="LAUF")
@click.option("--lang", type=click.Choice(["de", "en"]), help="Sprache der Berichte. [Standard: die des Laufs]")
@guarded
def report(run_dir: Path, lang: str | None) -> None:
    """Die Berichte eines Laufs aus den gespeicherten Kennzeichen neu schreiben."""
    from insek.guideline import load_guideline
    from insek.project import Project
    from insek.rundir import render_again

    run = render_again(run_dir, load_guideline(Project.find().guideline_folder), lang)
    click.echo(f"{len(run.plans)} Berichte neu geschrieben: {run_dir / 'index.html'}")
