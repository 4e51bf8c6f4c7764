"""Whose word is not enough is a hint: the partner is asked, and only his answer makes money true."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from makeline.cases.kiosk.ask import ask_about_payments
from makeline.cases.kiosk.events import PaymentHinted
from makeline.cases.kiosk.notice import HINTS, MOST_HINTS, TOPIC, apply_waiting_notices, forget_old_hints
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.machines.callers import Caller
from makeline.cases.production.print_partner import PartnerAway, PaymentStatus
from makeline.foundation.inbox import MessageState, inbox, keep_message
from makeline.foundation.outbox import deliveries
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from tests.given import Given

PAID, FAILED = PaymentStatus.PAID, PaymentStatus.FAILED
_ASKED: Query[tuple[str]] = Query(
    select(deliveries.c.state).where(deliveries.c.event == PaymentHinted.name), tuple
)

_WAITING: Query[tuple[str]] = Query(select(inbox.c.subject), tuple)


async def _by_address(given: Given) -> Caller:
    return replace(await given.operator(), address_only=True)


async def _status(given: Given, key: str) -> SessionStatus:
    return (await given.session_now(key)).status


@pytest.mark.parametrize("who", ["by address", "nobody"])
async def test_paid_is_true_once_the_partner_says_so_himself(given: Given, who: str):
    session, begun = await given.payment_begun()
    reference = begun.payment.reference
    caller = await _by_address(given) if who == "by address" else given.stranger()
    answer = await given.notice(reference, PAID, caller=caller)
    assert answer == (begun.order.number if who == "by address" else None)
    assert await _status(given, session.key) is SessionStatus.PAYMENT_PENDING
    given.partner.payments[reference] = PAID
    await given.promises_kept()
    assert await _status(given, session.key) is SessionStatus.PAYMENT_COMPLETED


async def test_a_lie_prints_nothing_and_asks_once_however_often_it_is_told(given: Given):
    session, begun = await given.payment_begun()
    for caller in (given.stranger(), await _by_address(given), given.foreigner(), given.stranger()):
        await given.notice(begun.payment.reference, PAID, caller=caller)
    assert len(await given.rows(_ASKED)) == 1
    await given.promises_kept()
    assert await _status(given, session.key) is SessionStatus.PAYMENT_PENDING


async def test_an_unknown_id_from_nobody_leaves_no_trace(given: Given):
    await given.notice("PYEN261121999999", PAID, caller=given.stranger())
    assert await given.rows(_ASKED) == []


async def test_a_notice_that_came_before_its_payment_is_a_hint_too(given: Given):
    _, earlier = await given.payment_begun()
    reference = f"PYEN260304{int(earlier.payment.reference[-6:]) + 1:06d}"
    await given.notice(reference, PAID, caller=await _by_address(given))
    session, begun = await given.payment_begun()
    assert begun.payment.reference == reference
    await given.database.begin(apply_waiting_notices, actor="clock")
    assert await _status(given, session.key) is SessionStatus.PAYMENT_PENDING
    assert len(await given.rows(_ASKED)) == 1


async def test_declined_needs_no_second_word(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, FAILED, caller=await _by_address(given))
    assert (await given.payment_of(begun.order)).status.value == "failed"
    await given.closed(session.key)


async def test_another_amount_is_for_staff_and_a_later_answer_without_one_does_not_settle_it(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PAID, amount="0.01", caller=await _by_address(given))
    assert await given.anomalies() == ["payment_amount_differs"]
    given.partner.payments[begun.payment.reference] = PAID
    given.clock.tick(minutes=3)
    await ask_about_payments(given.database.begin, given.partner)
    assert await _status(given, session.key) is SessionStatus.PAYMENT_PENDING


async def test_a_hint_lives_for_a_day_and_then_the_partner_may_be_asked_once_more(given: Given):
    _, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PAID, caller=given.stranger())
    given.clock.tick(hours=23)
    assert await given.database.begin(forget_old_hints, actor="clock") == 0
    await given.notice(begun.payment.reference, PAID, caller=given.stranger())
    assert len(await given.rows(_ASKED)) == 1
    given.clock.tick(hours=2)
    assert await given.database.begin(forget_old_hints, actor="clock") == 1
    await given.notice(begun.payment.reference, PAID, caller=given.stranger())
    assert len(await given.rows(_ASKED)) == 2


async def test_only_so_many_payments_at_once_are_hinted_at(given: Given):
    def fill(unit: UnitOfWork) -> None:
        for number in range(MOST_HINTS):
            keep_message(
                unit,
                source=HINTS,
                external_id=f"PYEN260304{number:06d}x",
                topic=TOPIC,
                subject="x",
                payload={},
                state=MessageState.IGNORED,
            )

    session, begun = await given.payment_begun()
    await given.database.begin(fill, actor="test")
    await given.notice(begun.payment.reference, PAID, caller=given.stranger())
    assert await given.rows(_ASKED) == []
    # The machine's own word counts as ever.
    await given.notice(begun.payment.reference, PAID)
    assert await _status(given, session.key) is SessionStatus.PAYMENT_COMPLETED


async def test_what_nobody_ever_paid_for_is_forgotten_after_a_day(given: Given):
    await given.notice("PYEN260304999999", PAID)
    assert await given.rows(_WAITING) == [("PYEN260304999999",)]
    given.clock.tick(hours=25)
    await given.database.begin(apply_waiting_notices, actor="clock")
    assert await given.rows(_WAITING) == []


async def test_a_silent_partner_is_asked_again(given: Given):
    session, begun = await given.payment_begun()
    given.partner.payments[begun.payment.reference] = PAID
    await given.notice(begun.payment.reference, PAID, caller=await _by_address(given))
    given.partner.trouble = [PartnerAway("no route")]
    await given.promises_kept()
    assert await _status(given, session.key) is SessionStatus.PAYMENT_PENDING
    given.clock.tick(minutes=1)
    await given.promises_kept()
    assert await _status(given, session.key) is SessionStatus.PAYMENT_COMPLETED
