"""Settling: payment, order, blank, queue number and print job in one unit, or none of them."""

import pytest
from sqlalchemy import select

from makeline.cases.kiosk.confirm import Confirmation, confirm_payment
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.production.print_partner import PaymentStatus
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.commerce.payments.models import Account, ledger_entries
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money
from tests.given import Given

_BOOKINGS: Query[tuple[Account, str, int, str]] = Query(
    select(
        ledger_entries.c.account, ledger_entries.c.booking, ledger_entries.c.minor, ledger_entries.c.currency
    ).order_by(ledger_entries.c.id),
    tuple,
)


async def test_a_settled_sale_is_paid_booked_queued_and_its_blank_sold(given: Given):
    paid = await given.paid_sale()
    order = await given.order(paid.outcome.order_number)
    assert (order.status, order.payment_status) == (OrderStatus.PLACED, PaymentStanding.PAID)
    assert (await given.payment_of(order)).paid_at == order.paid_at == given.clock.now
    assert await given.rows(_BOOKINGS) == [
        (Account.RECEIVED, "capture", 1999, "GBP"),
        (Account.SALES, "capture", -1999, "GBP"),
    ]
    item = await given.stock_item()
    assert (item.on_hand, item.reserved, item.sold, item.available) == (100, 0, 1, 99)
    assert (await given.job(order)).status == "queued"
    assert ("production.submit_print_when_paid", "pending") in await given.promises()


async def test_the_sale_is_settled_whole_or_not_at_all(given: Given):
    session = await given.session_to_pay()
    operator = await given.operator()

    def confirm_and_fall(unit: UnitOfWork) -> None:
        confirm_payment(unit, operator, session.key, Confirmation("TXN_1", "card", Money(1999, "GBP"), {}))
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        await given.database.begin(confirm_and_fall, actor="test")
    assert await given.session_now(session.key) == session
    assert await given.orders() == []
    assert await given.rows(_BOOKINGS) == []
    assert await given.promises() == []
    assert (await given.stock_item()).reserved == 1
    assert (await given.confirmed(session.key)).first_time


async def test_the_customer_sees_that_his_session_is_paid(given: Given):
    paid = await given.paid_sale()
    session = await given.session_now(paid.session.key)
    assert session == paid.session
    assert session.status is SessionStatus.PAYMENT_COMPLETED
    assert session.payment_confirmed_at == given.clock.now
    assert session.payment_started_at is None


async def test_a_late_payment_takes_any_blank_that_is_left(given: Given):
    session, begun = await given.payment_begun()
    given.clock.tick(minutes=30)
    await given.expire()
    await given.blanks(1)
    await given.notice(begun.payment.reference, PaymentStatus.PAID)
    item = await given.stock_item()
    assert (item.sold, item.available) == (1, 0)
    assert (await given.job(begun.order)).status == "queued"
    assert (await given.session_now(session.key)).allocation_id is not None


async def test_a_late_payment_whose_blank_went_to_somebody_else_waits_for_staff(given: Given):
    await given.blanks(1)
    late, begun = await given.payment_begun()
    given.clock.tick(minutes=30)
    await given.paid_sale()
    await given.notice(begun.payment.reference, PaymentStatus.PAID)
    assert (await given.session_now(late.key)).status is SessionStatus.PAYMENT_COMPLETED
    assert (await given.order(begun.order.number)).payment_status is PaymentStanding.PAID
    job = await given.job(begun.order)
    assert job.status == "waiting_for_staff"
    assert job.trouble
    assert (await given.stock_item()).sold == 1


async def test_a_customer_who_paid_in_time_keeps_the_blank_that_was_promised_to_him(given: Given):
    await given.blanks(1)
    session, begun = await given.payment_begun()
    given.clock.tick(minutes=30)
    # Nobody wanted it meanwhile, so nobody has taken it back either.
    await given.notice(begun.payment.reference, PaymentStatus.PAID)
    assert (await given.session_now(session.key)).allocation_id == session.allocation_id
    assert (await given.stock_item()).sold == 1
