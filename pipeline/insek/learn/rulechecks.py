"""What texts tell of the rules: which never fire, which only repeat another, which fire on nearly everything.

The texts are the labelled passages, the sample plans and the example sentences of a project. Only a rule that fires
nowhere at all is a finding; all else is a hint, because texts can never show that a rule is of no use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from insek.extract import ExtractSettings, read_document
from insek.guideline import Guideline
from insek.learn.labels import LabelledPassage
from insek.segment import segment
from insek.tag import UNTAGGED
from insek.tag.rule import Rule
from insek.tag.rules import Rules
from insek.tag.usage import Use, busy, shadowed, usage

Text: TypeAlias = tuple[tuple[str, ...], str]
"""Headings, outermost first, and the text of a passage."""


def plan_texts(folder: Path) -> dict[str, list[Text]]:
    """Passages of all sample plans by file name, as far as they have a text layer."""
    return {path.name: _passages(path) for path in sorted(folder.glob("*.pdf"))}


def _passages(path: Path) -> list[Text]:
    document = read_document(path, ExtractSettings(ocr="off"))
    return [(p.heading_path, p.text) for p in segment(document) if p.kind not in UNTAGGED]


def label_texts(labels: Iterable[LabelledPassage]) -> list[Text]:
    """The labelled passages."""
    return [(label.heading_path, label.text) for label in labels]


def example_texts(examples: Mapping[str, Mapping[str, Any]], rules: Rules) -> list[Text]:
    """Sentences that a rule must match, as headings where it looks at headings only."""
    headings = {rule.id for rule in rules.rules if rule.where == "heading"}
    return [
        ((str(sentence),), "") if name in headings else ((), str(sentence))
        for name, entry in examples.items()
        for sentence in entry.get("match") or []
    ]


def rule_findings(rules: Rules, texts: Mapping[str, list[Text]], examples: list[Text], guideline: Guideline,
                  source: Path) -> tuple[list[str], list[str]]:  # fmt: skip
    """Findings and hints on the rules.

    Args:
        rules: all rules.
        texts: passages by the name of the text they come from.
        examples: sentences of the rules' own examples.
        guideline: gives the limits.
        source: folder of the rules, for the messages.
    """
    scoring = guideline.scoring
    everything = [text for passages in texts.values() for text in passages]
    uses, total = usage(rules, everything)
    in_examples, _ = usage(rules, examples)
    silent = [name for name, use in uses.items() if not _fires(use)]
    dead = [name for name in silent if not _fires(in_examples[name])]
    findings = [f"{uses[name].rule.source}: Regel „{name}“ greift nirgends." for name in dead]
    hints = list(_only_examples([n for n in silent if n not in dead], total, source))
    hints += [_shadow(one, other, uses) for one, other in shadowed(uses, scoring.shadow_hits)]
    return findings, hints + list(_busy(rules, texts, scoring.busy_share))


def _fires(use: Use) -> bool:
    return bool(use.hits or use.taken)


def _only_examples(names: list[str], total: int, source: Path) -> Iterator[str]:
    if names and total:
        yield (f"{source}: {len(names)} Regeln greifen nur in ihren eigenen Beispielen, in keiner von {total} anderen "
               f"Passagen: {', '.join(names)}.")  # fmt: skip


def _shadow(one: Rule, other: Rule, uses: Mapping[str, Use]) -> str:
    return (f"{one.source}: Regel „{one.id}“ sagt nichts, was nicht schon „{other.id}“ sagt: "
            f"alle {uses[one.id].hits} Treffer liegen in Treffern dieser Regel.")  # fmt: skip


def _busy(rules: Rules, texts: Mapping[str, list[Text]], share: float) -> Iterator[str]:
    """One hint for each rule, with the text on which it fires most."""
    worst: dict[str, tuple[float, str, Use]] = {}
    for name, passages in texts.items():
        uses, total = usage(rules, passages)
        for use in busy(uses, total, share):
            worst[use.rule.id] = max(worst.get(use.rule.id, (0.0, "", use)), (use.passages / total, name, use),
                                     key=lambda found: found[0])  # fmt: skip
    for rule, (part, name, use) in sorted(worst.items(), key=lambda item: -item[1][0]):
        yield (f"{use.rule.source}: Regel „{rule}“ greift auf {100 * part:.0f} % der Passagen von {name} "
               f"(Grenze {100 * share:.0f} %) und unterscheidet dort wenig.")  # fmt: skip
