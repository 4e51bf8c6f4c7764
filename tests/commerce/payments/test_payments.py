"""A payment: money becomes true once, on somebody's word, and the ledger says so twice."""

import re
from typing import Any

import pytest

from makeline.commerce.orders.models import Line
from makeline.commerce.orders.states import PaymentStanding
from makeline.commerce.payments.settle import (
    record_progress,
    record_provider_denies,
    record_provider_paid,
    record_provider_reference,
    record_success,
)
from makeline.commerce.payments.states import Evidence, PaymentState
from tests.commerce.selling import Entry, Till
from tests.fakes import StandingClock


async def test_a_payment_waits_over_the_whole_total_under_our_own_name(till: Till, clock: StandingClock):
    order = await till.order(Line("Case", 2, 1999, {}))
    payment = await till.payment(order)
    assert await till.payment_now(payment) == payment
    assert (payment.amount_minor, payment.currency, payment.status) == (3998, "GBP", PaymentState.PENDING)
    assert re.fullmatch(r"PYEN260304\d{6}", payment.reference)
    assert ("payment", None, "pending") in await till.moves()


async def test_a_success_settles_payment_ledger_and_order_together(till: Till, clock: StandingClock):
    order = await till.order()
    payment = await till.payment(order)
    clock.tick(minutes=1)
    assert await till.act(record_success, payment, order, Evidence.RECEIPT, cause="test") is True
    settled, paid = await till.payment_now(payment), await till.order_now(order)
    assert (settled.status, settled.paid_at, settled.settled_by) == ("paid", clock.now, Evidence.RECEIPT)
    assert (paid.payment_status, paid.paid_at) == (PaymentStanding.PAID, clock.now)
    assert sorted(await till.ledger()) == [
        Entry("received", "capture", 1999, "GBP"),
        Entry("sales", "capture", -1999, "GBP"),
    ]
    assert await till.announced() == ["orders.paid"]


async def test_the_second_word_about_the_same_money_changes_nothing(till: Till, clock: StandingClock):
    order = await till.order()
    payment = await till.payment(order)
    await till.act(record_success, payment, order, Evidence.RECEIPT, cause="test")
    settled = await till.payment_now(payment)
    clock.tick(minutes=1)
    paid = await till.order_now(order)
    assert await till.act(record_success, settled, paid, Evidence.NOTICE, cause="test") is False
    assert await till.payment_now(payment) == settled
    assert len(await till.ledger()) == 2
    assert await till.announced() == ["orders.paid"]


async def test_an_order_is_never_settled_by_two_payments(till: Till):
    order = await till.order()
    one, other = await till.payment(order), await till.payment(order)
    await till.act(record_success, one, order, Evidence.RECEIPT, cause="test")
    # Not even by somebody who holds an old copy of the order: the database itself says no.
    for copy in (await till.order_now(order), order):
        with pytest.raises(Exception, match=r"(?i)unique|cannot become paid"):
            await till.act(record_success, other, copy, Evidence.RECEIPT, cause="test")
    assert len(await till.ledger()) == 2
    assert (await till.payment_now(other)).status is PaymentState.PENDING


@pytest.mark.parametrize(
    "course",
    [
        ("processing", "failed", "processing"),
        ("failed", "error", "processing"),
        ("error", "failed"),
        ("processing", "error"),
    ],
)
async def test_a_payment_may_stumble_and_still_succeed(till: Till, course: tuple[str, ...]):
    order = await till.order()
    payment = await till.payment(order)
    for word in course:
        assert await till.act(record_progress, payment, PaymentState(word), cause="test") is True
        payment = await till.payment_now(payment)
        assert payment.status == word
    assert await till.ledger() == []
    await till.act(record_success, payment, order, Evidence.NOTICE, cause="test")
    assert (await till.payment_now(payment)).status is PaymentState.PAID


@pytest.mark.parametrize("word", ["pending", "processing", "failed", "error"])
async def test_paid_is_final_whatever_comes_late(till: Till, word: str):
    order = await till.order()
    payment = await till.payment(order)
    await till.act(record_success, payment, order, Evidence.RECEIPT, cause="test")
    settled = await till.payment_now(payment)
    assert await till.act(record_progress, settled, PaymentState(word), cause="late") is False
    assert await till.payment_now(payment) == settled


async def test_the_same_progress_again_is_no_move(till: Till):
    payment = await till.payment(await till.order())
    await till.act(record_progress, payment, PaymentState.PROCESSING, cause="test")
    payment = await till.payment_now(payment)
    moved = await till.moves()
    assert await till.act(record_progress, payment, PaymentState.PROCESSING, cause="test") is False
    assert await till.moves() == moved


async def test_what_the_provider_tells_of_himself_is_kept_with_its_first_moment(
    till: Till, clock: StandingClock
):
    payment = await till.payment(await till.order())
    await till.act(record_provider_reference, payment.id, "MSPY-1")
    await till.act(record_provider_paid, payment.id)
    first = clock.now
    clock.tick(minutes=1)
    await till.act(record_provider_paid, payment.id)
    now = await till.payment_now(payment)
    assert (now.provider_reference, now.provider_paid_at) == ("MSPY-1", first)
    await till.act(record_provider_denies, payment.id)
    assert (await till.payment_now(payment)).provider_paid_at is None


async def test_a_settlement_that_fails_half_way_leaves_no_money_anywhere(till: Till):
    order = await till.order()
    payment = await till.payment(order)

    def act(unit: Any) -> None:
        record_success(unit, payment, order, Evidence.RECEIPT, cause="test")
        raise LookupError

    with pytest.raises(LookupError):
        await till.act(act)
    assert await till.payment_now(payment) == payment
    assert (await till.order_now(order)).payment_status is PaymentStanding.UNPAID
    assert await till.ledger() == []
    assert await till.announced() == []
