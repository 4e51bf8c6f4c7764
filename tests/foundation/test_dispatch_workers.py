"""Promises and the workers who keep them: one at a time, none lost when a worker dies."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from makeline.foundation.promises import GiveUp
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FailureKind
from tests.foundation.promising import (
    Office,
    Rang,
    go_round,
)
from tests.foundation.scratch import add_child, add_parent, lay_out, names, statement

pytestmark = pytest.mark.usefixtures("quiet_failures")


async def test_a_reaction_in_the_unit_and_its_tick_are_one_transaction(office: Office):
    await lay_out(office.database)
    await office.ring(7)

    def act(unit: UnitOfWork, event: Rang) -> None:
        add_parent(unit, f"bell {event.number}")

    await go_round(office.worker_in_unit(act))
    assert await names(office.database) == ["bell 7"]
    assert (await office.promise()).state == "done"


async def test_when_the_tick_cannot_be_committed_the_reaction_did_not_happen(office: Office):
    await lay_out(office.database)
    await office.ring(7)

    def act(unit: UnitOfWork, event: Rang) -> None:
        add_parent(unit, f"bell {event.number}")
        if unit._driver.dialect.name == "sqlite":
            unit.put(statement("PRAGMA defer_foreign_keys=ON"))
        add_child(unit, 987_654)

    await go_round(office.worker_in_unit(act))
    assert await names(office.database) == []
    assert (await office.promise()).state == "pending"


async def test_a_promise_of_a_dead_worker_becomes_due_again_after_its_lease(office: Office):
    await office.ring(7)

    async def forever(_event: Rang, _attempt: int) -> None:
        await asyncio.sleep(3600)

    dying = office.worker(forever, lease=timedelta(seconds=30))
    await dying.keep_due()
    await asyncio.sleep(0.01)
    await dying.all_done(0)
    office.clock.tick(seconds=29)
    assert await go_round(office.worker()) == 0
    office.clock.tick(seconds=1)
    assert await go_round(office.worker()) == 1
    assert office.ran == [(7, 1), (7, 2)]
    assert (await office.promise()).state == "done"


async def test_a_slow_worker_that_was_taken_over_spoils_nothing_when_it_ends(office: Office, annex: Office):
    await office.ring(7)
    hold = asyncio.Event()

    async def slow(_event: Rang, _attempt: int) -> None:
        await hold.wait()
        raise GiveUp("too slow", FailureKind.TRANSIENT)

    late = office.worker(slow)
    await late.keep_due()
    await asyncio.sleep(0.01)
    office.clock.tick(minutes=2)
    assert await go_round(annex.worker()) == 1
    hold.set()
    await late.all_done(5)
    promise = await office.promise()
    assert (promise.state, promise.last_error) == ("done", None)


async def test_two_workers_never_run_one_promise_at_the_same_time(office: Office, annex: Office):
    await office.ring(*range(60))
    running: set[int] = set()
    twice: list[int] = []

    async def react(event: Rang, _attempt: int) -> None:
        twice.extend({event.number} & running)
        running.add(event.number)
        await asyncio.sleep(0.001)
        running.discard(event.number)

    async def work(of: Office) -> None:
        worker = of.worker(react, most_at_once=7)
        while await worker.keep_due() or worker.full:
            await worker.any_done()
        await worker.all_done(10)

    await asyncio.gather(work(office), work(annex), work(office), work(annex))
    assert twice == []
    assert Counter(number for number, _ in office.ran) == Counter(range(60))
    assert {promise.state for promise in await office.promises()} == {"done"}
