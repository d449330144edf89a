"""Model folders: save, load, list, promote. Nothing is unpickled and no code of a model file is run.

models/promoted.json            which model is live, since when and why
models/<id>/model.json          outputs, merge, thresholds, digests of everything it was made from
models/<id>/vocabulary.json     feature names with their inverse document frequency
models/<id>/weights.npz         weights and bias as plain arrays
models/<id>/estimators.skops    the fitted scikit-learn estimators, for evaluation and for other programs
models/<id>/metrics.json        cross-validation by municipality
models/<id>/CARD.md             what the model is, for people
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insek.errors import ModelError
from insek.store import file_digest, write_atomic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = 1
_FILES = ("vocabulary.json", "weights.npz", "estimators.skops")
_TABLES = ("scale", "merge", "thresholds")
_NEEDED = frozenset(("format", "id", "outputs", "files", "guideline", *_TABLES))
_RETRAIN = "Mit `insek train` ein neues Modell anlegen oder das mitgelieferte verwenden."


@dataclass(frozen=True)
class StoredModel:
    """A model folder in memory: the manifest, the vocabulary, and the arrays of `weights.npz`.

    `weights` is float32, shape (features, outputs); `bias` float32, shape (outputs,).
    """

    folder: Path
    manifest: Mapping[str, Any]
    idf: Mapping[str, float]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @property
    def id(self) -> str:
        """Content id of the model, also the name of its folder."""
        return str(self.manifest["id"])


def save_model(folder: Path, manifest: Mapping[str, Any], idf: Mapping[str, float], weights: NDArray[np.float32],
               bias: NDArray[np.float32], estimators: Mapping[str, Any], card: str,
               metrics: Mapping[str, Any]) -> None:  # fmt: skip
    """Write a model folder; the manifest, with the digests of all other files, is written last."""
    import numpy as np
    import skops.io

    buffer = BytesIO()
    np.savez_compressed(buffer, weights=weights, bias=bias)
    write_atomic(folder / "weights.npz", _timeless(buffer.getvalue()))
    write_atomic(folder / "vocabulary.json", json.dumps(idf, ensure_ascii=False, separators=(",", ":")))
    write_atomic(folder / "estimators.skops", _timeless(_without_addresses(skops.io.dumps(dict(estimators)))))
    write_atomic(folder / "metrics.json", json.dumps(metrics, ensure_ascii=False, indent=1) + "\n")
    write_atomic(folder / "CARD.md", card)
    digests = {name: file_digest(folder / name) for name in _FILES}
    full = {"format": FORMAT, **manifest, "files": digests}
    write_atomic(folder / "model.json", json.dumps(full, ensure_ascii=False, indent=1) + "\n")


def _timeless(archive: bytes) -> bytes:
    """The same zip archive without the clock in it, so that equal models are equal files."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _without_addresses(archive: bytes) -> bytes:
    """A skops archive in which objects are numbered by their order instead of their address in memory."""
    with zipfile.ZipFile(BytesIO(archive)) as source:
        files = {name: source.read(name) for name in source.namelist()}
    schema = files["schema.json"].decode()
    numbers: dict[str, str] = {}
    for address in re.findall(r'"__id__": (\d+)', schema):
        numbers.setdefault(address, str(len(numbers) + 1))
    schema = re.sub(r'"__id__": (\d+)', lambda m: f'"__id__": {numbers[m[1]]}', schema)
    schema = re.sub(r'"(\d+)\.npy"', lambda m: f'"{numbers.get(m[1], m[1])}.npy"', schema)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in files.items():
            stem, dot, ending = name.partition(".")
            target.writestr(numbers.get(stem, stem) + dot + ending, schema.encode() if name == "schema.json" else data)
    return out.getvalue()


def load_model(folder: Path, *, verify: bool = True) -> StoredModel:
    """Read a model folder; ModelError where it is missing, foreign, damaged or of another format.

    Args:
        folder: `models/<id>/`.
        verify: compare all files with the digests in the manifest.
    """
    manifest = manifest_of(folder)
    if verify:
        for name, digest in manifest["files"].items():
            _verify(folder, str(name), str(digest))
    import numpy as np

    try:
        idf = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            weights, bias = arrays["weights"], arrays["bias"]
    except (OSError, EOFError, ValueError, KeyError, RecursionError, zipfile.BadZipFile) as error:
        raise ModelError(f"Modell {folder} ist beschädigt ({error}).", _RETRAIN) from None
    if (
        not isinstance(idf, dict)
        or weights.shape != (len(idf), len(manifest["outputs"]))
        or bias.shape != (len(manifest["outputs"]),)
    ):
        raise ModelError(f"Modell {folder} ist beschädigt: Gewichte und Wortliste passen nicht zusammen.", _RETRAIN)
    return StoredModel(folder, manifest, idf, weights, bias)


def model_ids(models: Path) -> list[str]:
    """Names of the model folders, sorted; damaged ones too."""
    return sorted(p.name for p in models.iterdir() if p.is_dir()) if models.is_dir() else []


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a model folder; ModelError where it is missing, damaged or of another format."""
    path = folder / "model.json"
    if not folder.is_dir():
        raise ModelError(f"Ein Modell „{folder.name}“ gibt es nicht.", "`insek models list` nennt die vorhandenen.")
    if not path.is_file():
        raise ModelError(f"{folder} ist kein Modell von insek (model.json fehlt).", _RETRAIN)
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} ist nicht lesbar ({error}).", _RETRAIN) from None
    if not isinstance(manifest, dict) or not set(manifest) >= _NEEDED:
        raise ModelError(f"{path} stammt nicht von insek.", _RETRAIN)
    if manifest["format"] != FORMAT:
        raise ModelError(f"Modell {folder} hat das Format {manifest['format']}, gelesen wird {FORMAT}.", _RETRAIN)
    if not isinstance(manifest["outputs"], list) or not all(isinstance(manifest[key], dict) for key in _TABLES):
        raise ModelError(f"{path} ist beschädigt: Ein Eintrag hat nicht die Form, die insek schreibt.", _RETRAIN)
    if not isinstance(manifest["files"], dict) or set(manifest["files"]) != set(_FILES):
        raise ModelError(f"{path} nennt andere Dateien als erwartet.", _RETRAIN)
    return manifest


def _verify(folder: Path, name: str, digest: str) -> None:
    path = folder / name
    if not path.is_file():
        raise ModelError(f"Modell {folder}: {name} fehlt.", _RETRAIN)
    if file_digest(path) != digest:
        raise ModelError(f"Modell {folder}: {name} wurde seit dem Training verändert.", _RETRAIN)


def load_estimators(folder: Path) -> dict[str, Any]:
    """The scikit-learn estimators of a model; only types that skops trusts by itself, nothing else is loaded."""
    import skops.io

    path = folder / "estimators.skops"
    _verify(folder, path.name, str(manifest_of(folder)["files"][path.name]))
    foreign = skops.io.get_untrusted_types(file=path)
    if foreign:
        raise ModelError(f"Modell {folder} enthält fremde Typen: {', '.join(foreign)}.", _RETRAIN)
    return dict(skops.io.load(path, trusted=[]))


def promoted_id(models: Path) -> str | None:
    """Id of the live model of a models folder, or None."""
    history = history_of(models)
    return str(history[0]["model"]) if history else None


def history_of(models: Path) -> list[dict[str, Any]]:
    """Which model was live since when and why, the live one first; empty where none ever was."""
    path = models / "promoted.json"
    if not path.is_file():
        return []
    try:
        record = json.loads(path.read_text("utf-8"))
        return [{k: str(r[k]) for k in ("model", "since", "why")} for r in (record, *record.get("history", []))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ModelError(f"{path} ist nicht lesbar.", "Die Datei prüfen oder ein Modell neu einsetzen.") from None


def promote(models: Path, model_id: str, *, since: str, why: str) -> None:
    """Make a model the live one; the former ones stay in the history, newest first."""
    record = {"model": model_id, "since": since, "why": why, "history": history_of(models)}
    write_atomic(models / "promoted.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n")
