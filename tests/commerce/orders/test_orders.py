"""An order: its total is the sum of its lines, and it goes only where its table leads."""

from typing import Any

import pytest
from sqlalchemy import select

from makeline.commerce.orders.advance import (
    cancel,
    complete,
    fail,
    mark_paid,
    mark_partly_paid,
    start_production,
)
from makeline.commerce.orders.models import Line, order_lines
from makeline.commerce.orders.place import place_order
from makeline.commerce.orders.queries import order_by_id, order_for_update, order_numbered_for_update
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import NotMoney
from makeline.kernel.states import IllegalMove
from tests.commerce.selling import CASE, Till
from tests.fakes import StandingClock

_LINES = Query(
    select(
        order_lines.c.position,
        order_lines.c.title,
        order_lines.c.quantity,
        order_lines.c.unit_minor,
        order_lines.c.currency,
        order_lines.c.breakdown,
    ).order_by(order_lines.c.position),
    tuple,
)


async def test_the_total_is_the_sum_of_the_lines(till: Till):
    order = await till.order(
        Line("Case", 2, 1999, {"case": 1999}), Line("Charm", 3, 5, {}), Line("Gift", 1, 0, {})
    )
    assert order.total_minor == 2 * 1999 + 3 * 5
    assert (await till.order_now(order)).total_minor == order.total_minor


async def test_an_order_is_placed_and_unpaid_as_the_database_has_it(till: Till, clock: StandingClock):
    order = await till.order()
    assert await till.order_now(order) == order
    assert (order.status, order.payment_status) == (OrderStatus.PLACED, PaymentStanding.UNPAID)
    assert (order.created_at, order.paid_at, order.completed_at) == (clock.now, None, None)
    assert await till.moves() == [("order", None, "placed"), ("order payment", None, "unpaid")]


async def test_lines_keep_their_order_and_what_they_were_made_of(till: Till):
    await till.order(Line("Case", 1, 1999, {"case": 1799, "text": 200}), Line("Charm", 2, 5, {}))
    assert await till.database.read(lambda unit: unit.all(_LINES)) == [
        (1, "Case", 1, 1999, "GBP", {"case": 1799, "text": 200}),
        (2, "Charm", 2, 5, "GBP", {}),
    ]


async def test_orders_have_numbers_that_never_repeat(till: Till):
    numbers = {(await till.order()).number for _ in range(10)}
    assert len(numbers) == 10
    assert all(number.startswith("ORDER_") and len(number) >= 14 for number in numbers)


async def test_an_order_is_found_by_its_number_and_by_its_id(till: Till):
    order = await till.order()
    assert await till.act(order_numbered_for_update, order.number) == order
    assert await till.act(order_numbered_for_update, "ORDER_0") is None
    assert await till.act(order_by_id, order.id) == await till.act(order_for_update, order.id) == order
    for ask in (order_by_id, order_for_update):
        with pytest.raises(LookupError):
            await till.act(ask, -1)


async def test_an_order_in_an_unknown_currency_is_refused(till: Till):
    with pytest.raises(NotMoney):
        await till.order(CASE, currency="XXX")


@pytest.mark.parametrize(
    "line", [Line("Case", 0, 1999, {}), Line("Case", -1, 1999, {}), Line("Case", 1, -5, {})]
)
async def test_a_line_of_nothing_or_for_less_than_nothing_is_refused_by_the_database(till: Till, line: Line):
    with pytest.raises(Exception, match=r"(?i)check|constraint"):
        await till.order(line)


async def test_an_order_is_paid_once(till: Till, clock: StandingClock):
    order = await till.order()
    clock.tick(minutes=1)
    await till.act(mark_paid, order, cause="test")
    paid = await till.order_now(order)
    assert (paid.payment_status, paid.paid_at) == (PaymentStanding.PAID, clock.now)
    with pytest.raises(IllegalMove):
        await till.act(mark_paid, paid, cause="test")
    assert await till.announced() == ["orders.paid"]


async def test_an_order_goes_from_the_counter_to_the_customer(till: Till, clock: StandingClock):
    order = await till.paid_order()
    await till.act(start_production, order, cause="test")
    order = await till.order_now(order)
    assert order.status is OrderStatus.IN_PRODUCTION
    await till.act(start_production, order, cause="again is no move")
    clock.tick(minutes=5)
    await till.act(complete, order, cause="test")
    order = await till.order_now(order)
    assert (order.status, order.completed_at) == (OrderStatus.COMPLETED, clock.now)
    on_the_way = [(source, target) for noun, source, target in await till.moves() if noun == "order"]
    assert on_the_way == [(None, "placed"), ("placed", "in_production"), ("in_production", "completed")]


async def test_an_order_whose_start_nobody_reported_passes_through_production(till: Till):
    order = await till.paid_order()
    await till.act(complete, order, cause="test")
    assert ("order", "placed", "in_production") in await till.moves()
    assert ("order", "in_production", "completed") in await till.moves()


async def test_a_failed_order_may_be_made_again_and_may_turn_out_made(till: Till):
    order = await till.paid_order()
    await till.act(fail, order, cause="test")
    order = await till.order_now(order)
    assert (order.status, order.payment_status) == (OrderStatus.FAILED, PaymentStanding.PAID)
    await till.act(fail, order, cause="again is no move")
    await till.act(start_production, order, cause="another try")
    order = await till.order_now(order)
    await till.act(fail, order, cause="test")
    await till.act(complete, await till.order_now(order), cause="it was there after all")
    assert (await till.order_now(order)).status is OrderStatus.COMPLETED


@pytest.mark.parametrize(
    ("ending", "barred"),
    [(complete, (complete, fail, cancel)), (cancel, (start_production, complete, fail, cancel))],
)
async def test_what_is_over_is_over(till: Till, ending: Any, barred: Any):
    order = await till.paid_order()
    await till.act(ending, order, cause="test")
    over = await till.order_now(order)
    for verb in barred:
        with pytest.raises(IllegalMove) as refused:
            await till.act(verb, over, cause="test")
        assert refused.value.extras["current_status"] == over.status.value
    assert await till.order_now(order) == over


async def test_what_was_handed_out_spoilt_is_made_again_and_completed_anew(till: Till):
    order = await till.paid_order()
    await till.act(complete, order, cause="test")
    await till.act(start_production, await till.order_now(order), cause="staff: reprint")
    again = await till.order_now(order)
    assert (again.status, again.completed_at) == (OrderStatus.IN_PRODUCTION, None)
    await till.act(complete, again, cause="test")
    assert (await till.order_now(order)).completed_at is not None


async def test_nothing_is_made_before_it_is_paid_whoever_asks(till: Till):
    order = await till.order()
    for verb in (start_production, complete):
        with pytest.raises(Exception, match=r"(?i)made_when_paid|check"):
            await till.act(verb, order, cause="test")
    assert (await till.order_now(order)).status is OrderStatus.PLACED


async def test_an_order_on_invoice_is_made_before_it_is_paid(till: Till):
    order = await till.order_on_invoice()
    await till.act(complete, order, cause="test")
    made = await till.order_now(order)
    assert (made.status, made.payment_status) == (OrderStatus.COMPLETED, PaymentStanding.UNPAID)


async def test_a_prepaid_order_is_never_paid_in_parts(till: Till):
    order = await till.order()
    with pytest.raises(Exception, match=r"(?i)prepaid_is_paid_whole|check"):
        await till.act(mark_partly_paid, order, cause="test")


async def test_only_a_cancelled_order_is_announced_as_cancelled(till: Till):
    kept, dropped = await till.order(), await till.order()
    await till.act(cancel, dropped, cause="test")
    # Once for each who waits for it.
    assert set(await till.announced()) == {"orders.cancelled"}
    assert (await till.order_now(dropped)).status is OrderStatus.CANCELLED
    assert (await till.order_now(kept)).status is OrderStatus.PLACED


async def test_an_order_without_lines_comes_to_nothing(till: Till):
    def act(unit: UnitOfWork) -> int:
        order, lines = place_order(
            unit, storefront="test", lines=(), currency="GBP", is_test=True, cause="test"
        )
        return order.total_minor + len(lines)

    assert await till.database.begin(act, actor="till") == 0
