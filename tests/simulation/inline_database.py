"""A SQLite database in memory whose units run where they are asked for: no writer's thread, no readers, no flush.

The disk outlives the processes that open it. What a process had committed when it died is there; nothing else is.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from makeline.foundation.clock import Clock
from makeline.foundation.outbox import Promises
from makeline.foundation.sqlite import SqliteDriver
from makeline.foundation.statements import Compiled
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.unit_source import UnitSource

T = TypeVar("T")


class ProcessDied(BaseException):
    """Nothing that a dead process still does has any effect."""


class Disk:
    """What a shop has written down; ``image`` is the file of a prepared shop."""

    def __init__(self, image: bytes) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=1024)
        self.connection.deserialize(image)
        self.connection.execute("PRAGMA foreign_keys=ON")
        self.connection.execute("PRAGMA journal_mode=MEMORY")
        self.connection.execute("PRAGMA synchronous=OFF")
        self.connection.execute("PRAGMA temp_store=MEMORY")


class _Driver(SqliteDriver):
    """Begins the transaction at the first write: before that nobody else is there who could see it."""

    def fetch(self, compiled: Compiled, arguments: list[Any]) -> list[Any]:
        if compiled.binding:
            self._begin()
        return super().fetch(compiled, arguments)

    def execute(self, compiled: Compiled, arguments: list[Any]) -> int:
        self._begin()
        return super().execute(compiled, arguments)

    def expect(self, compiled: Compiled, arguments: list[Any]) -> bool:
        self._begin()
        return super().expect(compiled, arguments)

    def put(self, compiled: Compiled, arguments: list[Any]) -> None:
        self._begin()
        super().put(compiled, arguments)

    def new_id(self, name: str) -> int:
        self._begin()
        return super().new_id(name)

    def _begin(self) -> None:
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN")


class InlineDatabase(UnitSource):
    """One process's way to the disk. ``committed`` hears of each unit that wrote, ``tell`` passes news to
    others, ``alone`` says whether nobody else is ready, ``step`` is called where the process may die."""

    def __init__(
        self,
        disk: Disk,
        promises: Promises,
        clock: Clock,
        *,
        committed: Callable[[UnitOfWork, int], None],
        tell: Callable[[Iterable[str]], None],
        alone: Callable[[], bool],
        step: Callable[[], None],
    ) -> None:
        super().__init__(promises, clock)
        self._connection = disk.connection
        self._driver = _Driver(disk.connection)
        self._heard = committed
        self._alone, self._step = alone, step
        self.changes.pass_on = tell
        self.alive = True

    async def begin(self, work: Callable[[UnitOfWork], T], *, actor: str) -> T:
        """It waits for its turn, is durable at once, and hears so later: a death may come between any two."""
        make_unit = self._unit_maker(actor)
        await self._others_first()
        result = self._run(make_unit(self._driver), work)
        await self._others_first()
        return result

    async def read(self, work: Callable[[Reading], T]) -> T:
        """On the last durable state."""
        await self._others_first()
        self._must_be_alive()
        return work(Reading(self._driver, self.clock(), self._snapshots))

    async def close(self) -> None:
        """The disk stays."""

    async def _others_first(self) -> None:
        """Whoever else is ready may go before. Where nobody is, this process may still die."""
        if self._alone():
            self._step()
            if self.alive:
                return
        await asyncio.sleep(0)

    def _run(self, unit: UnitOfWork, work: Callable[[UnitOfWork], T]) -> T:
        self._must_be_alive()
        connection = self._connection
        before = connection.total_changes
        try:
            result = work(unit)
            unit.finish()
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
                self._driver.lost()
            raise
        if connection.in_transaction:
            connection.execute("COMMIT")
            self._driver.kept()
            self._heard(unit, connection.total_changes - before)
        self._committed(unit)
        return result

    def _must_be_alive(self) -> None:
        if not self.alive:
            raise ProcessDied
