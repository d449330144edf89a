"""The trained classifier at work: a linear model over named features, without scikit-learn.

Training (`learn.train`) fits scikit-learn estimators and keeps them in the model folder; what screening needs of them
is their weights. They are applied here with NumPy, because importing scikit-learn takes longer than tagging a plan.
A test and `insek check` hold both against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from insek.errors import ModelError
from insek.guideline import Guideline
from insek.modelstore import StoredModel
from insek.tag.features import DENSE, Sight, dense_names
from insek.tag.index import Index, Weighed

if TYPE_CHECKING:
    from insek.tag.encoder import Encoder

_TELLING = 5
"""Shorter stems are little words: they carry weight, but tell a reader nothing."""
_SHOWN = 4


@dataclass(frozen=True)
class Dense:
    """A sentence encoder with what its numbers weigh: float32, shape (size of the encoder, outputs)."""

    encoder: Encoder
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class LinearModel:
    """A linear classifier with its vocabulary.

    Attributes:
        id: content id of the model.
        outputs: names of the outputs, `kind/label`, in the order of the columns of `weights`.
        index: its features, and how they are weighed.
        weights: float32, shape (features, outputs).
        bias: float32, shape (outputs,).
        merge: what the combination with the rules learned, per task (see `merge`).
        thresholds: output name -> probability (0-1) from which the label is set.
        dense: the encoder, in a model that was trained with one.
    """

    id: str
    outputs: tuple[str, ...]
    index: Index
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    merge: Mapping[str, Any]
    thresholds: Mapping[str, float]
    dense: Dense | None = None

    @property
    def encoder(self) -> Encoder | None:
        """The sentence encoder of the model, if it has one."""
        return None if self.dense is None else self.dense.encoder

    def weigh(self, sight: Sight) -> Weighed:
        """The features of a passage that the model knows, weighed; input of `logits` and `top_terms`."""
        weighed = self.index.passage(sight)
        if self.dense is None:
            return weighed
        return replace(weighed, dense=self.dense.encoder.encode([sight.text.text])[0])

    def logits(self, weighed: Weighed) -> dict[str, float]:
        """Output name -> log-odds before calibration, of a passage given by `weigh`."""
        scores = weighed.values.astype(np.float32) @ self.weights.take(weighed.rows, axis=0) + self.bias
        if self.dense is not None and weighed.dense is not None:
            scores += weighed.dense @ self.dense.weights
        return dict(zip(self.outputs, scores.tolist(), strict=True))

    def top_terms(self, weighed: Weighed, output: str, n: int = 40) -> list[tuple[str, float]]:
        """The `n` features that speak most for an output, with their share of the log-odds, of `weigh`'s result.

        Numbers of an encoder are not among them: they mean nothing to a reader.
        """
        shares = weighed.values * self.weights[weighed.rows, self.outputs.index(output)]
        least = max(np.partition(shares, -n)[-n], 0.0) if len(shares) > n else 0.0
        best = np.flatnonzero((shares >= least) & (shares > 0))
        parts = [(self.index.names[weighed.rows[i]], float(shares[i])) for i in best]
        return sorted(parts, key=lambda p: (-p[1], p[0]))[:n]


def as_linear(stored: StoredModel, guideline: Guideline) -> LinearModel:
    """A stored model ready for tagging; ModelError where it answers other questions than the guideline asks."""
    manifest = stored.manifest
    asked = {f"theme/{t}" for t in guideline.theme_ids} | {f"field/{f}" for f in guideline.field_ids}
    asked |= {f"stage/{s}" for s in guideline.stage_ids} | {f"depth/{guideline.depth_ids[0]}"}
    if set(manifest["outputs"]) != asked:
        raise ModelError(f"Modell {stored.id} passt nicht zum Leitfaden {guideline.name}.",
                         "Mit `insek train` ein Modell für diesen Leitfaden anlegen.")  # fmt: skip
    return LinearModel(
        id=stored.id,
        outputs=tuple(manifest["outputs"]),
        index=Index(stored.idf, manifest["scale"]),
        weights=stored.weights,
        bias=stored.bias,
        merge=manifest["merge"],
        thresholds=manifest["thresholds"],
        dense=_dense(stored),
    )


def _dense(stored: StoredModel) -> Dense | None:
    """The encoder that a model was trained with; ModelError where it is not at hand as it was then."""
    wanted = stored.manifest.get("made_from", {}).get("encoder")
    if wanted is None:
        return None
    from insek.tag.encoder import load_recorded

    try:
        encoder = load_recorded(wanted)
    except ModelError as error:
        other = "Oder mit `insek models rollback` zu einem Modell ohne Encoder zurückkehren."
        raise ModelError(f"Modell {stored.id}: {error.what}", f"{error.todo} {other}") from None
    rows = {name: row for row, name in enumerate(stored.idf) if name[0] == DENSE}
    if list(rows) != dense_names(encoder.size):
        raise ModelError(f"Modell {stored.id} ist beschädigt: Wortliste und Encoder passen nicht zusammen.",
                         f"Mit `insek train --encoder {encoder.name}` neu lernen.")  # fmt: skip
    return Dense(encoder, (stored.weights[list(rows.values())] * stored.manifest["scale"][DENSE]).astype(np.float32))


def readable_terms(terms: Sequence[tuple[str, float]]) -> list[str]:
    """Feature names as words a reader understands: stems with an ellipsis, no word parts, no little words."""
    words = [f"{name[2:]}…" for name, _ in terms if name[0] == "w" and len(name) - 2 >= _TELLING]
    return list(dict.fromkeys(words))[:_SHOWN]
