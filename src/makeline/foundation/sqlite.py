"""SQLite underneath: one writer with group commit, a few readers beside it.

All units of this process run one after another on one connection. Those that wait together share one transaction
and one flush to disk (a savepoint each), so durability costs a fraction of a flush. A unit is answered only after
that flush. WAL and ``synchronous=FULL``: what was acknowledged survives a power cut.
"""

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from makeline.foundation.statements import SQLITE, Compiled
from makeline.kernel.errors import Unavailable

# Enough to share a flush widely, few enough that the first of them does not wait long.
_GROUP = 64
_GROUP_SECONDS = 0.006
_BLOCK = 32
_BUSY_SECONDS = 10
_IDLE_SECONDS = 0.5


# Result codes that speak of the file and its disk, not of the statement.
_TROUBLE = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    )
)


class DatabaseBusy(Unavailable):
    """Another process held the database for too long, or the disk refused the write; nothing was changed."""

    code = "DATABASE_AWAY"


class Job(NamedTuple):
    """One unit of work on its way through the writer, or one question to a reader."""

    run: Callable[["SqliteDriver"], Any]
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


class SqliteDriver:
    """Runs compiled statements on one connection; used only inside the thread that owns it."""

    dialect = SQLITE

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._blocks: dict[str, tuple[int, int]] = {}
        self._fresh: list[str] = []

    def fetch(self, compiled: Compiled, arguments: list[Any]) -> list[Any]:
        """All rows; the cursor never leaves this thread."""
        return self.connection.execute(compiled.sql, arguments).fetchall()

    def execute(self, compiled: Compiled, arguments: list[Any]) -> int:
        """Number of rows changed."""
        return self.connection.execute(compiled.sql, arguments).rowcount

    def put(self, compiled: Compiled, arguments: list[Any]) -> None:
        """SQLite gains nothing from waiting: the write runs now."""
        self.connection.execute(compiled.sql, arguments)

    def new_id(self, name: str) -> int:
        """From a block of numbers taken in the transaction that first needs it."""
        following, end = self._blocks.get(name, (0, 0))
        if following == end:
            row = self.connection.execute(
                "INSERT INTO numbers (name, following) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET following = following + ? RETURNING following",
                (name, _BLOCK + 1, _BLOCK),
            ).fetchone()
            end = row[0]
            following = end - _BLOCK
            self._fresh.append(name)
        self._blocks[name] = (following + 1, end)
        return following

    def kept(self) -> None:
        """The savepoint stays: blocks taken in it are ours."""
        self._fresh.clear()

    def rolled_back(self) -> None:
        """Blocks taken in the lost savepoint are not ours after all; nobody else has seen their numbers."""
        for name in self._fresh:
            self._blocks.pop(name, None)
        self._fresh.clear()

    def lost(self) -> None:
        """The whole group was rolled back: trust no block."""
        self._blocks.clear()
        self._fresh.clear()


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the durability and the constraints we rely on."""
    connection = sqlite3.connect(
        path, isolation_level=None, cached_statements=512, check_same_thread=False, timeout=_BUSY_SECONDS
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-16384")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


class Writer:
    """The single writer: takes what waits, runs it in one transaction, answers after the flush.

    Verbs run on the event loop's own thread: they are short, and a thread of their own would pay for every
    statement with a hand-over of the interpreter. Only the flush, which is all waiting, happens elsewhere.
    """

    def __init__(self, path: Path, foreign_change: Callable[[], None]) -> None:
        self._connection = connect(path)
        self._connection.execute("PRAGMA busy_timeout=0")
        self._driver = SqliteDriver(self._connection)
        self._version = self._data_version()
        self._foreign_change = foreign_change
        self._waiting: deque[Job] = deque()
        self._elsewhere = ThreadPoolExecutor(1, thread_name_prefix="sqlite-flush")
        self._loop = asyncio.get_running_loop()
        self._running: asyncio.Task[None] | None = None
        self._look_around = self._loop.call_later(_IDLE_SECONDS, self._notice_when_idle)

    def submit(self, job: Job) -> None:
        """Queue a unit; it joins the next group."""
        self._waiting.append(job)
        if self._running is None:
            self._running = self._loop.create_task(self._run_groups(), name="sqlite-writer")

    async def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        if self._running is not None:
            await self._running
        self._look_around.cancel()
        await asyncio.to_thread(self._elsewhere.shutdown)
        self._connection.close()

    async def _run_groups(self) -> None:
        try:
            while self._waiting:
                await self._run_group()
        finally:
            self._running = None

    async def _run_group(self) -> None:
        answers: list[Answer] = []
        try:
            await self._begin()
            self._notice_strangers()
            until = time.perf_counter() + _GROUP_SECONDS
            while self._waiting and len(answers) < _GROUP and time.perf_counter() < until:
                answers.append(_run_job(self._driver, self._waiting.popleft()))
                if not self._connection.in_transaction:
                    # A full disk or a failing one: SQLite has taken back the work of the whole group.
                    raise sqlite3.OperationalError("the transaction is gone")
            await self._loop.run_in_executor(self._elsewhere, self._commit)
        except sqlite3.Error as error:
            self._driver.lost()
            self._roll_back()
            away = DatabaseBusy(f"the database does not take the write ({type(error).__name__})")
            # Who was refused for his own reasons keeps them; whoever waited for the start is told as well.
            answers = [(job, None, own or away) for job, _, own in answers] or [
                failed(self._waiting.popleft(), away) for _ in range(len(self._waiting))
            ]
        _resolve(answers)

    async def _begin(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            # Another process is writing: wait for it, but not on the event loop.
            await self._loop.run_in_executor(self._elsewhere, self._begin_patiently)

    def _begin_patiently(self) -> None:
        self._connection.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        finally:
            self._connection.execute("PRAGMA busy_timeout=0")

    def _commit(self) -> None:
        self._connection.execute("COMMIT")

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _notice_when_idle(self) -> None:
        if self._running is None:
            self._notice_strangers()
        self._look_around = self._loop.call_later(_IDLE_SECONDS, self._notice_when_idle)

    def _notice_strangers(self) -> None:
        version = self._data_version()
        if version != self._version:
            # Somebody else wrote to the file (a command beside the server): what we remember may be old.
            self._version = version
            self._foreign_change()

    def _data_version(self) -> int:
        # Changes only when another connection has written.
        return self._connection.execute("PRAGMA data_version").fetchone()[0]


Answer = tuple[Job, Any, BaseException | None]


def failed(job: Job, error: BaseException) -> Answer:
    """The answer of a job that came to nothing."""
    return job, None, error


def _run_job(driver: SqliteDriver, job: Job) -> Answer:
    connection = driver.connection
    try:
        connection.execute("SAVEPOINT unit")
        result = job.run(driver)
        connection.execute("RELEASE unit")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO unit")
            connection.execute("RELEASE unit")
        driver.rolled_back()
        return failed(job, told(error))
    driver.kept()
    return job, result, None


def told(error: BaseException) -> BaseException:
    """What the caller hears: trouble with the file is the database being away, anything else is itself."""
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _TROUBLE:
        return DatabaseBusy(f"the database does not answer ({error.sqlite_errorname})")
    return error


def _answer(answers: list[Answer]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Answer]] = {}
    for answer in answers:
        by_loop.setdefault(answer[0].loop, []).append(answer)
    for loop, of_loop in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, of_loop)


def _resolve(answers: list[Answer]) -> None:
    for job, result, error in answers:
        if job.future.done():
            continue
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result(result)


class Readers:
    """A few threads with a connection each; a read never waits for a writer."""

    def __init__(self, path: Path, count: int = 2) -> None:
        self._path = path
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"sqlite-reader-{number}", daemon=True)
            for number in range(count)
        ]

    def start(self) -> None:
        """Open the threads."""
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Run the job on the next free reader."""
        self._jobs.put(job)

    def stop(self) -> None:
        """Let the threads end after what they have."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(timeout=5)

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while (job := self._jobs.get()) is not None:
            try:
                connection = connection or connect(self._path)
                connection.execute("BEGIN")
                answer: Answer = (job, job.run(SqliteDriver(connection)), None)
            except BaseException as error:
                answer = failed(job, told(error))
            if connection is not None:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            _answer([answer])
        if connection is not None:
            connection.close()
