"""The unit of work: one transaction with its time, its actor, its promises and its history.

Verbs are plain synchronous functions whose first parameter is a ``UnitOfWork``. They never commit: the database
runs the whole function inside one transaction (on SQLite one after another, grouped with its neighbours into one
durable commit; on PostgreSQL on a pooled connection) and answers after the commit. Raising rolls back.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy import Dialect, Table

from makeline.foundation.moves import insert_moves, moves
from makeline.foundation.outbox import DeliveryState, Promises, deliveries
from makeline.foundation.statements import Change, Compiled, Query, Row, insert_into
from makeline.kernel.events import Event
from makeline.kernel.states import StateTable

S = TypeVar("S", bound=StrEnum)
T = TypeVar("T")


class Driver(Protocol):
    """The raw database under a unit: runs compiled statements, nothing more."""

    dialect: Dialect

    @property
    def waits(self) -> bool:
        """See ``UnitOfWork.waits_for_locks``."""
        ...

    def fetch(self, compiled: Compiled, arguments: list[Any]) -> list[Any]:
        """Run and return all rows as sequences of driver values."""
        ...

    def execute(self, compiled: Compiled, arguments: list[Any]) -> int:
        """Run and return how many rows were changed."""
        ...

    def expect(self, compiled: Compiled, arguments: list[Any]) -> bool:
        """Run a write that optimisticly changes a row, and say whether it did (see ``UnitOfWork.expect``)."""
        ...

    def put(self, compiled: Compiled, arguments: list[Any]) -> None:
        """Run a write whose answer nobody needs: now, or together with its neighbours before the next answer."""
        ...

    def new_id(self, name: str) -> int:
        """The next number of a sequence; never given twice, gaps allowed."""
        ...

    def may_be_lost(self) -> None:
        """The transaction need not survive a power cut."""
        ...


class Snapshots:
    """Read-mostly facts (the catalogue, the machines) kept in memory until somebody touches them.

    Every touch has a serial number. A fact is kept only if its topic was not touched since its reading began, so
    that a load which was overtaken is used once and forgotten. Threads share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._serial = 0
        self._all_touched = 0
        self._touched: dict[str, int] = {}
        self._kept: dict[str, Any] = {}

    def mark(self) -> int:
        """The serial number of now; a reading takes it before its first question."""
        return self._serial

    def get(self, topic: str) -> Any:
        """What is remembered of the topic, or None."""
        return self._kept.get(topic)

    def keep(self, topic: str, value: Any, *, since: int) -> None:
        """Remember, unless the topic was touched after the mark ``since``."""
        with self._lock:
            if max(self._all_touched, self._touched.get(topic, 0)) <= since:
                self._kept[topic] = value

    def forget(self, topic: str) -> None:
        """The topic is old. Topics of single things (``session:…``) are never snapshots and are passed over."""
        if ":" in topic:
            return
        with self._lock:
            self._serial += 1
            self._touched[topic] = self._serial
            self._kept.pop(topic, None)

    def forget_all(self) -> None:
        """Drop everything, as when messages from other processes may have been missed."""
        with self._lock:
            self._serial += 1
            self._all_touched = self._serial
            self._kept.clear()


class BorrowedSnapshots(Snapshots):
    """For who asks an older state: he sees what others remember, and what he loads himself nobody keeps, for it may be
    older than the news of its change."""

    def __init__(self, kept: Snapshots) -> None:
        super().__init__()
        self._others = kept

    def get(self, topic: str) -> Any:
        """See ``Snapshots``."""
        return self._others.get(topic)

    def keep(self, topic: str, value: Any, *, since: int) -> None:
        """Not that."""


class Reading:
    """Questions to the database at one moment; changes nothing."""

    def __init__(self, driver: Driver, now: datetime, snapshots: Snapshots) -> None:
        self.now = now
        self._driver = driver
        self._snapshots = snapshots
        self._mark = snapshots.mark()

    def ask_through(self, wrap: Callable[[Driver], Driver]) -> None:
        """From now on questions go through what ``wrap`` makes of the driver."""
        self._driver = wrap(self._driver)

    def all(self, query: Query[Row], **values: Any) -> list[Row]:
        """Every row of the answer."""
        compiled = query.compiled(self._driver.dialect)
        return query.rows(compiled, self._driver.fetch(compiled, compiled.arguments(values)))

    def first(self, query: Query[Row], **values: Any) -> Row | None:
        """The first row, or None."""
        rows = self.all(query, **values)
        return rows[0] if rows else None

    def snapshot(self, topic: str, load: Callable[["Reading"], T]) -> T:
        """A read-mostly fact from memory, loaded by ``load`` when nobody has it; ``topic`` is what to touch."""
        kept = self._snapshots.get(topic)
        if kept is None:
            kept = load(self)
            self._snapshots.keep(topic, kept, since=self._mark)
        return kept


class UnitOfWork(Reading):
    """One transaction. ``actor`` is on whose behalf it runs; it stands in the history of every move."""

    def __init__(
        self,
        driver: Driver,
        now: datetime,
        snapshots: Snapshots,
        promises: Promises,
        *,
        actor: str,
        request_id: str | None,
        traceparent: str | None = None,
    ) -> None:
        super().__init__(driver, now, snapshots)
        self.actor = actor
        self.request_id = request_id
        self.traceparent = traceparent
        self.touched: set[str] = set()
        self.promised = False
        self.missed: dict[str, tuple[Callable[[Reading], Any], Any]] = {}
        # Steps on tables of states; counted once they are durable.
        self.moved: list[tuple[str, str]] = []
        self._promises = promises
        self._moves: list[tuple[int, str, int, str | None, str, str]] = []

    def snapshot(self, topic: str, load: Callable[[Reading], T]) -> T:
        """As for a reading, but what a unit loads is its own: it may hold what is rolled back in the end.

        ``missed`` tells the database what to load afresh, beside the units, once this one is durable.
        """
        kept = self._snapshots.get(topic)
        if kept is None and topic in self.missed:
            kept = self.missed[topic][1]
        if kept is None:
            kept = load(self)
            self.missed[topic] = (load, kept)
        return kept

    @property
    def waits_for_locks(self) -> bool:
        """Whether a ``LockingQuery`` may wait for another unit, and so see what hangs on its row as it was before that
        unit: ask for it by itself, afterwards. Else one question may ask for all of it."""
        return self._driver.waits

    def change(self, change: Change, **values: Any) -> int:
        """Run a write now and return how many rows it changed: the way to guard (``… WHERE stock > 0``)."""
        compiled = change.compiled(self._driver.dialect)
        return self._driver.execute(compiled, compiled.arguments(values))

    def expect(self, change: Change, **values: Any) -> bool:
        """Run a write that nearly always changes a row; False when it changed none.

        It may be taken for granted until the unit ends. If it did not come true, nothing of the unit was written, and
        the verb is run again with the answer as it is: so what follows a True must be writes and questions only.
        """
        compiled = change.compiled(self._driver.dialect)
        return self._driver.expect(compiled, compiled.arguments(values))

    def put(self, change: Change, **values: Any) -> None:
        """Run a write whose row count nobody needs; it may travel together with its neighbours."""
        compiled = change.compiled(self._driver.dialect)
        self._driver.put(compiled, compiled.arguments(values))

    def add(self, table: Table, **values: Any) -> None:
        """Insert one row; it may travel together with its neighbours."""
        self.put(insert_into(table, tuple(values)), **values)

    def new_id(self, table: Table) -> int:
        """The next id of a table, known before the row is written."""
        return self._driver.new_id(table.name)

    def move(self, states: StateTable[S], subject_id: int, current: S | None, target: S, *, cause: str) -> S:
        """Check a step on the table of states and write it into the history; the caller stores ``target``."""
        states.move(current, target)
        self.moved.append((states.noun, target))
        self._moves.append((self.new_id(moves), states.noun, subject_id, current, target, cause))
        return target

    def note(self, noun: str, subject_id: int, before: str, after: str, *, cause: str) -> None:
        """Write a value that somebody changed, and that is no state of a table, into the same history."""
        self._moves.append((self.new_id(moves), noun, subject_id, before, after, cause))

    def finish(self) -> None:
        """Write the unit's history in one statement; the database calls it when the verb is done."""
        made, self._moves = self._moves, []
        if not made:
            return
        values: dict[str, Any] = {"actor": self.actor, "at": self.now}
        for number, (move_id, noun, subject_id, current, target, cause) in enumerate(made):
            values[f"id_{number}"] = move_id
            values[f"noun_{number}"] = noun
            values[f"subject_id_{number}"] = subject_id
            values[f"from_state_{number}"] = current
            values[f"to_state_{number}"] = target
            values[f"cause_{number}"] = cause
        self.put(insert_moves(len(made)), **values)

    def emit(self, event: Event) -> list[int]:
        """Announce a fact: one promise per subscriber, kept by the worker after this unit is durable.

        Returns the ids of the promises, for a caller that tries to keep one at once (see ``outbox.keep``).
        """
        promised = []
        for promise in self._promises.get(event.name, ()):
            promised.append(self.new_id(deliveries))
            self.add(
                deliveries,
                id=promised[-1],
                event=event.name,
                subscriber=promise.subscriber,
                payload=event.payload(),
                destination=promise.destination,
                state=DeliveryState.PENDING,
                due_at=self.now + promise.delay,
                attempts=0,
                request_id=self.request_id,
                traceparent=self.traceparent,
                created_at=self.now,
            )
        self.promised = self.promised or bool(promised)
        return promised

    def may_be_lost(self) -> None:
        """What this unit writes is found out again by itself after a power cut (a promise repeats the question), so
        its answer need not wait for the disk. It is still whole or not at all, and survives a crash of ours."""
        self._driver.may_be_lost()

    def touch(self, topic: str) -> None:
        """After the commit, tell every process that what it remembers of ``topic`` is old."""
        self.touched.add(topic)


class Begin(Protocol):
    """Run a verb in one transaction and return its answer once that is durable.

    The verb may be run again when another transaction got in its way, so it must have no effect but through
    the unit. ``actor`` names on whose behalf.
    """

    async def __call__(self, work: Callable[[UnitOfWork], T], *, actor: str) -> T: ...


class Read(Protocol):
    """Run questions beside the writers and return their answer."""

    async def __call__(self, work: Callable[[Reading], T]) -> T: ...
