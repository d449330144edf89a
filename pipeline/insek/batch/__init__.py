"""Screening many plans: parallel, resumable, with each fault kept to its document."""

from insek.batch.crew import Limits
from insek.batch.executors import Executor, LocalExecutor
from insek.batch.inputs import Input, find_inputs
from insek.batch.screening import Progress, screen
from insek.batch.settings import ScreenSettings, default_jobs

__all__ = [
    "Executor",
    "Input",
    "Limits",
    "LocalExecutor",
    "Progress",
    "ScreenSettings",
    "default_jobs",
    "find_inputs",
    "screen",
]
