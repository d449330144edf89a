"""A decision told in German: which rules, what the classifier thinks, how both were merged, which cell, why no other.

Not imported with the other reports: it needs the rules and with them spaCy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from insek.domain import BlockKind, TagKind
from insek.guideline import Guideline
from insek.report.reasons import Names, names_of
from insek.report.texts import Texts, texts
from insek.score import counts_for_guideline
from insek.tag.explain import Explanation, LabelCase, RuleHit, ThemeCase
from insek.tag.merge import SUREST
from insek.tag.verdict import least_support

_POLARITY = {"evidence": "Beleg", "risky": "unsicheres Wort", "exclusion": "Ausschluss"}
_PLACE = {"text": "im Text", "heading": "in der Überschrift"}
_SIGNALS = {
    "bias": "Grundwert",
    "model": "Modell",
    "evidence": "Beleg einer Regel",
    "several": "mehrere Belege",
    "risky": "unsichere Wörter",
    "heading": "Überschrift",
    "excluded": "Ausschluss",
    "others": "andere Themen daneben",
    "sentence": "Länge",
    "verb": "ganzer Satz",
}
_SHAPES = {"w": "„{0}…“", "b": "Wortpaar „{0}“", "c": "Wortteil „{0}“", "h": "Überschrift „{0}…“"}
_FORMS = {
    "length": "Länge",
    "short": "Kürze",
    "figures": "Zahlen",
    "lower": "Kleinschreibung",
    "bullet": "Aufzählung",
    "sentence": "Satzende",
    "question": "Frage",
    "colon": "Doppelpunkt",
    "bias": "Grundwert",
}
_OTHERS = 2
"""Fields and stages named beside those decided on."""


def explained(explanation: Explanation, guideline: Guideline) -> str:
    """The explanation as German text of several paragraphs."""
    return "\n".join(_Speaker(explanation, guideline).lines()) + "\n"


def explained_json(explanation: Explanation, guideline: Guideline) -> dict[str, Any]:
    """The explanation as JSON values, with the cells it fills and the reason where it fills none."""
    speaker = _Speaker(explanation, guideline)
    return {**asdict(explanation), "counts": speaker.counts, "cells": speaker.cells, "why_no_cell": speaker.why_no_cell}


class _Speaker:
    """Puts the parts of an explanation into words."""

    def __init__(self, explanation: Explanation, guideline: Guideline) -> None:
        self.e, self.guideline, self.decision = explanation, guideline, explanation.decision
        self.t: Texts = texts("de")
        self.names: Names = names_of(guideline, self.t)
        self.counts = counts_for_guideline(explanation.passage, self.decision, guideline)
        placed = self.counts and self.decision.stage is not None
        self.cells = [[f, str(self.decision.stage)] for f in self.decision.fields] if placed else []

    def lines(self) -> Iterator[str]:
        """All lines, a heading before each part."""
        path = " / ".join(self.e.passage.heading_path)
        yield f"Passage: „{self.e.passage.text}“"
        if path:
            yield f"Unter: {path}"
        yield from ("", "Ergebnis", *self._result(), "", "Regeln", *self._rules(), "", "Themen", *self._themes())
        if self.decision.themes or self.decision.near_stage:
            yield from ("", "Handlungsfelder", *self._fields(), "", "Planungsschritt", *self._stages())
        if self.decision.themes:
            yield from ("", "Art", self._depth())

    def name(self, kind: TagKind, value: str) -> str:
        """Plain name of a value."""
        return self.names.get((kind, value), value)

    def _joined(self, kind: TagKind, values: Iterable[str]) -> str:
        return ", ".join(self.name(kind, v) for v in values) or "keine"

    def _result(self) -> Iterator[str]:
        decision = self.decision
        yield f"  Themen: {self._joined(TagKind.THEME, decision.themes)}"
        if decision.themes:
            yield f"  Handlungsfelder: {self._joined(TagKind.FIELD, decision.fields)}"
            yield f"  Planungsschritt: {self.name(TagKind.STAGE, decision.stage or '')}"
        for kind, values in ((TagKind.BUNDLE, decision.bundles), (TagKind.STRUCTURE, decision.structures),
                             (TagKind.CRITERION, decision.criteria)):  # fmt: skip
            if values:
                yield f"  {self.t(f'kind_{kind.value}')}: {self._joined(kind, values)}"
        for tag in decision.named:
            yield f"  Nennt {self.name(tag.kind, tag.value)}: „{', '.join(tag.words)}“"
        cells = (f"{self.name(TagKind.FIELD, f)} × {self.name(TagKind.STAGE, s)}" for f, s in self.cells)
        yield f"  Zelle: {'; '.join(cells)}" if self.cells else f"  Zelle: keine. {self.why_no_cell}"
        if decision.disputed:
            yield "  Regeln und Modell sind sich nicht einig: bitte selbst lesen."

    @property
    def why_no_cell(self) -> str | None:
        """Why the passage fills no cell, in one sentence; None where it fills one."""
        if self.cells:
            return None
        if self.e.passage.kind in (BlockKind.HEADING, BlockKind.APPARATUS):
            return "Überschriften, Verzeichnisse und Quellen sind Zusammenhang, kein Beleg."
        if not self.decision.themes:
            return "Kein Thema wurde erkannt."
        if not self.counts:
            ties = self.t.listed([t.label for t in self.guideline.themes if t.on_theme])
            themes = self._joined(TagKind.THEME, self.decision.themes)
            return f"{themes}: zählt nur mit Bezug zu {ties}, und weder Passage noch Überschriften haben ihn."
        return "Kein Handlungsfeld ist stark genug belegt."

    def _rules(self) -> Iterator[str]:
        if not self.e.hits:
            yield "  Keine Regel greift."
        for hit in sorted(self.e.hits, key=lambda h: (not h.counts, h.kind, h.label)):
            yield f"  {self._rule(hit)}"

    def _rule(self, hit: RuleHit) -> str:
        about = f"{self.t.get(f'kind_{hit.kind}', hit.kind)} {self.name(TagKind(hit.kind), hit.label)}"
        told = f"{about}: „{hit.words}“ {_PLACE[hit.place]} – Regel {hit.rule}, {_POLARITY[hit.polarity]}"
        if hit.counts:
            return told
        alone = "ohne Wert dahinter" if hit.kind == TagKind.ATTRIBUTE else "ohne Beleg daneben"
        return f"{told}; zählt nicht, {alone if hit.polarity == 'risky' else 'durch einen Ausschluss aufgehoben'}"

    def _themes(self) -> Iterator[str]:
        for case in self.e.themes:
            yield f"  {self.name(TagKind.THEME, case.theme)}: {self._verdict(case)}"
            if case.log_odds is None:
                continue
            terms = ", ".join(f"{_term(name)} {self._signed(share)}" for name, share in case.terms)
            yield f"    Modell allein: {self._signed(case.log_odds)}{f'; am meisten dafür: {terms}' if terms else ''}"
            parts = ", ".join(f"{_SIGNALS.get(s, s)} {self._signed(v)}" for s, v in case.parts.items())
            yield f"    Zusammengeführt: {parts} = {self._signed(sum(case.parts.values()))}"

    def _verdict(self, case: ThemeCase) -> str:
        told = "gesetzt" if case.decided else "nicht gesetzt"
        if case.threshold is None:
            return f"{told}; nur nach den Regeln, Wert {self.t.decimal(case.probability)}"
        sure = min(case.probability, SUREST)
        cut = f", höher gilt nichts als {self.t.percent(SUREST)}" if case.probability > SUREST else ""
        return (
            f"{told}; Wahrscheinlichkeit {self.t.percent(sure)}{cut}, gesetzt wird ab {self.t.percent(case.threshold)}"
        )

    def _fields(self) -> Iterator[str]:
        need = least_support(self.e.fields[0].together)
        shown = [c for c in self.e.fields if c.decided]
        for case in [*shown, *[c for c in self.e.fields if not c.decided][:_OTHERS]]:
            why = "" if case.decided else f", zu wenig: nötig {self.t.decimal(need)}"
            yield f"  {self._label(TagKind.FIELD, case)}{why}"

    def _stages(self) -> Iterator[str]:
        for case in self.e.stages[: 1 + _OTHERS]:
            yield f"  {self._label(TagKind.STAGE, case)}{'' if case.decided else ', weniger als der gewählte'}"

    def _label(self, kind: TagKind, case: LabelCase) -> str:
        model = "" if case.model is None else f", Modell {self._signed(case.model)}"
        told = "gewählt" if case.decided else "nicht gewählt"
        return (f"{self.name(kind, case.label)}: {told} – Regeln {self.t.decimal(case.rules)}{model}, "
                f"zusammen {self._minus(case.together, 2)}")  # fmt: skip

    def _depth(self) -> str:
        name = self.name(TagKind.DEPTH, self.decision.depth or "")
        own = [h for h in self.e.hits if h.kind == TagKind.THEME and h.counts and h.place == "text"]
        spans = sorted({h.span for h in own if h.polarity != "exclusion"})
        first = spans[0][0] / len(self.e.passage.text) if spans else 1.0
        case = self.e.depth
        model = "" if case.model is None else f", Modell {self._signed(case.model)}"
        return (f"  {name}: Regeln {self._signed(case.rules)} ({len(spans)} Themenwörter auf {self.e.words} Wörter, "
                f"das erste nach {self.t.percent(first)} der Passage){model}; ab 0 eine Aussage")  # fmt: skip

    def _signed(self, value: float) -> str:
        told = self._minus(value, 1)
        return told if told.startswith("−") or told == "0" else f"+{told}"

    def _minus(self, value: float, digits: int) -> str:
        """A number with the minus sign of the typesetter, and none before a nought."""
        told = self.t.decimal(value, digits)
        return "0" if told == "-0" else told.replace("-", "−")


def _term(name: str) -> str:
    """A feature of the classifier as a reader may understand it."""
    if name[0] == "s":
        return _FORMS.get(name[2:], name[2:])
    return _SHAPES.get(name[0], "Regel {0}").format(name[2:].strip("^$"))
