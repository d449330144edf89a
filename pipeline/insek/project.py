"""Find the project directory, resolve its paths and read its settings.

A project directory holds `rules/`, `models/`, `corpus/`, `reports/` and a `pyproject.toml` with `[tool.insek]` or an
`insek.toml` with `[insek]`. Without one, the defaults that come with the package serve.
"""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insek.errors import ConfigError, OutputError, cause
from insek.store import folder_digest

_PACKAGE = Path(__file__).resolve().parent
_GUIDELINE = "insek-mit"
_SETTINGS = """\
# Einstellungen dieses Projekts. Die Regeln stehen in rules/, gelernte Modelle in models/.
[insek]
guideline = "{guideline}"
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A project directory. `bundled` is set where it is the read-only copy within the package."""

    root: Path
    guideline_name: str
    bundled: bool = False

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """The project around `start` (default: the working directory), else the bundled defaults."""
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            settings = _settings(folder)
            if settings is not None:
                return cls(folder, settings.get("guideline", _GUIDELINE))
        return cls.bundled_defaults()

    @classmethod
    def bundled_defaults(cls) -> Project:
        """The defaults within the package; in a source tree that is not installed, the tree itself."""
        inside = _PACKAGE / "defaults"
        return cls(inside if inside.is_dir() else _PACKAGE.parent.parent, _GUIDELINE, bundled=True)

    @property
    def guideline_folder(self) -> Path:
        """`rules/<guideline>/`."""
        return self.root / "rules" / self.guideline_name

    def rules_digest(self) -> str:
        """sha256 (hex) over guideline, scoring and patterns: results with the same digest used the same rules."""
        return folder_digest(self.guideline_folder, ("guideline.yaml", "scoring.yaml", "patterns/*.jsonl"))

    @property
    def models_folder(self) -> Path:
        """`models/`, with one folder per model and the pointer to the promoted one."""
        return self.root / "models"

    @property
    def labels_folder(self) -> Path:
        """`corpus/labels/`, the labelled passages."""
        return self.root / "corpus" / "labels"

    @property
    def samples_folder(self) -> Path:
        """`corpus/samples/`, plans of fictional towns to try the tool on."""
        return self.root / "corpus" / "samples"


def _settings(folder: Path) -> dict[str, str] | None:
    """The settings of a folder, checked; None where the folder is not a project."""
    file = folder / "insek.toml"
    if file.is_file():
        return _own_settings(file)
    file = folder / "pyproject.toml"
    try:
        tools = _toml(file).get("tool") if file.is_file() else None
    except ConfigError:  # somebody else's file above us is none of our business
        return None
    table = tools.get("insek") if isinstance(tools, dict) else None
    return _checked(table, file) if isinstance(table, dict) else None


def _own_settings(file: Path) -> dict[str, str]:
    """The settings of an `insek.toml`; without them the bundled rules would stand in for the user's unseen."""
    table = _toml(file).get("insek")
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: Der Abschnitt `[insek]` fehlt.", "Als erste Zeile `[insek]` ergänzen.")
    return _checked(table, file)


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))  # editors on Windows put a mark before the text
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{file}: kein gültiges TOML ({error}).", "Die Datei prüfen.") from None


def _checked(table: dict[str, Any], file: Path) -> dict[str, str]:
    unknown = [key for key in table if key != "guideline"]
    if unknown:
        raise ConfigError(f"{file}: Die Einstellung `{unknown[0]}` gibt es nicht.", "Möglich ist `guideline`.")
    name = table.get("guideline", _GUIDELINE)
    if not isinstance(name, str) or not name or Path(name).name != name:
        raise ConfigError(f"{file}: `guideline` ist kein Name eines Ordners in rules/.",
                          f'Etwa `guideline = "{_GUIDELINE}"` schreiben.')  # fmt: skip
    return table


def create_project(target: Path) -> Project:
    """Write an editable project directory: rules, models, samples, codebook, datasheet, labels and frozen passages.

    Raises:
        OutputError: the folder exists and is not empty, or cannot be written.
    """
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target} ist eine Datei.", "Einen neuen oder leeren Ordner angeben.")
    if target.exists() and any(target.iterdir()):
        raise OutputError(f"{target} ist nicht leer.", "Einen neuen oder leeren Ordner angeben.")
    defaults = Project.bundled_defaults()
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in ("rules", "models", "corpus/samples", "corpus/labels", "corpus/frozen"):
            shutil.copytree(defaults.root / name, target / name)
        for name in ("CODEBOOK.md", "README.md"):
            shutil.copy(defaults.root / "corpus" / name, target / "corpus")
        (target / "reports").mkdir()
        (target / "insek.toml").write_text(_SETTINGS.format(guideline=defaults.guideline_name), "utf-8")
    except OSError as error:
        raise OutputError(
            f"{target} kann nicht angelegt werden ({cause(error)}).", "Rechte und Platz prüfen."
        ) from None
    return Project(target.resolve(), defaults.guideline_name)
