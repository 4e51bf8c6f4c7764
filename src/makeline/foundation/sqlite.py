"""SQLite underneath: connections, ids, what is asked of them and what is answered.

WAL and ``synchronous=FULL``: what was acknowledged survives a power cut.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from makeline.foundation.columns import ID_BLOCK
from makeline.foundation.statements import SQLITE, Compiled
from makeline.kernel.errors import Unavailable

BUSY_SECONDS = 10


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
    # Called in the loop once the work is durable, before whoever waits for it hears so; and when nobody waits any more.
    kept: Callable[[], None] = lambda: None


class SqliteDriver:
    """Runs compiled statements on one connection; never from two threads at once."""

    dialect = SQLITE
    # There is one writer: nobody else writes while a unit runs.
    waits = False

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._blocks: dict[str, tuple[int, int]] = {}
        self._fresh: list[str] = []
        # What SQLite said last of the file and its disk; 0 while nothing is wrong.
        self.trouble = 0

    def heard(self, error: BaseException) -> None:
        """A statement failed: remember it if it speaks of the file."""
        code = getattr(error, "sqlite_errorcode", 0) if isinstance(error, sqlite3.Error) else 0
        if code & 0xFF in _TROUBLE:
            self.trouble = code

    def fetch(self, compiled: Compiled, arguments: list[Any]) -> list[Any]:
        """All rows; no cursor is left open."""
        return self.connection.execute(compiled.sql, arguments).fetchall()

    def execute(self, compiled: Compiled, arguments: list[Any]) -> int:
        """Number of rows changed."""
        return self.connection.execute(compiled.sql, arguments).rowcount

    def expect(self, compiled: Compiled, arguments: list[Any]) -> bool:
        """Whether a row was changed; the answer costs nothing here."""
        return self.connection.execute(compiled.sql, arguments).rowcount > 0

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
                (name, ID_BLOCK + 1, ID_BLOCK),
            ).fetchone()
            end = row[0]
            following = end - ID_BLOCK
            self._fresh.append(name)
        self._blocks[name] = (following + 1, end)
        return following

    def may_be_lost(self) -> None:
        """It shares its neighbours' flush anyway."""

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
        path, isolation_level=None, cached_statements=512, check_same_thread=False, timeout=BUSY_SECONDS
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    # Eight times the default: pages that many sales change are copied home once for all of them (16 MB of log).
    connection.execute("PRAGMA wal_autocheckpoint=8000")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-16384")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


Answer = tuple[Job, Any, BaseException | None]


def failed(job: Job, error: BaseException) -> Answer:
    """The answer of a job that came to nothing."""
    return job, None, error


def told(error: BaseException) -> BaseException:
    """What the caller hears: trouble with the file is the database being away, anything else is itself."""
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _TROUBLE:
        return DatabaseBusy(f"the database does not answer ({error.sqlite_errorname})")
    return error


def answer(answers: list[Answer]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Answer]] = {}
    for answer in answers:
        by_loop.setdefault(answer[0].loop, []).append(answer)
    for loop, of_loop in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(resolve, of_loop)


def resolve(answers: list[Answer]) -> None:
    for job, result, error in answers:
        if error is None:
            try:
                job.kept()
            except Exception as trouble:
                # A listener's mistake must not keep the others from their answers.
                job.loop.call_exception_handler({"message": "after a commit", "exception": trouble})
        if job.future.done():
            continue
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result(result)
