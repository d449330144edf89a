"""The line for one document: read, segment, tag, score. The only place that knows the order.

Reading needs neither spaCy nor a model and may run in another process (`batch`); everything after it needs an `Engine`.
spaCy is imported with the first engine, so that a process that only reads starts at once.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insek import __version__
from insek.domain import BlockKind, Decision, Document, Page, PageState, Passage, Status
from insek.errors import ConfigError, ModelError
from insek.extract import ExtractSettings, read_document
from insek.guideline import Guideline, load_guideline
from insek.modelstore import load_model, promoted_id
from insek.project import Project
from insek.records import decision_record
from insek.report.model import PlanResult
from insek.score import score
from insek.segment import segment

if TYPE_CHECKING:
    from insek.tag import Tagger
    from insek.tag.model import LinearModel

_MANY_UNREADABLE = 0.9
"""Below this readable share a plan counts as read in part and its status says so."""


@dataclass(frozen=True)
class Reading:
    """A document as read, with its passages: everything that the later stages need; `seconds` is how long it took."""

    document: Document
    passages: tuple[Passage, ...]
    seconds: float = 0.0


@dataclass(frozen=True)
class Engine:
    """Guideline, rules and model of a project, loaded once per process."""

    guideline: Guideline
    tagger: Tagger
    rules_digest: str
    model_id: str | None
    mode: str

    def provenance(self) -> dict[str, Any]:
        """What decides about the result, without the inputs and without any time."""
        return {
            "insek": __version__,
            "guideline": self.guideline.name,
            "rules_digest": self.rules_digest,
            "model": self.model_id,
            "mode": self.mode,
        }


def load_engine(project: Project, mode: str = "both", model: str | None = None) -> Engine:
    """Load guideline, rules and model.

    Args:
        project: where they are.
        mode: "both", "rules" or "model"; "rules" needs no model.
        model: id of a model other than the promoted one.

    Raises:
        ConfigError: guideline or rules are not valid.
        ModelError: the model is missing, damaged or made for another guideline.
    """
    from insek.tag import Tagger
    from insek.tag.rulefile import load_rules

    guideline = load_guideline(project.guideline_folder)
    rules = load_rules(project.guideline_folder, guideline)
    linear = None if mode == "rules" else _linear_model(project, guideline, model)
    return Engine(
        guideline=guideline,
        tagger=Tagger(rules, guideline, linear, mode),
        rules_digest=project.rules_digest(),
        model_id=linear.id if linear else None,
        mode=mode,
    )


def _linear_model(project: Project, guideline: Guideline, model: str | None) -> LinearModel:
    name = model or promoted_id(project.models_folder)
    if name is None:
        raise ModelError(f"In {project.models_folder} ist kein Modell eingesetzt.",
                         "Mit `insek train` eines anlegen oder mit --rules-only nur die Regeln verwenden.")  # fmt: skip
    if Path(name).name != name:
        raise ModelError(f"„{name}“ ist keine Modellkennung.", "`insek models list` nennt die vorhandenen Modelle.")
    from insek.tag.model import as_linear

    return as_linear(load_model(project.models_folder / name), guideline)


def read(path: Path, settings: ExtractSettings | None = None) -> Reading:
    """Read and segment one file; errors of `extract` pass through."""
    began = time.perf_counter()
    document = read_document(path, settings)
    passages = segment(document)
    return Reading(document, passages, time.perf_counter() - began)


def analyse(reading: Reading, slug: str, engine: Engine) -> PlanResult:
    """Tag and score a document that was read."""
    decisions = engine.tagger.tag_all(reading.passages)
    return scored(reading.document, tuple(zip(reading.passages, decisions, strict=True)), slug, engine.guideline)


def scored(document: Document, tagged: tuple[tuple[Passage, Decision], ...], slug: str,
           guideline: Guideline) -> PlanResult:  # fmt: skip
    """The result of a document from its tags."""
    states = Counter(page.state.value for page in document.pages)
    return PlanResult(
        slug=slug,
        source=document.source,
        sha256=document.id,
        title=document.title,
        municipality=document.municipality,
        year=document.year,
        pages=len(document.pages),
        page_states=dict(sorted(states.items())),
        warnings=document.warnings,
        status=_status(document),
        error=None,
        todo=None,
        coverage=score(document, tagged, guideline),
        passages=tagged,
        page_labels={p.number: p.label for p in document.pages if p.label},
        unread_pages=tuple(p.number for p in document.pages if not p.state.readable),
        reading=document.reading,
        origins=document.origins,
    )


def _status(document: Document) -> Status:
    has_text = any(p.state in (PageState.TEXT, PageState.OCR) for p in document.pages)
    if not has_text:
        return Status.UNREADABLE
    return Status.OK if document.readable_share >= _MANY_UNREADABLE else Status.PARTIAL


def pages_from_counts(states: Mapping[str, int], unread: Sequence[int], labels: Mapping[str, str]) -> tuple[Page, ...]:
    """Pages without their text, as a saved run knows them: states and printed labels, in file order."""
    total = sum(states.values())
    lost = [PageState(s) for s, n in states.items() for _ in range(n) if not PageState(s).readable]
    rest = [PageState(s) for s, n in states.items() for _ in range(n) if PageState(s).readable]
    pages = []
    for number in range(1, total + 1):
        state = lost.pop() if number in set(unread) and lost else (rest.pop() if rest else PageState.TEXT)
        pages.append(Page(number, state, label=labels.get(str(number))))
    return tuple(pages)


def lone_passage(name: str, text: str, before: str) -> Passage:
    """A passage that stands in no plan; `before` are its headings, outermost first, between slashes."""
    separator = " / " if " / " in before else "/"
    path = tuple(part.strip() for part in before.split(separator) if part.strip())
    return Passage(name, "", (1, 1), BlockKind.PARAGRAPH, path, text)


def tag_record(record: Mapping[str, Any], engine: Engine, where: str) -> dict[str, Any]:
    """Tag one object `{"id", "text", "before"?}` from another program; ConfigError names the place of a bad one."""
    name, text, before = record.get("id"), record.get("text"), record.get("before") or ""
    if not isinstance(name, str) or not isinstance(text, str) or not isinstance(before, str):
        raise ConfigError(f"{where}: `id` und `text` müssen Texte sein.", "Die Zeile prüfen.")
    decision = decision_record(engine.tagger.tag(lone_passage(name, text, before)))
    told = {*decision["themes"], *decision["fields"], decision["stage"], decision["depth"]}
    told.update(decision["bundles"], decision["structures"], decision["criteria"])
    decision["reasons"] = [r for r in decision["reasons"] if r["value"] in told]
    return {"id": name, **decision}
