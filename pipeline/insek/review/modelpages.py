"""Train, evaluate, compare, promote and write the reports again, started from the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import RedirectResponse, Response

from insek.errors import UsageError
from insek.learn.promote import list_models
from insek.review import pages
from insek.review.desk import Desk
from insek.review.jobs import Jobs, JobState

_REFUSED = 4
"""Exit code of `insek promote` where the gate objects."""


class ModelPages:
    """The page of the models and what can be started there."""

    def __init__(self, desk: Desk, jobs: Jobs, csrf: str) -> None:
        """`csrf` is the token of the forms."""
        self._desk, self._jobs, self._csrf = desk, jobs, csrf

    def page(self) -> str:
        """The page."""
        models = list_models(self._desk.project)
        return pages.render("models.html.j2", title="Modelle und Berichte", desk=self._desk, csrf=self._csrf,
                            models=models, job=self.state(), plans=str(self._desk.settings.plans or ""))  # fmt: skip

    def state(self) -> dict[str, Any]:
        """The job as JSON for the script; an empty object where there was none."""
        state = self._jobs.state()
        if state is None:
            return {}
        return {"name": state.name, "output": state.output, "running": state.code is None, "verdict": _verdict(state)}

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
            return "Lernen", ["train", *(["--promote"] if "promote" in values else [])]
        if job == "promote":
            return "Prüfen und einsetzen", ["promote", self._model(values, "model")]
        if job == "compare":
            models = self._model(values, "one"), self._model(values, "two")
            return "Vergleichen", ["compare", *models, *self._plans()]
        raise KeyError(job)

    def _model(self, values: dict[str, str], key: str) -> str:
        """The id of a model that exists: nothing else becomes part of a command."""
        known = {model.id for model in list_models(self._desk.project)}
        if values.get(key) not in known:
            raise UsageError("Dieses Modell gibt es nicht.", "Eines aus der Liste wählen.")
        return values[key]

    def _plans(self) -> list[str]:
        found = [path for slug in self._desk.library.slugs if (path := self._desk.library.source(slug))]
        if not found:
            raise UsageError("Die Pläne des Laufs wurden nicht gefunden.",
                             "Den Prüfplatz mit --plans ORDNER neu starten.")  # fmt: skip
        return [str(path) for path in found]

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
        return "Fertig."
    if state.code == _REFUSED:
        return "Die Prüfung hat das Modell abgelehnt; das bisherige bleibt eingesetzt."
    return "Nicht gelungen; die letzten Zeilen sagen, warum."
