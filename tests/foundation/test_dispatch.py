"""Promises: one row per subscriber, kept once, tried again with patience, given up aloud."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
import structlog
from hypothesis import given as on
from hypothesis import strategies as some

from makeline.foundation.database import open_database
from makeline.foundation.dispatch import depths, next_due, pause_after
from makeline.foundation.outbox import DeliveryState
from makeline.foundation.promises import MOST_ATTEMPTS, GiveUp, TryLater, forget_kept_promises
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FailureKind
from tests.fakes import StandingClock
from tests.foundation.promising import (
    COMPANY,
    RANG_FOR_BOTH,
    RANG_FOR_PORTER,
    Office,
    Rang,
    Unheard,
    failing,
    go_round,
)
from tests.foundation.scratch import add_child, add_parent, lay_out, names, statement


@pytest.fixture
async def office(shop_url: str, clock: StandingClock) -> AsyncGenerator[Office]:
    """The porter hears the bell; both engines."""
    opened = await open_database(shop_url, promises=RANG_FOR_PORTER, clock=clock, connections=8)
    yield Office(opened, clock)
    await opened.close()


@pytest.fixture
async def annex(shop_url: str, clock: StandingClock, office: Office) -> AsyncGenerator[Office]:
    """Another process of the same office; both write into one book."""
    opened = await open_database(shop_url, promises=RANG_FOR_PORTER, clock=clock, connections=8)
    yield Office(opened, clock, office.ran)
    await opened.close()


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


async def test_a_reaction_in_the_unit_and_its_tick_are_one_transaction(office: Office):
    await lay_out(office.database)
    await office.ring(7)

    def act(unit: UnitOfWork, event: Rang) -> None:
        add_parent(unit, f"bell {event.number}")

    await go_round(office.worker_in_unit(act))
    assert await names(office.database) == ["bell 7"]
    assert (await office.promise()).state == "done"


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
    assert counted == {DeliveryState.DEAD: 1, DeliveryState.PENDING: 1, DeliveryState.DONE: 1}


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


@pytest.fixture(autouse=True)
def quiet_failures():
    """Failures of these tests are meant: their tracebacks are not for the log."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()
