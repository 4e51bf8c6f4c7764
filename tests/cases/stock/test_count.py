"""Somebody looks into a machine and counts; the newest count wins."""

import pytest
from sqlalchemy import bindparam, select

from makeline.cases.stock.models import MovementKind, stock_movements
from makeline.cases.stock.reserve import OutOfStock
from makeline.foundation.statements import Query
from tests.given import MACHINE, Given

_MOVEMENTS: Query[tuple[MovementKind, int, str]] = Query(
    select(stock_movements.c.kind, stock_movements.c.difference, stock_movements.c.actor)
    .where(stock_movements.c.stock_item_id == bindparam("item_id"))
    .order_by(stock_movements.c.id),
    tuple,
)


async def _movements(given: Given, shell: str | None = None) -> list[tuple[MovementKind, int, str]]:
    item = await given.stock_item(shell=shell)
    return await given.rows(_MOVEMENTS, item_id=item.id)


async def test_a_count_sets_what_is_there_and_keeps_the_difference(given: Given):
    await given.blanks(42)
    await given.blanks(45)
    assert (await given.stock_item()).on_hand == 45
    assert await _movements(given) == [
        (MovementKind.LOADED, 100, "seed"),
        (MovementKind.CORRECTED, -58, "test"),
        (MovementKind.CORRECTED, 3, "test"),
    ]


async def test_the_same_count_again_is_no_movement(given: Given):
    await given.blanks(100)
    assert len(await _movements(given)) == 1


async def test_a_shell_counted_for_the_first_time_is_loaded(given: Given):
    _, second, *_ = await given.shells_of()
    await given.blanks(3, shell=second)
    assert (await given.stock_item(shell=second)).available == 3
    assert await _movements(given, second) == [(MovementKind.LOADED, 3, "test")]


async def test_a_count_includes_what_is_promised_and_not_yet_taken(given: Given):
    await given.session_to_pay()
    await given.paid_sale()
    await given.blanks(10)
    item = await given.stock_item()
    assert (item.on_hand, item.reserved, item.sold, item.available) == (10, 1, 1, 8)


async def test_what_was_taken_before_the_count_is_not_counted_twice(given: Given):
    paid = await given.paid_sale()
    await given.command(paid.outcome.order_number, "printed")
    await given.blanks(10)
    assert (await given.stock_item()).available == 10


async def test_a_count_below_the_promises_is_accepted_sells_nothing_more_and_tells_staff(given: Given):
    for _ in range(3):
        await given.session_to_pay()
    await given.blanks(2)
    item = await given.stock_item()
    assert (item.on_hand, item.reserved, item.short, item.available) == (2, 3, 1, 0)
    assert await given.anomalies() == ["stock_below_promises"]
    with pytest.raises(OutOfStock):
        await given.session_to_pay()


async def test_a_shortage_ends_with_the_promise_that_was_too_many(given: Given):
    sessions = [await given.session_to_pay() for _ in range(3)]
    await given.blanks(2)
    await given.closed(sessions[0].key)
    item = await given.stock_item()
    assert (item.reserved, item.short, item.available) == (2, 0, 0)
    await given.closed(sessions[1].key)
    assert (await given.stock_item()).available == 1


async def test_a_shortage_ends_with_the_next_count_that_finds_enough(given: Given):
    for _ in range(3):
        await given.session_to_pay()
    await given.blanks(2)
    await given.blanks(4)
    item = await given.stock_item()
    assert (item.short, item.available) == (0, 1)


async def test_customers_whose_blank_is_missing_may_still_pay_and_staff_know(given: Given):
    session = await given.session_to_pay()
    await given.blanks(0)
    confirmed = await given.confirmed(session.key)
    assert confirmed.outcome.order_number.startswith("ORDER_")
    item = await given.stock_item()
    assert (item.on_hand, item.reserved, item.sold, item.short) == (0, 0, 1, 1)


async def test_machines_are_counted_apart(given: Given):
    await given.blanks(7, machine="VM001")
    assert (await given.stock_item(machine="VM001")).on_hand == 7
    assert (await given.stock_item(machine=MACHINE)).on_hand == 100
