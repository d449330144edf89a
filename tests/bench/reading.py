"""Benchmarks of reading: speed beside other engines in one run, memory over long documents; asserts nothing.

    python tests/bench/reading.py [PLAN.pdf …]

Speed: pages per second of words, layout and repair together (`read_document` without OCR), and how many times as fast
that is as pdfplumber's `extract_text` and as slow as PDFium's plain text, each the median of three runs in turn.
pdftext is a fourth column where it is installed. Memory: the first plan repeated to 10, 100 and 1,000 pages, each read
by a process of its own (Linux only: the peak is what the kernel has noted).
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pypdfium2

from insek.extract import ExtractSettings, read_document
from insek.project import Project

REPEATS = 3
LENGTHS = (10, 100, 1000)
_ONE = """
import sys
from pathlib import Path
from insek.extract import ExtractSettings, read_document

def peak():  # not ru_maxrss: that counts what the process was before it became Python
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024

read_document(Path(sys.argv[1]), ExtractSettings(ocr="off"))  # imports, fonts, first use
before = peak()
document = read_document(Path(sys.argv[2]), ExtractSettings(ocr="off"))
text = sum(len(page.text.encode()) for page in document.pages)
print(before, peak(), text / 2**20)
"""


def insek_text(path: Path) -> None:
    """Words, layout and repair."""
    read_document(path, ExtractSettings(ocr="off"))


def plumber_text(path: Path) -> None:
    """What everybody would write first."""
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()


def pdfium_text(path: Path) -> None:
    """The text as the file has it: no boxes, no order, no repair."""
    pdf = pypdfium2.PdfDocument(path)
    for page in pdf:
        page.get_textpage().get_text_range()


def pdftext_text(path: Path) -> None:
    """Lines and blocks by pdftext, in this process."""
    from pdftext.extraction import plain_text_output

    plain_text_output(str(path), sort=False, hyphens=False)


def medians(path: Path, works: list[Callable[[Path], None]]) -> list[float]:
    """Median seconds of each, the works taken in turn so that all meet the same load of the machine."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(REPEATS):
        for work, seen in zip(works, times, strict=True):
            began = time.perf_counter()
            work(path)
            seen.append(time.perf_counter() - began)
    return [statistics.median(seen) for seen in times]


def speed(paths: list[Path]) -> None:
    """The table of speeds."""
    works: list[Callable[[Path], None]] = [insek_text, plumber_text, pdfium_text]
    if importlib.util.find_spec("pdftext"):
        works.append(pdftext_text)
    print(f"{'plan':<42}{'pages':>6}{'pages/s':>9}{'x plumber':>11}{'x pdfium':>10}{'x pdftext':>11}")
    for path in paths:
        pages = len(pypdfium2.PdfDocument(path))
        own, plumber, pdfium, *others = medians(path, works)
        row = f"{path.name[:41]:<42}{pages:>6}{pages / own:>9.0f}{plumber / own:>11.1f}{pdfium / own:>10.2f}"
        print(row + "".join(f"{other / own:>11.1f}" for other in others))


def repeated(path: Path, pages: int, target: Path) -> None:
    """A file with the pages of `path` again and again."""
    source, copy = pypdfium2.PdfDocument(path), pypdfium2.PdfDocument.new()
    while len(copy) < pages:
        copy.import_pages(source, list(range(min(len(source), pages - len(copy)))))
    copy.save(target)


def memory(path: Path) -> None:
    """The table of memory: growth is the peak above that of a process that has read ten pages."""
    print(f"\n{'pages':>6}{'peak MB':>9}{'growth MB':>11}{'kB a page':>11}{'text MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        files = {n: Path(folder) / f"{n}.pdf" for n in LENGTHS}
        for n, file in files.items():
            repeated(path, n, file)
        for n, file in files.items():
            command = [sys.executable, "-c", _ONE, str(files[LENGTHS[0]]), str(file)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            before, peak, text = map(float, done.stdout.split())
            growth = peak - before
            print(f"{n:>6}{peak:>9.0f}{growth:>11.1f}{1024 * growth / n:>11.0f}{text:>9.2f}")


def main() -> None:
    """Print both tables."""
    paths = [Path(a) for a in sys.argv[1:]] or sorted(Project.bundled_defaults().samples_folder.glob("*.pdf"))
    speed(paths)
    memory(paths[0])


if __name__ == "__main__":
    main()
