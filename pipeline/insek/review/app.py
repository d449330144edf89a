"""The pages of the desk and where they lead: HTTP in, values of `desk` and `pages` out."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from insek.errors import InsekError
from insek.learn.entries import Answer
from insek.review import pages
from insek.review.desk import Desk, Draft
from insek.review.jobs import Jobs
from insek.review.journal import Conflict
from insek.review.modelpages import ModelPages
from insek.review.passagepage import passage_page
from insek.review.queues import QueueName
from insek.review.security import Guard, TooLarge, read_form
from insek.review.startpage import agreement_page, start_page
from insek.reviews import Place

Form = Sequence[tuple[str, str]]
Values = Mapping[str, str]
_MAX_COMMENT = 4000


def application(desk: Desk, jobs: Jobs, token: str, port: int) -> ASGIApp:
    """The desk as a web application behind its door."""
    return Guard(_Pages(desk, jobs).app, token, port)


class _Pages:
    """The routes. Everything that reads files runs in threads, so that one slow page holds up no other."""

    def __init__(self, desk: Desk, jobs: Jobs) -> None:
        self.desk, self.csrf = desk, secrets.token_urlsafe(24)
        models = ModelPages(desk, jobs, self.csrf)
        self.app = Starlette(
            routes=[
                Route("/", self._get(self.start)),
                Route("/passage", self._get(self.passage)),
                Route("/entscheiden", self._post(self.decide), methods=["POST"]),
                Route("/zurueck", self._post(self.undo), methods=["POST"]),
                Route("/einigkeit", self._get(lambda _: HTMLResponse(agreement_page(self.desk)))),
                Route("/codebuch", self._get(lambda _: HTMLResponse(self.codebook()))),
                Route("/bild/{slug}/{number:int}.png", self._get(self.picture)),
                Route("/bericht/{slug}", self._get(self.report)),
                Route("/modelle", self._get(lambda _: HTMLResponse(models.page()))),
                Route("/modelle/stand", self._get(lambda _: JSONResponse(models.state()))),
                Route("/modelle/start", self._post(models.start), methods=["POST"]),
                Route("/modelle/ende", self._post(models.stop), methods=["POST"]),
                Route("/favicon.ico", self._get(lambda _: Response(status_code=204))),
                Route("/desk.css", self._get(lambda _: Response(pages.style(), media_type="text/css"))),
                Route("/desk.js", self._get(lambda _: Response(pages.script(), media_type="text/javascript"))),
            ],
            exception_handlers={404: _not_found},
        )

    def _get(self, page: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(_guarded, page, request)

        return endpoint

    def _post(self, act: Callable[[Form], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                form = await read_form(request)
            except (TooLarge, ValueError):
                return PlainTextResponse("Die Anfrage ist zu groß.", 413)
            if not secrets.compare_digest(dict(form).get("csrf", "").encode(), self.csrf.encode()):
                return PlainTextResponse("Die Seite ist veraltet. Bitte neu laden und noch einmal versuchen.", 403)
            return await run_in_threadpool(_guarded, act, form)

        return endpoint

    def start(self, request: Request) -> Response:
        """The first page: queues, plans, progress."""
        return HTMLResponse(start_page(self.desk, request.query_params.get("plan", ""), self.csrf))

    def passage(self, request: Request) -> Response:
        """A passage of a queue; without one named, the next open one."""
        values = request.query_params
        name = _queue(values, self.desk)
        place = _place(values.get("p", "")) or self.desk.next_open(name, None)
        if place is None:
            return HTMLResponse(self._finished(name))
        return HTMLResponse(passage_page(self.desk, name, place, self.csrf, back=values.get("z") == "1"))

    def _finished(self, name: QueueName) -> str:
        return pages.render("done.html.j2", title=pages.queue_title(name, self.desk), desk=self.desk, name=name,
                            progress=self.desk.progress(name), csrf=self.csrf)  # fmt: skip

    def decide(self, form: Form) -> Response:
        """Save a decision and go on to the next open passage; the same page again where it cannot be saved."""
        values = dict(form)
        name, place = _queue(values, self.desk), _place(values.get("p", ""))
        if place is None:
            raise KeyError("p")
        draft = _draft(form, values, name, place, self.desk)
        try:
            self.desk.decide(draft)
        except InsekError as error:
            page = passage_page(self.desk, name, place, self.csrf, draft=draft, error=error)
            return HTMLResponse(page, 409 if isinstance(error, Conflict) else 422)
        return _go(name, self.desk.next_open(name, place))

    def undo(self, form: Form) -> Response:
        """Take the last decision back and show its passage."""
        name = _queue(dict(form), self.desk)
        place = self.desk.undo()
        if place is None:
            return _go(name, _place(dict(form).get("p", "")))
        return _go(name, place, "&z=1")

    def codebook(self) -> str:
        """The whole codebook."""
        root, default = self.desk.project.root, type(self.desk.project).bundled_defaults().root
        text = pages.codebook([root / "corpus" / "CODEBOOK.md", default / "corpus" / "CODEBOOK.md"])
        return pages.render("codebook.html.j2", title="Codebuch", desk=self.desk, text=text)

    def picture(self, request: Request) -> Response:
        """A page of a plan as PNG; only of plans of the run, and only pages they have."""
        slug, number = request.path_params["slug"], request.path_params["number"]
        path = self.desk.library.source(slug)
        if path is None or not 1 <= number <= self.desk.library.plan(slug).result.pages:
            raise KeyError(slug)
        return Response(self.desk.images.page(path, number).png, media_type="image/png",
                        headers={"Cache-Control": "private, max-age=3600"})  # fmt: skip

    def report(self, request: Request) -> Response:
        """The report of a plan as it was written last. It says what the program found: not for a blind desk."""
        slug = request.path_params["slug"]
        if slug not in self.desk.library.slugs or self.desk.settings.blind:
            raise KeyError(slug)
        html = (self.desk.run / slug / "report.html").read_bytes()
        return HTMLResponse(html, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
                                           "img-src data:; sandbox allow-same-origin"})  # fmt: skip


def _guarded(act: Callable[[Any], Response], argument: Any) -> Response:
    """The answer, or a page that says what is wrong."""
    try:
        return act(argument)
    except InsekError as error:
        return HTMLResponse(
            pages.render("error.html.j2", title="Das geht so nicht", what=error.what, todo=error.todo), 400
        )
    except (KeyError, FileNotFoundError):
        return _missing("Das gibt es in diesem Lauf nicht.")


async def _not_found(_: Request, __: Exception) -> Response:
    return _missing("Diese Seite gibt es nicht.")


def _missing(what: str) -> Response:
    todo = "Zurück zum Anfang und von dort neu wählen."
    return HTMLResponse(pages.render("error.html.j2", title="Nicht gefunden", what=what, todo=todo), 404)


def _queue(values: Values, desk: Desk) -> QueueName:
    """The queue that an address names; KeyError where there is no such thing."""
    kind, field, stage = values.get("q", ""), values.get("f", ""), values.get("s", "")
    known = kind in desk.kinds and field in ("", *desk.guideline.field_ids) and stage in ("", *desk.guideline.stage_ids)
    plan, seed = values.get("plan", ""), values.get("seed", "0")
    if not known or plan not in ("", *desk.library.slugs) or not seed.isdecimal() or len(seed) > 9:
        raise KeyError(kind)
    if kind in ("cell", "gap") and not (plan and field and stage):
        raise KeyError(kind)
    return QueueName(kind, plan, field, stage, int(seed))


def _place(text: str) -> Place | None:
    slug, slash, passage = text.rpartition("/")
    return (slug, passage) if slash else None


def _go(name: QueueName, place: Place | None, more: str = "") -> Response:
    target = f"&p={place[0]}/{place[1]}{more}" if place else ""
    return RedirectResponse(f"/passage?{name.query}{target}", 303)


def _draft(form: Form, values: Values, name: QueueName, place: Place, desk: Desk) -> Draft:
    """The decision in a form; what it does not know of the guideline is left out."""
    guideline = desk.guideline
    themes = tuple(t for t in guideline.theme_ids if ("theme", t) in form)
    fields = tuple(f for f in guideline.field_ids if ("field", f) in form)
    act = values.get("act", "accept")
    nothing = values.get("offered") == "none" or act == "reject"
    answer = Answer(themes or (() if nothing else None), fields, _known(values, "stage", guideline.stage_ids),
                    _known(values, "depth", guideline.depth_ids))  # fmt: skip
    saw = values.get("saw", "")
    return Draft(place, Answer(()) if act == "reject" else answer, int(saw) if saw.isdecimal() else 0, name,
                 " ".join(values.get("comment", "").split())[:_MAX_COMMENT], act == "unsure", "faults" in values,
                 "lookalike" in values)  # fmt: skip


def _known(values: Values, key: str, ids: Sequence[str]) -> str | None:
    value = values.get(key)
    return value if value in ids else None
