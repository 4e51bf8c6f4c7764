"""Chores come round by the clock, and however many workers there are, one of them does each."""

import asyncio
import logging
from collections.abc import Callable, Generator
from datetime import datetime, timedelta

import asyncpg
import pytest
import structlog
from sqlalchemy import select

from makeline.foundation.chores import Chore, Round, chores
from makeline.foundation.database import Database
from makeline.foundation.statements import Query, insert_or_ignore
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from tests.fakes import StandingClock

EVERY = timedelta(minutes=1)


@pytest.fixture
def done() -> list[str]:
    """Who swept, in order."""
    return []


_NOTE = insert_or_ignore(chores, ("name", "due_at"))
_DUE: Query[tuple[str, datetime]] = Query(select(chores.c.name, chores.c.due_at), tuple)
_NOTED: Query[tuple[str]] = Query(select(chores.c.name), tuple)


def sweeping(done: list[str], who: str) -> Chore:
    """Everybody's chore, done by somebody."""

    async def sweep() -> None:
        done.append(who)

    return Chore("sweep", EVERY, outside=sweep)


async def test_a_chore_is_done_at_once_and_then_every_so_often(
    database: Database, clock: StandingClock, done: list[str]
):
    mine = Round(database, [sweeping(done, "me")])
    await mine.do_due()
    await mine.do_due()
    clock.tick(seconds=59)
    await mine.do_due()
    assert len(done) == 1
    clock.tick(seconds=1)
    await mine.do_due()
    assert len(done) == 2


async def test_only_one_of_two_workers_takes_a_turn(
    database: Database, second: Database, clock: StandingClock, done: list[str]
):
    rounds = [Round(database, [sweeping(done, "one")]), Round(second, [sweeping(done, "other")])]
    for turn in range(1, 6):
        await asyncio.gather(*(worker.do_due() for worker in rounds))
        assert len(done) == turn
        clock.tick(seconds=60)


async def test_when_one_worker_is_gone_the_other_goes_on(
    database: Database, second: Database, clock: StandingClock, done: list[str]
):
    await Round(database, [sweeping(done, "one")]).do_due()
    clock.tick(seconds=61)
    await Round(second, [sweeping(done, "other")]).do_due()
    assert done == ["one", "other"]


async def test_a_restart_does_not_bring_a_chore_forward(
    database: Database, clock: StandingClock, done: list[str]
):
    await Round(database, [sweeping(done, "before")]).do_due()
    clock.tick(seconds=30)
    await Round(database, [sweeping(done, "after")]).do_due()
    assert done == ["before"]


async def test_a_failing_chore_hinders_no_other_and_comes_round_again(
    database: Database, clock: StandingClock, done: list[str], quiet: None
):
    async def stumble() -> None:
        done.append("stumbled")
        raise RuntimeError

    mine = Round(database, [Chore("stumble", EVERY, outside=stumble), sweeping(done, "me")])
    await mine.do_due()
    assert done == ["stumbled", "me"]
    clock.tick(seconds=60)
    await mine.do_due()
    assert done == ["stumbled", "me"] * 2


async def test_a_chore_in_a_unit_is_done_together_with_its_turn_or_left_to_another(
    database: Database, second: Database, clock: StandingClock, done: list[str], quiet: None
):
    def stumble(unit: UnitOfWork) -> None:
        unit.change(_NOTE, name="mine", due_at=unit.now)
        raise RuntimeError

    def sweep(unit: UnitOfWork) -> None:
        unit.change(_NOTE, name="the other's", due_at=unit.now)
        done.append("other")

    mine = Round(database, [Chore("sweep", EVERY, in_unit=stumble)])
    other = Round(second, [Chore("sweep", EVERY, in_unit=sweep)])
    for turn in range(1, 3):
        await mine.do_due()
        await other.do_due()
        assert len(done) == turn
        clock.tick(seconds=60)
    noted = await database.read(lambda unit: unit.all(_NOTED))
    assert {name for (name,) in noted} == {"sweep", "the other's"}


async def test_small_chores_share_a_unit_and_where_one_of_them_fails_the_others_are_done_alone(
    database: Database, clock: StandingClock, done: list[str], quiet: None
):
    units: list[int] = []
    fails = False

    def sweep(unit: UnitOfWork) -> None:
        units.append(id(unit))
        unit.change(_NOTE, name=f"swept {len(done)}", due_at=unit.now)

    def stumble(unit: UnitOfWork) -> None:
        sweep(unit)
        done.append("stumbled")
        if fails:
            raise RuntimeError

    def chore(name: str, verb: Callable[[UnitOfWork], None]) -> Chore:
        return Chore(name, EVERY, in_unit=verb, together=True)

    mine = Round(database, [chore("before", sweep), chore("frail", stumble), chore("after", sweep)])
    await mine.do_due()
    assert len(units) == 3
    assert len(set(units)) == 1
    units.clear()
    fails = True
    clock.tick(seconds=60)
    await mine.do_due()
    turns = await database.read(lambda unit: dict(unit.all(_DUE)))
    assert turns["before"] == turns["after"] == clock() + EVERY
    assert turns["frail"] == clock()


async def test_a_chore_that_nobody_wants_takes_no_turn_until_somebody_does(
    database: Database, clock: StandingClock, done: list[str], quiet: None
):
    wishes: list[str] = []

    def asks_in_vain(_unit: Reading) -> bool:
        raise RuntimeError

    mine = Round(
        database,
        [
            Chore("dust", EVERY, in_unit=lambda _: done.append("dust"), wanted=asks_in_vain),
            Chore("sweep", EVERY, in_unit=lambda _: done.append("sweep"), wanted=lambda _: bool(wishes)),
        ],
    )
    await mine.do_due()
    assert (done, await database.read(lambda unit: unit.all(_NOTED))) == (["dust"], [("dust",)])
    wishes.append("a clean floor")
    await mine.do_due()
    clock.tick(seconds=60)
    await mine.do_due()
    assert done == ["dust", "dust", "sweep"]


async def test_what_somebody_is_still_at_is_waited_for_by_nobody(
    on_postgres: Database, postgres_url: str, clock: StandingClock, done: list[str]
):
    mine = Round(on_postgres, [sweeping(done, "me")])
    await mine.do_due()
    clock.tick(seconds=60)
    somebody = await asyncpg.connect(postgres_url)
    try:
        async with somebody.transaction():
            await somebody.execute("SELECT 1 FROM chores WHERE name = 'sweep' FOR UPDATE")
            await asyncio.wait_for(mine.do_due(), 5)
        assert done == ["me"]
        clock.tick(seconds=60)
        await mine.do_due()
    finally:
        await somebody.close()
    assert done == ["me", "me"]


@pytest.fixture
def quiet() -> Generator[None]:
    """The failure is meant: its traceback is not for the log."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()
