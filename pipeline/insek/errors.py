"""Errors that a user can act on: what is wrong, where, what to do, and the exit code of its class.

They are turned into text once, in `cli`. Exit codes follow the classes of sysexits where one fits.
"""

from __future__ import annotations

import errno

_CAUSES = {
    errno.EACCES: "kein Zugriff; vielleicht ist es in einem anderen Programm geöffnet",
    errno.EPERM: "nicht erlaubt",
    errno.ENOENT: "gibt es nicht",
    errno.EISDIR: "ist ein Ordner",
    errno.ENOTDIR: "ein Teil des Pfades ist kein Ordner",
    errno.ENOSPC: "der Datenträger ist voll",
    errno.EROFS: "der Datenträger ist schreibgeschützt",
    errno.EIO: "der Datenträger antwortet mit Fehlern",
    errno.ENAMETOOLONG: "der Name ist zu lang",
    errno.EADDRINUSE: "schon in Gebrauch",
}
"""What the system says, in German. Windows reports a file that is open elsewhere as EACCES."""


class InsekError(Exception):
    """Base of all expected errors. `what` names the fault, `todo` the remedy; both are shown to the user."""

    exit_code = 1

    def __init__(self, what: str, todo: str = "") -> None:
        """Keep fault and remedy apart so that reports can show them in two columns."""
        super().__init__(what)
        self.what = what
        self.todo = todo

    def __str__(self) -> str:
        """Fault and remedy in one line."""
        return f"{self.what} {self.todo}".strip()

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """Survive the way out of a worker process."""
        return type(self), (self.what, self.todo)


class UsageError(InsekError):
    """The command cannot be carried out as given (exit 2)."""

    exit_code = 2


class InputError(InsekError):
    """An input file cannot be read (exit 65)."""

    exit_code = 65


class MissingInputError(InsekError):
    """A path does not exist or holds nothing to read (exit 66)."""

    exit_code = 66


class OutputError(InsekError):
    """The output cannot be written, or the output folder belongs to something else (exit 73)."""

    exit_code = 73


class ConfigError(InsekError):
    """Rules, guideline, settings or labels of the project are not valid (exit 78)."""

    exit_code = 78


class ModelError(InsekError):
    """A model is missing, foreign, damaged or does not fit this version (exit 79)."""

    exit_code = 79


class PartialFailure(InsekError):  # noqa: N818 - not a fault of the run: it is complete, some inputs were not readable
    """The run is complete but some inputs could not be read (exit 3)."""

    exit_code = 3


def cause(error: OSError) -> str:
    """Why the system refused, in German for what users meet; else in the words of the system."""
    return _CAUSES.get(error.errno or 0) or error.strerror or str(error)
