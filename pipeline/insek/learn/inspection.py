"""`insek labels check`: what speaks against the labels of a project. Alarms must be dealt with, hints may be.

An alarm is what makes a model worse or a measurement dishonest: contradictions, near-duplicates on both sides of a
split, an import that is full of suspected errors, annotators who do not agree. Single suspected errors are hints; in a
sound corpus about one in thirty is found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from insek.errors import ConfigError, MissingInputError
from insek.guideline import Guideline, load_guideline
from insek.learn.agreement import Agreement, agreements
from insek.learn.alarms import alarms, known_to
from insek.learn.duplicates import near_duplicates
from insek.learn.estimators import Head, check_support, heads_for
from insek.learn.gate import frozen_passages
from insek.learn.labels import LabelledPassage, read_labels
from insek.learn.learned import learned_from
from insek.learn.policy import LabelPolicy, load_policy
from insek.learn.settle import by_passage, divided, settled
from insek.learn.split import groups_of
from insek.learn.suspects import Suspect, Suspicion, suspicion_in
from insek.learn.train import Prepared, TrainingSettings, make_folds, out_of_fold, prepare
from insek.modelstore import promoted_id
from insek.project import Project
from insek.sheet import KIND_NAMES, Vocabulary
from insek.tag import Tagger
from insek.tag.rulefile import load_rules

ALARM, HINT = "Alarm", "Hinweis"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `level` is ALARM or HINT, `where` names file and line (or all labels), `what` is German."""

    level: str
    subject: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, alarms first, with the agreement of annotators behind them."""

    lines: int
    passages: int
    findings: tuple[Finding, ...]
    agreements: tuple[Agreement, ...]

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def inspect_labels(project: Project, say: Say, *, seed: int = 20231) -> Report:
    """Check all labels of a project.

    Raises:
        MissingInputError: there are no labels.
        ConfigError: a label is not valid.
    """
    guideline = load_guideline(project.guideline_folder)
    policy = load_policy(project.guideline_folder, guideline)
    vocabulary = Vocabulary.of(guideline, policy.depth_names)
    lines = read_labels(project.labels_folder, guideline)
    labels = settled(lines)
    asked = [label for label in labels if label.themes is not None]
    if all(line.themes is None for line in lines):
        raise MissingInputError(f"{project.labels_folder} enthält keine beantworteten Labels.",
                                "Mit `insek labels import` welche holen.")  # fmt: skip
    measured = agreements(lines, guideline)
    tagger = Tagger(load_rules(project.guideline_folder, guideline), guideline, None)
    prepared = prepare(labels, tagger, guideline)
    suspicion = suspected_errors(prepared, guideline, seed, say)
    findings = [
        *contradictions(lines),
        *_divided(lines),
        *_leaks(asked, frozen_passages(project, guideline)),
        *_poisoned(project, prepared.labels, suspicion, policy, vocabulary),
        *_disagreement(measured, policy, vocabulary),
        *_too_few(asked, policy, vocabulary),
        *_mixed_codebooks(asked),
        *(_suspect(suspect, vocabulary) for suspect in suspicion.suspects),
    ]
    findings.sort(key=lambda finding: finding.level != ALARM)
    return Report(len(lines), len(labels), tuple(findings), tuple(measured))


def suspected_errors(prepared: Prepared, guideline: Guideline, seed: int,
                     say: Say = lambda _: None) -> Suspicion:  # fmt: skip
    """Look for label errors the way `insek train` does by default; questions with too few examples are not asked.

    Args:
        prepared: labelled passages with what rules and features make of them.
        guideline: gives the questions.
        seed: of the split and the estimator.
        say: told what is being done.
    """
    settings = TrainingSettings(seed=seed)
    labels = prepared.labels
    if len({label.municipality for label in labels}) < 2:
        return Suspicion((), ())
    folds = make_folds(labels, settings)
    heads = [head for head in heads_for(guideline) if _askable(head, labels, folds)]
    if not heads:
        return Suspicion((), ())
    say(f"{len(heads)} Fragen an {len(labels)} Passagen, je ein Teil der Gemeinden zurückgehalten …")
    logits, _ = out_of_fold(prepared, heads, settings)
    return suspicion_in(labels, heads, logits, seed)


def _askable(head: Head, labels: Sequence[LabelledPassage], folds: Sequence[int]) -> bool:
    """Whether the question has examples enough, also with any one fold held back."""
    try:
        for fold in set(folds):
            check_support([head], [label for label, f in zip(labels, folds, strict=True) if f != fold])
    except ConfigError:
        return False
    return True


def short(source: str) -> str:
    """File and line without the folders before them."""
    path, comma, line = source.rpartition(", ")
    return f"{Path(path).name}{comma}{line}"


def contradictions(lines: Sequence[LabelledPassage]) -> Iterator[Finding]:
    """The same text with other themes by the same hand, or by two who reviewed it."""
    texts: dict[str, list[LabelledPassage]] = defaultdict(list)
    for line in (line for passage in by_passage(lines).values() for line in passage):
        if line.themes is not None:
            texts[line.digest].append(line)
    for same in texts.values():
        for i, one in enumerate(same):
            for other in same[:i]:
                both = one.reviewed and other.reviewed
                if (one.annotator == other.annotator or both) and set(one.themes or ()) != set(other.themes or ()):
                    place = "" if one.before == other.before else " (unter anderen Überschriften)"
                    who = "zweimal geprüft" if both else f"von {one.annotator}"
                    yield Finding(ALARM, "Widerspruch", short(one.source),
                                  f"derselbe Text wie {short(other.source)}{place}, {who}: "
                                  f"{_listed(one)} gegen {_listed(other)}")  # fmt: skip


def _listed(line: LabelledPassage) -> str:
    return "+".join(sorted(line.themes or ())) or "keines"


def _divided(lines: Sequence[LabelledPassage]) -> Iterator[Finding]:
    for passage in by_passage(lines).values():
        if divided(passage):
            told = ", ".join(f"{line.annotator}: {_listed(line)}" for line in passage if line.themes is not None)
            yield Finding(HINT, "strittig", short(passage[-1].source),
                          f"bleibt beim Lernen weg, bis jemand prüft ({told})")  # fmt: skip


def _leaks(labels: Sequence[LabelledPassage], frozen: Sequence[LabelledPassage]) -> Iterator[Finding]:
    """Near-duplicates; those that learning and testing may divide between them make every measurement too good."""
    tested = {passage.source for passage in frozen}
    groups = dict(zip((a.id for a in labels), groups_of([(a.municipality, a.series) for a in labels]), strict=True))
    for a, b, share in near_duplicates([*frozen, *labels]):
        if a.source in tested:
            if b.source not in tested:
                told = f"{_percent(share)} gemeinsame Wortfolgen mit der Testpassage {short(a.source)}"
                yield Finding(ALARM, "fast gleich", short(b.source), told)
            continue
        apart = groups[a.id] != groups[b.id]
        told = "aus einer anderen Gemeinde: steht beim Messen auf beiden Seiten" if apart else "aus derselben Gemeinde"
        yield Finding(ALARM if apart else HINT, "fast gleich", short(b.source),
                      f"{_percent(share)} gemeinsame Wortfolgen mit {short(a.source)}, {told}")  # fmt: skip


def _poisoned(project: Project, labels: Sequence[LabelledPassage], suspicion: Suspicion, policy: LabelPolicy,
              vocabulary: Vocabulary) -> Iterator[Finding]:  # fmt: skip
    """Files in which one label is suspected far more often than elsewhere."""
    known = known_to(project.models_folder, promoted_id(project.models_folder))
    for alarm in alarms(learned_from(labels, suspicion), known, policy):
        yield Finding(ALARM, "verdächtiger Import", alarm.file, f"{alarm.told(vocabulary)} Vertauschte Labels?")


def _name(kind: str, value: str, vocabulary: Vocabulary) -> str:
    word = vocabulary.names[kind].get(value, "")
    return f"{KIND_NAMES[kind]}: {word}" if word else KIND_NAMES[kind]


def _disagreement(measured: Sequence[Agreement], policy: LabelPolicy, vocabulary: Vocabulary) -> Iterator[Finding]:
    for question in measured:
        if question.alpha is not None and question.alpha < policy.alpha:
            level = ALARM if question.units >= policy.alpha_units else HINT
            kappas = [
                f"{' / '.join(p.annotators)} {_decimal(p.kappa, 2)}" for p in question.pairs if p.kappa is not None
            ]
            told = f"Alpha {_decimal(question.alpha, 2)} unter {_decimal(policy.alpha, 3)}"
            yield Finding(level, "Übereinstimmung", "mehrfach gelabelte Passagen",
                          f"„{_name(question.kind, question.value, vocabulary)}“: {told} ({question.units} Passagen; "
                          f"Kappa {', '.join(kappas)})")  # fmt: skip


def _too_few(labels: Sequence[LabelledPassage], policy: LabelPolicy, vocabulary: Vocabulary) -> Iterator[Finding]:
    counts = Counter((kind, value) for label in labels for kind, values in _values(label) for value in values)
    for kind, floor in policy.positives.items():
        for value in vocabulary.names[kind]:
            if (n := counts[kind, value]) < floor:
                yield Finding(HINT, "zu wenige", "alle Labels",
                              f"„{_name(kind, value, vocabulary)}“: {n} Passagen, gewünscht sind {floor}")  # fmt: skip


def _values(label: LabelledPassage) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from (("theme", label.themes or ()), ("field", label.fields or ()))
    yield from (("stage", (label.stage,) if label.stage else ()), ("depth", (label.depth,) if label.depth else ()))


def _mixed_codebooks(labels: Sequence[LabelledPassage]) -> Iterator[Finding]:
    counts = Counter(label.codebook for label in labels)
    if len(counts) > 1:
        told = ", ".join(f"Fassung {version}: {n}" for version, n in sorted(counts.items()))
        yield Finding(HINT, "Codebuch", "alle Labels", f"nach verschiedenen Fassungen gelabelt ({told})")


def _suspect(suspect: Suspect, vocabulary: Vocabulary) -> Finding:
    given = _name(suspect.kind, suspect.given, vocabulary)
    if suspect.kind == "stage":
        told = f"„{given}“, wahrscheinlicher „{vocabulary.names['stage'][suspect.likely]}“"
    else:
        told = f"„{given}“ ist {'gesetzt' if suspect.present else 'nicht gesetzt'}"
    return Finding(HINT, "vermuteter Fehler", short(suspect.passage.source),
                   f"{told} (Wahrscheinlichkeit {_percent(suspect.confidence)}): "
                   f"{_start(suspect.passage.text)}")  # fmt: skip


def _percent(share: float) -> str:
    """A share (0-1) in per cent; what is rare is not called impossible."""
    return "unter 1 %" if share < 0.005 else f"{100 * share:.0f} %"


def _decimal(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def _start(text: str, length: int = 70) -> str:
    plain = " ".join(text.split())
    return f"„{plain}“" if len(plain) <= length else f"„{plain[:length].rsplit(' ', 1)[0]} …“"
