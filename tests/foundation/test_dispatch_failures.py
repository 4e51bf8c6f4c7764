"""Promises that cannot be kept: tried again with patience, given up aloud."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as on
from hypothesis import strategies as some

from makeline.foundation.database import Database
from makeline.foundation.dispatch import pause_after
from makeline.foundation.promises import MOST_ATTEMPTS, GiveUp, TryLater
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FailureKind, Unavailable
from tests.foundation.promising import (
    Office,
    Rang,
    failing,
    go_round,
)
from tests.foundation.scratch import add_parent, lay_out, names

pytestmark = pytest.mark.usefixtures("quiet_failures")


async def test_a_reaction_that_knows_the_moment_waits_for_it_and_that_is_no_failure(office: Office):
    await office.ring(7)
    at = office.clock.now + timedelta(seconds=3)
    for _ in range(MOST_ATTEMPTS + 3):
        await go_round(office.worker(failing(TryLater("the payment is too young", at=at))))
        promise = await office.promise()
        assert (promise.state, promise.attempts, promise.due_at) == ("pending", 0, at)
        office.clock.now = at
        at += timedelta(seconds=3)
    assert promise.last_error == "the payment is too young"


async def test_a_reaction_without_a_moment_is_tried_again_after_growing_pauses(office: Office):
    await office.ring(7)
    pauses = []
    for attempt in range(1, 8):
        assert await go_round(office.worker(failing(TryLater("not now")))) == 1
        promise = await office.promise()
        assert promise.attempts == attempt
        pauses.append((promise.due_at - office.clock.now).total_seconds())
        office.clock.now = promise.due_at - timedelta(microseconds=1)
        assert await go_round(office.worker()) == 0
        office.clock.now = promise.due_at
    for attempt, pause in enumerate(pauses):
        assert 2**attempt / 2 <= pause <= 2**attempt
    assert [attempt for _, attempt in office.ran] == [1, 2, 3, 4, 5, 6, 7]


@on(some.integers(1, 40), some.floats(0, 1))
def test_pauses_grow_to_a_quarter_of_an_hour_and_are_shortened_by_half_at_most(attempts: int, jitter: float):
    longest = min(900.0, 2.0 ** (attempts - 1))
    assert longest / 2 <= pause_after(attempts, jitter=jitter).total_seconds() <= longest


async def test_failures_do_not_march_in_step(office: Office):
    await office.ring(*range(10))
    worker = office.worker(failing(TryLater("not now")))
    for _ in range(4):
        await go_round(worker)
        office.clock.tick(seconds=20)
    moments = {promise.due_at for promise in await office.promises()}
    assert len(moments) > 5


async def test_giving_up_keeps_the_reason_for_staff(office: Office):
    await office.ring(7)
    await go_round(office.worker(failing(GiveUp("the account is closed", FailureKind.MISCONFIGURED))))
    promise = await office.promise()
    assert promise.state == "dead"
    assert (promise.last_error, promise.failure_kind) == ("the account is closed", "misconfigured")
    assert promise.finished_at == office.clock.now
    office.clock.tick(days=3)
    assert await go_round(office.worker()) == 0


async def test_an_error_nobody_foresaw_is_kept_and_tried_again(office: Office):
    await office.ring(7)
    await go_round(office.worker(failing(RuntimeError("x" * 2000))))
    promise = await office.promise()
    assert promise.state == "pending"
    assert promise.last_error is not None
    assert promise.last_error.startswith("RuntimeError: xxx")
    assert len(promise.last_error) <= 500
    office.clock.tick(seconds=2)
    await go_round(office.worker())
    promise = await office.promise()
    assert (promise.state, promise.last_error, promise.failure_kind) == ("done", None, None)


async def test_after_so_many_failures_a_promise_waits_for_staff(office: Office):
    await office.ring(7)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert (await office.promise()).state == "pending", attempt
        await go_round(office.worker(failing(RuntimeError("again"))))
        office.clock.tick(minutes=20)
    promise = await office.promise()
    assert (promise.state, promise.attempts) == ("dead", MOST_ATTEMPTS)
    assert promise.last_error == "RuntimeError: again"


async def test_a_promise_that_kills_its_worker_every_time_is_given_up_in_the_end(office: Office):
    await office.ring(7)

    async def forever(_event: Rang, _attempt: int) -> None:
        await asyncio.sleep(3600)

    for _ in range(MOST_ATTEMPTS + 2):
        worker = office.worker(forever)
        await worker.keep_due()
        await asyncio.sleep(0)
        await worker.all_done(0)
        office.clock.tick(minutes=2)
    assert (await office.promise()).state == "dead"


async def test_a_subscriber_whom_nobody_knows_is_given_up_aloud(office: Office):
    await office.ring(7)
    worker = office.worker()
    worker._reactions = {}
    await go_round(worker)
    promise = await office.promise()
    assert (promise.state, promise.failure_kind) == ("dead", "misconfigured")
    assert "porter" in (promise.last_error or "")


async def test_a_reaction_in_the_unit_that_fails_leaves_nothing_but_its_error(office: Office):
    await lay_out(office.database)
    await office.ring(7)

    def act(unit: UnitOfWork, event: Rang) -> None:
        add_parent(unit, f"bell {event.number}")
        raise LookupError("too late")

    await go_round(office.worker_in_unit(act))
    assert await names(office.database) == []
    promise = await office.promise()
    assert (promise.state, promise.last_error) == ("pending", "LookupError: too late")


class BlinkingDatabase:
    """A database that is away for its next ``away`` units."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.away = 0

    async def begin(self, work: Any, *, actor: str) -> Any:
        if self.away:
            self.away -= 1
            raise Unavailable("the database is away")
        return await self.database.begin(work, actor=actor)


async def test_an_outcome_is_recorded_as_soon_as_the_database_is_back_not_when_the_lease_ends(office: Office):
    await office.ring(7)
    blinking = BlinkingDatabase(office.database)
    office.database = blinking  # type: ignore[assignment]

    async def act(_event: Rang, _attempt: int) -> None:
        # Away when the deed is done: it cannot be ticked off, and that cannot be told at first either.
        blinking.away = 2

    worker = office.worker(act)
    office.database = blinking.database
    assert await go_round(worker) == 1
    promise = await office.promise()
    assert (promise.state, promise.attempts) == ("pending", 1)
    assert promise.due_at <= office.clock.now + timedelta(seconds=1)
