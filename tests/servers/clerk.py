"""Somebody who makes and drops databases: a connection that is kept, for making one takes longer than most statements."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

Work = Callable[[asyncpg.Connection], Awaitable[Any]]


class Clerk:
    """One thread with its own event loop, and one connection for each server; starts with the first work."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connections: dict[str, asyncpg.Connection] = {}

    def run(self, dsn: str, work: Work) -> None:
        """Do something on a server, also from inside a running event loop."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="clerk", daemon=True)
            self._thread.start()
        asyncio.run_coroutine_threadsafe(self._run(dsn, work), self._loop).result()

    def leave(self, dsn: str) -> None:
        """Close the connection to one database."""
        if self._loop is not None and dsn in self._connections:
            asyncio.run_coroutine_threadsafe(self._connections.pop(dsn).close(), self._loop).result()

    def go_home(self) -> None:
        """Close everything."""
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    async def _run(self, dsn: str, work: Work) -> None:
        connection = self._connections.get(dsn)
        # A server that was stopped in between wants a new one.
        if connection is None or connection.is_closed():
            connection = self._connections[dsn] = await asyncpg.connect(dsn)
        await work(connection)

    async def _close(self) -> None:
        for connection in self._connections.values():
            await connection.close()
        self._connections.clear()


CLERK = Clerk()
