"""The rules of a guideline folder (`patterns/*.jsonl`): read, checked, every fault told with its line and a remedy.

People write these files by hand, so that anything may stand in them. What passes here cannot fail at work: patterns of
tokens are tried on spaCy too, for they are compiled only when a plan first has their words.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from insek.domain import TagKind
from insek.errors import ConfigError
from insek.guideline import Guideline
from insek.tag.light_spacy import German, Matcher, create_vocab
from insek.tag.rule import Rule
from insek.tag.rules import Rules
from insek.tag.terms import parse_term

POLARITIES = ("evidence", "risky", "exclusion")
PLACES = ("text", "heading", "both")
POSITIONS = ("anywhere", "opening", "passage")
_KEYS = frozenset(
    ("id", "kind", "label", "polarity", "note", "terms", "patterns", "anchors", "where", "at", "weight", "also", "near")
)


def load_rules(folder: Path, guideline: Guideline) -> Rules:
    """Compile all `patterns/*.jsonl` of a guideline folder; ConfigError names file, line and remedy."""
    rules: list[Rule] = []
    seen: dict[str, str] = {}
    for path in sorted((folder / "patterns").glob("*.jsonl")):
        for number, line in enumerate(_text(path).split("\n"), 1):
            if not line.strip() or line.startswith("#"):
                continue
            rule = _parse(line, f"{path}, Zeile {number}", guideline)
            if rule.id in seen:
                raise ConfigError(f"{rule.source}: Regel „{rule.id}“ steht schon in {seen[rule.id]}.",
                                  "Eine der beiden umbenennen.")  # fmt: skip
            seen[rule.id] = rule.source
            rules.append(rule)
    if not rules:
        raise ConfigError(f"{folder / 'patterns'} enthält keine Regeln.", "Regeln als *.jsonl ablegen.")
    return Rules(rules)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} ist nicht lesbar ({error}).", "Rechte prüfen; als UTF-8 speichern.") from None


def _entry(line: str, where: str) -> Any:
    """What a line holds; a key that stands twice would hide the first one."""
    try:
        return json.loads(line, object_pairs_hook=lambda pairs: _once(pairs, where))
    except json.JSONDecodeError as error:
        raise ConfigError(f"{where}, Spalte {error.colno}: kein gültiges JSON ({error.msg}).",
                          "Anführungszeichen und Kommas dieser Zeile prüfen.") from None  # fmt: skip
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets within thousands of brackets
        raise ConfigError(f"{where}: kein lesbares JSON.", "Die Zeile prüfen oder entfernen.") from None


def _once(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for key, value in pairs:
        if key in entry:
            raise ConfigError(f"{where}: `{key}` steht doppelt.", "Beide zusammenfassen oder eines entfernen.")
        entry[key] = value
    return entry


def _parse(line: str, where: str, guideline: Guideline) -> Rule:
    entry = _entry(line, where)
    if not isinstance(entry, dict):
        raise ConfigError(f"{where}: eine Regel steht in geschweiften Klammern.", "Die Zeile prüfen.")
    unknown = set(entry) - _KEYS
    if unknown:
        raise ConfigError(f"{where}: unbekannter Eintrag „{min(unknown)}“.", "Schreibweise prüfen oder entfernen.")
    rule = Rule(
        id=_string(entry, "id", where),
        kind=TagKind(_one_of(entry, "kind", [k.value for k in TagKind], where)),
        label=_string(entry, "label", where),
        polarity=_one_of(entry, "polarity", POLARITIES, where),
        note=_string(entry, "note", where),
        terms=_list(entry, "terms", where),
        patterns=_patterns(entry, where),
        anchors=_list(entry, "anchors", where),
        where=entry.get("where", "both"),
        at=entry.get("at", "anywhere"),
        weight=_weight(entry.get("weight", 1.0), "weight", where),
        also=_weights(entry, "also", where),
        near=_list(entry, "near", where),
        source=where,
    )
    _check(rule, guideline)
    return rule


def _string(entry: dict[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{where}: `{key}` fehlt oder ist leer.", f'`"{key}": "…"` ergänzen.')
    return value


def _list(entry: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = entry.get(key, [])
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise ConfigError(f"{where}: `{key}` muss eine Liste von Texten sein.", f'`"{key}": ["…"]` schreiben.')
    return tuple(values)


def _weights(entry: dict[str, Any], key: str, where: str) -> tuple[tuple[str, float], ...]:
    values = entry.get(key, {})
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: `{key}` muss Kennungen Zahlen zuordnen.", '`{"kennung": -0.5}` schreiben.')
    return tuple((label, _weight(weight, key, where)) for label, weight in values.items())


def _weight(value: Any, key: str, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ConfigError(f"{where}: Unter `{key}` steht „{value}“, nötig ist eine Zahl.", "Etwa `0.5` schreiben.")
    return float(value)


def _patterns(entry: dict[str, Any], where: str) -> tuple[tuple[dict[str, Any], ...], ...]:
    """Token patterns, each tried on spaCy."""
    patterns = entry.get("patterns", [])
    if not patterns:
        return ()
    try:
        matcher = Matcher(create_vocab("de", German.Defaults), validate=True)
        matcher.add("tried", patterns)
    except (ValueError, TypeError, AttributeError, re.error) as error:
        raise ConfigError(f"{where}: spaCy versteht `patterns` nicht ({' '.join(str(error).split())}).",
                          "Muster nach https://spacy.io/usage/rule-based-matching schreiben.") from None  # fmt: skip
    return tuple(tuple(pattern) for pattern in patterns)


def _one_of(entry: dict[str, Any], key: str, allowed: Iterable[str], where: str) -> str:
    value = _string(entry, key, where)
    if value not in allowed:
        raise ConfigError(f"{where}: `{key}` ist „{value}“.", f"Erlaubt: {', '.join(allowed)}.")
    return value


def _check(rule: Rule, guideline: Guideline) -> None:
    labels = {
        TagKind.THEME: guideline.theme_ids,
        TagKind.FIELD: guideline.field_ids,
        TagKind.STAGE: guideline.stage_ids,
        TagKind.DEPTH: guideline.depth_ids,
        TagKind.BUNDLE: tuple(b.id for b in guideline.bundles),
        TagKind.STRUCTURE: tuple(s.id for s in guideline.structures),
        TagKind.ATTRIBUTE: tuple(a.id for a in guideline.attributes),
        TagKind.CRITERION: tuple(c.id for c in guideline.criteria),
    }[rule.kind]
    strange = [x for x in (rule.label, *dict(rule.also)) if x not in labels]
    if strange:
        raise ConfigError(f"{rule.source}: unbekannte Kennung „{strange[0]}“.", f"Erlaubt: {', '.join(labels)}.")
    unknown = [n for n in rule.near if n not in guideline.theme_ids]
    if unknown:
        raise ConfigError(f"{rule.source}: `near` nennt „{unknown[0]}“.", f"Erlaubt: {', '.join(guideline.theme_ids)}.")
    if rule.where not in PLACES:
        raise ConfigError(f"{rule.source}: `where` ist „{rule.where}“.", f"Erlaubt: {', '.join(PLACES)}.")
    if rule.at not in POSITIONS:
        raise ConfigError(f"{rule.source}: `at` ist „{rule.at}“.", f"Erlaubt: {', '.join(POSITIONS)}.")
    if not rule.terms and not rule.patterns:
        raise ConfigError(f"{rule.source}: Regel „{rule.id}“ hat keine Begriffe.", "`terms` ergänzen.")
    if rule.patterns and not rule.anchors:
        raise ConfigError(
            f"{rule.source}: `patterns` brauchen `anchors` (ein Wort, das im Muster vorkommt).", "Ergänzen."
        )
    for term in (*rule.terms, *rule.anchors):
        parse_term(term, rule.source)
