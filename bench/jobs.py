"""Jobs through the outbox: written with a fact, claimed by one of the workers, done, ticked off."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from bench.case import Contender, Measure, Measurement, Role
from bench.cpu import Meter
from bench.latency import percentile_ms
from makeline.foundation.database import Database, open_database
from makeline.foundation.dispatch import Dispatcher, Reaction
from makeline.foundation.outbox import Promise
from makeline.kernel.events import Event
from makeline.main.migrate import migrate

WRITERS = 8
# More would only wait: whoever promises does not outrun those who keep.
_MOST_WAITING = 400
_AT_ONCE = 32
_SUBSCRIBER = "bench.do"
_WARM_UP = 0.5


@dataclass(frozen=True, slots=True)
class Wanted(Event):
    """Somebody wants a job done."""

    name: ClassVar[str] = "bench.wanted"

    number: int


@dataclass
class Tally:
    """When each job was written, and how often it was done."""

    room: asyncio.Semaphore
    written: dict[int, float] = field(default_factory=dict)
    done: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    def do(self, number: int) -> None:
        """The job itself: nothing."""
        self.done[number] += 1
        self.waits.append(time.perf_counter() - self.written[number])
        self.room.release()

    @property
    def doubled(self) -> int:
        """Jobs that were done more than once."""
        return sum(1 for times in self.done.values() if times > 1)


Write = Callable[[int], Awaitable[object]]
# Runs workers until it is cancelled; they call ``do`` for each job.
Work = Callable[[Callable[[int], None]], Awaitable[None]]


def outbox_contender(
    label: str, where: Callable[[], AbstractContextManager[tuple[str, Mapping[str, int]]]], *, workers: int
) -> Contender:
    """Ours, on the database that ``where`` yields with the processes whose CPU counts beside this one's."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with where() as (url, others), asyncio.Runner() as runner:
            migrate(url)
            databases = [
                runner.run(open_database(url, promises={Wanted.name: (Promise(_SUBSCRIBER),)}))
                for _ in range(workers + 1)
            ]
            writer, *keepers = databases

            async def write(number: int) -> None:
                await writer.begin(lambda unit: unit.emit(Wanted(number)), actor="bench")

            async def work(do: Callable[[int], None]) -> None:
                await asyncio.gather(*(_keep(database, do) for database in keepers))

            runner.run(_round(write, work, _WARM_UP, others))
            yield lambda seconds: runner.run(_round(write, work, seconds, others))
            for database in databases:
                runner.run(database.close())

    return Contender(Role.OURS, label, opened)


def queue_contender(label: str, queue: Callable[[], AbstractContextManager[Any]]) -> Contender:
    """Another queue: ``queue`` yields a runner, its ``write`` and ``work``, and processes whose CPU counts."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with queue() as (runner, write, work, others):
            runner.run(_round(write, work, _WARM_UP, others))
            yield lambda seconds: runner.run(_round(write, work, seconds, others))

    return Contender(Role.PEER, label, opened)


async def _keep(database: Database, do: Callable[[int], None]) -> None:
    async def react(wanted: Wanted, _attempt: int) -> None:
        do(wanted.number)

    dispatcher = Dispatcher(database, {_SUBSCRIBER: Reaction(Wanted, outside=react)}, most_at_once=_AT_ONCE)
    while True:
        if dispatcher.full:
            await dispatcher.any_done()
        elif not await dispatcher.keep_due():
            await asyncio.sleep(0.002)


async def _round(write: Write, work: Work, seconds: float, others: Mapping[str, int]) -> Measurement:
    """Write for so long, and go on until everything is done."""
    tally = Tally(asyncio.Semaphore(_MOST_WAITING))
    meter, own = Meter(others), time.process_time()
    meter.start()
    began = time.perf_counter()
    working = asyncio.create_task(_run(work, tally))
    first = time.monotonic_ns()

    async def writing(turn: int) -> None:
        number = first + turn
        while time.perf_counter() - began < seconds:
            await tally.room.acquire()
            tally.written[number] = time.perf_counter()
            await write(number)
            number += WRITERS

    await asyncio.gather(*(writing(turn) for turn in range(WRITERS)))
    while len(tally.done) < len(tally.written):
        await asyncio.sleep(0.005)
        if working.done():
            await working
    took = time.perf_counter() - began
    # Whoever would do one twice gets the time for it.
    await asyncio.sleep(0.1)
    working.cancel()
    await asyncio.wait({working})
    jobs = len(tally.written)
    waits = sorted(tally.waits)
    cpu = {"process": (time.process_time() - own) * 1e6 / jobs, **meter.per_operation(jobs)}
    facts = {"done twice": float(tally.doubled)}
    return Measurement(jobs, took, percentile_ms(waits, 50), percentile_ms(waits, 99), cpu, facts=facts)


async def _run(work: Work, tally: Tally) -> None:
    await work(tally.do)
