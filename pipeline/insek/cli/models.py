"""`insek train` and `insek evaluate`."""

from __future__ import annotations

from pathlib import Path

import click

from insek.cli.base import PATH, guarded, main, say


@main.command()
@click.option("--labels", type=PATH, metavar="ORDNER", help="Ordner mit Labels. [Standard: corpus/labels]")
@click.option(
    "--factory",
    metavar="NAME",
    default="logistic",
    show_default=True,
    help="Verfahren: logistic, linear_svm oder ridge.",
)
@click.option("--seed", type=int, metavar="ZAHL", default=20231, show_default=True, help="Anfangswert des Zufalls.")
@click.option("--promote", is_flag=True, help="Das neue Modell sofort einsetzen.")
@guarded
def train(labels: Path | None, factory: str, seed: int, promote: bool) -> None:
    """Aus gekennzeichneten Passagen ein Modell lernen und mit seiner Karte unter models/ ablegen."""
    from insek.learn.commands import train_model
    from insek.project import Project

    folder = train_model(Project.find(), labels, factory, seed, say, promote_it=promote)
    click.echo(f"Modell: {folder}")


@main.command()
@click.argument("model", required=False, metavar="[MODELL]")
@click.option("--labels", type=PATH, metavar="ORDNER", help="Ordner mit Labels. [Standard: corpus/labels]")
@guarded
def evaluate(model: str | None, labels: Path | None) -> None:
    """Güte je Kennzeichen: Regeln, Modell, beide zusammen und eine einfache Stichwortsuche.

    Ohne --labels wird auf den Trainingslabels gemessen, dann aus der Kreuzvalidierung nach Gemeinden.
    """
    from insek.learn.commands import evaluation_table
    from insek.project import Project

    click.echo(evaluation_table(Project.find(), model, labels))
