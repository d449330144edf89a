"""What all commands share: the group, common options, messages, and errors turned into exit codes."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from insek import __version__
from insek.errors import InsekError
from insek.german import GermanGroup

_F = TypeVar("_F", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)
OCR = click.option(
    "--ocr", type=click.Choice(["auto", "off", "force"]), default="auto", show_default=True,
    help="Texterkennung mit Tesseract. auto: Seiten ohne brauchbare Textebene, off: nie, force: alle Seiten.",
)  # fmt: skip
EPILOG = (
    "Ende-Codes: 0 gut, 2 falscher Aufruf, 3 fertig, aber einzelne Dateien nicht lesbar, 4 Modell abgelehnt, "
    "65 Eingabe nicht lesbar oder fehlerhaft, 66 Eingabe fehlt, 73 Ausgabe nicht möglich, "
    "78 Regeln oder Labels ungültig, 79 Modell ungültig, 130 abgebrochen."
)


def say(message: str) -> None:
    """A message to the user, on stderr: stdout is for results."""
    click.echo(message, err=True)


def guarded(command: _F) -> _F:
    """Turn expected errors into a message and the exit code of their class."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except InsekError as error:
            say(f"Fehler: {error.what}")
            if error.todo:
                say(f"Was tun: {error.todo}")
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            say("Abgebrochen. Was fertig ist, bleibt erhalten; einen Lauf setzt derselbe Befehl fort.")
            sys.exit(130)

    return run  # type: ignore[return-value]


@click.group(
    cls=GermanGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG
)
@click.version_option(__version__, prog_name="insek", message="%(prog)s %(version)s", help="Die Version zeigen.")
def main() -> None:
    """Prüft Stadtentwicklungspläne auf Migration, Integration und Teilhabe.

    insek liest Pläne (INSEK, ISEK, STEK) als PDF oder Text, kennzeichnet Passagen nach dem Leitfaden des BBSR und
    schreibt für jeden Plan einen Bericht, in dem jede Zahl mit Zitat und Seite belegt ist. Alles geschieht auf diesem
    Rechner; nichts wird übertragen.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # redirected on Windows it takes cp1252, and plans hold more than that
        sys.stdout.reconfigure(errors="backslashreplace")


def put(out: Path, content: str) -> None:
    """Write a result to a file, or to stdout for `-`."""
    from insek.store import write_atomic

    if str(out) == "-":
        result(content)
    else:
        write_atomic(out, content)


def result(content: str) -> None:
    """What other programs read, on stdout: UTF-8 with plain line ends on every system, unless a person is watching."""
    if sys.stdout.isatty():
        click.echo(content, nl=False)
    else:
        click.echo(content.encode("utf-8", "backslashreplace"), nl=False)


def counted(n: int, one: str, many: str) -> str:
    """A number with its noun: "1 Zelle", "2 Zellen"."""
    return f"{n} {one if n == 1 else many}"
