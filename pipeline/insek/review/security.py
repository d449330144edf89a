"""Who may speak to the desk: this machine only, with the token of this start, from pages of the desk itself.

- The Host header must name the loopback address (against DNS rebinding, where a foreign name points to 127.0.0.1).
- The token stands in the address that is printed at the start; it is exchanged for a cookie that scripts cannot read
  and other sites cannot send.
- Every form carries a second token, and where a browser tells the origin of a request, it must be the desk.
- The pages let no script run but the one of the desk, and send no address anywhere.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 64_000
"""Bytes of a form; the longest comment has 4,000 signs."""
_CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")  # fmt: skip
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """The application behind its door."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        """`token` opens the door; `port` is that of the desk."""
        self._app, self._token = app, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._cookie = f"insek_desk_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        response = self._refusal(request) or self._entry(request)
        if response is not None:
            await response(scope, receive, _with_headers(send))
            return
        await self._app(scope, receive, _with_headers(send))

    def _refusal(self, request: Request) -> Response | None:
        """What is wrong whoever asks."""
        if request.headers.get("host", "") not in self._hosts:
            return PlainTextResponse("Falscher Host: Der Prüfplatz ist nur auf diesem Rechner erreichbar.", 421)
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Nicht erlaubt.", 405)
        if request.method == "POST" and self._foreign(request.headers):
            return PlainTextResponse("Die Anfrage kommt von einer fremden Seite.", 403)
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return PlainTextResponse("Die Anfrage ist zu groß.", 413)
        return None

    def _foreign(self, headers: Headers) -> bool:
        """Whether the browser says that another site sends this.

        Pages without a referrer give "null" as their origin, the desk's own among them; then `Sec-Fetch-Site` tells.
        """
        origin = headers.get("origin", "null")
        own = origin == "null" or origin.removeprefix("http://") in self._hosts
        return not own or headers.get("sec-fetch-site", "same-origin") != "same-origin"

    def _entry(self, request: Request) -> Response | None:
        """Let in who has the cookie; who brings the token gets it."""
        given = request.query_params.get("token")
        if given is not None and request.method == "GET" and _same(given, self._token):
            rest = [(k, v) for k, v in parse_qsl(request.url.query) if k != "token"]
            response = RedirectResponse(request.url.path + (f"?{urlencode(rest)}" if rest else ""), 303)
            response.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
            return response
        if _same(request.cookies.get(self._cookie, ""), self._token):
            return None
        return PlainTextResponse("Kein Zutritt. Bitte die Adresse verwenden, die `insek review` beim Start zeigt.", 403)


def _same(one: str, two: str) -> bool:
    return secrets.compare_digest(one.encode(), two.encode())


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sender


class TooLarge(Exception):  # noqa: N818 - becomes an answer, not an error
    """A body beyond `MAX_BODY`."""


async def read_form(request: Request) -> list[tuple[str, str]]:
    """The fields of a posted form in order; TooLarge beyond `MAX_BODY`, however it was sent."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise TooLarge
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100)
