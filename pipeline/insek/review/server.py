"""Open the desk on this machine and keep it open until it is closed with Ctrl-C."""

from __future__ import annotations

import contextlib
import secrets
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from insek.errors import UsageError, cause
from insek.review.app import application
from insek.review.desk import Desk
from insek.review.jobs import Jobs


def serve(desk: Desk, port: int, tell: Callable[[str], None], *, browser: bool) -> None:
    """Serve until interrupted; Ctrl-C is the way to close it, and no error.

    Args:
        desk: what is served.
        port: of 127.0.0.1; 0 takes a free one.
        tell: is given the address with the token as soon as the desk answers.
        browser: open it in the default browser.
    """
    listener = _listener(port)
    port = int(listener.getsockname()[1])
    token, jobs = secrets.token_urlsafe(24), Jobs(Path.cwd())
    config = uvicorn.Config(application(desk, jobs, token, port), log_level="warning", access_log=False,
                            server_header=False, lifespan="off", ws="none")  # fmt: skip
    address = f"http://127.0.0.1:{port}/?token={token}"
    tell(address)
    if browser:
        webbrowser.open(address)
    try:
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again once all requests are answered
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        jobs.close()
        desk.images.close()


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()  # requests wait here until the server is up
    except OSError as error:
        listener.close()
        raise UsageError(f"Anschluss {port} ist nicht frei ({cause(error)}).",
                         "Einen anderen mit --port angeben, oder die Angabe weglassen.") from None  # fmt: skip
    return listener
