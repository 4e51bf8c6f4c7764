"""A server that repeats what the database wrote, asked where an answer may be some seconds old.

How late it is is found without comparing clocks. Every second the database is asked how far it has written, and the replica
how far it has repeated: once it has come to where the database stood at some moment, it holds everything that was
acknowledged before that moment. While that moment lies longer ago than the bound, or the replica belongs to another
history of the database, nobody is sent there.
"""

import asyncio
import time
from collections import deque
from typing import NamedTuple

import asyncpg
import structlog

from makeline.foundation.metrics import REPLICA_LATE_SECONDS, REPLICA_LEFT_ALONE
from makeline.foundation.postgres import AWAY
from makeline.foundation.postgres_connections import Connections, connect
from makeline.foundation.unit_source import ReplicaStanding

_EVERY_SECONDS = 1.0
_PATIENCE_SECONDS = 2.0
_FIRST_LOOK_SECONDS = 3.0
# Of moments that the replica has not come to yet: an hour of them, then the oldest are forgotten.
_MOST_MARKS = 3600
_SETTINGS = {"default_transaction_read_only": "on"}
# What a server writes for itself it keeps until somebody commits; where nobody does, this is a commit.
_STIR = "SELECT pg_logical_emit_message(true, 'makeline', '')::text"
# How many bytes were ever written, in which line of histories, and of which database.
_WRITTEN = """
SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS position,
       ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint AS timeline,
       (SELECT system_identifier FROM pg_control_system()) AS system, current_database() AS name
"""
# The timeline is that of its last checkpoint: after a failover it is trusted again when it has made one of the new.
_REPEATED = """
SELECT pg_is_in_recovery() AS repeats, (pg_last_wal_replay_lsn() - '0/0')::bigint AS position,
       (SELECT timeline_id FROM pg_control_checkpoint())::bigint AS timeline,
       (SELECT system_identifier FROM pg_control_system()) AS system, current_database() AS name
"""
_FAILURES = (*AWAY, asyncpg.PostgresError)
_log = structlog.get_logger()


class ReplicaPlace(NamedTuple):
    """Where a replica is, how many connections to it a process keeps, and how many seconds behind it may be."""

    dsn: str
    connections: int
    most_seconds: int


class _History(NamedTuple):
    """Positions of one mean nothing in another."""

    name: str
    system: int
    timeline: int


class _Line:
    """One connection, made again after whatever ended it."""

    def __init__(self, dsn: str, patience: float, settings: dict[str, str] | None = None) -> None:
        self._dsn = dsn
        self._settings = settings
        self._patience = patience
        self._connection: asyncpg.Connection | None = None

    async def ask(self, sql: str) -> asyncpg.Record:
        """The one row; raises as asyncpg does."""
        try:
            async with asyncio.timeout(self._patience):
                if self._connection is None or self._connection.is_closed():
                    self._connection = await connect(
                        self._dsn, patience=self._patience, settings=self._settings
                    )
                row = await self._connection.fetchrow(sql)
        except BaseException:
            self.cut()
            raise
        assert row is not None
        return row

    def cut(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


class Replica:
    """Connections to it, and what is known of how far it has come: both servers are asked ``every`` so many seconds, and
    have ``patience`` seconds to answer. Belongs to one event loop."""

    def __init__(
        self,
        dsn: str,
        place: ReplicaPlace,
        *,
        every: float = _EVERY_SECONDS,
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        self.lent = Connections(
            place.dsn, most=place.connections, turn=patience, settings=_SETTINGS, called="replica "
        )
        self._most = place.most_seconds
        self._every = every
        self._written = _Line(dsn, patience)
        self._repeated = _Line(place.dsn, patience, _SETTINGS)
        # When the database stood where, oldest first; all of one history.
        self._marks: deque[tuple[float, int]] = deque(maxlen=_MOST_MARKS)
        self._history = _History("", 0, 0)
        self._began = time.monotonic()
        # None: it was never found where the database stood at any moment since we look.
        self._holds_all_before: float | None = None
        self._trouble = "not asked yet"
        # Whether the database has not moved between two looks, and the replica has yet to come to where it stands.
        self._stands_still = self._stuck = False
        self._looked = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        REPLICA_LATE_SECONDS.set_function(lambda: time.monotonic() - (self._holds_all_before or self._began))
        REPLICA_LEFT_ALONE.set_function(lambda: 1 if self.standing.trouble else 0)

    async def start(self) -> None:
        """Follow it from now on; waits for the first look, and not for a replica that is silent."""
        self._following = asyncio.create_task(self._follow(), name="postgres-replica")
        try:
            await asyncio.wait_for(self._looked.wait(), _FIRST_LOOK_SECONDS)
        except TimeoutError:
            self.doubt("silent")

    async def close(self) -> None:
        """Ask nobody any more."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        self._written.cut()
        self._repeated.cut()
        await self.lent.close()

    @property
    def standing(self) -> ReplicaStanding:
        """Whether it may be asked now."""
        if self._holds_all_before is None:
            return ReplicaStanding(self._trouble or "has not caught up yet", None, self._most)
        late = time.monotonic() - self._holds_all_before
        trouble = self._trouble or (f"{late:.0f} s behind" if late > self._most else "")
        return ReplicaStanding(trouble, round(late, 1), self._most)

    def doubt(self, trouble: str) -> None:
        """Send nobody there until a look finds it well; who waits for its answer hears at once that there is none."""
        if trouble != self._trouble:
            _log.warning("replica_left_alone", reason=trouble)
        self._trouble, self._stuck = trouble, False
        self.lent.cut_all()

    async def _follow(self) -> None:
        while True:
            await self._look_at_database()
            await self._look_at_replica()
            self._looked.set()
            await asyncio.sleep(self._every)

    async def _look_at_database(self) -> None:
        asked = time.monotonic()
        try:
            if self._stuck:
                await self._written.ask(_STIR)
            row = await self._written.ask(_WRITTEN)
        except _FAILURES:
            # Others tell of it; what the replica holds grows old meanwhile, and so nobody is sent there.
            return
        history = _History(row["name"], row["system"], row["timeline"])
        if history != self._history:
            self._marks.clear()
            self._holds_all_before = None
            self._history = history
        self._stands_still = bool(self._marks) and self._marks[-1][1] == row["position"]
        self._marks.append((asked, row["position"]))

    async def _look_at_replica(self) -> None:
        try:
            row = await self._repeated.ask(_REPEATED)
        except _FAILURES as error:
            self.doubt(f"away ({type(error).__name__})")
            return
        if not row["repeats"]:
            self.doubt("takes writes: it is no replica")
        elif not self._marks:
            self.doubt("not compared: the database does not answer")
        elif _History(row["name"], row["system"], row["timeline"]) != self._history:
            self.doubt("repeats another database, or another history of it")
        else:
            self._hear(row["position"] or 0)

    def _hear(self, position: int) -> None:
        """It has come to ``position``: the latest moment at which the database stood no further is held whole."""
        while len(self._marks) > 1 and self._marks[1][1] <= position:
            self._marks.popleft()
        moment, stood = self._marks[0]
        if stood <= position:
            self._holds_all_before = moment
        self._stuck = self._stands_still and self._marks[-1][1] > position
        if self._trouble:
            _log.info("replica_followed")
        self._trouble = ""
