"""A neighbour who does not answer is away for every process, since a moment, and comes back by himself."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from makeline.foundation.database import Database
from makeline.foundation.metrics import NEIGHBOUR_UP
from makeline.foundation.neighbour_watch import NeighbourWatch, Probe
from makeline.foundation.neighbours import MAIL, PAYMENTS, STORAGE, STYLIST, Standing, away, standings
from makeline.foundation.watched import watched


class Neighbour:
    """Answers, or does not; counts how often it was asked."""

    name = "somebody"

    def __init__(self) -> None:
        self.there = True
        self.asked = 0

    async def ask(self, what: str = "") -> str:
        self.asked += 1
        if not self.there:
            raise ConnectionError("nobody there")
        if what == "nonsense":
            raise ValueError("no such thing")
        return what

    def say(self) -> str:
        return "said"


@asynccontextmanager
async def on_watch(database: Database, probes: Mapping[str, Probe]) -> AsyncGenerator[NeighbourWatch]:
    watch = NeighbourWatch(nap=0.01)
    running = asyncio.create_task(watch.run(database, probes))
    try:
        yield watch
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(database: Database, name: str, holds: Callable[[Standing | None], bool]) -> Standing | None:
    async with asyncio.timeout(20):
        while not holds(standing := await database.read(lambda unit: away(unit, name))):
            await asyncio.sleep(0.005)
    return standing


def port_to(neighbour: Neighbour, name: str, watch: NeighbourWatch) -> Neighbour:
    return watched(neighbour, name, away=lambda error: isinstance(error, ConnectionError), heard=watch.heard)


async def test_one_unanswered_call_and_a_probe_make_him_away_and_a_probe_brings_him_back(database: Database):
    storage = Neighbour()
    async with on_watch(database, {STORAGE: Probe(storage.ask, pause=0.01)}) as watch:
        port = port_to(storage, STORAGE, watch)
        assert await port.ask("hello") == "hello"
        with pytest.raises(ValueError, match="no such thing"):
            await port.ask("nonsense")
        assert storage.asked == 2
        storage.there = False
        with pytest.raises(ConnectionError):
            await port.ask()
        gone = await until(database, STORAGE, bool)
        assert gone is not None
        assert (gone.trouble, gone.since_at) == ("ConnectionError: nobody there", database.clock())
        async with asyncio.timeout(20):
            while NEIGHBOUR_UP.labels(STORAGE)._value.get() != 0:
                await asyncio.sleep(0.005)
        storage.there = True
        await until(database, STORAGE, lambda standing: standing is None)
        kept = (await database.read(standings))[STORAGE]
        assert (kept.trouble, kept.since_at) == (None, database.clock())


async def test_a_probe_that_is_answered_stands_against_one_call_that_was_not(database: Database):
    gateway = Neighbour()
    async with on_watch(database, {PAYMENTS: Probe(gateway.ask)}) as watch:
        watch.heard(PAYMENTS, "a call that was lost on the way")
        async with asyncio.timeout(20):
            while not gateway.asked:
                await asyncio.sleep(0.005)
    assert await database.read(lambda unit: away(unit, PAYMENTS)) is None


async def test_who_cannot_be_asked_is_away_after_three_calls_and_back_with_the_first_answer(
    database: Database,
):
    mail = Neighbour()
    async with on_watch(database, {}) as watch:
        port = port_to(mail, MAIL, watch)
        assert (port.say(), port.name, isinstance(port, Neighbour)) == ("said", "somebody", True)
        mail.there = False
        for _ in range(3):
            assert await database.read(lambda unit: away(unit, MAIL)) is None
            with pytest.raises(ConnectionError):
                await port.ask()
        await until(database, MAIL, bool)
        mail.there = True
        async with asyncio.timeout(20):
            while await database.read(lambda unit: away(unit, MAIL)):
                await port.ask()
                await asyncio.sleep(0.02)


async def test_what_one_process_noted_is_probed_by_another_and_a_silent_one_is_looked_for(database: Database):
    storage, stylist = Neighbour(), Neighbour()
    async with on_watch(database, {STYLIST: Probe(stylist.ask, enough=2)}) as first:
        for _ in range(2):
            first.heard(STYLIST, "no picture")
        await until(database, STYLIST, bool)
    probes = {STYLIST: Probe(stylist.ask, pause=0.01), STORAGE: Probe(storage.ask, patrol=0.01)}
    storage.there = False
    async with on_watch(database, probes):
        await until(database, STYLIST, lambda standing: standing is None)
        # Nobody called: the watch found out by itself.
        await until(database, STORAGE, bool)
