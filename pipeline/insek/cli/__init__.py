"""The command line: parse, call, print, exit code. Results go to files or stdout, messages to stderr.

Heavy libraries are imported within the commands, so that `insek --help` answers at once.
"""

from insek.cli import annotate, labels, models, passages, project, review, rules, screen
from insek.cli.base import main

__all__ = ["annotate", "labels", "main", "models", "passages", "project", "review", "rules", "screen"]
