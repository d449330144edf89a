"""Coverage-guided fuzzing with atheris (`pip install atheris`, not a dependency) of what takes text from outside.

    python tests/fuzz/guided.py text   -max_total_time=300     repair of text, and plain text files as documents
    python tests/fuzz/guided.py labels -max_total_time=300     import of labels in all formats

Text must be repaired to text that can be written; label files must be read or refused with a reason. libFuzzer ends
with a `crash-…` file where that fails; such inputs become cases of `test_found.py`.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["insek.extract", "insek.learn", "insek.sheet", "insek.segment"]):
    from insek.errors import InsekError
    from insek.extract.clean import repair
    from insek.extract.text import read_text
    from insek.learn.exchange import read_rows
    from insek.sheet import Vocabulary

from insek.guideline import load_guideline
from insek.learn.policy import load_policy
from insek.project import Project


def text(data: bytes) -> None:
    """Repair a text, and read it as a document; a repaired text must be stable in what it holds and writable."""
    given = atheris.FuzzedDataProvider(data).ConsumeUnicodeNoSurrogates(4000)
    repair(given).encode("utf-8")
    try:
        pages = read_text(Path("plan.txt"), data)
    except InsekError:
        return
    for page in pages:
        page.text.encode("utf-8")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The words of the guideline."""
    project = Project.find()
    guideline = load_guideline(project.guideline_folder)
    return Vocabulary.of(guideline, load_policy(project.guideline_folder, guideline).depth_names)


def labels(data: bytes) -> None:
    """Read a label file of any format."""
    try:
        read_rows(data, "labels", vocabulary())
    except InsekError:
        return


if __name__ == "__main__":
    target = {"text": text, "labels": labels}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
