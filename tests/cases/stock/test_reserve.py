"""Blanks are promised, sold, taken and given back; the database itself refuses to promise one twice."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, select, update

from makeline.cases.machines.queries import machine_called
from makeline.cases.stock.models import Allocation, StockItem, allocations, stock_items
from makeline.cases.stock.reserve import (
    OutOfStock,
    allocation_for_update,
    release,
    reserve,
    sell_reserved,
    shelf_topic,
    take,
)
from makeline.cases.stock.states import AllocationState
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.states import IllegalMove
from tests.given import MACHINE, Given

BROKEN_CONSTRAINT = (sqlite3.IntegrityError, asyncpg.CheckViolationError)
_ALL = Query(select(allocations.c.id, allocations.c.stock_item_id, allocations.c.state), Allocation)


def _promise(unit: UnitOfWork, shell: str, *, cause: str = "test") -> int:
    machine = machine_called(unit, MACHINE)
    assert machine is not None
    return reserve(unit, machine, shell, cause=cause)


async def _reserved(given: Given) -> int:
    shell = await given.usual_shell()
    return await given.database.begin(lambda unit: _promise(unit, shell), actor="test")


async def _moved(given: Given, allocation_id: int, *verbs: Any) -> None:
    def move(unit: UnitOfWork) -> None:
        for verb in verbs:
            verb(unit, allocation_for_update(unit, allocation_id), cause="test")

    await given.database.begin(move, actor="test")


async def _figures(given: Given) -> tuple[int, int, int, int]:
    item: StockItem = await given.stock_item()
    return item.on_hand, item.reserved, item.sold, item.short


async def test_a_promise_takes_one_off_the_shelf_and_its_end_puts_it_back(given: Given):
    allocation_id = await _reserved(given)
    assert await _figures(given) == (100, 1, 0, 0)
    await _moved(given, allocation_id, release)
    assert await _figures(given) == (100, 0, 0, 0)


async def test_the_last_blank_is_promised_once(given: Given):
    await given.blanks(1)
    allocation_id = await _reserved(given)
    with pytest.raises(OutOfStock):
        await _reserved(given)
    assert await _figures(given) == (1, 1, 0, 0)
    await _moved(given, allocation_id, release)
    await _moved(given, await _reserved(given), release)


async def test_of_many_buyers_at_once_as_many_get_a_blank_as_there_are(given: Given):
    await given.blanks(5)
    outcomes = await asyncio.gather(*(_reserved(given) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 5
    assert sum(isinstance(outcome, OutOfStock) for outcome in outcomes) == 15
    assert await _figures(given) == (5, 5, 0, 0)
    for row in await given.rows(_ALL):
        await _moved(given, row.id, release)


async def test_a_shell_the_machine_never_held_is_out_of_stock(given: Given):
    with pytest.raises(OutOfStock):
        await given.database.begin(lambda unit: _promise(unit, "MS000000000000"), actor="test")


IMPOSSIBLE = {
    "one more promised than there are": {"reserved": 101},
    "one more sold than there are": {"sold": 101},
    "promised and sold together": {"reserved": 51, "sold": 50},
    "fewer than none": {"on_hand": -1},
    "a negative promise": {"reserved": -1},
    "a negative sale": {"sold": -1},
    "a negative shortage": {"short": -1},
}


async def test_the_database_refuses_to_oversell_even_when_every_guard_is_passed_by(given: Given):
    item = await given.stock_item()
    for sentence, fields in IMPOSSIBLE.items():
        forced = Change(update(stock_items).where(stock_items.c.id == bindparam("item_id")).values(**fields))
        with pytest.raises(BROKEN_CONSTRAINT):
            await given.database.begin(_forcing(forced, item.id), actor=sentence)
        assert await _figures(given) == (100, 0, 0, 0), sentence


def _forcing(forced: Change, item_id: int) -> Callable[[UnitOfWork], int]:
    return lambda unit: unit.change(forced, item_id=item_id)


async def test_a_blank_is_sold_before_it_is_taken(given: Given):
    session = await given.session_to_pay()
    assert session.allocation_id is not None
    with pytest.raises(IllegalMove):
        await _moved(given, session.allocation_id, take)
    assert await _figures(given) == (100, 1, 0, 0)


@pytest.mark.parametrize("end", [AllocationState.TAKEN, AllocationState.RELEASED])
async def test_what_has_ended_never_moves_again(given: Given, end):
    paid = await given.paid_sale()
    allocation_id = paid.session.allocation_id or 0
    order = await given.order(paid.outcome.order_number)
    await given.command(order.number, "printing" if end is AllocationState.TAKEN else "cancelled")
    before = await _figures(given)
    for verb in (release, take):
        with pytest.raises(IllegalMove):
            await _moved(given, allocation_id, verb)
    assert not await given.database.begin(
        lambda unit: sell_reserved(unit, allocation_id, cause="test"), actor="test"
    )
    assert await _figures(given) == before


async def test_a_machine_takes_a_blank_that_our_count_does_not_know_of(given: Given):
    paid = await given.paid_sale()
    await given.blanks(0)
    assert await _figures(given) == (0, 0, 1, 1)
    await given.command(paid.outcome.order_number, "printing")
    # The machine printed on something: nothing is owed any more, and the count stays what somebody saw.
    assert await _figures(given) == (0, 0, 0, 0)


async def test_what_a_machine_can_sell_is_news_of_that_machine(given: Given):
    heard: list[str] = []
    given.database.changes.listen(heard.append)
    item = await given.stock_item()
    topic = shelf_topic(item.machine_id)
    allocation_id = await _reserved(given)
    assert topic in heard
    heard.clear()
    await _moved(given, allocation_id, release)
    assert topic in heard
    heard.clear()
    # Counted as it was: there is nothing to look at.
    await given.blanks(item.on_hand)
    assert topic not in heard
    await given.blanks(item.on_hand + 1)
    assert topic in heard


async def test_an_allocation_that_does_not_exist_is_a_mistake_of_ours(given: Given):
    with pytest.raises(LookupError):
        await _moved(given, 404, release)
