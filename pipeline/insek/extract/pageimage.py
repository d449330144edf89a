"""Pictures of PDF pages for people to look at, drawn in a process of their own.

PDFium is not safe for use by several threads and may crash on a damaged page: here it takes nothing along but itself.
Time and size of a picture are bounded.
"""

from __future__ import annotations

import io
import multiprocessing
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from insek.errors import InputError, InsekError

_SECONDS = 30.0
_MAX_PIXELS = 12_000_000
"""Large sheets (plans of A0) are drawn smaller: more would not be seen on a screen."""
_WIDTH = 1240
"""Pixels across: A4 at 150 dpi, sharp on a screen of usual width."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as PNG with its size in points, in which the boxes of passages are given."""

    png: bytes
    width_pt: float
    height_pt: float


class PageImages:
    """Pages of any PDFs, one after the other; the last ones stay in memory up to `most` bytes.

    Safe for use by several threads.
    """

    def __init__(self, most: int = 64_000_000) -> None:
        """Start nothing yet: the process comes with the first page."""
        self._most = most
        self._kept: OrderedDict[tuple[Path, int], PageImage] = OrderedDict()
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def page(self, path: Path, number: int) -> PageImage:
        """The page with this number (1-based); InputError where there is none or it cannot be drawn."""
        with self._lock:
            key = path, number
            if key not in self._kept:
                self._kept[key] = self._drawn(path, number)
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(len(image.png) for image in self._kept.values()) > self._most:
                self._kept.popitem(last=False)
            return self._kept[key]

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _drawn(self, path: Path, number: int) -> PageImage:
        pipe = self._running()
        try:
            pipe.send((path, number))
            if not pipe.poll(_SECONDS):
                self._stop()
                raise InputError(f"{path.name}, Seite {number}: Das Zeichnen dauert zu lange.", "Im PDF ansehen.")
            answer = pipe.recv()
        except (EOFError, OSError):
            self._stop()
            raise InputError(f"{path.name}, Seite {number}: Die Seite lässt sich nicht zeichnen.",
                             "Im PDF ansehen.") from None  # fmt: skip
        if isinstance(answer, InsekError):
            raise answer
        assert isinstance(answer, PageImage)
        return answer

    def _running(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._stop()
            context = multiprocessing.get_context("spawn")  # this process has threads
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_draw_all, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
        return self._pipe

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _draw_all(pipe: Connection) -> None:
    """Draw what is asked for until nobody asks any more."""
    with suppress(EOFError, KeyboardInterrupt, OSError):
        while True:
            path, number = pipe.recv()
            try:
                pipe.send(_draw(path, number))
            except InsekError as error:
                pipe.send(error)


def _draw(path: Path, number: int) -> PageImage:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(_WIDTH / max(width, 1), (_MAX_PIXELS / max(width * height, 1)) ** 0.5)
            picture = page.render(scale=scale, may_draw_forms=False).to_pil()
            file = io.BytesIO()
            picture.save(file, "PNG", compress_level=3)
            return PageImage(file.getvalue(), width, height)
    except (pypdfium2.PdfiumError, IndexError, OSError, MemoryError):
        raise InputError(f"{path.name}, Seite {number}: Die Seite lässt sich nicht zeichnen.",
                         "Im PDF ansehen.") from None  # fmt: skip
