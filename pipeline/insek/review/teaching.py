"""The queue of passages that teach most, by `learn.queue`; the same that `insek labels queue` writes into a sheet."""

from __future__ import annotations

from pathlib import Path

from insek.guideline import Guideline
from insek.learn.gate import frozen_passages
from insek.learn.labels import passage_id, read_labels
from insek.learn.policy import load_vocabulary
from insek.learn.queue import QueueSettings, pick, run_candidates
from insek.project import Project
from insek.review.library import Library
from insek.review.queues import Entry
from insek.reviews import Place, Review

NUMBER = 100
"""Passages in the queue, as many as in a sheet."""


def teaching(library: Library, project: Project, guideline: Guideline, done: list[Review], seed: int) -> list[Entry]:
    """The passages with why they were picked; what was decided at the desk itself stays in the queue.

    Raises:
        ConfigError: the labels of the project are not valid.
    """
    folder = project.labels_folder
    here = {review.label.id for review in done}
    known = read_labels(folder, guideline) if any(folder.glob("*.jsonl")) else []
    known = [label for label in known if label.id not in here] + frozen_passages(project, guideline)
    vocabulary = load_vocabulary(project.guideline_folder, guideline)
    picked = pick(run_candidates(library.run, guideline), known, vocabulary, QueueSettings(NUMBER, seed=seed))
    places = _places(library)
    return [Entry(places[e.id], e.why, e.picked) for e in picked if e.id in places]


def _places(library: Library) -> dict[str, Place]:
    """Id of a passage as a label -> where it stands in the run."""
    found: dict[str, Place] = {}
    for slug in library.slugs:
        result = library.plan(slug).result
        town = result.municipality or Path(result.source).name
        for passage, _ in library.plan(slug).tagged.values():
            found.setdefault(passage_id(town, " / ".join(passage.heading_path), passage.text), (slug, passage.id))
    return found
