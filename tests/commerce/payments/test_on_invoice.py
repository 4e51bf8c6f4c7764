"""An order on invoice: what is owed stands in the ledger until it came in, was cancelled, or went back."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from datetime import date

import pytest

from makeline.commerce.orders.advance import cancel
from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.commerce.payments.on_invoice import (
    NothingToGiveBack,
    NotOnInvoice,
    ReferenceReused,
    drop_claim,
    give_back_all,
    record_bank_payment,
    still_owed,
)
from makeline.commerce.payments.settle import record_success
from makeline.commerce.payments.states import Evidence, PaymentState
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Invalid
from makeline.kernel.money import Money
from makeline.main.invariants import violations
from tests.commerce.selling import Till

BRACKETS = Line("Bracket", 10, 1000, {})


@pytest.fixture
async def till(database: Database) -> AsyncGenerator[Till]:
    """Whoever sells; at the end nothing may contradict anything."""
    yield Till(database)
    found = await database.read(violations)
    assert not found, found


async def balances(till: Till) -> dict[str, int]:
    """What stands on each account."""
    sums: dict[str, int] = defaultdict(int)
    for entry in await till.ledger():
        sums[entry.account] += entry.minor
    return dict(sums)


async def owed(till: Till, order: Order) -> int:
    now = await till.order_now(order)
    return await till.database.read(lambda unit: still_owed(unit, now))


async def cancelled(till: Till, order: Order) -> None:
    now = await till.order_now(order)

    def act(unit: UnitOfWork) -> None:
        drop_claim(unit, now)
        cancel(unit, now, cause="test")

    await till.act(act)


async def test_what_is_due_is_owed_from_the_moment_it_is_put_on_invoice(till: Till):
    order = await till.order_on_invoice(BRACKETS)
    assert await balances(till) == {"receivable": 10_000, "sales": -10_000}
    assert await owed(till, order) == 10_000


async def test_a_bank_payment_of_all_that_is_due_makes_the_order_paid(till: Till):
    order = await till.order_on_invoice(BRACKETS)
    payment = await till.bank_payment(order, 10_000)
    assert await till.payment_now(payment) == payment
    assert (payment.provider, payment.provider_reference, payment.settled_by) == (
        "bank",
        "17",
        Evidence.STATEMENT,
    )
    assert payment.booked_on == date(2026, 3, 2)
    assert await balances(till) == {"receivable": 0, "received": 10_000, "sales": -10_000}
    paid = await till.order_now(order)
    assert paid.payment_status is PaymentStanding.PAID
    assert paid.paid_at is not None
    assert ("payment", "pending", "paid") in await till.moves()
    assert await till.announced() == ["orders.paid"]


async def test_several_payments_pay_an_order_together(till: Till):
    order = await till.order_on_invoice(BRACKETS)
    for reference, minor, left in (("1", 3000, 7000), ("2", 1, 6999)):
        await till.bank_payment(order, minor, reference)
        partly = await till.order_now(order)
        assert (partly.payment_status, partly.paid_at) == (PaymentStanding.PARTLY_PAID, None)
        assert await owed(till, order) == left
    await till.bank_payment(order, 6999, "3")
    assert (await till.order_now(order)).payment_status is PaymentStanding.PAID
    assert [move for move in await till.moves() if move[0] == "order payment"] == [
        ("order payment", None, "unpaid"),
        ("order payment", "unpaid", "partly_paid"),
        ("order payment", "partly_paid", "paid"),
    ]


@pytest.mark.parametrize("minor", [7001, 0, -1, 10**12])
async def test_more_than_is_open_is_refused_by_the_name_of_the_field(till: Till, minor: int):
    order = await till.order_on_invoice(BRACKETS)
    await till.bank_payment(order, 3000, "1")
    with pytest.raises(Invalid) as refused:
        await till.bank_payment(order, minor, "2")
    assert [problem.field for problem in refused.value.problems] == ["amount"]
    assert "70.00 GBP" in refused.value.message
    assert await owed(till, order) == 7000


async def test_money_of_another_currency_pays_nothing(till: Till):
    order = await till.order_on_invoice(BRACKETS)
    with pytest.raises(Invalid):
        await till.bank_payment(order, 3000, "1", "EUR")
    assert (await till.order_now(order)).payment_status is PaymentStanding.UNPAID


async def test_the_same_line_of_the_statement_again_is_the_same_payment(till: Till):
    order = await till.order_on_invoice(BRACKETS)
    first = await till.bank_payment(order, 10_000)
    assert await till.bank_payment(order, 10_000) == first
    with pytest.raises(ReferenceReused):
        await till.bank_payment(order, 9_999)
    assert await balances(till) == {"receivable": 0, "received": 10_000, "sales": -10_000}


async def test_two_orders_may_be_paid_by_lines_of_the_same_name(till: Till):
    one, other = await till.order_on_invoice(BRACKETS), await till.order_on_invoice(BRACKETS)
    assert (await till.bank_payment(one, 10_000)).id != (await till.bank_payment(other, 10_000)).id


async def test_a_prepaid_order_is_not_paid_by_the_bank(till: Till):
    with pytest.raises(NotOnInvoice):
        await till.bank_payment(await till.order(), 1999)
    assert await till.ledger() == []


async def test_another_way_to_pay_an_order_on_invoice_clears_what_is_owed(till: Till):
    order = await till.order_on_invoice(BRACKETS)
    payment = await till.payment(order)
    await till.act(record_success, payment, order, Evidence.NOTICE, cause="test")
    assert await balances(till) == {"receivable": 0, "received": 10_000, "sales": -10_000}
    assert await owed(till, order) == 0


@pytest.mark.parametrize("came_in", [0, 4000, 10_000])
async def test_nothing_is_owed_for_a_cancelled_order_and_what_came_in_goes_back(till: Till, came_in: int):
    order = await till.order_on_invoice(BRACKETS)
    if came_in:
        await till.bank_payment(order, came_in)
    await cancelled(till, order)
    assert await owed(till, order) == 0
    kept = {account: sum_ for account, sum_ in (await balances(till)).items() if sum_}
    assert kept == ({"received": came_in, "sales": -came_in} if came_in else {})
    with pytest.raises(Invalid, match="amount"):
        await till.bank_payment(order, 1, "late")
    if came_in:
        returned = await till.act(give_back_all, await till.order_now(order), cause="test")
        assert returned == Money(came_in, "GBP")
        assert (await till.order_now(order)).payment_status is PaymentStanding.REFUNDED
        assert not any((await balances(till)).values())


async def test_a_paid_order_is_given_back_whole_once(till: Till):
    order = await till.order_on_invoice(BRACKETS)
    payments = [await till.bank_payment(order, minor, str(minor)) for minor in (4000, 6000)]
    assert await till.act(give_back_all, await till.order_now(order), cause="test") == Money(10_000, "GBP")
    assert {(await till.payment_now(payment)).status for payment in payments} == {PaymentState.REFUNDED}
    refunded = await till.order_now(order)
    assert refunded.status is OrderStatus.PLACED
    with pytest.raises(NothingToGiveBack):
        await till.act(give_back_all, refunded, cause="test")
    assert not any((await balances(till)).values())


async def test_a_part_goes_back_only_after_the_order_was_cancelled(till: Till):
    order = await till.order_on_invoice(BRACKETS)
    with pytest.raises(NothingToGiveBack):
        await till.act(give_back_all, order, cause="test")
    await till.bank_payment(order, 4000)
    with pytest.raises(NothingToGiveBack):
        await till.act(give_back_all, await till.order_now(order), cause="test")
    assert await owed(till, order) == 6000


async def test_two_who_write_the_same_statement_down_at_once_book_it_once(till: Till):
    order = await till.order_on_invoice(BRACKETS)

    def pay(unit: UnitOfWork) -> int:
        return record_bank_payment(
            unit,
            order_for_update(unit, order.id),
            amount=Money(10_000, "GBP"),
            reference="17",
            booked_on=date(2026, 3, 2),
            cause="test",
        ).id

    ids = await asyncio.gather(*[till.database.begin(pay, actor="till") for _ in range(8)])
    assert len(set(ids)) == 1
    assert (await balances(till))["received"] == 10_000
