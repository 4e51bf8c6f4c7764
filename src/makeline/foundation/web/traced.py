"""Around every request when traces are kept: one span, inside the caller's own trace where he is trusted."""

import ipaddress
from collections.abc import Sequence

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from makeline.foundation.tracing import span, trace_id_of, traceparent

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# What a caller shows, by its name alone.
_SHOWN = {b"authorization": "bearer", b"sign": "signed", b"x-api-key": "key", b"cookie": "cookie"}


class TracedApp:
    """ASGI middleware, the outermost. ``trusted``: networks whose ``traceparent`` is believed."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it through inside a span, which is named by its route: a path may hold a secret."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def heed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"]
        with span(method, kind="server", parent=self._parent(scope)) as request_span:
            structlog.contextvars.bind_contextvars(trace_id=trace_id_of(traceparent()))
            try:
                await self._app(scope, receive, heed)
            finally:
                route = scope.get("makeline.route", "other")
                request_span.rename(f"{method} {route}")
                request_span.tell(route=route, status=status, caller=_caller(scope))
                if status >= 500:
                    request_span.fail(str(status))

    def _parent(self, scope: Scope) -> str | None:
        told = next((value for name, value in scope["headers"] if name == b"traceparent"), None)
        if told is None or not self._trusted or scope.get("client") is None:
            return None
        try:
            address = ipaddress.ip_address(scope["client"][0])
        except ValueError:
            return None
        text = told.decode("latin-1")
        return text if trace_id_of(text) and any(address in network for network in self._trusted) else None


def _caller(scope: Scope) -> str:
    return next((_SHOWN[name] for name, _ in scope["headers"] if name in _SHOWN), "nobody")
