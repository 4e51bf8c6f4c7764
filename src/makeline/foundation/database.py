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
from makeline.foundation.postgres_replica import Replica, ReplicaPlace
from makeline.foundation.shared_clock import SharedClock
from makeline.foundation.sqlite import told
from makeline.foundation.sqlite_database import SqliteDatabase
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.unit_source import ReplicaStanding

T = TypeVar("T")


class Database(Protocol):
    """An open database. ``begin`` runs a verb in a transaction, ``read`` asks beside the writers, ``glance`` asks where an
    answer may be some seconds old."""

    changes: Changes
    clock: Clock

    @property
    def trouble(self) -> str:
        """Why it takes no writes although it answers questions; empty while it does."""
        ...

    @property
    def replica(self) -> ReplicaStanding | None:
        """How the server stands that glances go to; None where there is none, and a glance is a reading."""
        ...

    async def begin(self, work: Callable[[UnitOfWork], T], *, actor: str) -> T:
        """See ``unit_of_work.Begin``."""
        ...

    async def read(self, work: Callable[[Reading], T]) -> T:
        """See ``unit_of_work.Read``."""
        ...

    async def glance(self, work: Callable[[Reading], T]) -> T:
        """Run questions whose answer nobody decides by, and which may not know what was written in the last seconds.

        They go to a replica while it is there and late by no more than its bound, else to the database itself. ``work``
        may run a second time. What a caller has just written himself he must ``read``.
        """
        ...

    async def close(self) -> None:
        """Let go of threads and connections."""
        ...


async def open_database(
    url: str,
    *,
    promises: Promises,
    clock: Clock | None = None,
    connections: int = 8,
    replica: ReplicaPlace | None = None,
) -> Database:
    """Open ``sqlite:///path`` or ``postgresql://…``; the schema must have been migrated. Only the latter has a ``replica``.

    Without a ``clock`` time is the machine's on SQLite, and the server's on PostgreSQL, whoever asks from wherever.
    """
    if url.startswith("sqlite:///"):
        try:
            return SqliteDatabase(Path(url.removeprefix("sqlite:///")), promises, clock or utc_clock)
        except sqlite3.Error as error:
            raise told(error) from error
    lent = Connections(url, most=connections)
    copy = Replica(url, replica) if replica else None
    return await PostgresDatabase(url, promises, clock or SharedClock(), lent=lent, replica=copy).start()
