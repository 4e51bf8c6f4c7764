"""A failed print at a machine is a task for staff until it is printed again or the money went back."""

import pytest

from makeline.cases.kiosk.give_back import give_back
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.reprint import reprint
from makeline.cases.production.withdraw import cancel_print
from makeline.commerce.orders.models import Order
from makeline.foundation.anomalies import Anomaly, latest_anomalies
from tests.given import Given
from tests.web import open_shop


async def failed_sale(given: Given) -> Order:
    """A paid case whose print has failed."""
    session = await given.paid_sale()
    (order,) = [order for order in await given.orders() if order.paid_at is not None]
    assert session is not None
    await given.print_notice((await given.job(order)).reference, JobStep.FAILED)
    return await given.order(order.number)


async def task(given: Given) -> Anomaly:
    (found,) = [one for one in await given.database.read(latest_anomalies) if one.kind == "refund_due"]
    return found


async def test_a_failed_print_opens_a_task_that_another_print_closes(given: Given):
    order = await failed_sale(given)
    await given.print_notice((await given.job(order)).reference, JobStep.FAILED)
    opened = await task(given)
    assert (opened.subject, opened.settled_at) == (order.number, None)
    await given.blanks(5)
    await given.database.begin(lambda unit: reprint(unit, order.number, reason="smeared"), actor="ann")
    closed = await task(given)
    assert (closed.outcome, closed.settled_by) == ("fixed", "ann")


async def test_staff_who_gave_the_money_back_closes_it_with_a_reference(given: Given):
    order = await failed_sale(given)
    await given.database.begin(lambda unit: cancel_print(unit, order.number, reason="no blank"), actor="ann")
    await given.database.begin(
        lambda unit: give_back(unit, order.number, reason="terminal slip 4711"), actor="ann"
    )
    closed = await task(given)
    assert (closed.outcome, closed.note) == ("refunded", "terminal slip 4711")
    assert (await given.order(order.number)).payment_status.value == "refunded"


@pytest.mark.parametrize("numbers", [(6, 7), (7,), (6, 6, 7, 7)])
async def test_the_partners_own_refund_closes_it_and_the_ledger_follows(
    given: Given, numbers: tuple[int, ...]
):
    order = await failed_sale(given)
    reference = (await given.job(order)).reference
    async with open_shop(given) as shop:
        for number in numbers:
            body = {"third_id": reference, "status": number}
            answer = await shop.operator.post("/api/chinese/order-status-update", json=body)
            assert answer.status_code == 200, answer.text
            if number == 6:
                assert (await given.payment_of(order)).status.value == "refunding"
                assert (await task(given)).settled_at is None
    assert (await given.payment_of(order)).status.value == "refunded"
    assert (await given.order(order.number)).payment_status.value == "refunded"
    assert (await task(given)).outcome == "refunded"
