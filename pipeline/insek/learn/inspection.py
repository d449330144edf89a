"""`insek labels check`: what speaks against the labels of a project. Alarms must be dealt with, hints may be.

An alarm is what makes a model worse or a measurement dishonest: contradictions, near-duplicates on both sides of a
split, an import that is full of suspected errors, annotators who do not agree. Single suspected errors are hints; in a
sound corpus about one in thirty is found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from insek.errors import MissingInputError
from insek.guideline import load_guideline
from insek.learn.agreement import Agreement, agreements
from insek.learn.duplicates import near_duplicates
from insek.learn.gate import frozen_passages
from insek.learn.labels import LabelledPassage, read_labels
from insek.learn.policy import LabelPolicy, load_policy
from insek.learn.settle import by_passage, divided, settled
from insek.learn.split import groups_of
from insek.learn.suspects import Suspect, Suspicion, suspected_errors
from insek.learn.train import prepare
from insek.project import Project
from insek.sheet import KIND_NAMES, Vocabulary
from insek.tag import Tagger
from insek.tag.rulefile import load_rules

ALARM, HINT = "Alarm", "Hinweis"
_Part = tuple[str, bool]
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
    suspicion = suspected_errors(prepare(labels, tagger, guideline), guideline, seed, say)
    findings = [
        *contradictions(lines),
        *_divided(lines),
        *_leaks(asked, frozen_passages(project, guideline)),
        *poisoned(suspicion, policy, vocabulary),
        *_disagreement(measured, policy, vocabulary),
        *_too_few(asked, policy, vocabulary),
        *_mixed_codebooks(asked),
        *(_suspect(suspect, vocabulary) for suspect in suspicion.suspects),
    ]
    findings.sort(key=lambda finding: finding.level != ALARM)
    return Report(len(lines), len(labels), tuple(findings), tuple(measured))


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


def poisoned(suspicion: Suspicion, policy: LabelPolicy, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Files in which one label is suspected far more often than in the other files.

    Passages that `insek labels queue` chose as doubtful or unusual are asked apart and with more patience: a careful
    answer will often contradict the program there.
    """
    wrong = Counter((s.kind, s.given if s.kind != "stage" else "", _part(s.passage)) for s in suspicion.suspects)
    for kind, value, asked in suspicion.asked:
        parts = Counter(_part(passage) for passage in asked)
        for (file, chosen), n in sorted(parts.items()):
            found = wrong[kind, value, (file, chosen)]
            rest, elsewhere = _elsewhere(wrong, parts, kind, value, file)
            least = max(policy.suspect_shares[kind], policy.suspect_picked if chosen else 0.0)
            if n >= policy.suspect_passages and found / n >= max(least, policy.suspect_ratio * rest):
                beside = f"in den übrigen Dateien {_percent(rest, 1)}" if elsewhere else "es gibt keine andere Datei"
                share = _percent(found / n, 1)
                told = f"„{_name(kind, value, vocabulary)}“: bei {found} von {n} Passagen ({share}) spricht"
                yield Finding(ALARM, "verdächtiger Import", file,
                              f"{told} alles Übrige gegen das Label; {beside}. Vertauschte Labels?")  # fmt: skip


def _elsewhere(wrong: Mapping[tuple[str, str, _Part], int], parts: Mapping[_Part, int], kind: str, value: str,
               file: str) -> tuple[float, int]:  # fmt: skip
    """Share (0-1) of suspected labels in all other files, and their number of passages."""
    others = [part for part in parts if part[0] != file]
    n = sum(parts[part] for part in others)
    found = sum(wrong.get((kind, value, part), 0) for part in others)
    return found / n if n else 0.0, n


def _part(passage: LabelledPassage) -> _Part:
    """The file of a passage, and whether the program chose it for other reasons than chance."""
    return _file(passage), passage.picked not in ("", "random")


def _file(passage: LabelledPassage) -> str:
    return short(passage.source).rpartition(", ")[0]


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


def _percent(share: float, digits: int = 0) -> str:
    """A share (0-1) in per cent; what is rare is not called impossible."""
    return "unter 1 %" if not digits and share < 0.005 else f"{_decimal(100 * share, digits)} %"


def _decimal(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def _start(text: str, length: int = 70) -> str:
    plain = " ".join(text.split())
    return f"„{plain}“" if len(plain) <= length else f"„{plain[:length].rsplit(' ', 1)[0]} …“"
