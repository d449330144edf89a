"""Click in German: headings of the help, the help option, and the errors a user meets when a call is not right."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

_WHOLE = 200
"""Longer than any first sentence: half a sentence in the list of commands would help nobody."""


class GermanCommand(click.Command):
    """A command whose help speaks German."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The help option with a German text."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Diese Hilfe zeigen."
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line with the call."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Aufruf: ")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The parts of the call, `[OPTIONS]` in German."""
        return [p.replace("[OPTIONS]", "[OPTIONEN]").replace("COMMAND [ARGS]...", "BEFEHL …")
                for p in super().collect_usage_pieces(ctx)]  # fmt: skip

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and for a group its commands."""
        records = [
            r for p in self.get_params(ctx) if isinstance(p, click.Option) and (r := p.get_help_record(ctx)) is not None
        ]
        with formatter.section("Optionen"):
            formatter.write_dl([(name, _german(text)) for name, text in records])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


def _german(text: str) -> str:
    """The help of an option with what click adds to it in German."""
    text = text.replace("[required]", "[nötig]").replace("[default:", "[Standard:")
    text = re.sub(r"(\d+)<=x<=(\d+)\]$", r"\1 bis \2]", text)
    return re.sub(r"x>=(\d+)\]$", r"mindestens \1]", text)


class GermanGroup(GermanCommand, click.Group):
    """A group whose help and whose errors speak German."""

    command_class = GermanCommand
    group_class = type
    """Groups within groups are German too."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with the first sentence of their help."""
        rows = [(name, self.commands[name].get_short_help_str(_WHOLE)) for name in self.list_commands(ctx)]
        with formatter.section("Befehle"):
            formatter.write_dl(rows)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> Any:
        """Run, and tell wrong calls in German with exit code 2."""
        if extra.pop("standalone_mode", True) is False:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        try:
            code = super().main(args, prog_name, standalone_mode=False, **extra)
        except click.UsageError as error:
            _refuse(error)
        except click.Abort:
            click.echo("Abgebrochen.", err=True)
            sys.exit(130)
        sys.exit(code if isinstance(code, int) else 0)


def _refuse(error: click.UsageError) -> NoReturn:
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):  # a group without a command, click >= 8.2
        click.echo(error.message, err=True)
        sys.exit(2)
    path = error.ctx.command_path if error.ctx else "insek"
    click.echo(f"Fehler: {usage_message(error)}", err=True)
    click.echo(f"Was tun: `{path} --help` zeigt, wie der Befehl aufgerufen wird.", err=True)
    sys.exit(2)


def usage_message(error: click.UsageError) -> str:
    """What is wrong with a call, in German; an unknown kind of error keeps its own words."""
    if isinstance(error, click.NoSuchOption):
        return f"Die Option {error.option_name} gibt es nicht."
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if isinstance(error.param, click.Argument) and error.ctx else (
            error.param.opts[-1] if error.param else error.param_hint)  # fmt: skip
        return f"Die Angabe {name} fehlt."
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"Die Angabe zu {error.param.opts[-1]} ist ungültig ({_told(error.message)})."
    if error.message.startswith("No such command"):
        name = error.message.split()[3].strip("'.")
        return f"Den Befehl „{name}“ gibt es nicht."
    return error.message


def _told(message: str) -> str:
    """What click says of a value, in German where it is one of its usual sentences."""
    for english, german in _VALUES.items():
        message = re.sub(english, german, message)
    return message.rstrip(".")


_VALUES = {
    r"(\S+) is not in the range (\S+)<=x<=(\S+?)\.?$": r"\1, erlaubt ist \2 bis \3",
    r"(\S+) is not in the range x>=(\S+?)\.?$": r"\1, mindestens \2",
    r"'(.*)' is not a valid (?:integer|float)(?: range)?\.?$": r"„\1“ ist keine Zahl",
    r"'(.*)' is not one of (.*)\.$": r"„\1“, erlaubt ist \2",
}
