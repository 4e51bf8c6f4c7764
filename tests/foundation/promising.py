"""An office that promises: an event with subscribers, a worker, and what became of each promise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import bindparam, select

from makeline.foundation.database import Database
from makeline.foundation.dispatch import Dispatcher, Reaction
from makeline.foundation.outbox import Promise, Promises, deliveries
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.events import Event
from tests.fakes import StandingClock

COMPANY = "company"
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Rang(Event):
    """The bell rang."""

    name: ClassVar[str] = "test.rang"

    number: int


@dataclass(frozen=True, slots=True)
class Unheard(Event):
    """A fact that nobody waits for."""

    name: ClassVar[str] = "test.unheard"


PORTER = Promise("porter")
COOK = Promise("cook", delay=timedelta(seconds=4), destination=COMPANY)
RANG_FOR_PORTER: Promises = {Rang.name: (PORTER,)}
RANG_FOR_BOTH: Promises = {Rang.name: (PORTER, COOK)}


class Kept(NamedTuple):
    """What the outbox says of a promise."""

    id: int
    subscriber: str
    payload: dict[str, Any]
    state: str
    due_at: datetime
    attempts: int
    last_error: str | None
    failure_kind: str | None
    request_id: str | None
    finished_at: datetime | None


_COLUMNS = [deliveries.c[name] for name in Kept._fields]
_PROMISES = Query(select(*_COLUMNS).order_by(deliveries.c.id), Kept)
_PROMISE = Query(select(*_COLUMNS).where(deliveries.c.id == bindparam("promise")), Kept)


@dataclass
class Office:
    """One process with a worker."""

    database: Database
    clock: StandingClock
    ran: list[tuple[int, int]] = field(default_factory=list)

    async def ring(self, *numbers: int) -> None:
        """Announce the fact, once for each number."""

        def act(unit: UnitOfWork) -> None:
            for number in numbers:
                unit.emit(Rang(number))

        await self.database.begin(act, actor="test")

    async def promises(self) -> list[Kept]:
        """All promises, oldest first."""
        return await self.database.read(lambda unit: unit.all(_PROMISES))

    async def promise(self) -> Kept:
        """The only promise."""
        (only,) = await self.promises()
        return only

    def worker(self, react: Callable[[Rang, int], Any] | None = None, **options: Any) -> Dispatcher:
        """A worker whose porter does ``react`` (or raises what it raises) and writes down that he ran."""

        async def outside(event: Rang, attempt: int) -> None:
            self.ran.append((event.number, attempt))
            if react is not None:
                await react(event, attempt)

        reactions: Mapping[str, Reaction] = {
            PORTER.subscriber: Reaction(Rang, outside=outside),
            COOK.subscriber: Reaction(Rang, outside=outside),
        }
        return Dispatcher(self.database, reactions, **options)

    def worker_in_unit(self, act: Callable[[UnitOfWork, Rang], None]) -> Dispatcher:
        """A worker whose porter acts in the unit that ticks the promise off."""
        return Dispatcher(self.database, {PORTER.subscriber: Reaction(Rang, in_unit=act)})


async def go_round(worker: Dispatcher) -> int:
    """Keep what is due now, to the end; returns how many."""
    claimed = await worker.keep_due()
    await worker.all_done(PATIENCE)
    return claimed


def failing(error: Exception) -> Callable[[Rang, int], Any]:
    """A reaction that always fails in this way."""

    async def react(_event: Rang, _attempt: int) -> None:
        raise error

    return react
