"""Labels on their way out: the lines that count, as entries with what the promoted model would say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from insek.domain import BlockKind, Decision, Passage
from insek.guideline import Guideline
from insek.learn.entries import Answer, Entry
from insek.learn.labels import LabelledPassage, read_labels
from insek.learn.settle import by_passage, divided, vote
from insek.modelstore import load_model, promoted_id
from insek.project import Project
from insek.tag import Tagger
from insek.tag.model import as_linear
from insek.tag.rulefile import load_rules

Lines = Sequence[LabelledPassage]


def _unreviewed(lines: Lines, entry: Entry) -> bool:
    return not any(line.reviewed for line in lines)


def _differs(lines: Lines, entry: Entry) -> bool:
    told, said = entry.suggested.themes, entry.answer.themes
    return None not in (told, said) and set(told or ()) != set(said or ())


SELECTIONS: dict[str, Callable[[Lines, Entry], bool]] = {
    "all": lambda lines, entry: True,
    "unlabelled": lambda lines, entry: entry.answer.themes is None and not divided(lines),
    "unreviewed": _unreviewed,
    "disputed": lambda lines, entry: divided(lines),
    "differs": _differs,
}
"""Which passages to export: all; without label; not reviewed; annotators divided; model and label differ on themes."""


def export_entries(project: Project, guideline: Guideline, only: str = "all", *, blank: bool = False) -> list[Entry]:
    """Labels of a project as entries with suggestions, in the order of the store; one entry for each annotator.

    Args:
        project: where labels, rules and model are.
        guideline: its guideline.
        only: a key of SELECTIONS.
        blank: leave answers, annotators and remarks out, for a second look that does not see the first; one entry each.
    """
    passages = by_passage(read_labels(project.labels_folder, guideline))
    tagger = load_tagger(project, guideline)
    entries = []
    for lines in passages.values():
        entry = entry_of(vote(lines), tagger)
        if SELECTIONS[only](lines, entry):
            entries += [_blank(entry)] if blank else [_said_by(line, entry) for line in lines]
    return entries


def load_tagger(project: Project, guideline: Guideline) -> Tagger:
    """Rules with the promoted model; rules alone where no model is live."""
    name = promoted_id(project.models_folder)
    linear = as_linear(load_model(project.models_folder / name), guideline) if name else None
    return Tagger(load_rules(project.guideline_folder, guideline), guideline, linear)


def entry_of(label: LabelledPassage, tagger: Tagger) -> Entry:
    """A line of the store as an entry, with the decision of the tagger as suggestion."""
    passage = Passage(label.id, label.document, (1, 1), BlockKind.PARAGRAPH, label.heading_path, label.text)
    return Entry(
        id=label.id,
        text=label.text,
        digest=label.digest,
        document=label.document,
        municipality=label.municipality,
        pages=label.pages,
        kind=label.kind,
        before=label.before,
        answer=Answer(label.themes, label.fields, label.stage, label.depth),
        suggested=answer_of(tagger.tag(passage)),
        picked=label.picked,
    )


def _said_by(line: LabelledPassage, entry: Entry) -> Entry:
    return replace(
        entry,
        answer=Answer(line.themes, line.fields, line.stage, line.depth),
        picked=line.picked,
        annotator=line.annotator if line.themes is not None else "",
        reviewed=line.reviewed,
        comment=line.comment,
    )


def answer_of(decision: Decision) -> Answer:
    """A decision as answers; the program answers every question."""
    return Answer(decision.themes, decision.fields, decision.stage, decision.depth)


def _blank(entry: Entry) -> Entry:
    return replace(entry, answer=Answer())
