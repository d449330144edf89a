"""What fuzzing found, and a short run of the generator: every damaged file is read, refused, or named as lost."""

from __future__ import annotations

import contextlib
import io
import random
import re
import zipfile
from pathlib import Path

import pytest

from insek.batch import Limits
from insek.batch.crew import Crew, Loss
from insek.errors import InputError
from insek.guideline import Guideline
from insek.learn.entries import Answer, Entry
from insek.learn.exchange import WRITERS, read_rows
from insek.learn.policy import load_policy
from insek.project import Project
from insek.sheet import Vocabulary

from .mutate import mutant, seeds
from .run_mutants import outcome


@pytest.fixture(scope="module")
def vocabulary(project: Project, guideline: Guideline) -> Vocabulary:
    return Vocabulary.of(guideline, load_policy(project.guideline_folder, guideline).depth_names)


@pytest.fixture(scope="module")
def workbook(vocabulary: Vocabulary) -> bytes:
    return WRITERS["xlsx"]([Entry("a", "Die Wege sind kurz.", answer=Answer(()), annotator="kl")], vocabulary)


def encrypted_flag(data: bytes) -> bytes:
    """The first part of an archive marked as encrypted, in its own head and in the table of contents."""
    out = bytearray(data)
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        out[data.index(head) + at] |= 1
    return bytes(out)


def test_a_workbook_with_a_part_marked_as_encrypted_is_refused(workbook, vocabulary):
    with pytest.raises(InputError, match="beschädigt"):
        read_rows(encrypted_flag(workbook), "bogen.xlsx", vocabulary)


def test_a_workbook_packed_in_an_unknown_way_is_refused(workbook, vocabulary):
    out = bytearray(workbook)
    for head, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        for found in re.finditer(re.escape(head), workbook):
            out[found.start() + at : found.start() + at + 2] = b"\x5d\x08"
    with pytest.raises(InputError, match="beschädigt"):
        read_rows(bytes(out), "bogen.xlsx", vocabulary)


def test_an_archive_without_a_sheet_is_refused(vocabulary):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(InputError):
        read_rows(out.getvalue(), "bogen.xlsx", vocabulary)


def test_damaged_label_files_are_read_or_refused(vocabulary):
    rng = random.Random(3)
    entries = [Entry("a", "Die Wege sind kurz.", answer=Answer(()), annotator="kl")]
    for write in WRITERS.values():
        whole = write(entries, vocabulary)
        for _ in range(15):
            with contextlib.suppress(InputError):
                read_rows(mutant(whole, rng), "labels", vocabulary)


def test_damaged_plans_are_read_or_refused(samples: Path, tmp_path: Path):
    rng = random.Random(5)
    sources = seeds(sorted(samples.glob("*.pdf"))[:1], 4, rng)
    files = [tmp_path / f"m{n}.pdf" for n in range(15)]
    for file in files:
        file.write_bytes(mutant(rng.choice(sources), rng))
    with Crew(1, outcome, Limits(seconds=60, megabytes=1500)) as crew:
        found = dict(crew.results((file.name, file) for file in files))
    assert len(found) == len(files)
    assert not [f for f in found.values() if isinstance(f, Loss) or f.startswith("unexpected")]
