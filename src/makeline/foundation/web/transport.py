"""One answer, one packet: the server writes head and body apart, the network gets them together."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# More than this is not kept back: the real transport says when its reader is slower than we are.
_WORTH_JOINING = 65_536


class JoiningTransport:
    """Collects what is written within one turn of the event loop; everything else goes to the real transport."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Keep the data until the turn ends, as long as it is little."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)
        self._size += len(data)
        if self._size > _WORTH_JOINING:
            self._flush()

    def close(self) -> None:
        """What was written goes out first."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        self._size = 0
        if parts and not self._transport.is_closing():
            self._transport.write(parts[0] if len(parts) == 1 else b"".join(parts))


class JoiningProtocol(HttpToolsProtocol):
    """uvicorn's own protocol on a joining transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wrap the transport before anybody writes to it."""
        joining: Any = JoiningTransport(transport, self.loop)
        super().connection_made(joining)
