"""Build the sample plans in ``corpus/samples/``: typst source to PDF, one of them with a scanned chapter.

Every ``corpus/samples/*.typ`` becomes the PDF beside it. For the slugs in `SCANNED` a range of pages is then
replaced by images of themselves, a little askew, noisy and blurred, as a scanner leaves them: no text layer. The same
sources and package versions give the same bytes; only fonts bundled with typst are used, no system fonts.

Development only; needs typst, pypdfium2, pypdf, numpy and Pillow. Run::

    python tests/samples/build_samples.py              # all samples
    python tests/samples/build_samples.py hattenbrueck # one of them
"""

from __future__ import annotations

import argparse
import io
import time
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import typst
from PIL import Image, ImageFilter
from pypdf import PdfReader, PdfWriter

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples"

SCANNED: dict[str, tuple[int, int]] = {"hattenbrueck": (12, 15)}
"""Slug -> first and last page to scan, 1-based in file order, both included."""

DPI = 200
"""Resolution of a scanned page in dots per inch."""
JPEG_QUALITY = 60
"""Pillow's JPEG quality, 1-95."""
MAX_ANGLE = 0.45
"""Largest rotation of a scanned page in degrees, either way."""
NOISE = 4.0
"""Standard deviation of the grain, in grey levels 0-255."""
BLUR = 0.6
"""Radius of the blur in pixels."""
EPOCH = time.gmtime(0)
"""The date Pillow writes into the one-page PDF of a scan, instead of the time of day."""


def compile_source(source: Path, *, tagged: bool) -> bytes:
    """Compile one typst source.

    Args:
        source: The ``.typ`` file.
        tagged: Whether the PDF carries a structure tree; it would keep naming pages that a scan replaces.

    Returns:
        The PDF, with the text layer on every page.
    """
    return typst.compile(source, ignore_system_fonts=True, pdf_tags=tagged)


def scan_page(page: pdfium.PdfPage, seed: int) -> bytes:
    """Turn a page into a one-page PDF that holds nothing but its scanned image.

    Args:
        page: The page to scan.
        seed: Seed of angle and grain; the same seed gives the same bytes.

    Returns:
        A PDF of one page without a text layer, of the same size up to rounding to a whole pixel.
    """
    rng = np.random.default_rng(seed)
    image = page.render(scale=DPI / 72).to_pil().convert("L")
    image = image.rotate(rng.uniform(-MAX_ANGLE, MAX_ANGLE), resample=Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(BLUR))
    grey = np.asarray(image, dtype=np.float64) * 0.96 + 4  # paper is not white, ink not black
    grey += rng.normal(0.0, NOISE, grey.shape)
    noisy = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    buffer = io.BytesIO()
    noisy.save(buffer, "PDF", resolution=DPI, quality=JPEG_QUALITY, creationDate=EPOCH, modDate=EPOCH)
    return buffer.getvalue()


def with_scan(pdf: bytes, first: int, last: int) -> bytes:
    """Replace a range of pages by images of themselves.

    Args:
        pdf: The PDF with its text layer.
        first: First page to scan, 1-based.
        last: Last page to scan, 1-based, included.

    Returns:
        The PDF with as many pages, those from `first` to `last` without text.
    """
    drawn = pdfium.PdfDocument(pdf)
    reader = PdfReader(io.BytesIO(pdf))
    writer = PdfWriter()
    for number, page in enumerate(reader.pages, start=1):
        if first <= number <= last:
            writer.append(io.BytesIO(scan_page(drawn[number - 1], seed=number)), import_outline=False)
        else:
            writer.add_page(page)
    drawn.close()
    if reader.metadata is not None:
        writer.add_metadata(reader.metadata)
    writer.compress_identical_objects(remove_unreferenced=True)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def build(source: Path) -> Path:
    """Build the PDF of one sample beside its source.

    Args:
        source: The ``.typ`` file.

    Returns:
        The PDF written.
    """
    scanned = SCANNED.get(source.stem)
    pdf = compile_source(source, tagged=scanned is None)
    if scanned is not None:
        pdf = with_scan(pdf, *scanned)
    target = source.with_suffix(".pdf")
    target.write_bytes(pdf)
    return target


def main() -> None:
    """Build the samples named on the command line, or all."""
    parser = argparse.ArgumentParser(description="Build the sample plans in corpus/samples/.")
    parser.add_argument("slugs", nargs="*", help="samples to build; all if none is named")
    slugs = parser.parse_args().slugs or sorted(path.stem for path in SAMPLES.glob("*.typ"))
    for slug in slugs:
        build(SAMPLES / f"{slug}.typ")


if __name__ == "__main__":
    main()
