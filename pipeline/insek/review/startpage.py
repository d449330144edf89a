"""The first page of the desk, and the page on how far people agree."""

from __future__ import annotations

from dataclasses import dataclass

from insek.learn.agreement import Agreement
from insek.review import pages
from insek.review.audit import audit
from insek.review.desk import Desk, Progress
from insek.review.queues import QueueName


@dataclass(frozen=True, slots=True)
class Line:
    """A queue on the first page; `progress` is None for one that takes a while and was not opened yet."""

    title: str
    about: str
    query: str
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """Agreement on a label: name, passages, alpha, and kappa of each pair."""

    label: str
    units: int
    alpha: str
    weak: bool
    pairs: tuple[str, ...]


def start_page(desk: Desk, plan: str, csrf: str) -> str:
    """The first page; `plan` (folder name, or empty for all) narrows the queues and chooses the matrix."""
    if plan not in ("", *desk.library.slugs):
        raise KeyError(plan)
    desk.journal.refresh()
    single = plan or (desk.library.slugs[0] if len(desk.library.slugs) == 1 else "")
    return pages.render(
        "start.html.j2",
        title="Prüfplatz",
        desk=desk,
        csrf=csrf,
        lines=[_line(desk, kind, plan) for kind in desk.kinds if kind not in ("cell", "gap")],
        plans=[(slug, desk.library.name(slug)) for slug in desk.library.slugs],
        chosen=single,
        rows=pages.matrix(desk, single) if single and not desk.settings.blind else [],
        people=sorted(desk.people().items()),
        narrowed=plan,
    )


def _line(desk: Desk, kind: str, plan: str) -> Line:
    name = QueueName(kind, "" if kind == "teach" else plan, seed=desk.settings.seed if kind == "audit" else 0)
    return Line(*pages.queue_about(kind), name.query, desk.progress(name) if desk.quick(name) else None)


def agreement_page(desk: Desk) -> str:
    """How far annotators agree, label by label."""
    found = [_agreement_line(a, desk) for a in desk.agreement()]
    told = None if desk.settings.blind else audit(desk)
    return pages.render("agreement.html.j2", title="Einigkeit", desk=desk, lines=found, audit=told,
                        people=sorted(desk.people().items()))  # fmt: skip


def _agreement_line(found: Agreement, desk: Desk) -> AgreementLine:
    guideline = desk.guideline
    names = {t.id: t.label for t in guideline.themes} | {f.id: f.label for f in guideline.fields}
    kind = {"theme": "Thema", "field": "Feld", "stage": "Schritt", "depth": "Tiefe"}[found.kind]
    pairs = tuple(f"{' und '.join(p.annotators)}: {_number(p.kappa)} ({p.units})" for p in found.pairs)
    enough = found.units >= desk.policy.alpha_units
    weak = enough and found.alpha is not None and found.alpha < desk.policy.alpha
    return AgreementLine(f"{kind}: {names[found.value]}" if found.value else kind, found.units, _number(found.alpha),
                         weak, pairs)  # fmt: skip


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace(".", ",")
