"""Plans set with typst for the tests of extraction; nothing here is taken from a real plan."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import typst

Setter = Callable[..., Path]

PROSE = [
    "Die Stadt Lindental hat im Frühjahr eine Umfrage unter allen Haushalten durchgeführt, an der sich mehr als "
    "zweitausend Menschen beteiligt haben.",
    "Viele Befragte wünschen sich wohnortnahe Treffpunkte, an denen Vereine, Schulen und Nachbarschaften "
    "zusammenkommen können, ohne dass dafür Miete verlangt wird.",
    "Der Gemeinderat beauftragte daraufhin die Verwaltung, leerstehende Ladenlokale auf ihre Eignung zu prüfen und die "
    "Eigentümer frühzeitig einzubeziehen.",
    "Neben den baulichen Fragen spielte die Erreichbarkeit eine große Rolle, denn der Stadtbus fährt abends nur noch "
    "stündlich und am Wochenende gar nicht.",
    "Aus dem Kreis der Zugewanderten kam der Hinweis, dass Beratung und Sprachkurse unter einem Dach die Wege "
    "verkürzen und das Ankommen erleichtern würden.",
    "Ein Träger hat angeboten, die Räume gemeinsam mit Ehrenamtlichen zu betreiben, sofern die laufenden Kosten in den "
    "ersten drei Jahren gesichert sind.",
    "Die Kämmerei rechnet mit einem jährlichen Zuschuss, der aus der Städtebauförderung nur zum Teil gedeckt werden "
    "kann, und mahnt eine Befristung an.",
    "Im Ergebnis empfiehlt die Lenkungsgruppe, zunächst einen Standort zu erproben und nach zwei Jahren über weitere "
    "Stadtteile zu entscheiden.",
]


def prose(start: int = 0, count: int = 8) -> str:
    """Paragraphs of one or two sentences for a typst source, blank lines between."""
    return "\n\n".join(PROSE[(start + i) % len(PROSE)] for i in range(count))


@pytest.fixture(scope="session")
def set_plan(tmp_path_factory: pytest.TempPathFactory) -> Setter:
    """Set a typst source as PDF; equal sources are set once. `files` puts images beside the source."""
    folder = tmp_path_factory.mktemp("plans")

    def setter(
        body: str, *, page: str = 'paper: "a4", margin: 2cm', head: str = "", files: dict[str, bytes] | None = None
    ) -> Path:
        setting = '#set text(lang: "de", size: 10pt, hyphenate: true)\n#set par(justify: true)'
        source = f"#set page({page})\n{setting}\n{head}\n{body}"
        name = hashlib.sha256(source.encode()).hexdigest()[:16]
        target = folder / f"{name}.pdf"
        if not target.exists():
            for file, data in (files or {}).items():
                (folder / file).write_bytes(data)
            (folder / f"{name}.typ").write_text(source, encoding="utf-8")
            typst.compile(str(folder / f"{name}.typ"), output=str(target))
        return target

    return setter
