"""Tesseract as a program beside ours: is it there, does it know German, and what does it read on a picture.

It is called directly and without a shell, once per page. More than one thread makes a single page slower by a factor
of seven on two cores, so each call gets one and pages run side by side.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

LANGUAGE = "deu"
SURE_TURN = 2.0
"""Tesseract's own measure of how sure it is of the direction; a page of text has 5 to 20."""
_TURN = re.compile(r"Rotate: (\d+)\s+Orientation confidence: ([\d.]+)")
_COLUMNS = 12
"""Columns of a line of Tesseract's table; the last holds the word."""


class OcrFailure(Exception):  # noqa: N818 - never reaches a user as an error: the page keeps its state and a reason
    """One page could not be read by OCR; the text says why, in German."""


@dataclass(frozen=True, slots=True)
class Tesseract:
    """A usable installation."""

    program: str
    version: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A grey picture: one byte a pixel, 0 black, rows from top to bottom without gaps."""

    width: int
    height: int
    grey: bytes
    dpi: int

    def turned(self, degrees: int) -> Picture:
        """The picture turned clockwise by 90, 180 or 270 degrees."""
        if degrees == 180:
            return Picture(self.width, self.height, self.grey[::-1], self.dpi)
        columns = (self.grey[x :: self.width] for x in range(self.width))
        grey = b"".join(column[::-1] for column in columns)
        quarter = Picture(self.height, self.width, grey, self.dpi)
        return quarter if degrees == 90 else quarter.turned(180)

    def straightened(self, slope: float) -> Picture:
        """The picture with lines that fall by `slope` made level: its columns, then its rows are shifted."""
        upright = _shifted([self.grey[x :: self.width] for x in range(self.width)], -slope)
        level = b"".join(upright)
        return Picture(self.width, self.height, b"".join(
            _shifted([level[y :: self.height] for y in range(self.height)], slope)), self.dpi)  # fmt: skip

    def pgm(self) -> bytes:
        """The picture as a PGM file, the simplest that Tesseract takes."""
        return b"P5 %d %d 255\n" % (self.width, self.height) + self.grey


def _shifted(lines: list[bytes], slope: float) -> list[bytes]:
    """Rows (or columns) of pixels, each shifted along itself by its distance from the middle times `slope`."""
    out = []
    for i, line in enumerate(lines):
        by = round(slope * (i - len(lines) / 2))
        blank = b"\xff" * abs(by)
        out.append(blank + line[: len(line) - by] if by > 0 else line[-by:] + blank)
    return out


class Read(NamedTuple):
    """A word as Tesseract read it; the box in pixels with the origin at the top left, `confidence` 0-1."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    line: tuple[int, int, int]
    """Block, paragraph and line: equal for the words of one line."""


def find_tesseract() -> Tesseract | None:
    """The installation on the search path, None where the program or its German data is missing."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    version, languages = _asked(program, os.environ.get("TESSDATA_PREFIX"))
    return Tesseract(program, version) if LANGUAGE in languages else None


def what_is_missing() -> str:
    """Why there is no usable installation, and how to come by one."""
    install = (
        "Installieren: „apt install tesseract-ocr tesseract-ocr-deu“ (Debian, Ubuntu), „brew install tesseract "
        "tesseract-lang“ (macOS), „winget install UB-Mannheim.TesseractOCR“ mit den deutschen Sprachdaten (Windows)."
    )
    if shutil.which("tesseract") is None:
        return f"das Programm Tesseract fehlt. {install}"
    return f"Tesseract fehlen die deutschen Sprachdaten („{LANGUAGE}“). {install}"


@cache
def _asked(program: str, _data: str | None) -> tuple[str, frozenset[str]]:
    """Version and languages; `_data` is the folder of the languages, so that another one is asked for again."""
    version = _output(program, "--version").split("\n", 1)[0].split(" ")[-1].strip()
    return version, frozenset(line.strip() for line in _output(program, "--list-langs").split("\n"))


def _output(program: str, question: str) -> str:
    try:
        done = subprocess.run([program, question], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def recognise(tool: Tesseract, picture: Picture, seconds: float) -> list[Read]:
    """Read one picture; may run in several threads at once.

    Raises:
        OcrFailure: it took longer than `seconds`, or the program failed.
    """
    return parse_table(_run(tool, picture, seconds, "-l", LANGUAGE, "--psm", "3", "-c", "tessedit_create_tsv=1"))


def turn_needed(tool: Tesseract, picture: Picture, seconds: float) -> int:
    """By how many degrees clockwise a picture must be turned so that its writing stands upright; 0 where unsure."""
    try:
        told = _run(tool, picture, seconds, "-l", "osd", "--psm", "0")
    except OcrFailure:
        return 0  # too little writing, or the data for finding the direction is not installed
    found = _TURN.search(told)
    return int(found[1]) if found and float(found[2]) >= SURE_TURN else 0


def _run(tool: Tesseract, picture: Picture, seconds: float, *options: str) -> str:
    command = [tool.program, "stdin", "stdout", "--dpi", str(picture.dpi), *options]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            command, input=picture.pgm(), capture_output=True, timeout=seconds, check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        raise OcrFailure(f"Die Texterkennung dauerte länger als {seconds:.0f} Sekunden.") from None
    except OSError as error:
        raise OcrFailure(f"Die Texterkennung ließ sich nicht starten ({error.strerror}).") from error
    if done.returncode != 0:
        raise OcrFailure(f"Die Texterkennung brach ab (Code {done.returncode}).")
    return done.stdout.decode("utf-8", "replace")


def parse_table(table: str) -> list[Read]:
    """The words of Tesseract's table (TSV); lines that stand for blocks and empty words are passed over."""
    out: list[Read] = []
    for line in table.split("\n"):
        cells = line.rstrip("\r").split("\t", _COLUMNS - 1)
        if len(cells) < _COLUMNS or cells[0] != "5" or not cells[11].strip():
            continue
        block, paragraph, row, _, left, top, width, height = map(int, cells[2:10])
        confidence = min(max(float(cells[10]) / 100, 0.0), 1.0)
        where = (block, paragraph, row)
        out.append(Read(cells[11].strip(), left, top, left + width, top + height, confidence, where))
    return out
