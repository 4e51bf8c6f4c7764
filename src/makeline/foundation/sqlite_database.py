"""A SQLite file as a database of units."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import TypeVar

from makeline.foundation.changes import EVERYTHING
from makeline.foundation.clock import Clock
from makeline.foundation.metrics import DATABASE_READ_ONLY
from makeline.foundation.outbox import Promises
from makeline.foundation.sqlite import Job, SqliteDriver
from makeline.foundation.sqlite_readers import Readers
from makeline.foundation.sqlite_writer import Writer
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.unit_source import UnitSource

T = TypeVar("T")


class SqliteDatabase(UnitSource):
    """One file, one writer, two readers."""

    def __init__(self, path: Path, promises: Promises, clock: Clock) -> None:
        super().__init__(promises, clock)
        self._loop = asyncio.get_running_loop()
        self._writer = Writer(path, lambda: self.changes.hear([EVERYTHING]))
        self._readers = Readers(path)
        self._readers.start()
        DATABASE_READ_ONLY.set_function(lambda: 1 if self._writer.trouble else 0)

    @property
    def trouble(self) -> str:
        """Why nothing can be written just now: the disk is full, or failed; empty while all is well."""
        return self._writer.trouble

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

        # A caller that goes away takes only the future with him, not what the writer is doing.
        future: asyncio.Future[T] = self._loop.create_future()
        # The writer runs it among those of others: what it logs is its caller's all the same.
        mine = partial(copy_context().run, run)
        self._writer.submit(Job(mine, future, self._loop, lambda: self._committed(units[-1])))
        return await future

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
