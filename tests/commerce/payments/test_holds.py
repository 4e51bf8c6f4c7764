"""Money that is only held: taken before the hold ends by itself."""

from datetime import timedelta

from makeline.commerce.payments.audit import audit_payments
from makeline.commerce.payments.gateway import Report
from makeline.commerce.payments.states import LineOutcome
from makeline.foundation.anomalies import open_anomalies
from tests.commerce.payments.web_sales import WebSales

MADE, NOT_MADE = LineOutcome.MADE, LineOutcome.NOT_MADE
DUE = 2499 + 1999 + 399


async def test_a_hold_about_to_end_is_taken_and_staff_is_told(sales: WebSales):
    order, _ = await sales.held()
    assert await sales.take_before_lapse() == 0
    sales.clock.tick(days=6, minutes=1)
    assert await sales.take_before_lapse() == 1
    assert await sales.take_before_lapse() == 0
    await sales.send(order)
    assert sales.gateway.done == [("capture", DUE)]
    told = await sales.till.database.read(open_anomalies)
    assert [found.kind for found in told] == ["hold_taken_before_made"]
    await sales.decide(order, NOT_MADE, (await sales.lines(order))[:1])
    await sales.send(order)
    assert sales.gateway.done[1:] == [("refund", 2499)]


async def test_money_for_what_was_made_is_asked_for_again_before_its_hold_ends_though_everybody_gave_up(
    sales: WebSales,
):
    order, _ = await sales.held()
    await sales.decide(order, MADE)
    assert await sales.gives_up() == 1
    assert await sales.take_before_lapse() == 0
    sales.clock.tick(days=6, minutes=1)
    assert await sales.take_before_lapse() == 1
    assert await sales.take_before_lapse() == 0
    assert await sales.gives_up() == 1
    assert await sales.take_before_lapse() == 1


async def test_money_that_moves_while_the_gateway_answers_an_audit_is_no_difference(sales: WebSales):
    order, page = await sales.taken()
    await sales.decide(order, NOT_MADE, (await sales.lines(order))[:1])
    answers = sales.gateway.read

    async def slowly(page_reference: str) -> Report:
        report = await answers(page_reference)
        await sales.send(order)
        return report

    sales.gateway.read = slowly
    begin, since = sales.till.database.begin, timedelta(days=35)
    assert await audit_payments(begin, sales.gateway, since=since) == 0
    assert sales.gateway.reports[page].refunded == 2499
    assert await audit_payments(begin, sales.gateway, since=since) == 0
