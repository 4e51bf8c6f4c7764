"""The partner is asked about payments whose end nobody told us."""

from functools import partial

import pytest

from makeline.cases.kiosk.ask import LATE, ask_about_payments, payments_hang
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.production.print_partner import PartnerAway, PaymentStatus
from makeline.cases.production.questions import forget_old_questions
from makeline.commerce.payments.states import PaymentState
from tests.given import Given

PENDING, PROCESSING, PAID, FAILED, ERROR = PaymentStatus


async def _ask(given: Given) -> int:
    given.partner.calls.clear()
    if not await given.database.read(partial(payments_hang, late=LATE)):
        return 0
    return await ask_about_payments(given.database.begin, given.partner)


async def test_a_paid_notice_that_never_came_is_made_up_for(given: Given):
    session, begun = await given.payment_begun()
    given.partner.payments[begun.payment.reference] = PAID
    given.clock.tick(minutes=2, seconds=1)
    assert await _ask(given) == 1
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED


async def test_nobody_is_asked_before_a_notice_is_late(given: Given):
    await given.payment_begun()
    given.clock.tick(minutes=1, seconds=59)
    assert await _ask(given) == 0
    assert given.partner.calls == []


async def test_nobody_is_asked_about_what_is_known_or_over(given: Given):
    _, paid = await given.payment_begun()
    await given.notice(paid.payment.reference, PAID)
    given.clock.tick(minutes=5)
    assert await _ask(given) == 0
    await given.payment_begun()
    given.clock.tick(minutes=3)
    assert await _ask(given) == 1
    for hours in (3, 7 * 24 - 2.5, 1, 24):
        given.clock.tick(hours=hours)
        await given.database.begin(forget_old_questions, actor="clock")
        assert await _ask(given) == 0
        assert given.partner.calls == []


async def test_what_nobody_was_there_to_ask_in_time_is_asked_about_once_all_the_same(given: Given):
    _, begun = await given.payment_begun()
    _, silent = await given.payment_begun()
    given.partner.payments[begun.payment.reference] = PAID
    given.clock.tick(hours=6)
    given.partner.trouble = [PartnerAway("connection reset")]
    assert await _ask(given) == 0
    assert await _ask(given) == 2
    assert (await given.payment_of(begun.order)).status is PaymentState.PAID
    assert (await given.payment_of(silent.order)).status is PaymentState.PENDING
    given.clock.tick(hours=6)
    assert await _ask(given) == 0


async def test_all_hanging_payments_are_asked_about_in_one_call(given: Given):
    begun = [(await given.payment_begun())[1] for _ in range(3)]
    given.partner.payments[begun[1].payment.reference] = PAID
    given.clock.tick(minutes=3)
    assert await _ask(given) == 3
    assert given.partner.calls == ["read payments"]
    statuses = [(await given.payment_of(each.order)).status for each in begun]
    assert statuses == [PaymentState.PENDING, PaymentState.PAID, PaymentState.PENDING]


@pytest.mark.parametrize("status", [FAILED, ERROR])
async def test_a_decline_that_nobody_told_us_sets_the_customer_free(given: Given, status):
    session, begun = await given.payment_begun()
    given.partner.payments[begun.payment.reference] = status
    given.clock.tick(minutes=3)
    await _ask(given)
    await given.closed(session.key)
    assert (await given.session_now(session.key)).status is SessionStatus.CANCELLED


async def test_a_second_card_whose_notice_was_lost_is_found_too(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, FAILED)
    await given.payment(session.key)
    given.partner.payments[begun.payment.reference] = PAID
    given.clock.tick(minutes=3)
    await _ask(given)
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED


async def test_a_strangers_hint_moves_nothing_but_the_partners_own_answer_does(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PAID, caller=given.stranger())
    given.clock.tick(minutes=3)
    await _ask(given)
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING
    given.clock.tick(minutes=2)
    given.partner.payments[begun.payment.reference] = PAID
    await _ask(given)
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED


async def test_a_silent_partner_changes_nothing_and_is_asked_again(given: Given):
    session, begun = await given.payment_begun()
    given.partner.payments[begun.payment.reference] = PAID
    given.partner.trouble = [PartnerAway("no route")]
    given.clock.tick(minutes=3)
    assert await _ask(given) == 0
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING
    assert await _ask(given) == 1


async def test_the_pauses_between_questions_grow(given: Given):
    await given.payment_begun()
    asked = []
    for minute in range(1, 121):
        given.clock.tick(minutes=1)
        if await _ask(given):
            asked.append(minute)
    # The payment began a moment before; two, four, eight minutes of silence, and so on.
    assert asked == [3, 5, 9, 17, 33, 65]


async def test_a_new_card_is_asked_about_soon_however_long_the_last_pause_was(given: Given):
    session, begun = await given.payment_begun()
    for _ in range(20):
        given.clock.tick(minutes=1)
        await _ask(given)
    await given.notice(begun.payment.reference, FAILED)
    given.partner.payments[begun.payment.reference] = PAID
    await given.payment(session.key)
    given.clock.tick(minutes=2, seconds=1)
    assert await _ask(given) == 1
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED


async def test_what_the_partner_has_lost_or_says_in_no_known_word_waits_for_staff(given: Given):
    (_, lost), (_, odd) = await given.payment_begun(), await given.payment_begun()
    del given.partner.payments[lost.payment.reference]
    given.partner.payments[odd.payment.reference] = None
    given.clock.tick(minutes=3)
    await _ask(given)
    assert sorted(await given.anomalies()) == ["payment_status_impossible", "payment_unknown_to_partner"]
    assert {(await given.payment_of(each.order)).status for each in (lost, odd)} == {PaymentState.PENDING}
