"""YAML files that know their lines, and readers of their entries that say what is wrong, where, and what to do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from insek.errors import ConfigError

_ID = re.compile(r"[a-z][a-z0-9_]*")
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one where built


class Lined(dict[str, Any]):
    """A mapping of a YAML file with the line it begins on, 1-based."""

    line: int = 0


class _Loader(_SAFE):  # type: ignore[misc]
    """A safe loader that keeps the lines of mappings and refuses a key that stands twice."""


def _mapping(loader: Any, node: yaml.MappingNode) -> Lined:
    entry = Lined(loader.construct_mapping(node, deep=True))
    entry.line = node.start_mark.line + 1
    if len(entry) < len(node.value):
        keys = [loader.construct_object(key) for key, _ in node.value]
        twice = next(key for n, (key, _) in enumerate(node.value) if keys[n] in keys[:n])
        raise yaml.constructor.ConstructorError(None, None, f"„{twice.value}“ steht doppelt", twice.start_mark)
    return entry


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping, loaded safely; ConfigError with file and line where it is broken."""
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=_Loader)
    except FileNotFoundError:
        raise ConfigError(f"{path} fehlt.", "Mit `insek init` ein vollständiges Projekt anlegen.") from None
    except OSError as error:
        raise ConfigError(f"{path} kann nicht gelesen werden ({error.strerror}).", "Rechte prüfen.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} ist nicht in UTF-8 gespeichert ({error.reason}).", "Als UTF-8 speichern.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}{_line(error)}: kein gültiges YAML.", _problem(error)) from None
    except (ValueError, RecursionError) as error:  # the 45th of May, a number of thousands of digits, endless nesting
        raise ConfigError(f"{path}: Ein Wert ist nicht lesbar ({error}).", "In Anführungszeichen setzen.") from None
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: erwartet werden Einträge der Form `name: wert`.", "Die Datei prüfen.")
    return data


def _line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", Zeile {mark.line + 1}" if mark else ""


def _problem(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or "Einrückung und Anführungszeichen prüfen"
    return f"Meldung: {problem}."


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file; all readers raise a ConfigError that names file, line, entry and remedy."""

    data: Mapping[str, Any]
    file: Path

    def error(self, what: str, remedy: str) -> ConfigError:
        """The error to raise: `what` completes "Eintrag „x“ ..."."""
        line = getattr(self.data, "line", 0)
        where = f"{self.file}, Zeile {line}" if line else str(self.file)
        name = self.data.get("id")
        return ConfigError(f"{where}: Eintrag{f' „{name}“' if name else ''} {what}.", remedy)

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"hat keinen Text unter `{key}`", f"`{key}:` ergänzen, Zahlen in Anführungszeichen.")
        return value

    def texts(self, keys: Iterable[str]) -> list[str]:
        """Several texts, in the order of the keys."""
        return [self.text(key) for key in keys]

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One of several words."""
        value = self.text(key)
        if value not in allowed:
            raise self.error(f"nennt unter `{key}` „{value}“", f"Erlaubt: {', '.join(allowed)}.")
        return value

    def ids(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """A list of known ids, each once; empty where the key is not there."""
        values = self.data.get(key, [])
        if not isinstance(values, list):
            raise self.error(f"braucht unter `{key}` eine Liste", f"`{key}: [kennung, …]` schreiben.")
        unknown = [v for v in values if v not in allowed]
        if len({str(v) for v in values}) < len(values):
            raise self.error(f"nennt unter `{key}` eine Kennung doppelt", "Jede nur einmal nennen.")
        if unknown:
            raise self.error(f"nennt unter `{key}` die unbekannte Kennung „{unknown[0]}“",
                             f"Erlaubt: {', '.join(allowed) or 'keine, der Abschnitt fehlt'}.")  # fmt: skip
        return tuple(values)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """`true` or `false`; without a default one of them has to be there."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise self.error(f"braucht `{key}: true` oder `{key}: false`", "Ergänzen.")
        return value

    def count(self, key: str, default: int) -> int:
        """A whole number of `default` and more."""
        value = self.data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < default:
            raise self.error(f"braucht unter `{key}` eine ganze Zahl ab {default}", "Ändern oder weglassen.")
        return value

    def only(self, allowed: Collection[str]) -> None:
        """Refuse a key that nothing reads: it is a slip of the pen."""
        unknown = [k for k in self.data if k not in allowed]
        if unknown:
            raise self.error(f"hat den unbekannten Schlüssel `{unknown[0]}`", f"Erlaubt: {', '.join(allowed)}.")

    def entries(self, key: str, *, required: bool = True) -> list[Entry]:
        """A list of entries with ids of their own."""
        found = self.nested(key, required=required)
        names = [entry.text("id") for entry in found]
        for name, entry in zip(names, found, strict=True):
            if not _ID.fullmatch(name) or names.count(name) > 1:
                raise entry.error(f"unter `{key}`: Die Kennung ist ungültig oder doppelt",
                                  "Kennungen sind einmalig und bestehen aus a-z, 0-9 und _.")  # fmt: skip
        return found

    def nested(self, key: str, *, required: bool = True) -> list[Entry]:
        """A list of mappings; it may be left out or empty only where it is not required."""
        values = self.data.get(key)
        if not required and not values:
            return []
        if not isinstance(values, list) or not values or not all(isinstance(e, dict) for e in values):
            raise self.error(f"braucht unter `{key}` eine Liste von Einträgen", f"Den Abschnitt `{key}:` prüfen.")
        return [Entry(value, self.file) for value in values]
