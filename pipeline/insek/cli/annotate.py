"""`insek highlight`: copies of the plans with the evidence highlighted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from insek.cli.base import PATH, guarded, main, say


@main.command()
@click.argument("run_dir", type=PATH, metavar="LAUF")
@click.option("--plans", multiple=True, type=PATH, metavar="PFAD",
              help="Datei oder Ordner mit den Plänen, falls sie nicht mehr am alten Ort liegen; mehrfach.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, 64), metavar="ZAHL",
              help="Pläne zugleich. [Standard: Zahl der Kerne, höchstens 4]")  # fmt: skip
@guarded
def highlight(run_dir: Path, plans: tuple[Path, ...], jobs: int | None) -> None:
    """Kopien der Pläne eines Laufs mit hervorgehobenen Belegen anlegen.

    Neben jedem Bericht entsteht highlighted.pdf: Farbe nach Thema, in der Notiz Thema, Handlungsfeld, Planungsschritt
    und Begründung. Verweise, Anhänge und Skripte des Originals kommen nicht in die Kopie. Von Plänen im Textformat gibt
    es keine. Ende-Code 3: Einzelne Kopien ließen sich nicht anlegen.
    """
    from insek.errors import PartialFailure

    if not write_highlights(run_dir, plans, jobs):
        sys.exit(PartialFailure.exit_code)


def write_highlights(run_dir: Path, plans: Sequence[Path], jobs: int | None) -> bool:
    """Write the copies of a run and tell what became of them; False where one could not be made."""
    from insek.batch import Limits, default_jobs
    from insek.batch.highlighting import highlight as write_all
    from insek.guideline import load_guideline
    from insek.project import Project

    guideline = load_guideline(Project.find().guideline_folder)
    copies = write_all(run_dir, guideline, plans, jobs or default_jobs(), Limits(600, 4000))
    failed = [copy for copy in copies if copy.error]
    for copy in failed:
        say(f"Keine Kopie: {copy.error}")
    written, others = sum(copy.written for copy in copies), sum(not (copy.written or copy.error) for copy in copies)
    without = f"; {others} nicht als PDF gelesen" if others else ""
    click.echo(f"Hervorgehobene Kopien: {written} geschrieben, {len(failed)} nicht möglich{without}.")
    return not failed
