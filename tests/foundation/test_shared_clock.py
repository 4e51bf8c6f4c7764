"""R19: clocks of machines differ and jump; those who share a database server live in its time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from makeline.foundation.clock import Clock, utc_clock
from makeline.foundation.postgres_connections import Connections
from makeline.foundation.postgres_database import PostgresDatabase
from makeline.foundation.shared_clock import SharedClock
from makeline.foundation.statements import Query
from tests.fakes import StandingClock
from tests.faults.conftest import Figures
from tests.foundation.promising import RANG_FOR_PORTER, Office, Rang

NOON = datetime(2026, 3, 29, 0, 59, 58, tzinfo=UTC)  # The night in which London's clocks go forward.
_THEIR_TIME: Query[tuple[datetime]] = Query(text("SELECT clock_timestamp()"), tuple)


class Wall:
    """A machine's date, which anybody may change, and its counter, which nobody can."""

    def __init__(self) -> None:
        self.date, self.counter = NOON, 1000.0

    def clock(self) -> SharedClock:
        return SharedClock(own=lambda: self.date, elapsed=lambda: self.counter)

    def passes(self, seconds: float, *, jump: timedelta = timedelta(0)) -> None:
        self.counter += seconds
        self.date += timedelta(seconds=seconds) + jump


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_jump_of_the_machines_date_is_not_felt(hours: int):
    wall = Wall()
    clock = wall.clock()
    wall.passes(2, jump=timedelta(hours=hours))
    assert clock() == NOON + timedelta(seconds=2)


def test_the_clock_is_the_servers_from_its_first_answer_and_follows_its_steps():
    wall = Wall()
    clock = wall.clock()
    theirs = NOON + timedelta(minutes=7)
    assert clock.follow(theirs, asked=1000.0, answered=1000.0) == timedelta(minutes=7)
    wall.passes(60)
    assert clock() == theirs + timedelta(seconds=60)
    # What an answer may owe to its way changes nothing; a leap second that the server has stepped over does.
    clock.follow(clock() + timedelta(milliseconds=300), asked=1060.0, answered=1060.5)
    assert clock() == theirs + timedelta(seconds=60)
    clock.follow(clock() - timedelta(seconds=1), asked=1060.0, answered=1060.1)
    assert clock() == theirs + timedelta(seconds=59, milliseconds=-50)


async def on_a_machine(url: str, clock: Clock) -> Office:
    database = PostgresDatabase(url, RANG_FOR_PORTER, clock, lent=Connections(url, most=2))
    return Office(await database.start(), StandingClock())


@pytest.mark.parametrize("shop_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("ahead", [timedelta(minutes=-20), timedelta(minutes=3), timedelta(hours=1)], ids=str)
async def test_a_worker_whose_date_is_wrong_takes_nobodys_lease(
    ahead: timedelta, shop_url: str, figures: Figures
):
    right = await on_a_machine(shop_url, SharedClock())
    wrong = await on_a_machine(shop_url, SharedClock(own=lambda: utc_clock() + ahead))
    mistaken = await on_a_machine(shop_url, lambda: utc_clock() + timedelta(hours=1))
    ((theirs,),) = await wrong.database.read(lambda unit: unit.all(_THEIR_TIME))
    apart = abs(wrong.database.clock() - theirs)
    assert apart < timedelta(seconds=2)
    await right.ring(7)
    hold = asyncio.Event()

    async def slowly(_event: Rang, _attempt: int) -> None:
        await hold.wait()

    busy = right.worker(slowly)
    try:
        assert await busy.keep_due() == 1
        assert await wrong.worker().keep_due() == 0
        # Who believes his own date would take it although it is in work.
        assert await mistaken.worker(slowly).keep_due() == 1
    finally:
        hold.set()
        await busy.all_done(10)
        for office in (right, wrong, mistaken):
            await office.database.close()
    figures(
        f"R19 postgresql, a worker's date {ahead.total_seconds() / 60:+.0f} minutes: leases taken early 0, {apart.total_seconds():.2f} s apart"
    )
