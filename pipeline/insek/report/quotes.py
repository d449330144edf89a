"""Quotes and pages as a report shows them: marked words, reasons, and links into the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from insek.domain import Coverage, Decision, Evidence, Passage, Tag, TagKind
from insek.guideline import Guideline
from insek.report.model import HIGHLIGHTED, PlanResult
from insek.report.reasons import Names, Reason, explain_briefly, marked, names_of
from insek.report.safe import mark
from insek.report.texts import Texts

_OF_A_CELL = (TagKind.FIELD, TagKind.STAGE)
"""Reasons for other cells than the one shown are left out."""
_BEYOND_CELLS = (TagKind.BUNDLE, TagKind.STRUCTURE, TagKind.CRITERION, TagKind.ATTRIBUTE)
"""What a passage says besides; it has sections of its own and does not make a cell count."""
_EXCERPT = 220
"""Characters of a quote that stands in a table: about three lines."""


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page as the reader is told of it.

    `name` is whole ("Seite 13 (in der Datei: 15)"), `short` is the number alone; where the same number is printed on
    several pages, that in the file stands beside it. `href` leads to the page in the plan,
    `highlighted` in its copy with marks; both are "" where there is nothing to lead to.
    """

    name: str
    short: str
    href: str
    highlighted: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of evidence as shown; `anchor` is "" except where the passage is shown for the first time."""

    anchor: str
    text: Markup
    page: PageRef
    path: tuple[str, ...]
    themes: tuple[tuple[int, str], ...]
    depth: str
    sure: str
    reasons: tuple[Reason, ...]
    disputed: bool
    human: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a quote around the words that matter; `target` is the place of the whole quote, or ""."""

    text: Markup
    page: PageRef
    target: str
    why: str


class Quoter:
    """Makes quotes of one report; keeps what all of them need."""

    def __init__(self, plan: PlanResult, coverage: Coverage, guideline: Guideline, t: Texts) -> None:
        """Note which passages are quoted in which cell first, for links from elsewhere."""
        self.plan, self.guideline, self.t = plan, guideline, t
        self.names: Names = names_of(guideline, t)
        self.passages: dict[str, Passage] = {p.id: p for p, _ in plan.passages}
        self.decisions: dict[str, Decision] = {d.passage_id: d for _, d in plan.passages}
        self._themes = {theme.id: (i, t.label(theme)) for i, theme in enumerate(guideline.themes)}
        printed = Counter(plan.page_labels.values())
        self._twice = frozenset(label for label, n in printed.items() if n > 1)
        self._first: dict[str, tuple[str, str]] = {}
        for cell in coverage.cells:
            for evidence in cell.evidence:
                self._first.setdefault(evidence.passage_id, (cell.field, cell.stage))

    def page(self, number: int) -> PageRef:
        """A page (1-based, file order) with its links."""
        label = self.plan.page_labels.get(number)
        href = f"../{self.plan.path}#page={number}" if self._paged else ""
        highlighted = f"{HIGHLIGHTED}#page={number}" if self.plan.highlighted else ""
        brief = self.t("page_twice", label=label, page=number) if label in self._twice else label or str(number)
        return PageRef(page_name(number, self.plan.page_labels, self.t), brief, href, highlighted)

    def _page_of(self, evidence: Evidence) -> PageRef:
        """The page that a passage begins on, saying so where it goes on: the words looked for may stand there."""
        ref, passage = self.page(evidence.page), self.passages.get(evidence.passage_id)
        goes_on = passage is not None and passage.pages[1] > evidence.page
        return replace(ref, name=self.t("page_goes_on", page=ref.name)) if goes_on else ref

    @property
    def _paged(self) -> bool:
        """Whether a browser can open the file at a page."""
        return bool(self.plan.path) and str(self.plan.path).lower().endswith(".pdf")

    def pages(self, numbers: Iterable[int]) -> tuple[PageRef, ...]:
        """Pages in ascending order, each once."""
        return tuple(self.page(n) for n in sorted(set(numbers)))

    def target(self, passage_id: str) -> str:
        """Id of the place where the report quotes the passage; "" where it does not."""
        return f"Q-{passage_id}" if passage_id in self._first else ""

    def of_cell(self, evidence: Evidence, field: str, stage: str) -> Quote:
        """A quote with what makes it count in a cell."""
        told = [r for r in evidence.reasons
                if r.kind not in _BEYOND_CELLS and (r.kind not in _OF_A_CELL or r.value in (field, stage))]  # fmt: skip
        decision = self.decisions.get(evidence.passage_id)
        return Quote(
            anchor=self.target(evidence.passage_id) if self._first[evidence.passage_id] == (field, stage) else "",
            text=marked(replace(evidence, reasons=tuple(told)), self.passages.get(evidence.passage_id)),
            page=self._page_of(evidence),
            path=evidence.heading_path,
            themes=tuple(self._themes.get(th, (len(self._themes), th)) for th in evidence.themes),
            depth=self.t.get(f"depth_{evidence.depth}", evidence.depth),
            sure=self.t.sure(evidence.score),
            reasons=explain_briefly(told, self._text(evidence), self.names, self.t),
            disputed=bool(decision and decision.disputed),
            human=any(r.source.startswith("human:") for r in told),
        )

    def excerpt(self, evidence: Evidence, kind: TagKind, values: Collection[str]) -> Excerpt:
        """The words of a passage that say one of `values`, with those around them."""
        told = [r for r in evidence.reasons if r.kind is kind and r.value in values]
        text = self._text(evidence)
        spans = [span for tag in told for span in tag.spans]
        return Excerpt(_around(text, spans), self._page_of(evidence), self.target(evidence.passage_id),
                       self._why(told, text))  # fmt: skip

    def _why(self, told: Iterable[Tag], text: str) -> str:
        return "; ".join(reason.why for reason in explain_briefly(told, text, self.names, self.t))

    def _text(self, evidence: Evidence) -> str:
        passage = self.passages.get(evidence.passage_id)
        return passage.text if passage else evidence.quote


def _around(text: str, spans: list[tuple[int, int]]) -> Markup:
    """At most `_EXCERPT` characters around the first span, cut between words, with the spans marked."""
    at = min((a for a, _ in spans), default=0)
    start = max(0, min(at - _EXCERPT // 3, len(text) - _EXCERPT))
    start = text.find(" ", start, at) + 1 if start else 0
    end = start + _EXCERPT
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + _EXCERPT // 2)
    inside = mark(text[start:end], [(a - start, b - start) for a, b in spans], ())
    return Markup("… " if start else "") + inside + Markup(" …" if end < len(text) else "")


def page_name(page: int, labels: Mapping[int, str], t: Texts) -> str:
    """A page by its printed number and its place in the file, both only where they differ."""
    label = labels.get(page)
    if label is None:
        return t("page_file", page=page)
    return t("page_same", page=page) if label == str(page) else t("page_both", label=label, page=page)
