"""`insek review`: the review desk in the browser."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from insek.cli.base import PATH, guarded, main, say


@main.command()
@click.argument("run_dir", type=PATH, metavar="LAUF")
@click.option("--annotator", metavar="NAME", help="Wer prüft. [Standard: der Anmeldename]")
@click.option(
    "--blind", is_flag=True,
    help="Zweite Person: Vorschläge des Programms und Urteile anderer bleiben verdeckt, bis entschieden ist.",
)  # fmt: skip
@click.option("--plans", type=PATH, metavar="ORDNER", help="Wo die PDF-Dateien liegen, falls sie verschoben wurden.")
@click.option("--seed", type=click.IntRange(0), metavar="ZAHL", default=20231, show_default=True,
              help="Anfangswert des Zufalls für die Stichprobe.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535), metavar="ZAHL", default=0,
              help="Anschluss auf diesem Rechner. [Standard: ein freier]")  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Nur die Adresse zeigen, keinen Browser öffnen.")
@guarded
def review(run_dir: Path, annotator: str | None, blind: bool, plans: Path | None, seed: int, port: int,
           no_browser: bool) -> None:  # fmt: skip
    """Passagen eines Laufs im Browser prüfen und berichtigen.

    Der Prüfplatz ist nur von diesem Rechner aus erreichbar. Jede Entscheidung steht sofort in LAUF/reviews.jsonl und,
    in einem eigenen Projekt, unter corpus/labels/. In den Berichten gehen Entscheidungen von Menschen dem Programm vor;
    `insek report LAUF` oder der Prüfplatz schreibt sie neu.
    """
    from insek.project import Project
    from insek.review.desk import Desk, DeskSettings
    from insek.review.server import serve

    project = Project.find()
    desk = Desk(run_dir, project, DeskSettings(_annotator(annotator), blind, plans, seed))
    if project.bundled:
        say("Das mitgelieferte Projekt wird nicht verändert: Die Entscheidungen stehen nur beim Lauf.")
        say("Damit das Programm daraus lernt, mit `insek init ORDNER` ein eigenes Projekt anlegen und dort starten.")
    say("Prüfplatz (Ende mit Strg-C):")
    serve(desk, port, click.echo, browser=not no_browser)
    say("Prüfplatz geschlossen. Alle Entscheidungen sind gespeichert.")


def _annotator(given: str | None) -> str:
    """The name that stands beside the decisions; that of the login where none is given."""
    try:
        name = " ".join((given or getpass.getuser()).split())
    except (OSError, KeyError, ImportError):  # no name of a login, as in a container (KeyError before Python 3.13)
        name = ""
    if not name or len(name) > 60 or not name.isprintable() or "," in name:
        raise click.UsageError("--annotator braucht einen Namen ohne Komma, höchstens 60 Zeichen.")
    return name
