"""Pictures of pages: the right page, the right size, and damaged files that take nobody along."""

from __future__ import annotations

import io

import pytest
import typst
from PIL import Image

from insek.errors import InputError
from insek.extract import read_document
from insek.extract.pageimage import PageImages


@pytest.fixture
def images():
    images = PageImages(most=400_000)
    yield images
    images.close()


@pytest.fixture
def plan(tmp_path):
    source = "#set page(width: 300pt, height: 400pt)\n#v(150pt)\nEin Absatz mitten auf der Seite.\n#pagebreak()\nZwei"
    (tmp_path / "plan.typ").write_text(source, "utf-8")
    typst.compile(tmp_path / "plan.typ", output=tmp_path / "plan.pdf")
    return tmp_path / "plan.pdf"


def test_the_boxes_of_a_passage_lie_on_its_words(images, plan):
    image = images.page(plan, 1)
    assert (image.width_pt, image.height_pt) == (300, 400)
    picture = Image.open(io.BytesIO(image.png)).convert("L")
    scale = picture.width / image.width_pt
    [block] = read_document(plan).pages[0].blocks
    x0, y0, x1, y1 = (value * scale for value in block.bbox)
    dark = picture.point(lambda v: 255 if v < 128 else 0).getbbox()
    assert x0 - 4 <= dark[0] <= dark[2] <= x1 + 4
    assert y0 - 4 <= dark[1] <= dark[3] <= y1 + 4


def test_pages_that_are_none_and_broken_files_are_errors(images, plan, tmp_path):
    for number in (0, 3):
        with pytest.raises(InputError, match=f"Seite {number}"):
            images.page(plan, number)
    (tmp_path / "kaputt.pdf").write_bytes(b"%PDF-1.7 nichts")
    with pytest.raises(InputError, match=r"kaputt\.pdf"):
        images.page(tmp_path / "kaputt.pdf", 1)
    assert images.page(plan, 2).png.startswith(b"\x89PNG")


def test_a_process_that_dies_is_replaced(images, plan):
    images.page(plan, 1)
    images._process.kill()
    images._process.join()
    assert images.page(plan, 2).png.startswith(b"\x89PNG")


def test_memory_is_bounded(images, plan):
    first = images.page(plan, 1)
    images._most = len(first.png)
    images.page(plan, 2)
    assert list(images._kept) == [(plan, 2)]
