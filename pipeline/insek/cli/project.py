"""`insek check` and `insek init`: the rules, labels and models of a project."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from insek.cli.base import PATH, counted, guarded, main, say


@main.command()
@guarded
def check() -> None:
    """Leitfaden, Regeln, Beispiele, Labels und Modelle des Projekts prüfen.

    Jeder Befund nennt Datei und Zeile. Geprüft wird das Projekt, in dem der Befehl gestartet wird, sonst das
    mitgelieferte. Ende-Code 0: alles gültig, 78: Befunde.
    """
    from insek.learn.checks import check_project
    from insek.project import Project

    findings = check_project(Project.find(), say)
    for finding in findings:
        click.echo(finding)
    if findings:
        say(counted(len(findings), "Befund.", "Befunde."))
        sys.exit(78)
    click.echo("Alles gültig.")


@main.command()
@click.argument("folder", type=PATH, metavar="ORDNER")
@guarded
def init(folder: Path) -> None:
    """Ein Projekt anlegen, in dem sich Regeln und Modelle ändern lassen.

    ORDNER darf noch nicht bestehen oder muss leer sein. Er erhält die Regeln, das eingesetzte Modell, die Probepläne,
    Codebuch und Datenblatt, die mitgelieferten Labels und die Testpassagen. Befehle, die darin gestartet werden,
    verwenden ihn.
    """
    from insek.project import create_project

    project = create_project(folder)
    click.echo(f"Projekt angelegt: {project.root}")
    say(f"Weiter mit: cd {project.root} und `insek screen corpus/samples --out reports/proben`.")
