"""Payment notices: kept as received, applied once, in whatever order and number they arrive."""

import asyncio
from collections.abc import Callable
from itertools import permutations

import pytest
from sqlalchemy import bindparam, select

from makeline.cases.kiosk.notice import apply_waiting_notices, notices_wait
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.production.print_partner import PaymentStatus
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.inbox import MessageState, inbox
from makeline.foundation.statements import Query
from makeline.kernel.errors import NotAllowed
from makeline.kernel.money import Money
from tests.engines import drawn_here
from tests.given import Given

PENDING, PROCESSING, PAID, FAILED, ERROR = PaymentStatus
ROOMY_MACHINE, ITS_ROOM = "CN_DEBUG_01", 20
TEST_MACHINE = "VM_TEST_MANUFACTURER"

_KEPT: Query[tuple[str, str, MessageState]] = Query(
    select(inbox.c.subject, inbox.c.external_id, inbox.c.state)
    .where(inbox.c.subject == bindparam("subject"))
    .order_by(inbox.c.id),
    tuple,
)


def _after(before: PaymentStatus, told: PaymentStatus) -> PaymentStatus:
    """What a payment is after it was told something for the first time."""
    if before is PAID or told is PENDING:
        return before
    return told


async def _told_in_order(given: Given, order: tuple[PaymentStatus, ...]) -> None:
    _, begun = await given.payment_begun(ROOMY_MACHINE)
    reference = begun.payment.reference
    expected = PENDING
    answers = set()
    for position, told in enumerate(order):
        expected = _after(expected, told)
        # Each new one, then everything said before once more, as a partner repeats what was not answered.
        for status in (told, *order[:position]):
            answers.add(await given.notice(reference, status))
        payment = await given.payment_of(begun.order)
        assert payment.status.value == expected.value, order[: position + 1]
    assert answers == {begun.order.number}
    assert (await given.order(begun.order.number)).payment_status == "paid"


async def test_in_all_120_orders_with_every_notice_repeated_the_sale_is_paid_exactly_once(
    given: Given, shop_url: str, rounds: Callable[[int, int], int]
):
    every = list(permutations(PaymentStatus))
    assert len(every) == 120
    orders = [order for order in every if drawn_here(shop_url, order) or rounds(0, 1)]
    await given.blanks(len(orders), machine=ROOMY_MACHINE)
    for start in range(0, len(orders), ITS_ROOM):
        await asyncio.gather(*(_told_in_order(given, order) for order in orders[start : start + ITS_ROOM]))
    placed = await given.orders()
    assert len(placed) == len(orders)
    assert {(await given.job(order)).attempt for order in placed} == {1}


async def test_a_paid_notice_pays_the_order_and_queues_its_print(given: Given):
    session, begun = await given.payment_begun()
    assert await given.notice(begun.payment.reference, PAID) == begun.order.number
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED
    job = await given.job(begun.order)
    assert (job.status, job.queue_number) == ("queued", "Q001")
    payment = await given.payment_of(begun.order)
    assert payment.paid_at == given.clock.now


async def test_a_late_word_after_paid_changes_nothing_and_bothers_nobody(given: Given):
    _, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PAID)
    before = await given.payment_of(begun.order)
    for late in (PENDING, PROCESSING, FAILED):
        assert await given.notice(begun.payment.reference, late) == begun.order.number
    assert await given.payment_of(begun.order) == before
    assert await given.anomalies() == []


async def test_an_abnormal_payment_after_paid_waits_for_staff_and_changes_nothing(given: Given):
    _, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PAID)
    before = await given.payment_of(begun.order)
    for _ in range(2):
        await given.notice(begun.payment.reference, ERROR)
    assert await given.payment_of(begun.order) == before
    assert await given.anomalies() == ["payment_doubted_after_paid"]


@pytest.mark.parametrize("told", ["0.01", "19.98", "1999", "20", "-19.99", "nonsense"])
async def test_another_amount_than_ours_waits_for_staff_and_prints_nothing(given: Given, told):
    session, begun = await given.payment_begun()
    assert await given.notice(begun.payment.reference, PAID, amount=told) == begun.order.number
    assert await given.anomalies() == ["payment_amount_differs"]
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING
    assert (await given.payment_of(begun.order)).status is PaymentState.PENDING


@pytest.mark.parametrize("told", ["19.99", "19.990", None])
async def test_our_amount_in_any_spelling_or_none_at_all_is_right(given: Given, told):
    _, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PAID, amount=told)
    assert (await given.payment_of(begun.order)).status is PaymentState.PAID


async def test_after_a_wrong_amount_the_terminals_own_word_still_settles(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PAID, amount="0.01")
    confirmed = await given.confirmed(session.key, amount=Money(1999, "GBP"))
    assert confirmed.outcome.order_number == begun.order.number


async def test_a_corrected_amount_counts(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PAID, amount="0.01")
    await given.notice(begun.payment.reference, PAID, amount="19.99")
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED


async def test_a_wrong_amount_told_after_the_sale_was_settled_waits_for_staff_too(given: Given):
    session, begun = await given.payment_begun()
    await given.confirmed(session.key)
    await given.notice(begun.payment.reference, PAID, amount="0.01")
    assert await given.anomalies() == ["payment_amount_differs"]
    assert (await given.payment_of(begun.order)).provider_paid_at is None


async def test_the_same_notice_again_is_usual_but_another_moment_or_amount_is_not(given: Given):
    _, begun = await given.payment_begun()
    reference = begun.payment.reference
    for _ in range(3):
        await given.notice(reference, PAID, amount="19.99", paid_at="2026-03-04 12:00:07")
    assert await given.anomalies() == []
    for _ in range(2):
        await given.notice(reference, PAID, amount="19.99", paid_at="2026-03-04 12:03:51")
    await given.notice(reference, PAID, amount="39.98", paid_at="2026-03-04 12:00:07")
    assert await given.anomalies() == ["payment_reported_twice", "payment_amount_differs"]
    assert (await given.payment_of(begun.order)).status is PaymentState.PAID


async def test_status_three_after_the_terminals_word_is_evidence_of_the_same_payment(given: Given):
    session, begun = await given.payment_begun()
    confirmed = await given.confirmed(session.key)
    before = await given.payment_of(begun.order)
    given.clock.tick(seconds=7)
    assert await given.notice(begun.payment.reference, PAID) == confirmed.outcome.order_number
    after = await given.payment_of(begun.order)
    assert (after.status, after.paid_at) == (before.status, before.paid_at)
    assert len(await given.orders()) == 1


async def test_the_terminals_word_after_status_three_answers_as_if_it_had_been_first(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PAID)
    confirmed = await given.confirmed(session.key, transaction="TXN_LATE")
    assert confirmed.outcome.order_number == begun.order.number
    assert not confirmed.first_time
    assert (await given.job(begun.order)).queue_number == confirmed.outcome.queue_number == "Q001"


async def test_both_words_at_once_settle_once(given: Given):
    session, begun = await given.payment_begun()
    words = [given.notice(begun.payment.reference, PAID) for _ in range(4)]
    terminal = [given.confirmed(session.key) for _ in range(4)]
    told, confirmed = await asyncio.gather(asyncio.gather(*words), asyncio.gather(*terminal))
    assert set(told) == {begun.order.number}
    assert {each.outcome.queue_number for each in confirmed} == {"Q001"}
    assert sum(each.first_time for each in confirmed) <= 1
    assert (await given.stock_item()).sold == 1


async def test_money_beats_the_clock(given: Given):
    expired, begun = await given.payment_begun()
    given.clock.tick(minutes=30)
    await given.expire()
    await given.notice(begun.payment.reference, PAID)
    assert (await given.session_now(expired.key)).status is SessionStatus.PAYMENT_COMPLETED
    assert (await given.stock_item()).sold == 1


async def test_money_beats_a_cancellation(given: Given):
    session, begun = await given.payment_begun()
    given.clock.tick(minutes=6)
    await given.closed(session.key)
    await given.notice(begun.payment.reference, PAID)
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED


async def test_every_notice_is_kept_once_as_it_was_received(given: Given):
    _, begun = await given.payment_begun()
    reference = begun.payment.reference
    for status in (PROCESSING, PROCESSING, PAID, PAID, PAID):
        await given.notice(reference, status)
    kept = await given.rows(_KEPT, subject=reference)
    assert kept == [
        (reference, f"{reference}:processing", MessageState.APPLIED),
        (reference, f"{reference}:paid", MessageState.APPLIED),
    ]


async def test_an_unknown_payment_of_a_known_partner_waits_in_the_inbox(given: Given):
    assert await given.notice("PYEN260304999999", PAID) is None
    kept = await given.rows(_KEPT, subject="PYEN260304999999")
    assert [state for _, _, state in kept] == [MessageState.WAITING]
    assert await given.orders() == []


async def _next_reference(given: Given, *, day: str = "260304") -> str:
    """Our id of the payment that will be opened next, on that day."""
    _, begun = await given.payment_begun()
    return f"PYEN{day}{int(begun.payment.reference[-6:]) + 1:06d}"


async def _paid_after_the_round(given: Given, reference: str) -> bool:
    """The payment with that reference begins, and the round of waiting notices comes by."""
    session, begun = await given.payment_begun()
    assert begun.payment.reference == reference
    if await given.database.read(notices_wait):
        await given.database.begin(apply_waiting_notices, actor="clock")
    return (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED


async def test_an_early_notice_of_a_known_partner_is_applied_when_its_payment_appears(given: Given):
    early = await _next_reference(given)
    await given.notice(early, PROCESSING)
    await given.notice(early, PAID, amount="19.99")
    assert await _paid_after_the_round(given, early)
    assert {state for _, _, state in await given.rows(_KEPT, subject=early)} == {MessageState.APPLIED}


async def test_an_early_notice_is_applied_once_however_often_the_round_comes_by(given: Given):
    early = await _next_reference(given)
    await given.notice(early, PAID)
    assert await _paid_after_the_round(given, early)
    assert await given.database.begin(apply_waiting_notices, actor="clock") == 0


@pytest.mark.parametrize(("hours", "counts"), [(23, True), (25, False)])
async def test_an_early_notice_waits_for_a_day_and_no_longer(given: Given, hours, counts):
    early = await _next_reference(given, day="260305")
    await given.notice(early, PAID)
    given.clock.tick(hours=hours)
    assert await _paid_after_the_round(given, early) is counts


async def test_a_hundred_notices_about_nothing_do_not_starve_one_that_counts(given: Given):
    early = await _next_reference(given)
    for number in range(100):
        await given.notice(f"PAY_{number}", PAID)
    await given.notice(early, PAID)
    assert await _paid_after_the_round(given, early)


async def test_an_early_notice_with_a_wrong_amount_still_prints_nothing(given: Given):
    early = await _next_reference(given)
    await given.notice(early, PAID, amount="0.01")
    assert not await _paid_after_the_round(given, early)
    assert await given.anomalies() == ["payment_amount_differs"]


@pytest.mark.parametrize("who", ["a stranger", "a partner with other machines"])
async def test_an_early_notice_of_anybody_else_never_pays(given: Given, who):
    early = await _next_reference(given)
    caller = given.stranger() if who == "a stranger" else given.foreigner()
    assert await given.notice(early, PAID, caller=caller) is None
    assert not await _paid_after_the_round(given, early)


@pytest.mark.parametrize("who", ["a stranger", "a partner with other machines", "a phone"])
async def test_nobody_but_the_operator_moves_a_payment_of_a_real_machine(given: Given, who):
    session, begun = await given.payment_begun()
    phone = await given.phone(session.key)
    caller = {"a stranger": given.stranger(), "a phone": phone}.get(who, given.foreigner())
    for status in PaymentStatus:
        assert await given.notice(begun.payment.reference, status, caller=caller) is None
    assert (await given.payment_of(begun.order)).status is PaymentState.PENDING
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING


async def test_a_browser_never_reports_a_payment_not_even_at_a_test_machine(given: Given):
    _, begun = await given.payment_begun(TEST_MACHINE)
    with pytest.raises(NotAllowed):
        await given.notice(begun.payment.reference, PAID, caller=await given.browser())
    assert (await given.payment_of(begun.order)).status is PaymentState.PENDING


async def test_at_a_test_machine_anybody_may_play_the_partner(given: Given):
    _, begun = await given.payment_begun(TEST_MACHINE)
    assert await given.notice(begun.payment.reference, PAID, caller=given.stranger()) == begun.order.number
    assert (await given.payment_of(begun.order)).status is PaymentState.PAID
