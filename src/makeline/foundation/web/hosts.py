"""By which names we are called: others in ``Host`` are refused, for whoever makes addresses of that header downstream."""

from collections.abc import Callable, Collection
from datetime import datetime

from starlette.types import ASGIApp, Receive, Scope, Send

from makeline.foundation.web.refusals import Renderer
from makeline.kernel.errors import Kind, Refusal

# Orchestrators ask by the address of a machine.
_ASKED_BY_ADDRESS = frozenset({"/live", "/ready", "/health"})


class StrangeHost(Refusal):
    """The call names a host that is none of ours."""

    code = "UNKNOWN_HOST"
    kind = Kind.MALFORMED


class TrustedHosts:
    """ASGI: lets calls through whose ``Host`` is one of ``names``, with or without a port, in any case of letters."""

    def __init__(
        self,
        app: ASGIApp,
        names: Collection[str],
        *,
        renderer_for: Callable[[str], Renderer],
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names)
        self._renderer_for = renderer_for
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on."""
        if scope["type"] != "http" or scope["path"] in _ASKED_BY_ADDRESS or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        refusal = StrangeHost("this is not the host you mean")
        await self._renderer_for(scope["path"])(refusal, 400, self._clock())(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        # Two of them are a quarrel about who is meant, none is no name of ours.
        hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        (host,) = hosts
        name, colon, port = host.rpartition(":")
        return host in self._names or (bool(colon) and port.isdigit() and name in self._names)
