"""Files that only grow: a line is on disk before the next passage is shown, and a line that was cut off is no line."""

from __future__ import annotations

import datetime
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from insek.errors import InputError, InsekError, OutputError, cause
from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage, label_record, read_labels
from insek.reviews import REVIEWS, Place, Review, parse_lines, review_line
from insek.store import json_line


class Conflict(InsekError):  # noqa: N818 - nobody made a mistake
    """Somebody decided about the passage after it had been shown; `last` is what they said."""

    def __init__(self, last: Review) -> None:
        """Keep the decision that came first."""
        super().__init__("Diese Passage wurde inzwischen an anderer Stelle entschieden.",
                         "Ansehen, was dort gewählt wurde, und neu entscheiden.")  # fmt: skip
        self.last = last


class Journal:
    """`reviews.jsonl` of a run: read once, then only what others added; written line by line.

    Several desks may work in one run directory. Lines are added under a lock of the operating system, after what the
    others wrote was read.
    """

    def __init__(self, run: Path, guideline: Guideline) -> None:
        """Read all lines; InputError or ConfigError where the file is damaged."""
        self._path, self._guideline = run / REVIEWS, guideline
        self._offset = self._lines = 0
        self._reviews: list[Review] = []
        self._latest: dict[Place, dict[str, Review]] = defaultdict(dict)
        self._last: dict[Place, Review] = {}
        self.refresh()

    @property
    def reviews(self) -> list[Review]:
        """All decisions read so far, in order."""
        return self._reviews

    def refresh(self) -> None:
        """Read the lines that were added since."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return
        except OSError as error:
            raise InputError(f"{self._path} kann nicht gelesen werden ({cause(error)}).", "Rechte prüfen.") from None
        whole = data[: data.rfind(b"\n") + 1]
        for review in parse_lines(whole, self._lines + 1, self._path, self._guideline):
            self._reviews.append(review)
            self._latest[review.place][review.label.annotator] = self._last[review.place] = review
        self._offset += len(whole)
        self._lines += whole.count(b"\n")

    def version(self, place: Place, annotator: str | None) -> int:
        """Line number (1-based) of the last decision about a passage, 0 for none; of one person, or of anybody."""
        last = self.last(place, annotator)
        return last.number if last else 0

    def last(self, place: Place, annotator: str | None) -> Review | None:
        """The last decision about a passage, of one person or (None) of anybody."""
        if annotator is None:
            return self._last.get(place)
        return self._latest[place].get(annotator) if place in self._latest else None

    def add(self, review: Review, saw: int, whose: str | None) -> Review:
        """Write a decision; when this returns, it is on disk.

        Args:
            review: number and time are set here.
            saw: the version that was shown when the decision was made.
            whose: whose decisions count for the version, as in `version`.

        Raises:
            Conflict: the version is another one by now. The same decision once more is none: it is known already.
            OutputError: it cannot be written.
        """
        with self._locked():
            self.refresh()
            last = self.last(review.place, whose)
            if last is not None and last.number != saw:
                if last.label.annotator == review.label.annotator and _says(last) == _says(review):
                    return last
                raise Conflict(last)
            label = replace(review.label, at=self._time(), source=f"{self._path}, Zeile {self._lines + 1}")
            written = replace(review, number=self._lines + 1, label=label)
            append(self._path, review_line(written).encode("utf-8"), self._offset)
            self.refresh()
        return written

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with FileLock(self._path.with_name(f".{REVIEWS}.lock")):
                yield
        except OSError as error:
            raise OutputError(f"{self._path} kann nicht geschrieben werden ({cause(error)}).",
                              "Rechte und freien Platz prüfen.") from None  # fmt: skip

    def _time(self) -> str:
        """Now, but later than any line before: clocks are set back, and the later line must count."""
        now = utc(datetime.datetime.now(tz=datetime.UTC))
        last = max((r.label.at for r in self._reviews), default="")
        if now > last:
            return now
        return utc(datetime.datetime.fromisoformat(last) + datetime.timedelta(microseconds=1))

    def done_by(self, annotator: str) -> list[Review]:
        """Decisions of a person that still stand and may be undone, in order; those that take back are left out."""
        undone = {r.undoes for r in self._reviews}
        return [r for r in self._reviews
                if r.label.annotator == annotator and r.undoes is None and r.number not in undone]  # fmt: skip

    @property
    def latest(self) -> Mapping[Place, Mapping[str, Review]]:
        """Passage -> annotator -> last line."""
        return self._latest


def _says(review: Review) -> tuple[object, ...]:
    label = review.label
    return (label.themes, label.fields, label.stage, label.depth, label.comment, label.reviewed, review.unsure,
            review.undoes)  # fmt: skip


def utc(time: datetime.datetime) -> str:
    """A time as the label store writes it."""
    return time.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def append(path: Path, data: bytes, size: int) -> None:
    """Put whole lines at the end of a file of `size` bytes and wait until the disk has them.

    What a killed process left behind `size` is a line without an end, which nobody was told of: it goes.
    """
    fresh = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    try:
        os.ftruncate(handle, size)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    if fresh and hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)  # the name of a new file is on disk with its folder
        finally:
            os.close(folder)


class LabelFile:
    """The file of one annotator in `corpus/labels/`: the same decisions for `insek train`, line by line."""

    def __init__(self, path: Path, guideline: Guideline) -> None:
        """Read what is there; ConfigError where one of the labels of the project is not valid."""
        self.path = path
        known = read_labels(path.parent, guideline) if any(path.parent.glob("*.jsonl")) else []
        self._known = {(label.id, label.annotator, label.at) for label in known}

    def add(self, labels: list[LabelledPassage]) -> None:
        """Write those that are not there yet; OutputError where that is impossible."""
        fresh = [label for label in labels if (label.id, label.annotator, label.at) not in self._known]
        if not fresh:
            return
        data = "".join(json_line(label_record(label)) + "\n" for label in fresh).encode("utf-8")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_name(f".{self.path.name}.lock")):
                append(self.path, *_after(self.path, data))
        except OSError as error:
            raise OutputError(f"{self.path} kann nicht geschrieben werden ({cause(error)}).",
                              "Rechte und freien Platz prüfen.") from None  # fmt: skip
        self._known.update((label.id, label.annotator, label.at) for label in fresh)


def _after(path: Path, data: bytes) -> tuple[bytes, int]:
    """What to append to a file of labels, and after how many bytes: an editor may have left out the last line end."""
    there = path.read_bytes() if path.exists() else b""
    tail = there[there.rfind(b"\n") + 1 :]
    try:
        json.loads(tail)
    except ValueError:
        return data, len(there) - len(tail)
    return b"\n" + data, len(there)
