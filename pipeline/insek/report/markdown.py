"""`report.md`: the findings on a plan as Markdown, for notes, wikis and other programs that read text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from insek.domain import Coverage
from insek.guideline import Guideline
from insek.report.findings import criteria_views, level_views, thread_views
from insek.report.measured import measures_view
from insek.report.model import PlanResult, anchoring_key, coverage_of
from insek.report.provenance import provenance_lines
from insek.report.quotes import Excerpt, PageRef, Quoter
from insek.report.safe import clipped, one_line
from insek.report.texts import texts
from insek.report.view import CellView, FieldView, Head, field_views, head

_SIGNS = re.compile(r"([\\`*_\[\]<>|~&#$])")
_START = re.compile(r"^([-+=]|\d+(?=[.)]))")
_LINKS = re.compile(r"(?i)(:)(?=//)|(?<=www)(\.)")
_QUOTE = 600


def escaped(text: str) -> str:
    """A text as one line of Markdown that shows nothing but the text: no markup, no HTML, no links, no lists."""
    flat = _SIGNS.sub(r"\\\1", one_line(text))
    flat = _START.sub(lambda m: f"\\{m[0]}" if not m[0].isdigit() else f"{m[0]}\\", flat)
    return _LINKS.sub(lambda m: f"\\{m[0]}", flat)


def report_markdown(plan: PlanResult, guideline: Guideline, provenance: Mapping[str, Any], lang: str = "de") -> str:
    """The report of a plan as the text of a Markdown file."""
    return "\n".join(_Writer(plan, guideline, provenance, lang).lines()) + "\n"


class _Writer:
    """Writes the sections in the order of the page."""

    def __init__(self, plan: PlanResult, guideline: Guideline, provenance: Mapping[str, Any], lang: str) -> None:
        self.plan, self.guideline, self.provenance, self.t = plan, guideline, provenance, texts(lang)
        self.coverage: Coverage = coverage_of(plan, guideline)
        self.quoter = Quoter(plan, self.coverage, guideline, self.t)
        self.fields: tuple[FieldView, ...] = field_views(self.coverage, self.quoter)
        self.head: Head = head(plan, self.coverage, guideline, self.fields, self.t)

    def lines(self) -> Iterator[str]:
        """All lines of the file, without line ends."""
        yield from self._head()
        if self.head.judged and not self.head.failed:
            yield from self._matrix()
            yield from self._threads()
            yield from self._structures()
            yield from self._criteria()
            yield from self._measures()
            yield from self._fields()
        yield from self._origin()

    def _head(self) -> Iterator[str]:
        t, plan, coverage = self.t, self.plan, self.coverage
        yield f"# {escaped(self.head.name)}"
        yield ""
        title = f"{escaped(self.head.title)}, " if self.head.title else ""
        yield f"{title}{plan.year if plan.year is not None else t('no_year')}. {escaped(t('file', name=plan.source))}."
        yield ""
        if plan.error:
            yield from (f"**{escaped(plan.error)}** {escaped(plan.todo or '')}".strip(), "")
        if self.head.failed:
            yield from (t("no_index_failed"), "")
            return
        if coverage.index is None:
            yield f"- {t('index')}: **{t('no_index')}**"
        else:
            low, high = coverage.index_interval or (coverage.index, coverage.index)
            span = t("pages_range", first=t.hundred(low), last=t.hundred(high))
            yield f"- {t('index')}: **{t.hundred(coverage.index)}** {t('index_of')} ({t('col_span')} {span})"
        yield f"- {t('anchoring')}: {t(anchoring_key(coverage.anchoring))}"
        yield f"- {t('readable')}: {t.percent(coverage.readable_share)}"
        if plan.unread_pages:
            yield f"- {t('reading_unread')}: {t('pages_file', pages=t.ranges(plan.unread_pages))}"
        yield from (f"- {escaped(warning)}" for warning in plan.warnings)
        yield from ("", t("index_meaning"), "")

    def _matrix(self) -> Iterator[str]:
        t = self.t
        yield from (f"## {t('matrix')}", "")
        yield from _table((t("matrix_field"), *(t.label(s) for s in self.guideline.stages), t("matrix_score")),
                          ((f.label, *(_state(c, t(f"state_{c.state}")) for c in f.cells), f.value)
                           for f in self.fields))  # fmt: skip

    def _threads(self) -> Iterator[str]:
        if views := thread_views(self.coverage, self.quoter):
            yield from (f"## {self.t('thread')}", "")
            yield from (f"- {v.label}: {v.told} ({v.held})" for v in views)
            yield ""

    def _structures(self) -> Iterator[str]:
        if levels := level_views(self.coverage, self.quoter):
            yield from (f"## {self.t('structures')}", "")
        for level in levels:
            yield from (f"### {level.label}", "")
            for s in level.found:
                yield f"- {s.label}: {s.passages}, {self.t('reading_pages')} {_numbers(s.pages, s.more)}"
            if level.missing:
                yield f"- {self.t('state_not_found')}: {', '.join(level.missing)}"
            yield ""

    def _criteria(self) -> Iterator[str]:
        if stages := criteria_views(self.coverage, self.quoter):
            yield from (f"## {self.t('criteria')}", "")
        for stage in stages:
            yield from (f"### {stage.label}", "")
            for c in stage.criteria:
                yield f"- {c.label}: **{self.t(f'criterion_{c.state}')}**{_shown(c.excerpt)}"
            yield ""

    def _measures(self) -> Iterator[str]:
        measures = measures_view(self.coverage, self.quoter)
        if not measures.groups:
            return
        yield from (f"## {self.t('measures')}", "")
        for group in measures.groups:
            yield from (f"### {group.heading}", "")
            yield from _table((self.t("measure"), self.t("page"), *measures.labels),
                              ((escaped(m.title), escaped(m.page.short),
                                *(escaped(q) or self.t("not_named") for q in m.named))
                               for m in group.measures))  # fmt: skip

    def _fields(self) -> Iterator[str]:
        for field in self.fields:
            yield from (f"## {field.number} {field.label}", "")
            for cell in field.cells:
                state = self.t(f"state_{cell.state}")
                yield from (f"### {cell.ref} {cell.label}: {state}", "")
                yield from self._gap(cell) if cell.gap else self._quotes(cell)

    def _quotes(self, cell: CellView) -> Iterator[str]:
        for q in cell.quotes:
            text = clipped(q.text.striptags(), _QUOTE)
            yield from (f"> {escaped(text)}", "", f"{escaped(q.page.name)}. {q.depth}, {q.sure}.", "")

    def _gap(self, cell: CellView) -> Iterator[str]:
        yield self.t("expects", section=cell.stage.section, text=escaped(cell.stage.expects))
        yield from ("", " ".join(filter(None, (self.t(f"gap_{cell.state}"), escaped(cell.doubt)))))
        if cell.near:
            yield from ("", self.t("gap_near"), "")
        yield from (f"- {escaped(n.text)} – {escaped(n.page.name)}. {escaped(n.why)}" for n in cell.near)
        yield ""

    def _origin(self) -> Iterator[str]:
        yield from (f"## {self.t('origin')}", "", f"- {self.t('origin_sha')}: {self.plan.sha256 or self.t('none')}")
        yield f"- {self.t('origin_guideline')}: {escaped(self.guideline.title)} ({escaped(self.guideline.name)})"
        for name, value in provenance_lines(self.provenance, self.t):
            yield f"- {escaped(name)}: {escaped(value)}"


def _state(cell: CellView, state: str) -> str:
    return f"{state} ({cell.n})" if cell.n else state


def _shown(excerpt: Excerpt | None) -> str:
    return f": {escaped(excerpt.text.striptags())} – {escaped(excerpt.page.name)}" if excerpt else ""


def _numbers(pages: Iterable[PageRef], more: int) -> str:
    return ", ".join(escaped(p.short) for p in pages) + (" …" if more else "")


def _table(names: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = list(names)
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
