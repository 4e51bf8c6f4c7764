"""The worker: keeps what was promised, stops politely, and dies of nothing."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog

from makeline.cases.production.print_partner import PrintOrder, SubmittedJob
from makeline.main.worker import Worker
from tests.fakes import PlainPartner
from tests.foundation.scratch import done_elsewhere
from tests.given import Given
from tests.web import house_of, open_shop, settings_of

QUICK = {"shutdown_seconds": 5.0, "partner_pause_seconds": 0.0}

on_one_engine = pytest.mark.parametrize("shop_url", ["sqlite"], indirect=True)


class SlowPartner(PlainPartner):
    """Takes an order only when he is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def submit(self, order: PrintOrder) -> SubmittedJob:
        self.asked.set()
        await self.go_on.wait()
        return await super().submit(order)


def worker_of(given: Given, **settings: Any) -> Worker:
    """A worker of the test's house."""
    return Worker(house_of(given, settings_of(**{**QUICK, **settings})))


@asynccontextmanager
async def working(worker: Worker) -> AsyncGenerator[asyncio.Task[None]]:
    """The worker runs until the block ends, and ends in order."""
    task = asyncio.create_task(worker.run())
    yield task
    worker.stop()
    async with asyncio.timeout(8):
        await task


async def until(fact: Any, given: Given, *, seconds: float = 8.0, tick: float = 2.0) -> None:
    """Let time pass until it is so."""
    async with asyncio.timeout(seconds):
        while not fact():
            given.clock.tick(seconds=tick)
            await asyncio.sleep(0.02)


async def test_a_paid_order_reaches_the_partner_without_anybody_asking(given: Given):
    sale = await given.paid_sale()
    async with working(worker_of(given)):
        await until(lambda: given.partner.orders, given)
    order = await given.order(sale.outcome.order_number)
    assert len(given.partner.orders) == 1
    assert (await given.job(order)).status != "queued"
    assert {state for _, state in await given.promises()} == {"done"}


async def test_the_web_server_may_have_its_worker_inside(given: Given):
    async with open_shop(given, worker="inside", **QUICK):
        await given.paid_sale()
        await until(lambda: given.partner.orders, given)
    assert len(given.partner.orders) == 1


@on_one_engine
async def test_what_has_begun_is_finished_when_the_worker_stops_and_nothing_new_is_begun(given: Given):
    given.partner = SlowPartner()
    await given.paid_sale()
    worker = worker_of(given)
    running = asyncio.create_task(worker.run())
    await until(given.partner.asked.is_set, given)
    worker.stop()
    await given.paid_sale("VM002")
    await asyncio.sleep(0.05)
    assert not running.done()
    given.partner.go_on.set()
    async with asyncio.timeout(5):
        await running
    assert len(given.partner.orders) == 1
    assert sorted(state for _, state in await given.promises()).count("pending") >= 1


@on_one_engine
async def test_a_worker_that_stops_does_not_wait_for_ever(given: Given):
    given.partner = SlowPartner()
    await given.paid_sale()
    worker = worker_of(given, shutdown_seconds=0.1)
    running = asyncio.create_task(worker.run())
    await until(given.partner.asked.is_set, given)
    worker.stop()
    async with asyncio.timeout(3):
        await running
    assert "pending" in {state for _, state in await given.promises()}


@on_one_engine
async def test_chores_come_round_by_themselves(given: Given):
    session = await given.session(minutes=1)
    given.clock.tick(minutes=2)
    async with working(worker_of(given)):
        async with asyncio.timeout(5):
            while (await given.session_now(session.key)).status != "expired":
                await asyncio.sleep(0.02)


@on_one_engine
async def test_an_error_that_nobody_foresaw_is_said_and_survived(
    given: Given, shop_url: str, quiet: list[str]
):
    await given.paid_sale()
    done_elsewhere(shop_url, "ALTER TABLE deliveries RENAME TO mislaid")
    async with working(worker_of(given)) as task:
        async with asyncio.timeout(5):
            while "worker_stumbled" not in quiet:
                await asyncio.sleep(0.02)
        assert not task.done()
        done_elsewhere(shop_url, "ALTER TABLE mislaid RENAME TO deliveries")
        await until(lambda: given.partner.orders, given)


async def test_two_workers_print_one_order_once(given: Given):
    await given.paid_sale()
    async with working(worker_of(given)), working(worker_of(given)):
        await until(lambda: given.partner.orders, given)
    assert given.partner.calls.count("submit") == 1


@pytest.fixture
def quiet() -> Generator[list[str]]:
    """What was logged, instead of logging it."""
    said: list[str] = []

    def keep(_logger: Any, _method: str, event: Any) -> Any:
        said.append(event["event"])
        raise structlog.DropEvent

    structlog.configure(processors=[keep], wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    yield said
    structlog.reset_defaults()
