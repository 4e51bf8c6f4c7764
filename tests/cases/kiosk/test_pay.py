"""Payment begins at the machine: the order first, then the partner's terminal."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, select

from makeline.cases.kiosk.pay import NoOrderYet
from makeline.cases.kiosk.queries import SessionExpired
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.production.print_partner import (
    Channel,
    PartnerAway,
    PartnerRefused,
    PaymentAnnouncement,
    PaymentStatus,
)
from makeline.commerce.payments.models import Payment, payments
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.statements import Query
from makeline.kernel.errors import NotFound, Unrecognised
from makeline.kernel.money import Money
from makeline.kernel.states import IllegalMove
from tests.engines import on_sqlite
from tests.fakes import PlainPartner
from tests.given import Given

ANNOUNCE = "production.announce_payment"
_REFERENCED = Query(select(payments).where(payments.c.reference == bindparam("reference")), Payment)


class Witness(PlainPartner):
    """A partner who looks into our database while we are talking to him."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self.given = given
        self.found: list[Payment] = []

    async def announce_payment(self, announcement: PaymentAnnouncement) -> str:
        self.found = await self.given.rows(_REFERENCED, reference=announcement.reference)
        return await super().announce_payment(announcement)


class SilentPartner(PlainPartner):
    """A partner who answers when he is allowed to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()

    async def announce_payment(self, announcement: PaymentAnnouncement) -> str:
        await self.may_answer.wait()
        return await super().announce_payment(announcement)


async def test_order_and_payment_exist_before_the_partner_hears_of_them(given: Given):
    given.partner = Witness(given)
    session, begun = await given.payment_begun()
    (payment,) = given.partner.found
    assert payment.order_id == begun.order.id
    assert payment.status is PaymentState.PENDING
    assert (await given.session_now(session.key)).order_id == begun.order.id


async def test_the_partner_is_told_model_device_and_amount_of_a_sale_at_a_machine(given: Given):
    _, begun = await given.payment_begun()
    (announced,) = given.partner.announced
    assert announced.reference == begun.payment.reference
    assert announced.partner_model.startswith("MM")
    assert announced.device == "LONDON_DEVICE_001"
    assert announced.amount == Money(1999, "GBP")
    assert announced.channel is Channel.MACHINE


async def test_the_payment_carries_our_dated_id_and_the_partners_own(given: Given):
    _, begun = await given.payment_begun()
    assert begun.payment.reference.startswith("PYEN260304")
    assert len(begun.payment.reference) == 16
    assert begun.payment.provider_reference == f"MSPY-{begun.payment.reference}"
    assert begun.order.number.startswith("ORDER_")
    assert await given.payment_of(begun.order) == begun.payment


async def test_starting_the_payment_again_answers_the_same_ids_and_the_partner_hears_once(given: Given):
    session, first = await given.payment_begun()
    again = await given.payment(session.key)
    assert (again.order, again.payment) == (first.order, first.payment)
    assert len(given.partner.calls) == 1
    assert len(await given.orders()) == 1


async def test_two_starts_at_once_are_one_order_and_one_payment(given: Given):
    session = await given.session_to_pay()
    begun = await asyncio.gather(*(given.payment(session.key) for _ in range(6)))
    assert len({(each.order.number, each.payment.reference) for each in begun}) == 1
    assert len(given.partner.announced) == 1
    assert len(await given.orders()) == 1


async def test_a_partner_who_is_away_does_not_keep_the_customer_waiting(given: Given):
    given.partner.trouble = [PartnerAway("no route")]
    session, begun = await given.payment_begun()
    assert begun.payment.provider_reference is None
    assert await given.promises() == [(ANNOUNCE, "pending")]
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING
    again = await given.payment(session.key)
    assert again.payment.provider_reference == f"MSPY-{begun.payment.reference}"


async def test_a_partner_who_refuses_does_not_undo_the_order(given: Given):
    given.partner.trouble = [PartnerRefused("amount")]
    _, begun = await given.payment_begun()
    assert begun.payment.provider_reference is None
    assert (await given.order(begun.order.number)).status == "placed"


@on_sqlite
async def test_a_partner_silent_for_three_seconds_leaves_his_id_open_and_the_promise_goes_on(given: Given):
    given.partner = SilentPartner()
    loop = asyncio.get_running_loop()
    session = await given.session_to_pay()
    started = loop.time()
    begun = await given.payment(session.key)
    assert 2.9 < loop.time() - started < 3.6
    assert begun.payment.provider_reference is None
    assert await given.promises() == [(ANNOUNCE, "pending")]
    given.partner.may_answer.set()
    async with asyncio.timeout(2):
        while (await given.payment_of(begun.order)).provider_reference is None:
            await asyncio.sleep(0.01)
    assert await given.promises() == [(ANNOUNCE, "done")]


async def test_a_promise_that_was_kept_at_once_is_ticked_off(given: Given):
    await given.payment_begun()
    assert await given.promises() == [(ANNOUNCE, "done")]


async def test_a_customer_at_the_terminal_gets_ten_minutes_at_least(given: Given):
    session = await given.session_to_pay()
    given.clock.tick(minutes=24)
    await given.payment(session.key)
    assert (await given.session_now(session.key)).expires_at == given.clock.now + timedelta(minutes=10)


async def test_a_session_that_has_longer_keeps_its_end(given: Given):
    session, _ = await given.payment_begun()
    assert (await given.session_now(session.key)).expires_at == session.expires_at


async def test_nothing_can_be_paid_before_there_is_a_summary(given: Given):
    active, designing = await given.session(), await given.session()
    await given.picture(designing.key)
    for session in (active, designing):
        with pytest.raises(NoOrderYet):
            await given.payment(session.key)


async def test_no_payment_begins_after_the_end(given: Given):
    expired, cancelled = await given.session_to_pay(), await given.session_to_pay()
    await given.closed(cancelled.key)
    paid = (await given.paid_sale()).session
    for session in (cancelled, paid):
        with pytest.raises(IllegalMove):
            await given.payment(session.key)
    given.clock.tick(minutes=25)
    with pytest.raises(SessionExpired):
        await given.payment(expired.key)


async def test_the_phone_starts_its_own_payment_and_no_other(given: Given):
    session, other = await given.session_to_pay(), await given.session()
    phone, foreign = await given.phone(session.key), await given.phone(other.key)
    for stranger in (foreign, given.stranger()):
        with pytest.raises(Unrecognised):
            await given.payment(session.key, caller=stranger)
    assert given.partner.calls == []
    await given.payment(session.key, caller=phone)


async def test_a_session_of_another_partner_is_not_found(given: Given):
    session = await given.session_to_pay()
    with pytest.raises(NotFound):
        await given.payment(session.key, caller=given.foreigner())


@pytest.mark.parametrize("outcome", [PaymentStatus.FAILED, PaymentStatus.ERROR])
async def test_after_a_declined_payment_the_customer_tries_again_with_the_same_ids(given: Given, outcome):
    session, first = await given.payment_begun()
    await given.notice(first.payment.reference, outcome)
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING
    again = await given.payment(session.key)
    assert (again.order.number, again.payment.reference) == (first.order.number, first.payment.reference)
    await given.notice(first.payment.reference, PaymentStatus.PAID)
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED


async def test_orders_of_test_machines_are_real_rows_that_figures_leave_out(given: Given):
    _, at_test = await given.payment_begun("VM_TEST_MANUFACTURER")
    _, at_real = await given.payment_begun("VM_LONDON_01")
    assert (at_test.order.is_test, at_real.order.is_test) == (True, False)
