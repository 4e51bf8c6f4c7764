"""SQLite underneath: one writer thread with group commit, a few readers beside it.

All units of this process run one after another in the writer thread. Those that wait together share one
transaction and one flush to disk (a savepoint each), so durability costs a fraction of a flush. A unit is answered
only after that flush. WAL and ``synchronous=FULL``: what was acknowledged survives a power cut.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from makeline.foundation.statements import SQLITE, Compiled
from makeline.kernel.errors import Unavailable

# Enough to share a flush widely, few enough that the first of them does not wait long.
_GROUP = 64
_BLOCK = 32
_BUSY_SECONDS = 10
_IDLE_SECONDS = 0.5


class DatabaseBusy(Unavailable):
    """Another process held the database for too long, or the disk refused the write; nothing was changed."""

    code = "DATABASE_AWAY"


class Job(NamedTuple):
    """One unit of work on its way through the writer thread."""

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


class Writer(threading.Thread):
    """The single writer: takes what waits, runs it in one transaction, answers after the flush."""

    def __init__(self, path: Path, foreign_change: Callable[[], None]) -> None:
        super().__init__(name="sqlite-writer", daemon=True)
        self.jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._path = path
        self._foreign_change = foreign_change

    def run(self) -> None:
        """The thread's life: groups until the stop mark."""
        connection = connect(self._path)
        driver = SqliteDriver(connection)
        version = self._version(connection)
        stopping = False
        while not stopping:
            group, stopping = self._next_group()
            version = self._notice_strangers(driver, version)
            if group:
                self._run_group(driver, group)
        connection.close()

    def _next_group(self) -> tuple[list[Job], bool]:
        try:
            job = self.jobs.get(timeout=_IDLE_SECONDS)
        except Empty:
            return [], False
        group: list[Job] = []
        while job is not None:
            group.append(job)
            if len(group) == _GROUP or self.jobs.empty():
                return group, False
            job = self.jobs.get()
        return group, True

    def _notice_strangers(self, driver: SqliteDriver, version: int) -> int:
        seen = self._version(driver.connection)
        if seen != version:
            # Somebody else wrote to the file (a command beside the server): what we remember may be old.
            self._foreign_change()
        return seen

    @staticmethod
    def _run_group(driver: SqliteDriver, group: list[Job]) -> None:
        connection = driver.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            busy = DatabaseBusy(f"the database is busy ({type(error).__name__})")
            _answer([failed(job, busy) for job in group])
            return
        answers: list[Answer] = [_run_job(driver, job) for job in group]
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            driver.lost()
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            away = DatabaseBusy(f"the write did not reach the disk ({type(error).__name__})")
            answers = [failed(job, away) for job in group]
        _answer(answers)

    @staticmethod
    def _version(connection: sqlite3.Connection) -> int:
        # Changes only when another connection has written.
        return connection.execute("PRAGMA data_version").fetchone()[0]


Answer = tuple[Job, Any, BaseException | None]


def failed(job: Job, error: BaseException) -> Answer:
    """The answer of a job that came to nothing."""
    return job, None, error


def _run_job(driver: SqliteDriver, job: Job) -> Answer:
    connection = driver.connection
    connection.execute("SAVEPOINT unit")
    try:
        result = job.run(driver)
    except BaseException as error:
        connection.execute("ROLLBACK TO unit")
        connection.execute("RELEASE unit")
        driver.rolled_back()
        return job, None, error
    connection.execute("RELEASE unit")
    driver.kept()
    return job, result, None


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
        connection = connect(self._path)
        driver = SqliteDriver(connection)
        while (job := self._jobs.get()) is not None:
            connection.execute("BEGIN")
            try:
                answer: Answer = (job, job.run(driver), None)
            except BaseException as error:
                answer = (job, None, error)
            connection.execute("ROLLBACK")
            _answer([answer])
        connection.close()
