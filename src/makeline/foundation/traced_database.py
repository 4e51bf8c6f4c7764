"""A database whose units and readings are spans: which verb, how many statements, how long it waited."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from makeline.foundation.changes import Changes
from makeline.foundation.clock import Clock
from makeline.foundation.database import Database
from makeline.foundation.statements import Compiled
from makeline.foundation.tracing import span
from makeline.foundation.unit_of_work import Driver, Reading, UnitOfWork
from makeline.foundation.unit_source import ReplicaStanding

T = TypeVar("T")


class _Counting:
    """Passes statements on and counts them."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.statements = 0

    def fetch(self, compiled: Compiled, arguments: list[Any]) -> list[Any]:
        self.statements += 1
        return self._driver.fetch(compiled, arguments)

    def execute(self, compiled: Compiled, arguments: list[Any]) -> int:
        self.statements += 1
        return self._driver.execute(compiled, arguments)

    def put(self, compiled: Compiled, arguments: list[Any]) -> None:
        self.statements += 1
        self._driver.put(compiled, arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)


class _Told:
    """What is known of one unit when it has ended; of the last run of several."""

    def __init__(self) -> None:
        self.runs = 0
        self.asked = time.perf_counter()
        self.began = self.worked = self.asked
        self.statements = 0

    def around(self, work: Callable[[Any], T]) -> Callable[[Any], T]:
        def run(unit: Any) -> T:
            self.runs += 1
            self.began = time.perf_counter()
            counting: list[_Counting] = []

            def count(driver: Driver) -> Driver:
                counting.append(_Counting(driver))
                return counting[0]  # ty: ignore[invalid-explicit-return]

            unit.ask_through(count)
            try:
                return work(unit)
            finally:
                self.worked = time.perf_counter()
                self.statements = counting[0].statements

        return run

    def figures(self) -> dict[str, float]:
        """Milliseconds until it began, until the verb was done, and from then until it was durable."""
        return {
            "statements": self.statements,
            "runs": self.runs,
            "wait_ms": _ms(self.began - self.asked),
            "work_ms": _ms(self.worked - self.began),
            "commit_ms": _ms(time.perf_counter() - self.worked),
        }


class TracedDatabase:
    """Implements ``Database`` around another one, whose clock and troubles stay his own."""

    changes: Changes
    clock: Clock
    trouble: str
    replica: ReplicaStanding | None

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def close(self) -> None:
        """See ``Database``."""
        await self._database.close()

    async def begin(self, work: Callable[[UnitOfWork], T], *, actor: str) -> T:
        """See ``Begin``."""
        told = _Told()
        with span(f"unit {_name(work)}") as unit_span:
            try:
                return await self._database.begin(told.around(work), actor=actor)
            finally:
                unit_span.tell(**told.figures())

    async def read(self, work: Callable[[Reading], T]) -> T:
        """See ``Read``."""
        told = _Told()
        with span(f"read {_name(work)}") as read_span:
            try:
                return await self._database.read(told.around(work))
            finally:
                read_span.tell(**told.figures())

    async def glance(self, work: Callable[[Reading], T]) -> T:
        """See ``Database``."""
        told = _Told()
        with span(f"glance {_name(work)}") as glance_span:
            try:
                return await self._database.glance(told.around(work))
            finally:
                glance_span.tell(**told.figures())


def _name(work: Callable[..., Any]) -> str:
    name = getattr(work, "__qualname__", "") or type(getattr(work, "func", work)).__name__
    return name.replace(".<locals>", "").replace(".<lambda>", "")


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
