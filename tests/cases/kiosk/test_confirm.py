"""The machine's own terminal says that it took the money."""

import asyncio

import pytest
from sqlalchemy import select

from makeline.cases.kiosk.confirm import TransactionReused
from makeline.cases.kiosk.models import receipts
from makeline.cases.kiosk.pay import NoOrderYet
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.kiosk.summary import PriceMismatch
from makeline.cases.production.print_partner import PaymentStatus
from makeline.foundation.statements import Query
from makeline.kernel.errors import NotAllowed, NotFound, Unrecognised
from makeline.kernel.money import Money
from makeline.kernel.states import IllegalMove
from tests.given import Given

_PAYMENT_DATA: Query[tuple[object]] = Query(select(receipts.c.payment_data), tuple)


async def test_a_confirmed_payment_makes_order_queue_number_and_print_job_at_once(given: Given):
    confirmed = await given.paid_sale()
    session = await given.session_now(confirmed.session.key)
    assert session.status is SessionStatus.PAYMENT_COMPLETED
    assert confirmed.outcome.order_number.startswith("ORDER_")
    assert confirmed.outcome.queue_number == "Q001"
    assert confirmed.outcome.print_status == "queued_for_production"


async def test_the_same_transaction_again_answers_as_the_first_and_prints_once(given: Given):
    session = await given.session_to_pay()
    first = await given.confirmed(session.key)
    again = await given.confirmed(session.key)
    assert again.outcome == first.outcome
    assert not again.first_time


async def test_queue_numbers_count_per_machine_and_day(given: Given):
    numbers = [(await given.paid_sale()).outcome.queue_number for _ in range(2)]
    elsewhere = (await given.paid_sale("VM002")).outcome.queue_number
    given.clock.tick(days=1)
    tomorrow = (await given.paid_sale()).outcome.queue_number
    assert [*numbers, elsewhere, tomorrow] == ["Q001", "Q002", "Q001", "Q001"]


async def test_a_wrong_amount_is_refused_with_ours_and_changes_nothing(given: Given):
    session = await given.session_to_pay()
    with pytest.raises(PriceMismatch) as refused:
        await given.confirmed(session.key, amount=Money(1, "GBP"))
    assert refused.value.extras == {"expected_amount": 19.99, "currency": "GBP"}
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING


async def test_the_right_figure_in_another_currency_is_a_wrong_amount(given: Given):
    session = await given.session_to_pay()
    with pytest.raises(PriceMismatch):
        await given.confirmed(session.key, amount=Money(1999, "EUR"))


async def test_a_transaction_pays_for_one_session_only(given: Given):
    first, second = await given.session_to_pay(), await given.session_to_pay()
    await given.confirmed(first.key, transaction="TXN_SAME")
    with pytest.raises(TransactionReused):
        await given.confirmed(second.key, transaction="TXN_SAME")


async def test_a_transaction_stands_for_one_amount_only(given: Given):
    session = await given.session_to_pay()
    await given.confirmed(session.key, transaction="TXN_SAME")
    with pytest.raises(TransactionReused):
        await given.confirmed(session.key, transaction="TXN_SAME", amount=Money(1, "GBP"))


async def test_two_machines_may_use_the_same_transaction_id(given: Given):
    here, there = await given.session_to_pay("VM001"), await given.session_to_pay("VM002")
    first = await given.confirmed(here.key, transaction="TXN_1")
    second = await given.confirmed(there.key, transaction="TXN_1")
    assert first.outcome.order_number != second.outcome.order_number


async def test_fifty_identical_confirmations_at_once_are_one_sale(given: Given):
    session = await given.session_to_pay()
    confirmed = await asyncio.gather(*(given.confirmed(session.key) for _ in range(50)))
    assert len({each.outcome for each in confirmed}) == 1
    assert sum(each.first_time for each in confirmed) == 1
    assert len(await given.orders()) == 1


async def test_the_terminals_word_after_an_ended_attempt_still_counts(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PaymentStatus.FAILED)
    confirmed = await given.confirmed(session.key)
    assert confirmed.outcome.order_number == begun.order.number


async def test_what_the_terminal_said_is_kept(given: Given):
    session = await given.session_to_pay()
    await given.confirmed(session.key)
    ((kept,),) = await given.rows(_PAYMENT_DATA)
    assert kept == {"card_type": "Visa"}


async def test_a_session_of_another_partner_is_not_found(given: Given):
    session = await given.session_to_pay()
    with pytest.raises(NotFound):
        await given.confirmed(session.key, caller=given.foreigner())


async def test_a_phone_cannot_confirm_its_own_payment(given: Given):
    session = await given.session_to_pay()
    phone = await given.phone(session.key)
    with pytest.raises(Unrecognised):
        await given.confirmed(session.key, caller=phone)


async def test_a_second_transaction_for_a_paid_session_is_refused(given: Given):
    session = await given.session_to_pay()
    await given.confirmed(session.key, transaction="TXN_1")
    with pytest.raises(IllegalMove):
        await given.confirmed(session.key, transaction="TXN_2")


async def test_nothing_can_be_confirmed_before_there_is_a_summary(given: Given):
    session = await given.session()
    with pytest.raises(NoOrderYet):
        await given.confirmed(session.key)


async def test_a_stranger_cannot_confirm_at_a_real_machine(given: Given):
    session = await given.session_to_pay()
    with pytest.raises(Unrecognised):
        await given.confirmed(session.key, caller=given.stranger())


async def test_a_browser_cannot_confirm_even_at_a_test_machine(given: Given):
    session = await given.session_to_pay("VM_TEST_MANUFACTURER")
    browser = (await given.operator()).__class__("browser", "127.0.0.1", from_browser=True)
    with pytest.raises(NotAllowed):
        await given.confirmed(session.key, caller=browser)


async def test_money_beats_the_clock_and_takes_another_blank_when_its_own_was_given_back(given: Given):
    session = await given.session_to_pay()
    given.clock.tick(minutes=90)
    await given.expire()
    confirmed = await given.confirmed(session.key)
    assert confirmed.outcome.print_status == "queued_for_production"
    assert (await given.stock_item()).sold == 1


async def test_a_late_payment_without_a_blank_is_paid_and_waits_for_staff(given: Given):
    session = await given.session_to_pay()
    given.clock.tick(minutes=90)
    await given.expire()
    await given.blanks(0)
    confirmed = await given.confirmed(session.key)
    assert confirmed.outcome.print_status == "waiting_for_staff"
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED
