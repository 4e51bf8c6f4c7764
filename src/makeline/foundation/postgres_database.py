"""A PostgreSQL server as a database of units, with a line on which processes tell each other what changed."""

import asyncio
import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

import asyncpg
import structlog
from sqlalchemy.util import greenlet_spawn

from makeline.foundation.changes import EVERYTHING
from makeline.foundation.clock import Clock
from makeline.foundation.metrics import GLANCES
from makeline.foundation.outbox import Promises
from makeline.foundation.postgres import (
    AWAY,
    OVERTAKEN,
    Numbers,
    PostgresDriver,
    ReadingDriver,
    run_in_transaction,
)
from makeline.foundation.postgres_connections import Connections, connect
from makeline.foundation.postgres_replica import Replica
from makeline.foundation.shared_clock import SharedClock
from makeline.foundation.unit_of_work import BorrowedSnapshots, Driver, Reading, UnitOfWork
from makeline.foundation.unit_source import ReplicaStanding, UnitSource
from makeline.kernel.errors import Unavailable

T = TypeVar("T")

_CHANNEL = "makeline_changes"
_RUNS = 5
_PATIENCE_SECONDS = 5.0
# Where there is always news, the server's time is asked in between.
_ASK_EVERY = 20.0
_FIRST_WAITS, _BETWEEN_NEWS = 0.005, 0.02
_APART_THAT_TELLS = timedelta(seconds=1)
_log = structlog.get_logger()


class DatabaseAway(Unavailable):
    """The database cannot be reached or did not take the write; nothing was changed."""

    code = "DATABASE_AWAY"


class PostgresDatabase(UnitSource):
    """A pool of connections, and one more on which the processes tell each other what changed; perhaps a ``replica``
    server for glances."""

    def __init__(
        self,
        dsn: str,
        promises: Promises,
        clock: Clock,
        *,
        lent: Connections,
        replica: Replica | None = None,
    ) -> None:
        super().__init__(promises, clock)
        self._dsn = dsn
        self._replica = replica
        self._lent = lent
        self._numbers = Numbers()
        self._origin = os.urandom(6).hex()
        self._news: set[str] = set()
        self._news_waits = asyncio.Event()
        self._closing = asyncio.Event()
        self._listening = asyncio.Event()
        self._asked_at = 0.0
        self._told_at = 0.0

    async def start(self) -> "PostgresDatabase":
        """Connect; raises ``DatabaseAway`` when the server does not answer."""
        try:
            connection = await self._lent.take()
            await self._ask_the_time(connection)
            self._lent.keep(connection)
        except (*AWAY, asyncpg.PostgresError) as error:
            raise DatabaseAway(f"the database does not answer ({type(error).__name__})") from error
        self.changes.pass_on = self._pass_on
        self._newsroom = asyncio.create_task(self._exchange_news(), name="postgres-news")
        # Nothing is remembered before we hear of its changes.
        await asyncio.wait((asyncio.ensure_future(self._listening.wait()),), timeout=_PATIENCE_SECONDS)
        if self._replica is not None:
            await self._replica.start()
        return self

    @property
    def replica(self) -> ReplicaStanding | None:
        """What is known of it."""
        return self._replica.standing if self._replica is not None else None

    async def begin(self, work: Callable[[UnitOfWork], T], *, actor: str) -> T:
        """Run the verb in a transaction; again when another transaction was faster to the same row."""
        task = asyncio.get_running_loop().create_task(self._run(work, self._unit_maker(actor)))
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        # A caller that goes away does not cut a transaction in the middle.
        return await asyncio.shield(task)

    async def _run(self, work: Callable[[UnitOfWork], T], make_unit: Callable[[Driver], UnitOfWork]) -> T:
        run = 1
        while True:
            try:
                connection = await self._lent.take()
                # Whoever was overtaken once locks what he reads, and is not overtaken again.
                driver = PostgresDriver(connection, self._numbers, optimistic=run == 1)
                unit = make_unit(driver)
                result = await _lend(self._lent, connection, run_in_transaction, driver, work, unit)
            except OVERTAKEN as error:
                if run == _RUNS and isinstance(error, asyncpg.UniqueViolationError):
                    raise
                if run == _RUNS:
                    raise DatabaseAway("others were faster to the same rows, again and again") from error
                run += 1
                continue
            except asyncpg.DataError:
                # A value that no column can hold is our mistake, not the server's absence.
                raise
            except AWAY as error:
                raise DatabaseAway(f"the database does not answer ({type(error).__name__})") from error
            self._committed(unit)
            return result

    async def read(self, work: Callable[[Reading], T]) -> T:
        """Run questions on a pooled connection, without a transaction around them."""
        try:
            connection = await self._lent.take()
            driver = ReadingDriver(connection, self._numbers)
            return await _lend(self._lent, connection, work, Reading(driver, self.clock(), self._snapshots))
        except AWAY as error:
            raise DatabaseAway(f"the database does not answer ({type(error).__name__})") from error

    async def glance(self, work: Callable[[Reading], T]) -> T:
        """See ``Database.glance``: whatever the replica says that is no answer, the database is asked then."""
        if (replica := self._replica) is None:
            return await self.read(work)
        if replica.standing.trouble:
            GLANCES.labels("database").inc()
            return await self.read(work)
        try:
            connection = await replica.lent.take()
            driver = ReadingDriver(connection, self._numbers)
            reading = Reading(driver, self.clock(), BorrowedSnapshots(self._snapshots))
            result = await _lend(replica.lent, connection, work, reading)
        except (*AWAY, asyncpg.PostgresError) as error:
            # Cut while it caught up, a table that it has not heard of yet, gone: the database knows.
            GLANCES.labels("turned back").inc()
            _log.info("glance_turned_back", reason=type(error).__name__)
            return await self.read(work)
        GLANCES.labels("replica").inc()
        return result

    async def close(self) -> None:
        """Close the connections."""
        self._closing.set()
        if self._background:
            await asyncio.wait(self._background, timeout=10)
        self._newsroom.cancel()
        await asyncio.gather(self._newsroom, return_exceptions=True)
        if self._replica is not None:
            await self._replica.close()
        await self._lent.close()

    def _pass_on(self, topics: Iterable[str]) -> None:
        self._news.update(topics)
        self._news_waits.set()

    async def _exchange_news(self) -> None:
        """Keep one connection listening and sending; while it is broken, trust nothing remembered."""
        while not self._closing.is_set():
            try:
                # A message of its own would wait for the disk, and make the sales' commits wait with it.
                settings = {"synchronous_commit": "off"}
                connection = await connect(self._dsn, patience=_PATIENCE_SECONDS, settings=settings)
                try:
                    await connection.add_listener(_CHANNEL, self._hear)
                    # A cut line is noticed at once, not when something is next said over it.
                    connection.add_termination_listener(lambda _: self._news_waits.set())
                    self.changes.hear([EVERYTHING])
                    self._listening.set()
                    # Asked each time round: wait_for may swallow a cancellation that meets its own result.
                    while not (self._closing.is_set() or connection.is_closed()):
                        await self._send_news(connection)
                finally:
                    await connection.close(timeout=2)
            except (*AWAY, OSError, TimeoutError) as error:
                _log.warning("news_lost", reason=type(error).__name__)
            self.changes.hear([EVERYTHING])
            await asyncio.sleep(0.5)

    async def _send_news(self, connection: asyncpg.Connection) -> None:
        try:
            await asyncio.wait_for(self._news_waits.wait(), 2)
        except TimeoutError:
            await self._ask_the_time(connection)
            return
        if asyncio.get_running_loop().time() - self._asked_at > _ASK_EVERY:
            await self._ask_the_time(connection)
        # Many commits share one message, each of which wakes every process; the first after a silence hardly waits.
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(_FIRST_WAITS, self._told_at + _BETWEEN_NEWS - now))
        self._told_at = asyncio.get_running_loop().time()
        self._news_waits.clear()
        topics, self._news = self._news, set()
        if not topics:
            return
        text = " ".join(topics)
        if len(text) > 7000:
            text = EVERYTHING
        try:
            await connection.execute("SELECT pg_notify($1, $2)", _CHANNEL, f"{self._origin} {text}")
        except BaseException:
            # What was not sent is sent over the next connection.
            self._pass_on(topics)
            raise

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        origin, *topics = str(payload).split(" ")
        if origin != self._origin:
            self.changes.hear(topics)

    async def _ask_the_time(self, connection: asyncpg.Connection) -> None:
        """Also how a line is found to be cut while there is no news."""
        self._asked_at = asyncio.get_running_loop().time()
        if not isinstance(self.clock, SharedClock):
            await connection.execute("SELECT 1")
            return
        asked = self.clock.elapsed()
        theirs = await connection.fetchval("SELECT clock_timestamp()")
        apart = self.clock.follow(theirs, asked=asked, answered=self.clock.elapsed())
        if abs(apart) > _APART_THAT_TELLS:
            _log.warning("clock_follows_the_database", seconds=round(apart.total_seconds(), 1))


async def _lend(
    lent: Connections, connection: asyncpg.Connection, work: Callable[..., T], *arguments: Any
) -> T:
    """Run ``work`` in a greenlet; its connection is kept unless it was left in the middle of something."""
    try:
        result = await greenlet_spawn(work, *arguments)
    except AWAY:
        lent.lost(connection)
        raise
    except asyncio.CancelledError:
        lent.cut(connection)
        raise
    except BaseException:
        lent.keep(connection)
        raise
    lent.keep(connection)
    return result
