"""What the desk knows and does, without any HTTP: passages, queues, decisions, undo, agreement."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from insek.domain import Decision, Passage
from insek.errors import InputError
from insek.extract.pageimage import PageImages
from insek.guideline import Guideline, load_guideline
from insek.learn.agreement import Agreement, agreements
from insek.learn.entries import Answer
from insek.learn.labels import KINDS, MAX_FIELDS, LabelledPassage, passage_id
from insek.learn.policy import load_policy
from insek.project import Project
from insek.review.journal import Journal, LabelFile
from insek.review.library import Library, Plan
from insek.review.queues import BLIND_QUEUES, QUEUES, Entry, QueueName, entries
from insek.review.teaching import teaching
from insek.reviews import Place, Review

FEW_PLANS = 12
"""Plans that are read for the first page; with more, a queue is put together when it is opened."""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """Who sits at the desk, and how.

    `blind` keeps what the program and other people say hidden until the person has decided. `plans` is a folder to look
    for the PDF files in, `seed` that of the audit.
    """

    annotator: str
    blind: bool = False
    plans: Path | None = None
    seed: int = 20231


@dataclass(frozen=True, slots=True)
class Item:
    """A passage on the desk with its plan and what the program said of it."""

    plan: Plan
    passage: Passage
    decision: Decision

    @property
    def place(self) -> Place:
        """Where it stands in the run."""
        return self.plan.result.slug, self.passage.id


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision as it comes from the page: the answer, remarks, and the version of the passage that was shown."""

    place: Place
    answer: Answer
    saw: int
    queue: QueueName
    comment: str = ""
    unsure: bool = False
    faults: bool = False
    lookalike: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a queue is: passages in all, those the person dealt with, and those that had a second look."""

    total: int
    done: int
    checked: int


class Desk:
    """A review desk over one run directory for one person. Safe for use by several threads."""

    def __init__(self, run: Path, project: Project, settings: DeskSettings) -> None:
        """Open run and labels; InsekError where one of them cannot be used."""
        self.run, self.project, self.settings = run.resolve(), project, settings
        self.guideline: Guideline = load_guideline(project.guideline_folder)
        self.policy = load_policy(project.guideline_folder, self.guideline)
        self.library = Library(self.run, self.guideline, settings.plans)
        self.journal = Journal(self.run, self.guideline)
        self.images = PageImages()
        self.labels = None if project.bundled else LabelFile(self._label_path(), self.guideline)
        self._lock = threading.RLock()
        self._queues: dict[QueueName, list[Entry]] = {}
        self._copy_labels()

    def _label_path(self) -> Path:
        name = re.sub(r"[^a-z0-9]+", "-", self.settings.annotator.lower()).strip("-") or "person"
        return self.project.labels_folder / f"desk-{name}.jsonl"

    def _copy_labels(self) -> None:
        """Put into the labels of the project what a killed desk no longer got there."""
        if self.labels is not None:
            own = [r.label for r in self.journal.reviews if r.label.annotator == self.settings.annotator]
            self.labels.add(own)

    @property
    def kinds(self) -> Sequence[str]:
        """Queues of this desk; the most instructive passages are those for the labels of a project."""
        if self.settings.blind:
            return BLIND_QUEUES
        return QUEUES if self.labels is not None else [kind for kind in QUEUES if kind != "teach"]

    @property
    def _whose(self) -> str | None:
        """Whose decisions the person sees, and so may collide with: None for everybody's."""
        return self.settings.annotator if self.settings.blind else None

    def item(self, place: Place) -> Item:
        """A passage of the run; KeyError for one that it does not have."""
        with self._lock:
            plan = self.library.plan(place[0])
            return Item(plan, *plan.tagged[place[1]])

    def queue(self, name: QueueName) -> list[Entry]:
        """The passages of a queue; KeyError where it asks for something unknown, or for what a blind desk hides."""
        if name.kind not in self.kinds:
            raise KeyError(name.kind)
        with self._lock:
            if name in self._queues:
                return self._queues[name]
            found = self._found(name)
            if name.kind not in ("second", "check"):  # those change with what others do
                self._queues[name] = found
            return found

    def quick(self, name: QueueName) -> bool:
        """Whether a queue is at hand without reading many plans or comparing all passages with all labels."""
        few = len(self.library.slugs) <= FEW_PLANS or bool(name.plan) or name.kind in ("second", "check")
        return name in self._queues or (few and name.kind != "teach")

    def _found(self, name: QueueName) -> list[Entry]:
        if name.kind == "teach":
            return teaching(self.library, self.project, self.guideline, self.journal.reviews, self.settings.seed)
        return entries(name, self.library, self.guideline, self.journal.latest, self.settings.annotator)

    def mine(self, place: Place) -> Review | None:
        """My last decision about a passage, if it stands."""
        last = self.journal.last(place, self.settings.annotator)
        return last if last and last.decided else None

    def others(self, place: Place) -> list[Review]:
        """What others decided, as far as I may see it: at a blind desk only once I have decided."""
        if self.settings.blind and self.mine(place) is None:
            return []
        lines = self.journal.latest.get(place, {})
        return [r for who, r in lines.items() if who != self.settings.annotator and r.decided]

    def may_see_suggestion(self, place: Place) -> bool:
        """Whether what the program says is shown."""
        return not self.settings.blind or self.mine(place) is not None

    def version(self, place: Place) -> int:
        """The version of a passage that a page shows."""
        with self._lock:
            self.journal.refresh()
            return self.journal.version(place, self._whose)

    def next_open(self, name: QueueName, after: Place | None) -> Place | None:
        """The next passage of a queue that I have not dealt with, beginning behind `after`; None where all are done."""
        places = [entry.place for entry in self.queue(name)]
        start = places.index(after) + 1 if after in places else 0
        return next((p for p in places[start:] + places[:start] if not self._dealt_with(name, p)), None)

    def _dealt_with(self, name: QueueName, place: Place) -> bool:
        """Whether I am done with a passage here; one that I only labelled still waits for my second look."""
        mine = self.mine(place)
        return mine is not None and (name.kind != "check" or mine.label.reviewed)

    def progress(self, name: QueueName) -> Progress:
        """How far a queue is."""
        with self._lock:
            places = [entry.place for entry in self.queue(name)]
            last = self.journal.latest
            done = sum(self._dealt_with(name, p) for p in places)
            checked = sum(any(r.label.reviewed for r in last.get(p, {}).values()) for p in places)
            return Progress(len(places), done, checked)

    def decide(self, draft: Draft) -> Review:
        """Check and write a decision; when this returns, it is on disk.

        Raises:
            InputError: the answers do not go together.
            Conflict: the passage was decided elsewhere since it was shown.
            KeyError: the run has no such passage.
        """
        item = self.item(draft.place)
        if not draft.unsure:
            self._check(draft.answer)
        with self._lock:
            informed = bool(self.others(draft.place))
            review = Review(0, *draft.place, self._label(item, draft), draft.queue.short, informed, draft.unsure)
            return self._written(review, draft.saw)

    def _written(self, review: Review, saw: int) -> Review:
        written = self.journal.add(review, saw, self._whose)
        if self.labels is not None:
            self.labels.add([written.label])
        return written

    def undo(self) -> Place | None:
        """Take back my last decision that stands: what I said before counts again. None where there is none left."""
        with self._lock:
            self.journal.refresh()
            done = self.journal.done_by(self.settings.annotator)
            if not done:
                return None
            last = done[-1]
            before = next((r for r in reversed(done[:-1]) if r.place == last.place), None)
            label = before.label if before else replace(last.label, themes=None, fields=None, stage=None, depth=None,
                                                        comment="", reviewed=False)  # fmt: skip
            review = Review(0, *last.place, label, last.queue, last.informed, before.unsure if before else False,
                            last.number)  # fmt: skip
            self._written(review, self.journal.version(last.place, self._whose))
            return last.place

    def _label(self, item: Item, draft: Draft) -> LabelledPassage:
        result, passage = item.plan.result, item.passage
        picked = next((e.picked for e in self.queue(draft.queue) if e.place == draft.place), "")
        answer = Answer() if draft.unsure else draft.answer
        place, before = result.municipality or Path(result.source).name, " / ".join(passage.heading_path)
        first, last = passage.pages
        return LabelledPassage(
            id=passage_id(place, before, passage.text), municipality=place, size="unknown", state="",
            kind=passage.kind.value if passage.kind.value in KINDS else "paragraph", before=before, text=passage.text,
            themes=answer.themes, fields=answer.fields, stage=answer.stage, depth=answer.depth, faults=draft.faults,
            lookalike=draft.lookalike and answer.themes == (), annotator=self.settings.annotator, at="",
            codebook=self.policy.codebook, series=place, source="", document=Path(result.source).name,
            pages=str(first) if first == last else f"{first}–{last}", reviewed=draft.queue.kind == "check",
            comment=draft.comment, picked=picked,
        )  # fmt: skip

    def _check(self, answer: Answer) -> None:
        """InputError where the answers do not go together; in words for the page."""
        if not answer.themes:
            if answer.fields or answer.stage or answer.depth:
                raise InputError("Feld, Schritt oder Tiefe ohne Thema.", "Ein Thema wählen, oder „Keines“ (r).")
            if answer.themes is None:
                raise InputError("Noch nichts gewählt.", "Ein Thema wählen, „Keines“ (r) oder „Unsicher“ (u).")
            return
        if len(answer.fields or ()) > MAX_FIELDS:
            raise InputError(f"Mehr als {MAX_FIELDS} Felder.", "Die wichtigsten behalten.")
        if not answer.stage or not answer.depth:
            missing = " und ".join(n for n, v in (("Schritt", answer.stage), ("Tiefe", answer.depth)) if not v)
            raise InputError(f"Zu einem Thema gehört noch: {missing}.", "Wählen, dann noch einmal annehmen.")

    def agreement(self) -> list[Agreement]:
        """Agreement of all annotators, on what each said before seeing the others' labels."""
        with self._lock:
            self.journal.refresh()
            first: dict[tuple[Place, str], LabelledPassage] = {}
            for review in self.journal.reviews:
                if not review.informed:
                    first[review.place, review.label.annotator] = review.label
            return agreements(first.values(), self.guideline)

    def people(self) -> dict[str, int]:
        """Annotator -> passages decided."""
        counts: dict[str, int] = {}
        for lines in self.journal.latest.values():
            for who, review in lines.items():
                counts[who] = counts.get(who, 0) + review.decided
        return counts

    @property
    def stale(self) -> bool:
        """Whether people decided something since the reports were written."""
        reviews, index = self.run / "reviews.jsonl", self.run / "index.html"
        return reviews.is_file() and (not index.is_file() or reviews.stat().st_mtime > index.stat().st_mtime)
