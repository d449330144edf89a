"""The published list of look-alikes: which words only look like a theme, and how sure the rules are of each.

Written as Markdown from the example sentences, the exclusion rules and the authored corpus, by
`python -m insek.learn.lookalikes`; a test keeps `rules/<guideline>/LOOKALIKES.md` in step with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from insek.domain import TagKind
from insek.guideline import Guideline, load_guideline
from insek.learn.checks import example_sentences
from insek.learn.labels import load_labels
from insek.project import Project
from insek.tag.features import Sight
from insek.tag.rule import Analysis, Rule
from insek.tag.rulefile import load_rules
from insek.tag.rules import Rules
from insek.tag.verdict import judge

FILE = "LOOKALIKES.md"


@dataclass(frozen=True, slots=True)
class _Text:
    """A sentence or passage as the rules see it, with the themes that a careful coder gives it."""

    term: str
    themes: frozenset[str]
    sight: Sight


def lookalikes_markdown(project: Project, guideline: Guideline) -> str:
    """The list as Markdown in German; the same rules, sentences and labels give the same text."""
    rules = load_rules(project.guideline_folder, guideline)
    sentences = list(_sentences(project, rules))
    passages = [*sentences, *_passages(project, guideline, rules)]
    lines = [
        "# Wörter, die nur so aussehen",
        "",
        "Erzeugt mit `python -m insek.learn.lookalikes`. Alle Sätze sind erfunden, siehe `examples/lookalikes.yaml`.",
        "",
        "## Nach Bedeutung",
        "",
        "Sätze mit dem Wort in dieser Bedeutung, davon ohne Thema, und davon von den Regeln allein richtig erkannt.",
        "",
        "| Wort oder Bedeutung | Sätze | ohne Thema | richtig ohne Thema | Genauigkeit |",
        "|---|---:|---:|---:|---:|",
        *_by_sense(sentences, guideline),
        "",
        "## Nach Ausschlussregel",
        "",
        "Sätze und Texte des Korpus, in denen die Regel greift, und davon solche, die das Thema wirklich nicht haben.",
        "",
        "| Regel | Thema | Bedeutung | Treffer | richtig | Genauigkeit |",
        "|---|---|---|---:|---:|---:|",
        *_by_rule(passages, rules.rules),
    ]
    return "\n".join(lines) + "\n"


def _sentences(project: Project, rules: Rules) -> Iterator[_Text]:
    none = rules.analyse("", "heading")
    for entry in example_sentences(project.guideline_folder / "examples"):
        sight = Sight(rules.analyse(str(entry["text"])), none)
        yield _Text(str(entry["term"]), frozenset(entry["themes"]), sight)


def _passages(project: Project, guideline: Guideline, rules: Rules) -> Iterator[_Text]:
    if not any(project.labels_folder.glob("*.jsonl")):
        return
    headings: dict[str, Analysis] = {}
    for label in load_labels(project.labels_folder, guideline):
        if label.themes is not None:
            above = headings.setdefault(label.before, rules.analyse(label.before, "heading"))
            yield _Text("", frozenset(label.themes), Sight(rules.analyse(label.text), above))


def _by_sense(sentences: Sequence[_Text], guideline: Guideline) -> Iterator[str]:
    for term in sorted({s.term for s in sentences}):
        own = [s for s in sentences if s.term == term]
        bare = [s for s in own if not s.themes]
        if bare:
            right = sum(not judge(s.sight, guideline).supported for s in bare)
            yield f"| {term} | {len(own)} | {len(bare)} | {right} | {_percent(right, len(bare))} |"


def _by_rule(texts: Iterable[_Text], rules: Iterable[Rule]) -> Iterator[str]:
    hits: dict[str, list[bool]] = {}
    for text in texts:
        for rule in {h.rule.id: h.rule for h in text.sight.text.excluded if h.rule.polarity == "exclusion"}.values():
            hits.setdefault(rule.id, []).append(rule.label not in text.themes)
    for rule in rules:
        if rule.kind is TagKind.THEME and rule.polarity == "exclusion":
            found = hits.get(rule.id, [])
            share = _percent(sum(found), len(found)) if found else "–"
            yield f"| {rule.id} | {rule.label} | {rule.note} | {len(found)} | {sum(found)} | {share} |"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"


def _write() -> None:
    project = Project.find()
    guideline = load_guideline(project.guideline_folder)
    (project.guideline_folder / FILE).write_text(lookalikes_markdown(project, guideline), "utf-8")


if __name__ == "__main__":
    _write()
