"""Paying on a gateway's page: settled once whoever hears of it, taken only for what was made."""

import asyncio
from datetime import timedelta

import pytest

from makeline.commerce.orders.models import Line
from makeline.commerce.payments.checkout import AlreadyPaid, PaymentRefused, PaymentUnderWay, open_page
from makeline.commerce.payments.free import NothingToPay
from makeline.commerce.payments.gateway import GatewayAway, GatewayRefused, MoneyStanding
from makeline.commerce.payments.states import LineOutcome
from makeline.foundation.anomalies import open_anomalies
from makeline.kernel.errors import Unavailable
from tests.commerce.payments.web_sales import CASES, WebSales

MADE, NOT_MADE = LineOutcome.MADE, LineOutcome.NOT_MADE
DUE = 2499 + 1999 + 399


async def anomalies(sales: WebSales) -> list[str]:
    return [found.kind for found in await sales.till.database.read(open_anomalies)]


async def test_the_page_is_opened_once_and_says_what_is_due(sales: WebSales):
    order, page = await sales.opened()
    again = await sales.begun(order)
    assert (await open_page(sales.till.database.begin, sales.gateway, again.key)).reference == page
    wish = sales.gateway.wishes[page]
    assert (wish.amount.minor, wish.order_number, wish.email) == (DUE, order.number, "anna@example.com")
    assert sum(line.quantity * line.unit_minor for line in wish.lines) == DUE
    assert wish.return_url == f"https://shop.test/back/{again.key}"
    assert await sales.standing(order) == ("pending", "unpaid")


async def test_a_gateway_that_is_away_leaves_an_order_that_can_be_paid(sales: WebSales):
    order = await sales.order()
    checkout = await sales.begun(order)
    begin = sales.till.database.begin
    for trouble in ("before", "after"):
        away = GatewayAway("connection reset")
        sales.gateway.trouble, sales.gateway.trouble_after = (
            (away, None) if trouble == "before" else (None, away)
        )
        with pytest.raises(Unavailable):
            await open_page(begin, sales.gateway, checkout.key)
    page = await open_page(begin, sales.gateway, checkout.key)
    assert list(sales.gateway.reports) == [page.reference]


async def test_what_the_gateway_refuses_is_told_to_the_customer_and_to_staff(sales: WebSales):
    order = await sales.order()
    checkout = await sales.begun(order)
    sales.gateway.trouble = GatewayRefused("amount too small")
    with pytest.raises(PaymentRefused):
        await open_page(sales.till.database.begin, sales.gateway, checkout.key)
    assert await sales.standing(order) == ("error", "unpaid")
    assert await anomalies(sales) == ["gateway_refused"]
    second = await sales.begun(order, key="another")
    assert (await open_page(sales.till.database.begin, sales.gateway, second.key)).url


async def test_what_costs_nothing_or_is_paid_has_no_checkout(sales: WebSales):
    free = await sales.till.order(Line("A sticker", 1, 0, {}))
    with pytest.raises(NothingToPay):
        await sales.begun(free)
    order, _ = await sales.held()
    with pytest.raises(AlreadyPaid):
        await sales.begun(order, key="another")
    with pytest.raises(AlreadyPaid):
        await open_page(sales.till.database.begin, sales.gateway, (await sales.checkout(order)).key)


async def test_everybody_who_hears_of_a_payment_at_once_settles_it_once(sales: WebSales):
    order, page = await sales.opened()
    sales.gateway.held(page)
    settled = await asyncio.gather(*(sales.look(page) for _ in range(10)), sales.reconcile())
    assert sum(settled) == 1
    assert set(sales.fulfilled) == {order.id}
    assert await sales.standing(order) == ("authorised", "authorised")
    assert await sales.balances() == {"held": DUE, "promised": -DUE}
    assert await sales.till.announced() == ["orders.paid"]


async def test_what_was_made_is_taken_and_what_was_not_is_let_go(sales: WebSales):
    order, _ = await sales.held()
    first, second = await sales.lines(order)
    await sales.decide(order, MADE, [first])
    await sales.send(order)
    assert await sales.standing(order) == ("authorised", "authorised")
    await sales.decide(order, NOT_MADE, [second])
    await sales.send(order)
    assert sales.gateway.done == [("capture", 2499 + 399)]
    assert await sales.standing(order) == ("paid", "paid")
    assert await sales.balances() == {"received": 2898, "sales": -2898}
    # Found spoilt in the end: that goes back too, and with the last case its delivery.
    await sales.decide(order, NOT_MADE, [first])
    await sales.send(order)
    assert sales.gateway.done[1:] == [("refund", 2898)]
    assert await sales.standing(order) == ("refunded", "refunded")
    assert await sales.balances() == {}


@pytest.mark.parametrize(("way", "done", "end"), [
    ("held", [("void", DUE)], ("voided", "voided")),
    ("taken", [("refund", DUE)], ("refunded", "refunded")),
])  # fmt: skip
async def test_nothing_made_is_nothing_paid(sales: WebSales, way: str, done: list[object], end: object):
    order, page = await (sales.held() if way == "held" else sales.taken())
    await sales.decide(order, NOT_MADE)
    await sales.decide(order, NOT_MADE)
    await sales.send(order)
    await sales.look(page)
    assert sales.gateway.done == done
    assert await sales.standing(order) == end
    assert await sales.balances() == {}
    # Too late: its money went back.
    await sales.decide(order, MADE)
    await sales.send(order)
    assert sales.gateway.done == done


async def test_what_cannot_be_held_is_taken_at_once_and_given_back_line_by_line(sales: WebSales):
    order, _ = await sales.taken()
    assert await sales.standing(order) == ("paid", "paid")
    for line, back in zip(await sales.lines(order), (2499, 1999 + 399), strict=True):
        await sales.decide(order, NOT_MADE, [line])
        await sales.send(order)
        assert sales.gateway.done[-1] == ("refund", back)
    assert await sales.standing(order) == ("refunded", "refunded")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("outcome", [MADE, NOT_MADE])
async def test_a_transfer_is_done_once_whatever_gets_lost_on_the_way(
    sales: WebSales, moment: str, outcome: LineOutcome
):
    order, page = await sales.held()
    await sales.decide(order, outcome)
    away = GatewayAway("reset")
    sales.gateway.trouble, sales.gateway.trouble_after = (away, None) if moment == "before" else (None, away)
    with pytest.raises(GatewayAway):
        await sales.send(order)
    if moment == "after":
        # The gateway's own event may come before we try again; it forgets keys after a day.
        sales.gateway.keys.clear()
    await sales.send(order, attempt=2)
    await sales.look(page)
    await sales.send(order, attempt=3)
    assert sales.gateway.done == [("capture" if outcome is MADE else "void", DUE)]
    assert (await sales.standing(order))[0] == ("paid" if outcome is MADE else "voided")


async def test_what_the_gateway_refuses_to_do_waits_for_staff(sales: WebSales):
    order, _ = await sales.held()
    await sales.decide(order, MADE)
    sales.gateway.trouble = GatewayRefused("the hold has lapsed")
    await sales.send(order)
    assert await anomalies(sales) == ["gateway_refused"]
    assert await sales.standing(order) == ("authorised", "authorised")


async def test_a_hold_that_ended_before_its_money_was_taken_is_none_any_more(sales: WebSales):
    order, page = await sales.held()
    sales.clock.tick(days=6, minutes=1)
    await sales.take_before_lapse()
    sales.gateway.stands(page, MoneyStanding.RELEASED)
    sales.gateway.trouble = GatewayRefused("the hold has lapsed")
    await sales.send(order)
    assert await sales.standing(order) == ("voided", "voided")
    assert await anomalies(sales) == ["hold_taken_before_made", "gateway_refused", "money_moved_at_gateway"]


async def test_a_closed_tab_loses_nothing(sales: WebSales):
    order, page = await sales.opened()
    assert await sales.reconcile() == 0
    sales.gateway.held(page)
    sales.clock.tick(seconds=31)
    assert await sales.reconcile() == 1
    assert await sales.standing(order) == ("authorised", "authorised")
    asked = sales.gateway.asked
    sales.clock.tick(minutes=5)
    assert await sales.reconcile() == 0
    assert sales.gateway.asked == asked


async def test_an_expired_page_makes_room_for_another(sales: WebSales):
    order, page = await sales.opened()
    sales.clock.tick(minutes=61)
    with pytest.raises(PaymentUnderWay):
        await sales.begun(order, key="another")
    sales.gateway.stands(page, MoneyStanding.EXPIRED)
    await sales.reconcile()
    assert await sales.standing(order) == ("failed", "unpaid")
    second = await sales.begun(order, key="another")
    opened = await open_page(sales.till.database.begin, sales.gateway, second.key)
    sales.gateway.held(opened.reference)
    assert await sales.look(opened.reference)


async def test_a_page_that_was_never_opened_is_given_up_when_its_time_is_over(sales: WebSales):
    order = await sales.order()
    await sales.begun(order)
    sales.clock.tick(minutes=59)
    await sales.reconcile()
    assert (await sales.checkout(order)).closed_at is None
    sales.clock.tick(minutes=2)
    await sales.reconcile()
    assert await sales.standing(order) == ("failed", "unpaid")
    assert sales.gateway.asked == 0


async def test_money_that_takes_days_may_still_fail_or_come(sales: WebSales):
    order, page = await sales.opened()
    sales.gateway.stands(page, MoneyStanding.PROCESSING)
    await sales.look(page)
    assert await sales.standing(order) == ("processing", "unpaid")
    sales.gateway.taken(page)
    assert await sales.look(page)
    late, other = await sales.opened()
    sales.gateway.stands(other, MoneyStanding.DECLINED)
    await sales.look(other)
    assert await sales.standing(late) == ("failed", "unpaid")


async def test_another_amount_or_another_payment_moves_nothing(sales: WebSales):
    order, page = await sales.opened()
    sales.gateway.held(page)
    true = sales.gateway.reports[page]
    for lie in (("amount", true.amount.times(2)), ("payment_reference", "PYEN26030400009")):
        sales.gateway.reports[page] = true
        sales.gateway._now(true, **dict([lie]))
        assert not await sales.look(page)
    assert await sales.standing(order) == ("pending", "unpaid")
    assert set(await anomalies(sales)) == {"payment_amount_differs"}
    assert not sales.fulfilled


async def test_cancelled_while_its_customer_paid_is_let_go_at_once(sales: WebSales):
    order, page = await sales.opened()
    await sales.decide(order, NOT_MADE)
    sales.gateway.held(page)
    await sales.look(page)
    await sales.send(order)
    assert sales.gateway.done == [("void", DUE)]


@pytest.mark.parametrize("standing", [MoneyStanding.RELEASED, MoneyStanding.TAKEN, "refunded", "disputed"])
async def test_what_somebody_does_at_the_gateway_itself_is_written_down_and_told(
    sales: WebSales, standing: str
):
    if standing in ("refunded", "disputed"):
        order, page = await sales.taken()
        report = sales.gateway.reports[page]
        sales.gateway._now(report, **({"refunded": 500} if standing == "refunded" else {"disputed": True}))
    else:
        order, page = await sales.held()
        sales.gateway._now(sales.gateway.reports[page], standing=standing, captured=DUE)
    await sales.look(page)
    await sales.look(page)
    told = "payment_disputed" if standing == "disputed" else "money_moved_at_gateway"
    assert await anomalies(sales) == [told]
    kept = {MoneyStanding.RELEASED: 0, "refunded": DUE - 500}.get(standing, DUE)
    assert await sales.balances() == ({"received": kept, "sales": -kept} if kept else {})
    assert sales.clock() - (await sales.payment(order)).created_at < timedelta(days=1)


def test_the_sample_is_what_it_says():
    assert sum(line.unit_minor for line in CASES) + 399 == DUE
