"""A process that ends with the one that started it, however that ends: orphans would go on writing, or run for ever."""

from __future__ import annotations

import os
import threading
import time

import psutil

_TICK = 0.2
"""Seconds between looks."""


def leave_with_parent() -> None:
    """From now on end this process at once when its parent is gone."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent and psutil.pid_exists(parent):  # Windows never gives an orphan another parent
        time.sleep(_TICK)
    os._exit(1)
