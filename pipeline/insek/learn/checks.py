"""`insek check`: are guideline, rules, examples, labels and models of a project valid and do they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import yaml

from insek.errors import InsekError
from insek.guideline import Guideline, load_guideline, read_yaml
from insek.learn.baseline import load_baseline
from insek.learn.duplicates import near_duplicates
from insek.learn.labels import LabelledPassage, load_labels
from insek.learn.rulechecks import example_texts, label_texts, plan_texts, rule_findings
from insek.modelstore import load_estimators, load_model, promoted_id
from insek.project import Project
from insek.tag.features import Sight
from insek.tag.model import as_linear
from insek.tag.rule import Rule
from insek.tag.rulefile import load_rules
from insek.tag.rules import Rules
from insek.tag.verdict import judge

_SENTENCE_FILES = ("lookalikes.yaml", "positives.yaml")
_WORST = 8

Say = Callable[[str], None]
Examples: TypeAlias = dict[str, tuple[Path, dict[str, Any]]]


def check_project(project: Project, say: Say) -> list[str]:
    """All findings, in plain German; an empty list where everything is valid.

    A broken guideline or rules file ends the check at once: nothing else can be judged without them.
    """
    guideline = load_guideline(project.guideline_folder)
    say(f"Leitfaden {guideline.name}: {len(guideline.fields)} Felder, {len(guideline.stages)} Schritte.")
    rules = load_rules(project.guideline_folder, guideline)
    load_baseline(project.guideline_folder, guideline)
    examples = _load_examples(project.guideline_folder / "examples")
    findings = list(_check_examples(project.guideline_folder / "examples", examples, rules))
    say(f"{len(rules.rules)} Regeln mit Beispielen geprüft.")
    _say_sentences(project.guideline_folder / "examples", rules, guideline, say)
    labels: list[LabelledPassage] = []
    parts = (
        partial(_check_labels, project, guideline, labels, say),
        partial(_check_use, project, guideline, rules, labels, examples, say),
        partial(_check_model, project, guideline, say),
    )
    for part in parts:
        try:
            findings += part()
        except InsekError as error:
            findings.append(str(error))
    return findings


def _load_examples(folder: Path) -> Examples:
    """Rule id -> file and examples."""
    examples: Examples = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in _SENTENCE_FILES:
            examples.update({name: (path, entry) for name, entry in read_yaml(path).items()})
    return examples


def _check_use(project: Project, guideline: Guideline, rules: Rules, labels: list[LabelledPassage], examples: Examples,
               say: Say) -> list[str]:  # fmt: skip
    """Dead, shadowed and busy rules, by labels, sample plans and examples; hints are said, findings returned."""
    sentences = example_sentences(project.guideline_folder / "examples")
    texts = {"corpus/labels": label_texts(labels), **plan_texts(project.samples_folder)}
    texts["examples"] = [((), str(sentence["text"])) for sentence in sentences]
    texts = {name: found for name, found in texts.items() if found}
    own = example_texts({name: entry for name, (_, entry) in examples.items() if isinstance(entry, dict)}, rules)
    findings, hints = rule_findings(rules, texts, own, guideline, project.guideline_folder / "patterns")
    say(f"Regeln an {sum(map(len, texts.values()))} Passagen erprobt: {len(hints)} Hinweise.")
    for hint in hints:
        say(f"Hinweis: {hint}")
    return findings


def _check_examples(folder: Path, examples: Examples, rules: Rules) -> Iterator[str]:
    """Every rule has both kinds of examples and passes them."""
    known = {rule.id: rule for rule in rules.rules}
    for name in sorted(set(examples) - set(known)):
        yield f"{examples[name][0]}: Beispiele für die unbekannte Regel „{name}“."
    for rule in rules.rules:
        if rule.id not in examples:
            yield f"{rule.source}: Regel „{rule.id}“ hat keine Beispiele in {folder}."
            continue
        yield from _check_rule(rule, rules, *examples[rule.id])


def _check_rule(rule: Rule, rules: Rules, path: Path, entry: Any) -> Iterator[str]:
    place = "heading" if rule.where == "heading" else "text"
    line = getattr(entry, "line", 0)
    where = f"{path}, Zeile {line}" if line else str(path)
    for key, expected in (("match", True), ("no_match", False)):
        sentences = entry.get(key) if isinstance(entry, dict) else None
        if not isinstance(sentences, list) or not sentences:
            yield f"{where}: Regel „{rule.id}“ hat keine Beispiele unter `{key}`."
            continue
        for sentence in sentences:
            if fires(rule, rules, str(sentence), place) is not expected:
                told = "greift nicht in" if expected else "greift in"
                yield f"{where}: Regel „{rule.id}“ {told}: „{sentence}“"


def fires(rule: Rule, rules: Rules, text: str, place: str) -> bool:
    """Whether a rule fires in a text; an exclusion fires where it takes something away or could."""
    analysis = rules.analyse(text, place)
    hits = analysis.excluded if rule.polarity == "exclusion" else analysis.hits
    return any(h.rule.id == rule.id for h in hits)


def example_sentences(folder: Path) -> list[dict[str, Any]]:
    """Sentences with the themes a careful coder gives them, from `lookalikes.yaml` and `positives.yaml`."""
    sentences: list[dict[str, Any]] = []
    for name in _SENTENCE_FILES:
        path = folder / name
        if path.is_file():
            sentences += yaml.safe_load(path.read_text("utf-8")) or []
    return sentences


def _say_sentences(folder: Path, rules: Rules, guideline: Guideline, say: Say) -> None:
    """How the rules alone do on the example sentences, with the terms that they get wrong most often."""
    sentences = example_sentences(folder)
    if not sentences:
        return
    wrong: Counter[str] = Counter()
    for sentence in sentences:
        sight = Sight(rules.analyse(str(sentence["text"])), rules.analyse("", "heading"))
        if judge(sight, guideline).supported != frozenset(sentence["themes"]):
            wrong[str(sentence["term"])] += 1
    told = ", ".join(f"{term} {n}" for term, n in wrong.most_common(_WORST))
    right = len(sentences) - wrong.total()
    say(f"{len(sentences)} Beispielsätze, {right} von den Regeln allein richtig. Falsch: {told}.")


def _check_labels(project: Project, guideline: Guideline, labels: list[LabelledPassage], say: Say) -> list[str]:
    """Valid, and none nearly the same as another; `labels` is filled with those that are valid."""
    if not any(project.labels_folder.glob("*.jsonl")):
        say("Keine Labels in diesem Projekt.")
        return []
    labels += load_labels(project.labels_folder, guideline)
    counts = Counter(t for label in labels for t in label.themes or ())
    say(f"{len(labels)} Labels: " + ", ".join(f"{t.label} {counts[t.id]}" for t in guideline.themes) + ".")
    return [f"{b.source}: fast gleich wie {a.source} ({100 * share:.0f} % gemeinsame Wortfolgen)."
            for a, b, share in near_duplicates(labels)]  # fmt: skip


def _check_model(project: Project, guideline: Guideline, say: Say) -> list[str]:
    """The live model is whole, fits the guideline, and its two forms agree."""
    name = promoted_id(project.models_folder)
    if name is None:
        say("Kein Modell eingesetzt.")
        return []
    folder = project.models_folder / name
    stored = load_model(folder)
    linear = as_linear(stored, guideline)
    estimators = load_estimators(folder)
    findings = []
    for head, estimator in estimators.items():
        columns = [i for i, output in enumerate(linear.outputs) if output == head or output.startswith(f"{head}/")]
        norm = float(np.linalg.norm(np.atleast_2d(estimator.coef_)))
        stored_norm = float(np.linalg.norm(linear.weights[:, columns]))
        if len(columns) == 1 and abs(norm - stored_norm) > 1e-3 * max(norm, 1.0):
            findings.append(f"Modell {name}: Gewichte von „{head}“ weichen von den gelernten ab.")
    if stored.manifest["made_from"].get("rules") != project.rules_digest():
        findings.append(f"Modell {name} wurde mit anderen Regeln gelernt. `insek train` lernt es neu.")
    say(f"Modell {name}: {len(estimators)} Schätzer geladen und verglichen.")
    return findings
