"""Around every request: an id in and out, structured log, metrics, safe headers, and a last net under errors."""

import itertools
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from makeline.foundation.metrics import REQUESTS
from makeline.foundation.web.refusals import Renderer
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.ids import random_text

_log = structlog.get_logger()
_QUIET_STATUS = 500
# Never sent; what metrics call a request that broke off.
_GONE = 499

# A request id names the process and counts; it is a name, not a secret.
_PROCESS = random_text(8)
_NUMBERS = itertools.count(1)


class InternalError(Refusal):
    """Something we did not foresee; the request id leads to the log."""

    code = "INTERNAL_ERROR"
    kind = Kind.UNAVAILABLE


class Envelope:
    """ASGI middleware; ``renderer_for`` chooses the dialect of a path."""

    def __init__(
        self, app: ASGIApp, *, renderer_for: Callable[[str], Renderer], clock: Callable[[], datetime]
    ) -> None:
        self._app = app
        self._renderer_for = renderer_for
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an HTTP request through; everything else goes by."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope) or f"req_{_PROCESS}{next(_NUMBERS):08X}"
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 500
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                begun = True
                status = message["status"]
                headers = message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                ]
                # Pages with forms say another: without it a browser does not tell where a form came from.
                for name, _ in headers:
                    if name == b"referrer-policy":
                        break
                else:
                    headers.append((b"referrer-policy", b"no-referrer"))
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            # He went away before all of his request had come: nobody is there to be told, and nothing of ours is wrong.
            status = _GONE
        except Exception as error:
            _log.error("request_failed", path=_told(scope), error=type(error).__name__, exc_info=error)
            if begun:
                raise
            await self._apologise(scope, request_id)(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            REQUESTS.count(scope.get("makeline.route", "other"), scope["method"], status, seconds)
            if status >= _QUIET_STATUS:
                _log.warning("answered", path=_told(scope), status=status, ms=round(seconds * 1000, 1))

    def _apologise(self, scope: Scope, request_id: str) -> Response:
        sorry: Any = InternalError("internal error", request_id=request_id)
        return self._renderer_for(scope["path"])(sorry, 500, self._clock())


def _told(scope: Scope) -> str:
    # A path that is itself the credential stays out of the logs.
    route: str = scope.get("makeline.route", "")
    return route if "{token}" in route else scope["path"]


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            return (
                text
                if 1 <= len(text) <= 64
                and text.isascii()
                and text.replace("-", "").replace("_", "").isalnum()
                else None
            )
    return None
