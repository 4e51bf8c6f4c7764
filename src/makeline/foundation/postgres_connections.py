"""Connections to one PostgreSQL server, kept open and lent out.

asyncpg's own pool costs about 27 µs for each loan and 3 µs for each question through its proxy, a tenth of what a sale
costs the server; a list of idle connections costs 3 µs. Units leave no session state behind, so a connection is handed
back without a round trip; one that was left in the middle of something is cut.

A network that swallows everything without a word is noticed by both ends within seconds: by ours so that callers hear
that the database is away, by the server's so that a host that is cut off, or frozen, holds no row against the others.
"""

import asyncio
import socket
import time
from typing import Any

import asyncpg

from makeline.foundation.metrics import CONNECTIONS, DATABASE_WAIT_SECONDS

_CLOSE_SECONDS = 5.0
_CONNECT_SECONDS = 5.0
# How long a caller waits for a connection that others use.
_TURN_SECONDS = 10.0
_STATEMENT_SECONDS = 30
# Silence, then three questions to the other end; bytes that are not taken.
_SILENCE_SECONDS, _ASK_EVERY_SECONDS, _ASKED = 4, 2, 3
_UNTAKEN_SECONDS = 8
_SERVER_SETTINGS = {
    "tcp_keepalives_idle": str(_SILENCE_SECONDS),
    "tcp_keepalives_interval": str(_ASK_EVERY_SECONDS),
    "tcp_keepalives_count": str(_ASKED),
    "tcp_user_timeout": str(_UNTAKEN_SECONDS * 1000),
    # A unit computes between two statements and waits for nobody: one that pauses longer is frozen.
    "idle_in_transaction_session_timeout": "5000",
}


class _Wakeful(asyncpg.Connection):
    """Notices that the other end is gone although nobody says so."""

    __slots__ = ()

    def __init__(self, protocol: Any, transport: asyncio.Transport, *more: Any) -> None:
        super().__init__(protocol, transport, *more)
        line = transport.get_extra_info("socket")
        # A socket in the file system has no network to lose.
        if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _SILENCE_SECONDS)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _ASK_EVERY_SECONDS)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _ASKED)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNTAKEN_SECONDS * 1000)


async def connect(
    dsn: str, *, patience: float = _STATEMENT_SECONDS, settings: dict[str, str] | None = None
) -> asyncpg.Connection:
    """A connection that hears of a dead network; a statement has ``patience`` seconds. Raises as asyncpg does."""
    return await asyncpg.connect(
        dsn,
        timeout=_CONNECT_SECONDS,
        command_timeout=patience,
        statement_cache_size=2000,
        max_cached_statement_lifetime=0,
        connection_class=_Wakeful,
        server_settings=_SERVER_SETTINGS | (settings or {}),
    )


class Connections:
    """At most ``most`` connections, opened when they are needed; belongs to one event loop. Who finds all of them lent
    waits ``turn`` seconds. ``called`` stands before the states in which figures count them."""

    def __init__(
        self,
        dsn: str,
        *,
        most: int,
        turn: float = _TURN_SECONDS,
        settings: dict[str, str] | None = None,
        called: str = "",
    ) -> None:
        self._turn = turn
        self._dsn = dsn
        self._settings = settings
        self._idle: list[asyncpg.Connection] = []
        self._lent: set[asyncpg.Connection] = set()
        self._room = asyncio.Semaphore(most)
        self._closed = False
        CONNECTIONS.labels(f"{called}lent").set_function(lambda: len(self._lent))
        CONNECTIONS.labels(f"{called}idle").set_function(lambda: len(self._idle))
        CONNECTIONS.labels(f"{called}most").set(most)

    async def take(self) -> asyncpg.Connection:
        """Borrow a connection; give it back by ``keep``, ``cut`` or ``lost``. TimeoutError when all are lent too long."""
        if self._room.locked():
            started = time.perf_counter()
            async with asyncio.timeout(self._turn):
                await self._room.acquire()
            DATABASE_WAIT_SECONDS.observe(time.perf_counter() - started, "postgresql")
        else:
            await self._room.acquire()
            DATABASE_WAIT_SECONDS.observe(0.0, "postgresql")
        try:
            connection = self._next_idle() or await connect(self._dsn, settings=self._settings)
        except BaseException:
            self._room.release()
            raise
        self._lent.add(connection)
        return connection

    def _next_idle(self) -> asyncpg.Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    def keep(self, connection: asyncpg.Connection) -> None:
        """Give back a connection that has finished what it was asked."""
        if self._closed:
            connection.terminate()
        else:
            self._idle.append(connection)
        self._release(connection)

    def cut(self, connection: asyncpg.Connection) -> None:
        """Give back a connection of which nobody knows what it is doing."""
        connection.terminate()
        self._release(connection)

    def _release(self, connection: asyncpg.Connection) -> None:
        self._lent.discard(connection)
        self._room.release()

    def lost(self, connection: asyncpg.Connection) -> None:
        """Give back a connection whose server is away; those that lie idle lead to the same server."""
        self._cut_idle()
        self.cut(connection)

    def cut_all(self) -> None:
        """End every connection; whoever waits for an answer on one hears that the server is away."""
        self._cut_idle()
        for connection in self._lent:
            connection.terminate()

    def _cut_idle(self) -> None:
        while self._idle:
            self._idle.pop().terminate()

    async def close(self) -> None:
        """Say goodbye on idle connections; what is lent out is cut when it comes back."""
        self._closed = True
        idle, self._idle = self._idle, []
        await asyncio.gather(
            *(connection.close(timeout=_CLOSE_SECONDS) for connection in idle), return_exceptions=True
        )
