"""Train, evaluate, compare, promote and write the reports again, started from the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from insek.errors import UsageError
from insek.learn.promote import ModelRow, list_models
from insek.review import pages
from insek.review.desk import Desk
from insek.review.jobs import Jobs, JobState

_REFUSED = 4
"""Exit code of `insek promote` where the gate objects."""
_LEARN, _PROMOTE, _LEARN_PROMOTE = "Lernen", "Prüfen und einsetzen", "Lernen, prüfen und einsetzen"
_IN_USE = "Bestanden, das Modell ist eingesetzt. Dieser Lauf bleibt, wie er ist; neue Läufe verwenden das neue Modell."
_DONE = {
    _LEARN: "Fertig. Das Modell steht oben zur Wahl: erst messen und vergleichen, dann prüfen und einsetzen.",
    _PROMOTE: _IN_USE,
    _LEARN_PROMOTE: _IN_USE,
}
"""What a job has brought about where that is more than its output."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A model in a list: its id and what tells it from the others."""

    id: str
    about: str


class ModelPages:
    """The page of the models and what can be started there."""

    def __init__(self, desk: Desk, jobs: Jobs, csrf: str) -> None:
        """`csrf` is the token of the forms."""
        self._desk, self._jobs, self._csrf = desk, jobs, csrf

    def page(self) -> str:
        """The page."""
        rows = [row for row in list_models(self._desk.project) if not row.damaged]
        live = next((row.id for row in rows if row.state == "live"), "")
        newest = max((row.id for row in rows if row.id != live), key=self._made_at, default="")
        return pages.render("models.html.j2", title="Modelle und Berichte", desk=self._desk, csrf=self._csrf,
                            models=[_choice(row) for row in rows], live=live, newest=newest,
                            job=self.state())  # fmt: skip

    def _made_at(self, model: str) -> float:
        """When a model was laid down, in seconds since 1970."""
        return (self._desk.project.models_folder / model / "model.json").stat().st_mtime

    def state(self) -> dict[str, Any]:
        """The job as JSON for the script; an empty object where there was none."""
        state = self._jobs.state()
        if state is None:
            return {}
        return {"name": state.name, "output": state.output, "running": state.code is None, "verdict": _verdict(state),
                "elapsed": _elapsed(state.seconds)}  # fmt: skip

    def start(self, form: Sequence[tuple[str, str]]) -> Response:
        """Start what a form asks for; UsageError where that is not possible."""
        values = dict(form)
        name, arguments = self._command(values.get("job", ""), values)
        self._jobs.start(name, arguments)
        return RedirectResponse("/modelle#ausgabe", 303)

    def _command(self, job: str, values: dict[str, str]) -> tuple[str, list[str]]:
        if job == "report":
            return "Berichte neu schreiben", ["report", str(self._desk.run)]
        if job == "evaluate":
            return "Messen", ["evaluate", self._model(values, "model")]
        if self._desk.settings.blind:
            raise KeyError(job)
        if self._desk.labels is None and job in ("train", "promote"):
            raise UsageError("Das mitgelieferte Projekt wird nicht verändert.",
                             "Mit `insek init ORDNER` ein eigenes anlegen und den Prüfplatz dort starten.")  # fmt: skip
        if job == "train":
            return (_LEARN_PROMOTE, ["train", "--promote"]) if "promote" in values else (_LEARN, ["train"])
        if job == "promote":
            return _PROMOTE, ["promote", self._model(values, "model")]
        if job == "compare":
            return self._compare(self._model(values, "one"), self._model(values, "two"))
        raise KeyError(job)

    def _model(self, values: dict[str, str], key: str) -> str:
        """The id of a model that exists: nothing else becomes part of a command."""
        known = {model.id for model in list_models(self._desk.project)}
        if values.get(key) not in known:
            raise UsageError("Dieses Modell gibt es nicht.", "Eines aus der Liste wählen.")
        return values[key]

    def _compare(self, one: str, two: str) -> tuple[str, list[str]]:
        """Both models on the plans of the run that are still there, read as they were for the run."""
        library = self._desk.library
        found = [str(path) for slug in library.slugs if (path := library.source(slug))]
        if one == two:
            raise UsageError("Das ist zweimal dasselbe Modell.", "Zwei verschiedene wählen.")
        if not found:
            raise UsageError("Die Pläne des Laufs wurden nicht gefunden.",
                             "Den Prüfplatz mit --plans ORDNER neu starten.")  # fmt: skip
        name = "Vergleichen"
        if len(found) < len(library.slugs):
            name += f" ({len(found)} von {len(library.slugs)} Plänen; die übrigen fehlen oder sind keine PDF-Dateien)"
        return name, ["compare", one, two, *found, "--ocr", str(library.provenance.get("ocr", "auto"))]

    def stop(self, _: Sequence[tuple[str, str]]) -> Response:
        """End the job that runs."""
        self._jobs.stop()
        return RedirectResponse("/modelle#ausgabe", 303)


def _verdict(state: JobState) -> str:
    """How a job ended, in words; empty while it runs."""
    if state.code is None:
        return ""
    if state.stopped:
        return "Abgebrochen."
    if state.code == 0:
        return _DONE.get(state.name, "Fertig.")
    if state.code == _REFUSED:
        return "Die Prüfung hat das Modell abgelehnt; das bisherige bleibt eingesetzt."
    return "Nicht gelungen; die letzten Zeilen sagen, warum."


def _elapsed(seconds: float) -> str:
    """How long a job has been running: "12 s", "3 min 05 s"."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _choice(row: ModelRow) -> Choice:
    state = {"live": "eingesetzt", "former": "früher eingesetzt", "stored": "nicht eingesetzt"}[row.state]
    return Choice(row.id, f"{state}, {row.passages} Passagen")
