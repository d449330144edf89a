"""Pages of a file that might never end, read by a process of its own that can be stopped.

The process writes one page after another; where it keeps silent for too long, or ends before its time, the page is
given up with a reason and a new process goes on behind it.
"""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import IO

from insek.domain import PageState
from insek.extract.settings import ExtractSettings
from insek.extract.words import RawPage
from insek.orphans import leave_with_parent

GIVE_UP = 5
"""Pages given up in one file before the rest is given up with them: each may have cost the full time."""
_LENGTH = struct.Struct("<Q")
_SLOW = "Sie ist so verschachtelt, dass das Lesen nach {seconds:.0f} Sekunden abgebrochen wurde."
_BROKEN = "Das Leseprogramm brach auf dieser Seite ab: Sie ist beschädigt oder braucht zu viel Arbeitsspeicher."
_REST = "Nach {count} Seiten, die nicht gelesen werden konnten, wurde die Datei nicht weiter gelesen."


def read_guarded(data: bytes, settings: ExtractSettings, count: int) -> Iterator[RawPage]:
    """All `count` pages; those that take too long or end the process are `failed` with their reason."""
    done = given_up = 0
    while done < count:
        if given_up == GIVE_UP:
            yield from (_failed(n, _REST.format(count=GIVE_UP)) for n in range(done + 1, count + 1))
            return
        reason = ""
        for page in _Child(data, settings, done, count):
            if isinstance(page, RawPage):
                done += 1
                yield page
            else:
                reason = page
        if done < count:
            done, given_up = done + 1, given_up + 1
            yield _failed(done, reason)


def _failed(number: int, reason: str) -> RawPage:
    return RawPage(number, 0, 0, state=PageState.FAILED, reason=reason)


class _Child:
    """A process that reads pages; iterating gives them, and last the reason where it did not come to its end."""

    def __init__(self, data: bytes, settings: ExtractSettings, first: int, stop: int) -> None:
        self.order = pickle.dumps((settings, first, stop))
        self.data = data
        self.seconds = settings.page_seconds
        self.silent = False

    def __iter__(self) -> Iterator[RawPage | str]:
        command = [sys.executable, "-m", "insek.extract.guarded"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
            assert run.stdin is not None
            assert run.stdout is not None
            try:
                _send(run.stdin, self.order)
                _send(run.stdin, self.data)
                run.stdin.close()
            except BrokenPipeError:
                yield _BROKEN
                return
            try:
                while packed := self._next(run):
                    yield pickle.loads(packed)  # what our own process wrote
            except GeneratorExit:
                run.kill()
                raise
            if run.wait() != 0:
                yield _SLOW.format(seconds=self.seconds) if self.silent else _BROKEN

    def _next(self, run: subprocess.Popen[bytes]) -> bytes:
        """What the process writes next, empty at its end; it is stopped when it keeps silent."""
        assert run.stdout is not None

        def stop() -> None:
            self.silent = True
            run.kill()

        timer = threading.Timer(self.seconds, stop)
        timer.start()
        try:
            return _receive(run.stdout)
        finally:
            timer.cancel()


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return b""
    size = _LENGTH.unpack(head)[0]
    data = pipe.read(size)
    return data if len(data) == size else b""


def _bound_memory(size: int) -> None:
    """Let the system refuse this process more memory; Windows has no such call, macOS does not heed it."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (size if hard < 0 else min(size, hard), hard))


def _main() -> None:
    """Read an order and a file from standard input, write pages to standard output."""
    from insek.extract.pdffile import read_pages

    leave_with_parent()  # nobody would stop a page without end
    settings, first, stop = pickle.loads(_receive(sys.stdin.buffer))
    data = _receive(sys.stdin.buffer)
    _bound_memory(settings.page_memory + len(data))
    for page in read_pages(data, settings, first, stop):
        _send(sys.stdout.buffer, pickle.dumps(page))


if __name__ == "__main__":
    _main()
