"""The one writer of a SQLite file, with group commit.

All units of this process run one after another on one connection. Those that wait together share one transaction
and one flush to disk (a savepoint each), so durability costs a fraction of a flush. A unit is answered only after
that flush.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

import structlog

from makeline.foundation.apart import start_apart
from makeline.foundation.metrics import COMMIT_SECONDS, DATABASE_WAIT_SECONDS
from makeline.foundation.sqlite import (
    BUSY_SECONDS,
    Answer,
    DatabaseBusy,
    Job,
    SqliteDriver,
    connect,
    failed,
    resolve,
    told,
)
from makeline.foundation.sqlite_doubt import is_doubtful, reopened, try_to_write
from makeline.foundation.sqlite_elsewhere import Elsewhere

# Enough to share a flush widely, few enough that the first of them does not wait long.
_GROUP = 64
_GROUP_SECONDS = 0.006
_IDLE_SECONDS = 0.5
_LOOK_AGAIN_SECONDS = 1.0

_log = structlog.get_logger()


class Writer:
    """The single writer: takes what waits, runs it in one transaction, answers after the flush.

    Verbs run on the event loop's own thread: they are short, and a thread of their own would pay for every
    statement with a hand-over of the interpreter. Only the flush, which is all waiting, happens elsewhere.
    """

    def __init__(self, path: Path, foreign_change: Callable[[], None]) -> None:
        self._path = path
        # Why the last write failed; empty once one goes well. ``_doubted``: nothing is tried until the file was looked at.
        self.trouble = ""
        self._doubted = False
        self._looking: asyncio.Task[None] | None = None
        self._connection = connect(path)
        self._connection.execute("PRAGMA busy_timeout=0")
        self._driver = SqliteDriver(self._connection)
        self._version = self._data_version()
        self._foreign_change = foreign_change
        self._waiting: deque[Job] = deque()
        self._loop = asyncio.get_running_loop()
        self._elsewhere = Elsewhere(self._loop)
        # Since when the unit that waits longest has waited.
        self._waiting_since = 0.0
        self._running: asyncio.Task[None] | None = None
        self._look_around = self._loop.call_later(_IDLE_SECONDS, self._notice_when_idle)

    def submit(self, job: Job) -> None:
        """Queue a unit; it joins the next group."""
        if not self._waiting:
            self._waiting_since = time.perf_counter()
        self._waiting.append(job)
        if self._running is None:
            self._running = start_apart(self._run_groups(), name="sqlite-writer")

    async def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        if self._running is not None:
            await self._running
        self._look_around.cancel()
        if self._looking is not None:
            self._looking.cancel()
        await asyncio.to_thread(self._elsewhere.stop)
        self._connection.close()

    async def _run_groups(self) -> None:
        try:
            while self._waiting:
                if self._doubted:
                    resolve(
                        [failed(self._waiting.popleft(), self._read_only()) for _ in tuple(self._waiting)]
                    )
                else:
                    await self._run_group()
        finally:
            self._running = None

    async def _run_group(self) -> None:
        jobs: list[Job] = []
        answers: list[Answer] = []
        try:
            await self._begin()
            began = time.perf_counter()
            DATABASE_WAIT_SECONDS.observe(began - self._waiting_since, "sqlite")
            until = began + _GROUP_SECONDS
            while self._waiting and len(jobs) < _GROUP and time.perf_counter() < until:
                jobs.append(self._waiting.popleft())
                answer = _run_job(self._driver, jobs[-1])
                self._must_be_in_transaction()
                if answer is None:
                    await self._run_again(jobs, answers)
                    break
                answers.append(answer)
            done = self._waiting_since = time.perf_counter()
            await self._elsewhere.run(self._commit)
            COMMIT_SECONDS.observe(time.perf_counter() - done, "sqlite")
            self._judge(self._driver.trouble)
        except sqlite3.Error as error:
            self._driver.lost()
            self._roll_back()
            self._judge(getattr(error, "sqlite_errorcode", 0) or self._driver.trouble or sqlite3.SQLITE_ERROR)
            away = DatabaseBusy(f"the database does not take the write ({type(error).__name__})")
            # Who was refused for his own reasons keeps them; whoever waited for the start is told as well.
            answers = [(job, None, own or away) for job, _, own in answers]
            answers += [failed(job, away) for job in jobs[len(answers) :]]
            answers = answers or [failed(self._waiting.popleft(), away) for _ in range(len(self._waiting))]
        resolve(answers)

    async def _run_again(self, jobs: list[Job], answers: list[Answer]) -> None:
        """One of the group failed half-way: undo all of them, and run each inside a savepoint of its own."""
        answers.clear()
        self._driver.lost()
        self._roll_back()
        await self._begin()
        for job in jobs:
            answers.append(_run_job_apart(self._driver, job))
            self._must_be_in_transaction()

    def _judge(self, code: int) -> None:
        """After a group: 0 if all went well, or what SQLite said last."""
        self._driver.trouble = 0
        if not code:
            self.trouble = ""
            return
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CONSTRAINT):
            # Somebody else writes, or a verb's own mistake: nothing is wrong with the file.
            return
        self.trouble = (
            f"the disk refuses writes ({code})" if code != sqlite3.SQLITE_FULL else "the disk is full"
        )
        self._doubted = self._doubted or is_doubtful(code)
        if self._looking is None:
            _log.error("database_read_only", reason=self.trouble, doubted=self._doubted)
            self._looking = start_apart(self._look_until_well(), name="sqlite-doubt")

    def _read_only(self) -> DatabaseBusy:
        return DatabaseBusy(f"the database takes no writes: {self.trouble}")

    async def _look_until_well(self) -> None:
        """Every second, until the file takes writes again; a disk that failed is read first to the end."""
        while self.trouble:
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            try:
                if self._doubted:
                    await self._elsewhere.run(self._reopen)
                else:
                    await self._elsewhere.run(partial(try_to_write, self._path))
            except (sqlite3.Error, OSError) as error:
                _log.warning("database_still_read_only", reason=str(error))
                continue
            self._doubted, self.trouble = False, ""
        self._looking = None
        _log.info("database_takes_writes")
        self._foreign_change()

    def _reopen(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        self._connection = reopened(self._path)
        self._connection.execute("PRAGMA busy_timeout=0")
        self._driver = SqliteDriver(self._connection)
        self._version = self._data_version()

    def _must_be_in_transaction(self) -> None:
        if not self._connection.in_transaction:
            # A full disk or a failing one: SQLite has taken back the work of the whole group.
            raise sqlite3.OperationalError("the transaction is gone")

    async def _begin(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            # Another process is writing: wait for it, but not on the event loop.
            await self._elsewhere.run(self._begin_patiently)
        self._notice_strangers()

    def _begin_patiently(self) -> None:
        self._connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
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
        if self._running is None and not self._doubted:
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


def _run_job(driver: SqliteDriver, job: Job) -> Answer | None:
    """Run a unit among its neighbours; None when it failed after it had written something.

    Almost every refusal comes before the first write, so a savepoint for each unit would be opened, released and
    its pages copied for nothing: a sixth of what SQLite does for a sale. A unit may be run again by its contract.
    """
    connection = driver.connection
    before = connection.total_changes
    try:
        result = job.run(driver)
    except BaseException as error:
        driver.heard(error)
        return failed(job, told(error)) if connection.total_changes == before else None
    driver.kept()
    return job, result, None


def _run_job_apart(driver: SqliteDriver, job: Job) -> Answer:
    connection = driver.connection
    try:
        connection.execute("SAVEPOINT unit")
        result = job.run(driver)
        connection.execute("RELEASE unit")
    except BaseException as error:
        driver.heard(error)
        if connection.in_transaction:
            connection.execute("ROLLBACK TO unit")
            connection.execute("RELEASE unit")
        driver.rolled_back()
        return failed(job, told(error))
    driver.kept()
    return job, result, None
