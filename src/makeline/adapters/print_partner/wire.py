"""One POST over a kept-alive connection: bytes out, bytes in, nothing else.

A general HTTP client spends about 0.45 ms of CPU per call, most of an order's whole budget on the hot path; this
exchange needs about 0.03 ms because the partner's transport needs so little: POST only, no redirects, no cookies,
no compression, bodies of known length or in chunks.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from makeline.adapters.print_partner.exchange import Exchange, WireAnswer


class WireBroken(Exception):
    """No complete answer. ``may_have_arrived``: the request, or part of it, left the house."""

    def __init__(self, text: str, *, may_have_arrived: bool) -> None:
        super().__init__(text)
        self.may_have_arrived = may_have_arrived


class Wire(Protocol):
    """What the client needs below it; tests replay recorded answers through the same two methods."""

    async def post(self, path: str, headers: bytes, body: bytes) -> WireAnswer:
        """Send one POST; ``headers`` are complete lines ending in CRLF. Raises ``WireBroken``."""
        ...

    async def close(self) -> None:
        """Close idle connections."""
        ...


@dataclass(frozen=True, slots=True)
class WireLimits:
    """Seconds, bytes and connections; the idle limit stays below the usual 5 s of servers."""

    connect: float = 5.0
    total: float = 30.0
    idle: float = 4.0
    largest_answer: int = 8 * 1024 * 1024
    connections: int = 32


class SocketWire:
    """Connections to one base address, reused; belongs to one event loop. Never repeats a request by itself."""

    def __init__(
        self,
        base_url: str,
        *,
        limits: WireLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._prefix = parts.path.rstrip("/")
        self._host_line = parts.netloc
        self._limits = limits or WireLimits()
        self._clock = clock
        self._idle: list[Exchange] = []
        self._room = asyncio.Semaphore(self._limits.connections)
        self._heads: dict[str, bytes] = {}

    async def post(self, path: str, headers: bytes, body: bytes) -> WireAnswer:
        """As ``Wire.post``; the whole exchange, waiting for a connection included, has one time limit."""
        sent = False
        try:
            async with asyncio.timeout(self._limits.total), self._room:
                connection = self._take_idle() or await self._connect()
                reusable = False
                try:
                    sent = True
                    answer, reusable = await connection.ask(
                        b"%b%bContent-Length: %d\r\n\r\n" % (self._head(path), headers, len(body)) + body
                    )
                    return answer
                finally:
                    self._give_back(connection, reusable=reusable)
        except TimeoutError as error:
            raise WireBroken("no answer in time", may_have_arrived=sent) from error
        except (OSError, EOFError, ValueError) as error:
            raise WireBroken(
                f"the connection failed ({type(error).__name__})", may_have_arrived=sent
            ) from error

    async def close(self) -> None:
        """Close idle connections; a later call opens new ones."""
        while self._idle:
            self._idle.pop().close()

    def _head(self, path: str) -> bytes:
        head = self._heads.get(path)
        if head is None:
            text = f"POST {self._prefix}/{path} HTTP/1.1\r\nHost: {self._host_line}\r\nAccept: application/json\r\n"
            head = self._heads[path] = text.encode("ascii")
        return head

    def _take_idle(self) -> Exchange | None:
        oldest = self._clock() - self._limits.idle
        while self._idle:
            connection = self._idle.pop()
            if connection.idle_since >= oldest and connection.usable:
                return connection
            connection.close()
        return None

    async def _connect(self) -> Exchange:
        async with asyncio.timeout(self._limits.connect):
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: Exchange(self._limits.largest_answer), self._host, self._port, ssl=self._tls
            )
        return connection

    def _give_back(self, connection: Exchange, *, reusable: bool) -> None:
        if reusable:
            connection.idle_since = now = self._clock()
            self._idle.append(connection)
            while self._idle[0].idle_since < now - self._limits.idle:
                self._idle.pop(0).close()
        else:
            connection.close()
