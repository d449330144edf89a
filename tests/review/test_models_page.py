"""Learning, measuring and comparing started from the desk: real processes, watched in Chromium."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from insek.errors import UsageError
from insek.modelstore import model_ids, promoted_id
from insek.project import Project
from insek.review.desk import Desk, DeskSettings
from insek.review.jobs import Jobs
from insek.review.modelpages import ModelPages

from .desks import DeskProcess

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(run, place):
    with DeskProcess(run, place.root, "Ute", "--plans", str(run.parent / "plaene")) as desk:
        yield desk


def start(page, desk, job: str) -> None:
    """Press the button of a job and wait for the page that shows it."""
    page.goto(desk.base + "/modelle")
    with page.expect_navigation():
        page.locator(f"form:has(input[value={job}]) button").click()


def ended(page, verdict: str) -> str:
    """The output of the job once it has ended as it should."""
    page.locator("[data-verdict]", has_text=verdict).wait_for()
    return page.inner_text("[data-output]")


def test_learning_shows_progress_its_result_and_the_answer_of_the_gate(desk, page, place: Project, project: Project):
    labels = (project.labels_folder / "insek-mit.jsonl").read_text("utf-8").splitlines(keepends=True)[::16]
    (place.labels_folder / "wenige.jsonl").write_text("".join(labels), "utf-8")
    live = promoted_id(place.models_folder)
    page.goto(desk.url)
    page.goto(desk.base + "/modelle")
    assert page.get_by_role("heading", name="Vergleichen").count() == 0  # with what?
    page.get_by_label("einsetzen, wenn es die Prüfung besteht").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Lernen", exact=True).click()
    running = page.locator("[data-job]:has([data-elapsed])")
    running.filter(has_text=f"{len(labels)} Passagen, Kreuzvalidierung").wait_for()
    assert "seit " in running.inner_text()
    output = ended(page, "Die Prüfung hat das Modell abgelehnt; das bisherige bleibt eingesetzt.")
    [new] = set(model_ids(place.models_folder)) - {live}
    assert new in output
    assert "Testpassagen" in output
    assert f"Abgelehnt. Eingesetzt bleibt {live}." in output
    assert promoted_id(place.models_folder) == live
    assert json.loads((place.models_folder / new / "gate.json").read_text("utf-8"))["passed"] is False
    page.get_by_role("heading", name="Vergleichen").wait_for()  # without reloading
    assert page.locator("select[name=two]").input_value() == new
    assert f"nicht eingesetzt, {len(labels)} Passagen" in page.locator("select[name=two]").inner_text()
    assert page.get_by_role("button", name="Abbrechen").count() == 0


def test_measuring_and_comparing_tell_their_figures(desk, page, place: Project) -> None:
    live = promoted_id(place.models_folder) or ""
    twin = place.models_folder / "0123456789ab"
    shutil.copytree(place.models_folder / live, twin)
    manifest = json.loads((twin / "model.json").read_text("utf-8"))
    (twin / "model.json").write_text(json.dumps(manifest | {"id": twin.name}), "utf-8")
    page.goto(desk.url)
    start(page, desk, "evaluate")
    assert f"Modell {twin.name}" in ended(page, "Fertig.")
    start(page, desk, "compare")
    output = ended(page, "Fertig.")
    assert "loheck.pdf: Index" in output
    assert "0 Zellen und 0 Passagen anders" in output


class Noted(Jobs):
    """Starts nothing; notes what it was asked for."""

    def start(self, name: str, arguments: Sequence[str]) -> None:
        self.asked = (name, list(arguments))


def test_comparing_takes_two_models_and_reads_the_plans_as_the_run_did(run, place: Project, tmp_path: Path) -> None:
    live = promoted_id(place.models_folder) or ""
    shutil.copytree(place.models_folder / live, place.models_folder / "0123456789ab")
    desk, jobs = Desk(run, place, DeskSettings("Ute", plans=run.parent / "plaene")), Noted(tmp_path)
    pages = ModelPages(desk, jobs, "csrf")
    form = {"job": "compare", "one": live, "two": "0123456789ab"}
    pages.start(list(form.items()))
    name, (command, one, two, plan, *options) = jobs.asked
    assert [name, command, one, two, Path(plan).name] == ["Vergleichen", "compare", live, "0123456789ab", "loheck.pdf"]
    assert options == ["--ocr", "off"]  # as in the fixture
    with pytest.raises(UsageError, match="zweimal dasselbe"):
        pages.start(list((form | {"two": live}).items()))
    desk.library.slugs.append("verschwunden")
    pages.start(list(form.items()))
    assert jobs.asked[0].startswith("Vergleichen (1 von 2 Plänen")
    jobs.close()
    desk.images.close()
