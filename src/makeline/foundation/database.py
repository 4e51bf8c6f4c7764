"""Open a database by its address and run units of work on it: the same verbs on SQLite and on PostgreSQL."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from makeline.foundation.changes import Changes
from makeline.foundation.clock import Clock, utc_clock
from makeline.foundation.outbox import Promises
from makeline.foundation.postgres_connections import Connections
from makeline.foundation.postgres_database import PostgresDatabase
from makeline.foundation.shared_clock import SharedClock
from makeline.foundation.sqlite import told
from makeline.foundation.sqlite_database import SqliteDatabase
from makeline.foundation.unit_of_work import Reading, UnitOfWork

T = TypeVar("T")


class Database(Protocol):
    """An open database. ``begin`` runs a verb in a transaction, ``read`` asks beside the writers."""

    changes: Changes
    clock: Clock

    @property
    def trouble(self) -> str:
        """Why it takes no writes although it answers questions; empty while it does."""
        ...

    async def begin(self, work: Callable[[UnitOfWork], T], *, actor: str) -> T:
        """See ``unit_of_work.Begin``."""
        ...

    async def read(self, work: Callable[[Reading], T]) -> T:
        """See ``unit_of_work.Read``."""
        ...

    async def close(self) -> None:
        """Let go of threads and connections."""
        ...


async def open_database(
    url: str, *, promises: Promises, clock: Clock | None = None, connections: int = 8
) -> Database:
    """Open ``sqlite:///path`` or ``postgresql://…``; the schema must have been migrated.

    Without a ``clock`` time is the machine's on SQLite, and the server's on PostgreSQL, whoever asks from wherever.
    """
    if url.startswith("sqlite:///"):
        try:
            return SqliteDatabase(Path(url.removeprefix("sqlite:///")), promises, clock or utc_clock)
        except sqlite3.Error as error:
            raise told(error) from error
    lent = Connections(url, most=connections)
    return await PostgresDatabase(url, promises, clock or SharedClock(), lent=lent).start()
