"""Progress of a run: a line per document, and on a terminal a bar with pages per second and the remaining time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from insek.cli.base import counted, say

if TYPE_CHECKING:
    from insek.report.model import PlanResult

Show = Callable[["PlanResult", int, int], None]


@contextmanager
def shown() -> Iterator[Show]:
    """A function to call after each document; where nobody watches it only writes a line."""
    if not sys.stderr.isatty():
        yield lambda plan, done, total: say(line_of(plan, done, total))
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    began = time.monotonic()
    with Progress(TextColumn("Pläne"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"),
                  TextColumn("noch"), TimeRemainingColumn(), console=Console(stderr=True)) as bar:  # fmt: skip
        task = bar.add_task("", total=None, speed="")
        pages = 0

        def show(plan: PlanResult, done: int, total: int) -> None:
            nonlocal pages
            pages += plan.pages
            speed = f"{pages / max(time.monotonic() - began, 0.1):.0f} Seiten/s"
            bar.console.print(line_of(plan, done, total), markup=False, highlight=False)
            bar.update(task, total=total, completed=done, speed=speed)

        yield show


def line_of(plan: PlanResult, done: int, total: int) -> str:
    """What became of a document, in one line."""
    from insek.domain import Status
    from insek.report.safe import visible

    name = visible(plan.source)  # a name may hold what turns the terminal's text around or clears it
    pages = counted(plan.pages, "Seite", "Seiten")
    if plan.status is Status.FAILED:
        return f"[{done}/{total}] nicht gelesen – {visible(f'{plan.error} {plan.todo}')}"
    if plan.status is Status.UNREADABLE:
        return f"[{done}/{total}] {name}: {pages}, kein lesbarer Text – keine Aussage möglich"
    index = plan.coverage.index if plan.coverage else None
    told = "kein Index (zu wenig lesbar)" if index is None else f"Index {index:.0f} von 100"
    part = " – nur teilweise lesbar" if plan.status is Status.PARTIAL else ""
    return f"[{done}/{total}] {name}: {pages}, {told}{part}"
