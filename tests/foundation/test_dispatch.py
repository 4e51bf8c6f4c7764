"""Promises: one row per subscriber, kept once, when it is due."""

import asyncio
import time
from datetime import timedelta

import pytest
import structlog

from makeline.foundation.database import open_database
from makeline.foundation.dispatch import depths, next_due
from makeline.foundation.outbox import DeliveryState
from makeline.foundation.promises import GiveUp, TryLater, forget_kept_promises
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FailureKind
from tests.fakes import StandingClock
from tests.foundation.promising import (
    COMPANY,
    RANG_FOR_BOTH,
    Office,
    Rang,
    Unheard,
    go_round,
)

pytestmark = pytest.mark.usefixtures("quiet_failures")


async def test_every_subscriber_has_a_promise_of_his_own_written_with_the_fact(
    shop_url: str, clock: StandingClock
):
    database = await open_database(shop_url, promises=RANG_FOR_BOTH, clock=clock)
    office = Office(database, clock)
    await office.ring(7)
    porter, cook = await office.promises()
    assert (porter.subscriber, cook.subscriber) == ("porter", "cook")
    assert porter.payload == cook.payload == {"number": 7}
    assert (porter.due_at, cook.due_at) == (clock.now, clock.now + timedelta(seconds=4))
    await database.close()


async def test_a_fact_that_is_undone_promises_nothing(office: Office):
    def act(unit: UnitOfWork) -> None:
        unit.emit(Rang(1))
        raise LookupError

    with pytest.raises(LookupError):
        await office.database.begin(act, actor="test")
    assert await office.promises() == []


async def test_a_fact_that_nobody_waits_for_promises_nothing(office: Office):
    assert await office.database.begin(lambda unit: unit.emit(Unheard()), actor="test") == []
    assert await office.promises() == []


async def test_a_promise_is_kept_once_and_ticked_off(office: Office):
    await office.ring(7)
    worker = office.worker()
    assert await go_round(worker) == 1
    assert await go_round(worker) == 0
    office.clock.tick(days=1)
    assert await go_round(worker) == 0
    promise = await office.promise()
    assert office.ran == [(7, 1)]
    assert (promise.state, promise.attempts, promise.finished_at) == (
        "done",
        1,
        promise.due_at - timedelta(seconds=60),
    )


async def test_a_promise_is_not_kept_before_its_time(office: Office):
    await office.ring(7)
    office.clock.tick(seconds=-1)
    assert await go_round(office.worker()) == 0
    assert await office.database.read(next_due) == office.clock.now + timedelta(seconds=1)
    office.clock.tick(seconds=1)
    assert await go_round(office.worker()) == 1


async def test_what_is_due_longest_is_kept_first_and_no_more_than_there_is_room_for(office: Office):
    for number in range(6):
        await office.ring(number)
        office.clock.tick(seconds=1)
    worker = office.worker(most_at_once=4)
    assert await go_round(worker) == 4
    assert sorted(number for number, _ in office.ran) == [0, 1, 2, 3]
    assert await go_round(worker) == 2


async def test_a_full_worker_takes_nothing_more(office: Office):
    await office.ring(1, 2, 3)
    hold = asyncio.Event()

    async def wait(_event: Rang, _attempt: int) -> None:
        await hold.wait()

    worker = office.worker(wait, most_at_once=2)
    assert await worker.keep_due() == 2
    assert worker.full
    assert await worker.keep_due() == 0
    hold.set()
    await worker.any_done()
    await worker.all_done(5)
    assert await worker.keep_due() == 1
    await worker.all_done(5)


async def test_one_company_is_called_no_faster_than_agreed_and_nobody_else_waits(
    shop_url: str, clock: StandingClock
):
    database = await open_database(shop_url, promises=RANG_FOR_BOTH, clock=clock)
    office = Office(database, clock)
    await office.ring(1, 2, 3, 4, 5)
    clock.tick(seconds=5)
    called: list[float] = []
    began = time.monotonic()

    async def react(_event: Rang, _attempt: int) -> None:
        called.append(time.monotonic() - began)

    assert await go_round(office.worker(react, calls_per_second={COMPANY: 25.0})) == 10
    called.sort()
    # Five for the porter at once, and five for the cook forty milliseconds apart.
    assert called[-1] >= 4 / 25 - 0.005
    assert called[4] < called[-1] / 2
    await database.close()


async def test_the_request_that_made_a_promise_is_named_while_it_is_kept(office: Office):
    with structlog.contextvars.bound_contextvars(request_id="req_bell"):
        await office.ring(7)
    bound: list[dict[str, object]] = []

    async def react(_event: Rang, _attempt: int) -> None:
        bound.append(dict(structlog.contextvars.get_contextvars()))

    await go_round(office.worker(react))
    promise = await office.promise()
    assert promise.request_id == "req_bell"
    assert (bound[0]["request_id"], bound[0]["delivery_id"]) == ("req_bell", promise.id)
    assert "delivery_id" not in structlog.contextvars.get_contextvars()


async def test_promises_are_counted_by_state(office: Office):
    await office.ring(1, 2, 3)

    async def react(event: Rang, _attempt: int) -> None:
        if event.number == 1:
            raise GiveUp("no", FailureKind.PERMANENT)
        if event.number == 2:
            raise TryLater("not now")

    await go_round(office.worker(react))
    counted = {depth.state: depth.count for depth in await office.database.read(depths)}
    # One more was kept.
    assert counted == {DeliveryState.DEAD: 1, DeliveryState.PENDING: 1}


async def test_only_what_was_kept_long_ago_is_forgotten(office: Office):
    async def react(event: Rang, _attempt: int) -> None:
        if event.number == 2:
            raise GiveUp("for staff", FailureKind.PERMANENT)

    await office.ring(1, 2)
    await go_round(office.worker(react))
    office.clock.tick(days=20)
    await office.ring(3)
    await go_round(office.worker(react))
    await office.ring(4)
    forgotten = await office.database.begin(
        lambda unit: forget_kept_promises(unit, older_than=timedelta(days=14)), actor="test"
    )
    assert forgotten == 1
    left = [(promise.payload["number"], promise.state) for promise in await office.promises()]
    assert left == [(2, "dead"), (3, "done"), (4, "pending")]
