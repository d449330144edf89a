"""What to label next: from the passages of finished runs those that teach most, and a random share.

Four kinds of picks, each with its reason:

- *random*: drawn from all candidates alike, before anything else. Only these are a sample: rates (how often a theme
  occurs, how often the program is wrong) may be estimated from them, from the others not.
- *disputed*: rules and model disagree.
- *uncertain*: the least certain ones of each class in turn (theme yes, theme no, field, stage), not only overall:
  otherwise the most frequent label takes all places.
- *variety*: greedy farthest-first (Gonzalez 1985; "core-set" in Sener & Savarese 2018, arXiv:1708.00489) by TF-IDF
  cosine from everything labelled or picked, so that the queue does not turn in circles.

Nothing that is labelled already is picked, by the digest of its text.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from insek.domain import BlockKind
from insek.errors import InputError, MissingInputError
from insek.guideline import Guideline
from insek.learn.entries import Answer, Entry
from insek.learn.labels import LabelledPassage, passage_id, text_digest
from insek.sheet import KIND_NAMES, Vocabulary
from insek.store import read_jsonl
from insek.tag import UNTAGGED

_MIN_WORDS = 6
"""Shorter passages (cells, captions) are no sentences."""
_MANY_WORDS = 12
"""Passages with fewer different words win on variety by being odd; they come last there."""
_BROKEN = "Den Lauf mit `insek screen … --out` neu anlegen."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage of a run as an entry, with the theme scores (0-1) of the program and whether its parts disagree."""

    entry: Entry
    scores: Mapping[str, float]
    disputed: bool


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """How many to pick; `random_share` (0-1) of them at random; `seed` decides about chance and nothing else."""

    number: int = 100
    random_share: float = 0.2
    seed: int = 20231


def run_candidates(run: Path, guideline: Guideline) -> list[Candidate]:
    """Taggable passages of a run directory in file order.

    Raises:
        MissingInputError: the folder holds no run.
        InputError: the run is not finished, damaged, or of another guideline.
    """
    path = run / "run.json"
    if not path.is_file():
        raise MissingInputError(f"{run} enthält keinen Lauf von insek (run.json fehlt).", "Den Pfad prüfen.")
    try:
        record = json.loads(path.read_text("utf-8"))
        if record["status"] != "finished":
            raise InputError(
                f"Der Lauf in {run} ist nicht abgeschlossen.",
                "`insek screen` noch einmal so starten wie zuvor; es setzt fort.",
            )
        slugs = [str(item["slug"]) for item in record["inputs"]]
        name = record["provenance"]["guideline"]
        if any(Path(slug).name != slug for slug in slugs):
            raise InputError(f"{path} nennt Ordner außerhalb des Laufs.", _BROKEN)
        if name != guideline.name:
            raise InputError(f"Der Lauf in {run} gehört zum Leitfaden {name}.", f"Verwendet wird {guideline.name}.")
        return [candidate for slug in slugs for candidate in _plan_candidates(run / slug)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"Der Lauf in {run} ist beschädigt ({type(error).__name__}).", _BROKEN) from None


def _plan_candidates(folder: Path) -> Iterator[Candidate]:
    if not (folder / "passages.jsonl").is_file():
        return
    document = json.loads((folder / "coverage.json").read_text("utf-8"))["document"]
    source, place = str(document["source"]), str(document["municipality"] or "")
    for _, record in read_jsonl(folder / "passages.jsonl"):
        if BlockKind(record["kind"]) in UNTAGGED or len(record["text"].split()) < _MIN_WORDS:
            continue
        yield Candidate(_entry(record, Path(source).name, place), dict(record["scores"]), bool(record["disputed"]))


def _entry(record: Mapping[str, Any], source: str, place: str) -> Entry:
    first, last = record["pages"]
    before, text = " / ".join(record["heading_path"]), str(record["text"])
    return Entry(
        id=passage_id(place or source, before, text),
        text=text,
        digest=text_digest(text),
        document=source,
        municipality=place,
        pages=str(first) if first == last else f"{first}–{last}",
        kind=str(record["kind"]),
        before=before,
        suggested=Answer(tuple(record["themes"]), tuple(record["fields"]), record["stage"], record["depth"]),
    )


def pick(candidates: Sequence[Candidate], labelled: Sequence[LabelledPassage], vocabulary: Vocabulary,
         settings: QueueSettings) -> list[Entry]:  # fmt: skip
    """The entries to label, random ones first, each with `picked` and `why`; fewer where there are not enough.

    The same candidates, labels and settings give the same entries, in whatever order the candidates come.
    """
    pool = _open(candidates, labelled)
    n_random = min(len(pool), round(settings.number * settings.random_share))
    names = random.Random(settings.seed).sample(sorted(pool), n_random)
    chosen = {name: _because(pool[name], "random", "zufällig gezogen") for name in names}
    wanted = min(settings.number, len(pool))
    for part, picked, rank in ((3, "disputed", _disputed), (2, "uncertain", _uncertain)):
        free = {name: candidate for name, candidate in pool.items() if name not in chosen}
        for name, why in islice(rank(free, vocabulary), (wanted - len(chosen)) // part):
            chosen[name] = _because(pool[name], picked, why)
    for name, near in _farthest(pool, chosen, [label.text for label in labelled], wanted - len(chosen)):
        chosen[name] = _because(pool[name], "variety", f"höchstens {100 * near:.0f} % ähnlich zu allem Gelabelten")
    return list(chosen.values())


def _open(candidates: Sequence[Candidate], labelled: Sequence[LabelledPassage]) -> dict[str, Candidate]:
    """Text digest -> candidate, without what somebody has labelled and without repetitions."""
    done = {label.digest for label in labelled if label.themes is not None}
    pool: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: (c.entry.digest, c.entry.document, c.entry.id)):
        if candidate.entry.digest not in done:
            pool.setdefault(candidate.entry.digest, candidate)
    return pool


def _because(candidate: Candidate, picked: str, why: str) -> Entry:
    return replace(candidate.entry, picked=picked, why=why)


def _disputed(pool: Mapping[str, Candidate], _: Vocabulary) -> Iterator[tuple[str, str]]:
    """Those in dispute, the likeliest to have a theme first."""
    names = [name for name, candidate in pool.items() if candidate.disputed]
    names.sort(key=lambda name: (-max(pool[name].scores.values(), default=0.0), name))
    return ((name, "Regeln und Modell sind uneins") for name in names)


def _uncertain(pool: Mapping[str, Candidate], vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The least certain of each class, the classes in turn."""
    classes: dict[tuple[str, str, str], list[tuple[float, str]]] = defaultdict(list)
    for name, candidate in pool.items():
        for key, doubt in _doubts(candidate):
            classes[key].append((doubt, name))
    turns = {key: iter(sorted(found, key=lambda item: (-item[0], item[1]))) for key, found in sorted(classes.items())}
    seen: set[str] = set()
    while turns:
        for key, ranked in list(turns.items()):
            doubt, name = next((item for item in ranked if item[1] not in seen), (0.0, ""))
            if not name:
                del turns[key]
                continue
            seen.add(name)
            kind, value, said = key
            word = f"{KIND_NAMES[kind]}: {vocabulary.names[kind][value]}"
            yield name, f"unsicher bei „{word}“ ({said}, Zweifel {doubt:.2f})"


def _doubts(candidate: Candidate) -> Iterator[tuple[tuple[str, str, str], float]]:
    """Classes of a passage with the doubt, 0-1: 1 minus the score of what was said. Fields and stage go by theme."""
    told = candidate.entry.suggested
    for theme, score in candidate.scores.items():
        yes = theme in (told.themes or ())
        yield ("theme", theme, "ja" if yes else "nein"), 1 - score if yes else score
    if told.themes:
        doubt = 1 - max(candidate.scores.get(theme, 0.0) for theme in told.themes)
        yield from ((("field", value, "ja"), doubt) for value in told.fields or ())
        if told.stage:
            yield ("stage", told.stage, "ja"), doubt


def _farthest(pool: Mapping[str, Candidate], chosen: Mapping[str, Entry], labelled: Sequence[str],
              n: int) -> Iterator[tuple[str, float]]:  # fmt: skip
    """Names and highest cosine (0-1) to anything labelled or picked before, the least similar first."""
    names = [name for name in pool if name not in chosen]
    known = [*labelled, *(entry.text for entry in chosen.values())]
    if n <= 0 or not names:
        return
    vectorizer = TfidfVectorizer(token_pattern=r"[^\W\d_]{2,}", sublinear_tf=True)
    matrix = vectorizer.fit_transform([pool[name].entry.text for name in names])
    nearest = np.zeros(len(names))
    if known:
        nearest = np.asarray((matrix @ vectorizer.transform(known).T).max(axis=1).todense()).ravel()
    nearest[np.diff(matrix.indptr) < _MANY_WORDS] = 2.0
    for _ in range(min(n, len(names))):
        best = int(np.argmin(nearest))
        yield names[best], float(min(nearest[best], 1.0))
        nearest = np.maximum(nearest, np.asarray((matrix @ matrix[best].T).todense()).ravel())
        nearest[best] = 3.0
