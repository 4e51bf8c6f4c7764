"""Open a database by its address and run units of work on it: the same verbs on SQLite and on PostgreSQL."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncpg
import structlog
from sqlalchemy.util import greenlet_spawn

from makeline.foundation.changes import EVERYTHING, PROMISED, Changes
from makeline.foundation.outbox import Promises
from makeline.foundation.postgres import (
    AWAY,
    OVERTAKEN,
    Numbers,
    PlainConnection,
    PostgresDriver,
    ReadingDriver,
    run_in_transaction,
)
from makeline.foundation.sqlite import Job, SqliteDriver, told
from makeline.foundation.sqlite_readers import Readers
from makeline.foundation.sqlite_writer import Writer
from makeline.foundation.unit_of_work import Driver, Reading, Snapshots, UnitOfWork
from makeline.kernel.errors import Unavailable

T = TypeVar("T")
Clock = Callable[[], datetime]

_CHANNEL = "makeline_changes"
_RUNS = 5
_PATIENCE_SECONDS = 5.0
_log = structlog.get_logger()


def utc_clock() -> datetime:
    """The time of this machine; handed in once, at the top."""
    return datetime.now(UTC)


class DatabaseAway(Unavailable):
    """The database cannot be reached or did not take the write; nothing was changed."""

    code = "DATABASE_AWAY"


class Database(Protocol):
    """An open database. ``begin`` runs a verb in a transaction, ``read`` asks beside the writers."""

    changes: Changes
    clock: Clock

    async def begin(self, work: Callable[[UnitOfWork], T], *, actor: str) -> T:
        """See ``unit_of_work.Begin``."""
        ...

    async def read(self, work: Callable[[Reading], T]) -> T:
        """See ``unit_of_work.Read``."""
        ...

    async def close(self) -> None:
        """Let go of threads and connections."""
        ...


class _Shared:
    """What both databases have: a clock, snapshots, promises, and news after each commit."""

    async def read(self, work: Callable[[Reading], T]) -> T:
        """See ``unit_of_work.Read``."""
        raise NotImplementedError

    def __init__(self, promises: Promises, clock: Clock) -> None:
        self.clock = clock
        self._promises = promises
        self._snapshots = Snapshots()
        self.changes = Changes(self._snapshots)
        self._background: set[asyncio.Task[Any]] = set()

    def _unit_maker(self, actor: str) -> Callable[[Driver], UnitOfWork]:
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        return lambda driver: UnitOfWork(
            driver, self.clock(), self._snapshots, self._promises, actor=actor, request_id=request_id
        )

    def _committed(self, unit: UnitOfWork) -> None:
        if unit.promised:
            unit.touched.add(PROMISED)
        if unit.touched:
            self.changes.announce(unit.touched)
        for topic, (load, _) in unit.missed.items():
            self._in_background(
                self.read(lambda reading, topic=topic, load=load: reading.snapshot(topic, load))
            )

    def _in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._look_back)

    def _look_back(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Nobody waits for it: whoever wants the snapshot loads it himself.
            _log.info("snapshot_not_loaded", reason=type(error).__name__)


class SqliteDatabase(_Shared):
    """One file, one writer, two readers."""

    def __init__(self, path: Path, promises: Promises, clock: Clock) -> None:
        super().__init__(promises, clock)
        self._loop = asyncio.get_running_loop()
        self._writer = Writer(path, lambda: self.changes.hear([EVERYTHING]))
        self._readers = Readers(path)
        self._readers.start()

    async def begin(self, work: Callable[[UnitOfWork], T], *, actor: str) -> T:
        """Queue the verb for the writer; the answer comes after the flush to disk."""
        make_unit = self._unit_maker(actor)
        units: list[UnitOfWork] = []

        def run(driver: SqliteDriver) -> T:
            unit = make_unit(driver)
            units.append(unit)
            result = work(unit)
            unit.finish()
            return result

        def announce(done: "asyncio.Future[T]") -> None:
            if done.exception() is None:
                self._committed(units[-1])

        future: asyncio.Future[T] = self._loop.create_future()
        future.add_done_callback(announce)
        self._writer.submit(Job(run, future, self._loop))
        # A caller that goes away does not undo what the writer is already doing.
        return await asyncio.shield(future)

    async def read(self, work: Callable[[Reading], T]) -> T:
        """Run on a reader thread, on the last durable state."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._readers.submit(
            Job(lambda driver: work(Reading(driver, self.clock(), self._snapshots)), future, self._loop)
        )
        return await future

    async def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        if self._background:
            await asyncio.wait(self._background, timeout=10)
        await self._writer.close()
        await asyncio.to_thread(self._readers.stop)


class PostgresDatabase(_Shared):
    """A pool of connections, and one more on which the processes tell each other what changed."""

    def __init__(self, dsn: str, promises: Promises, clock: Clock, *, connections: int) -> None:
        super().__init__(promises, clock)
        self._dsn = dsn
        self._connections = connections
        self._numbers = Numbers()
        self._origin = os.urandom(6).hex()
        self._news: set[str] = set()
        self._news_waits = asyncio.Event()
        self._closing = asyncio.Event()
        self._listening = asyncio.Event()

    async def start(self) -> "PostgresDatabase":
        """Connect; raises ``DatabaseAway`` when the server does not answer."""
        try:
            self._pool = await asyncpg.create_pool(
                self._dsn,
                min_size=1,
                max_size=self._connections,
                connection_class=PlainConnection,
                statement_cache_size=2000,
                max_cached_statement_lifetime=0,
                command_timeout=30,
            )
        except AWAY as error:
            raise DatabaseAway(f"the database does not answer ({type(error).__name__})") from error
        self.changes.pass_on = self._pass_on
        self._newsroom = asyncio.create_task(self._exchange_news(), name="postgres-news")
        # Nothing is remembered before we hear of its changes.
        await asyncio.wait((asyncio.ensure_future(self._listening.wait()),), timeout=_PATIENCE_SECONDS)
        return self

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
                async with self._pool.acquire() as connection:
                    driver = PostgresDriver(connection, self._numbers)
                    unit = make_unit(driver)
                    result = await greenlet_spawn(run_in_transaction, driver, work, unit)
            except OVERTAKEN:
                if run == _RUNS:
                    raise
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
            async with self._pool.acquire() as connection:
                driver = ReadingDriver(connection, self._numbers)
                return await greenlet_spawn(work, Reading(driver, self.clock(), self._snapshots))
        except AWAY as error:
            raise DatabaseAway(f"the database does not answer ({type(error).__name__})") from error

    async def close(self) -> None:
        """Close the pool."""
        self._closing.set()
        if self._background:
            await asyncio.wait(self._background, timeout=10)
        self._newsroom.cancel()
        await asyncio.gather(self._newsroom, return_exceptions=True)
        await asyncio.wait_for(self._pool.close(), 10)

    def _pass_on(self, topics: Iterable[str]) -> None:
        self._news.update(topics)
        self._news_waits.set()

    async def _exchange_news(self) -> None:
        """Keep one connection listening and sending; while it is broken, trust nothing remembered."""
        while not self._closing.is_set():
            try:
                connection = await asyncpg.connect(self._dsn)
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
            await connection.execute("SELECT 1")
            return
        # Many commits share one message.
        await asyncio.sleep(0.005)
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


async def open_database(
    url: str, *, promises: Promises, clock: Clock = utc_clock, connections: int = 8
) -> Database:
    """Open ``sqlite:///path`` or ``postgresql://…``; the schema must have been migrated."""
    if url.startswith("sqlite:///"):
        try:
            return SqliteDatabase(Path(url.removeprefix("sqlite:///")), promises, clock)
        except sqlite3.Error as error:
            raise told(error) from error
    return await PostgresDatabase(url, promises, clock, connections=connections).start()
