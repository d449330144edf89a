"""The evaluation of a model as one HTML page for people who must answer for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from insek.guideline import Guideline
from insek.report.engine import render
from insek.report.texts import Texts, texts

_SIZE, _EDGE = 180, 24
"""Side and margin of a reliability curve in pixels."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the main table: name, F1 per system, interval, precision, recall, and number of passages."""

    name: str
    systems: tuple[str, ...]
    interval: str
    precision: str
    recall: str
    support: int
    weak: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """A reliability curve: name of the theme, calibration error in words, and the drawing."""

    name: str
    error: str
    svg: Markup


def evaluation_html(told: Mapping[str, Any], guideline: Guideline, lang: str = "de") -> str:
    """A page from the result of `learn.commands.evaluate_model`."""
    t = texts(lang)
    names = _names(guideline, t)
    systems = tuple(told["systems"])
    return render(
        "evaluation.html.j2",
        lang,
        told=told,
        systems=[t(f"ev_{s}") for s in systems],
        lines=[_line(label, name, told, systems, t) for label, name in names.items()],
        sums=[(t(f"ev_{key}"), [t.fixed(told["sums"][s][key]) for s in systems], t.fixed(told["cross_validation"][key]))
              for key in told["sums"]["both"]],
        curves=[_curve(names[f"theme/{theme}"], found, t) for theme, found in told["calibration"].items()],
        confusion=[(t(f"ev_{q}"), _confusion(rows, q, names, t)) for q, rows in told["confusion"].items()],
        subgroups=[(t(f"ev_by_{kind}"), _subgroup(values, t)) for kind, values in told["subgroups"].items() if values],
        curve=[(p["passages"], [t.fixed(p[key]) for key in told["sums"]["both"]]) for p in told["learning_curve"]],
        sum_names=[t(f"ev_{key}") for key in told["sums"]["both"]],
    )  # fmt: skip


def _names(guideline: Guideline, t: Texts) -> dict[str, str]:
    """Names of all that is measured, in the order of the page."""
    depths = {f"depth/{d}": t.get(f"depth_{d}", d) for d in guideline.depth_ids}
    return {
        **{f"theme/{x.id}": t.label(x) for x in guideline.themes},
        **{f"field/{x.id}": t.label(x) for x in guideline.fields},
        "stage": t("ev_stage"),
        **{f"stage/{x.id}": t.label(x) for x in guideline.stages},
        "depth": t("ev_depth"),
        **depths,
    }


_WEAK = 0.7
"""F1 below this is shown as weak: about every third decision is wrong or missing."""


def _line(label: str, name: str, told: Mapping[str, Any], systems: Sequence[str], t: Texts) -> Line:
    both, none = told["systems"]["both"][label], t("none")
    if not both["support"]:  # nothing to measure on: a nought would look like a result
        return Line(name, (none,) * len(systems), none, none, none, 0, weak=False)
    low, high = both["f1_interval"]
    asked = {s: s != "keywords" or label.startswith("theme/") for s in systems}
    figures = tuple(t.fixed(told["systems"][s][label]["f1"]) if asked[s] else none for s in systems)
    return Line(name, figures, f"{t.fixed(low)}–{t.fixed(high)}", t.fixed(both["precision"]), t.fixed(both["recall"]),
                both["support"], both["f1"] < _WEAK)  # fmt: skip


def _confusion(rows: Sequence[Mapping[str, Any]], question: str, names: Mapping[str, str],
               t: Texts) -> list[tuple[str, str, int]]:  # fmt: skip
    """What was taken for what, the most frequent first."""
    wrong = [r for r in rows if r["label"] != r["decision"]]
    return [
        (names[f"{question}/{r['label']}"], names.get(f"{question}/{r['decision']}", t("none")), r["n"]) for r in wrong
    ]


def _subgroup(values: Mapping[str, Mapping[str, Any]], t: Texts) -> list[tuple[str, int, list[str]]]:
    return [
        (t.get(f"ev_value_{name}", name), found["passages"], [t.fixed(v) for k, v in found.items() if k != "passages"])
        for name, found in values.items()
    ]


def _curve(name: str, found: Mapping[str, Any], t: Texts) -> Curve:
    points = [(_x(b["given"]), _y(b["true"]), b["n"]) for b in found["bins"]]
    line = " ".join(f"{x},{y}" for x, y, _ in points)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="{2 + min(6.0, n**0.5 / 4):.1f}"/>' for x, y, n in points)
    drawing = (
        f'<svg viewBox="0 0 {_SIZE + 2 * _EDGE} {_SIZE + 2 * _EDGE}" role="img" class="rel">'
        f'<path class="diag" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/><polyline points="{line}"/>{dots}'
        f'<text x="{_EDGE}" y="{_SIZE + 2 * _EDGE - 4}">0</text>'
        f'<text x="{_SIZE + _EDGE - 8}" y="{_SIZE + 2 * _EDGE - 4}">1</text></svg>'
    )  # all numbers
    return Curve(name, t.fixed(found["error"]), Markup(drawing))


def _x(share: float) -> float:
    return round(_EDGE + share * _SIZE, 1)


def _y(share: float) -> float:
    return round(_EDGE + (1 - share) * _SIZE, 1)
