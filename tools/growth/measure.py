"""Measure the operations: processor time and waiting, sizes in turn, so that a neighbour's noise falls on all."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any, cast

from bench.cpu import cpu_seconds
from bench.latency import percentile_ms
from makeline.foundation.database import Database, open_database
from makeline.main.subscriptions import PROMISES
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.given import Given
from tools.growth.operations import Operation, Shop, operations
from tools.growth.sizes import Sized, say

# Verifying reads everything several times: at larger sizes it is left to whoever wants to wait.
VERIFIED = 100_000


class Now:
    """The clock of the room, in the form that people of tests carry."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    @property
    def now(self) -> datetime:
        return self()


@dataclass
class Figures:
    """What one operation took at one size: processor microseconds of us and of the database's server for each, and
    the waiting of each in seconds."""

    ours_us: list[float] = field(default_factory=list)
    theirs_us: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """As it is written down; the middle of the rounds."""
        ordered = sorted(self.waits)
        return {
            "ours_us": round(median(self.ours_us), 1),
            "theirs_us": round(median(self.theirs_us), 1),
            "p50_ms": round(percentile_ms(ordered, 50), 3),
            "p99_ms": round(percentile_ms(ordered, 99), 3),
            "times": len(ordered),
        }


@dataclass
class Open:
    """A size that is open, with its operations."""

    sized: Sized
    database: Database
    shop: Shop
    todo: Sequence[Operation]
    figures: dict[str, Figures] = field(default_factory=dict)


async def measured(sizes: Sequence[Sized], *, rounds: int, server: int | None) -> list[dict[str, Any]]:
    """Every operation at every size; ``server`` is the process whose tree is the database's."""
    opened = [await _opened(sized) for sized in sizes]
    theirs = (lambda: cpu_seconds(server)) if server is not None else lambda: 0.0
    try:
        for turn in range(rounds):
            for position in range(len(opened[0].todo)):
                for one in opened:
                    operation = one.todo[position]
                    if (turn == 0 or not operation.once) and (
                        not operation.once or one.sized.orders <= VERIFIED
                    ):
                        await _round(one, operation, theirs)
            say(f"round {turn + 1} of {rounds}")
    finally:
        for one in opened:
            await one.database.close()
    return [
        {**asdict(one.sized), "took": {name: seen.told() for name, seen in one.figures.items()}}
        for one in opened
    ]


async def _opened(sized: Sized) -> Open:
    clock = Now()
    database = await open_database(sized.url, promises=PROMISES, clock=clock)
    # People of tests never look at more of a clock than its moment.
    standing = cast("StandingClock", clock)
    given = Given(database, standing, MemoryStorage(), PlainRenderer(), PlainPartner())
    shop = Shop(given)
    await shop.furnish()
    await shop.sessions(1)
    return Open(sized, database, shop, operations(shop))


async def _round(one: Open, operation: Operation, theirs: Callable[[], float]) -> None:
    if operation.prepare is not None:
        await operation.prepare(operation.count)
    figures = one.figures.get(operation.name)
    if figures is None:
        figures = one.figures[operation.name] = Figures()
        if not operation.once and operation.prepare is None:
            await operation.work(0)
    ours, server = time.process_time(), theirs()
    for turn in range(operation.count):
        began = time.perf_counter()
        await operation.work(turn)
        figures.waits.append(time.perf_counter() - began)
    figures.ours_us.append((time.process_time() - ours) * 1e6 / operation.count)
    figures.theirs_us.append((theirs() - server) * 1e6 / operation.count)


def slope(took: Mapping[int, float]) -> float:
    """How a cost grows: the exponent of a power between the smallest and the largest size."""
    from math import log

    low, high = min(took), max(took)
    return log(max(took[high], 1e-9) / max(took[low], 1e-9)) / log(high / low)
