"""Sessions end: cancelled by somebody, or expired by the clock; their blanks go back on sale."""

import pytest

from makeline.cases.kiosk.close import PaymentInProgress, expire_sessions
from makeline.cases.kiosk.queries import open_session_count, status_now
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.production.print_partner import PaymentStatus
from makeline.kernel.errors import NotFound, Unrecognised
from tests.given import Given


async def test_a_session_closed_before_payment_is_cancelled_and_its_blank_is_back_on_sale(given: Given):
    session = await given.session_to_pay()
    given.clock.tick(minutes=3)
    await given.closed(session.key)
    closed = await given.session_now(session.key)
    assert closed.status is SessionStatus.CANCELLED
    assert closed.closed_at == given.clock.now
    item = await given.stock_item()
    assert (item.reserved, item.available) == (0, 100)


async def test_closing_again_changes_nothing(given: Given):
    session = await given.session_to_pay()
    await given.closed(session.key)
    closed = await given.session_now(session.key)
    given.clock.tick(minutes=1)
    await given.closed(session.key)
    assert await given.session_now(session.key) == closed


async def test_a_session_closed_after_payment_leaves_the_order_alone(given: Given):
    paid = await given.paid_sale()
    await given.closed(paid.session.key)
    closed = await given.session_now(paid.session.key)
    assert closed.status is SessionStatus.PAYMENT_COMPLETED
    assert closed.closed_at == given.clock.now
    assert (await given.order(paid.outcome.order_number)).status == "placed"
    assert (await given.stock_item()).sold == 1
    given.clock.tick(minutes=1)
    await given.closed(paid.session.key)
    assert await given.session_now(paid.session.key) == closed


async def test_an_expired_session_may_be_closed_and_stays_expired(given: Given):
    session = await given.session_to_pay()
    given.clock.tick(minutes=25)
    await given.closed(session.key)
    await given.expire()
    await given.closed(session.key)
    assert (await given.session_now(session.key)).status is SessionStatus.EXPIRED


async def test_nobody_closes_a_session_while_money_is_being_taken(given: Given):
    session, _ = await given.payment_begun()
    given.clock.tick(minutes=4, seconds=59)
    with pytest.raises(PaymentInProgress) as refused:
        await given.closed(session.key)
    assert refused.value.code == "PAYMENT_IN_PROGRESS"
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING


async def test_a_payment_that_was_silent_for_five_minutes_no_longer_bars_the_way(given: Given):
    session, begun = await given.payment_begun()
    given.clock.tick(minutes=5)
    await given.closed(session.key)
    assert (await given.session_now(session.key)).status is SessionStatus.CANCELLED
    assert (await given.order(begun.order.number)).payment_status == "unpaid"


@pytest.mark.parametrize("outcome", [PaymentStatus.FAILED, PaymentStatus.ERROR])
async def test_a_declined_customer_may_leave_at_once(given: Given, outcome):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, outcome)
    await given.closed(session.key)
    assert (await given.session_now(session.key)).status is SessionStatus.CANCELLED


@pytest.mark.parametrize("word", [PaymentStatus.PENDING, PaymentStatus.PROCESSING])
async def test_a_customer_whose_card_is_being_read_may_not_leave(given: Given, word):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, word)
    with pytest.raises(PaymentInProgress):
        await given.closed(session.key)


async def test_a_second_try_bars_the_way_again(given: Given):
    session, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PaymentStatus.FAILED)
    await given.payment(session.key)
    # The partner repeats what he said of the first try.
    await given.notice(begun.payment.reference, PaymentStatus.FAILED)
    with pytest.raises(PaymentInProgress):
        await given.closed(session.key)


async def test_the_phone_that_holds_the_session_may_end_it_and_no_other(given: Given):
    session, other = await given.session(), await given.session()
    phone, foreign = await given.phone(session.key), await given.phone(other.key)
    for stranger in (foreign, given.stranger()):
        with pytest.raises(Unrecognised):
            await given.closed(session.key, caller=stranger)
    await given.closed(session.key, caller=phone)
    assert (await given.session_now(session.key)).status is SessionStatus.CANCELLED


async def test_a_session_of_another_partner_is_not_found(given: Given):
    session = await given.session()
    with pytest.raises(NotFound):
        await given.closed(session.key, caller=given.foreigner())


async def test_an_unknown_session_cannot_be_closed(given: Given):
    with pytest.raises(NotFound):
        await given.closed("VM001_20260304_120000_ABCDEF")
    with pytest.raises(InvalidSessionId):
        await given.closed("VM001")


async def test_a_session_is_expired_by_the_clock_before_anybody_has_written_it_down(given: Given):
    session = await given.session_to_pay()
    given.clock.tick(minutes=25, seconds=-1)
    assert status_now(await given.session_now(session.key), given.clock.now) is SessionStatus.PAYMENT_PENDING
    assert await given.database.read(open_session_count) == 1
    given.clock.tick(seconds=1)
    stored = await given.session_now(session.key)
    assert stored.status is SessionStatus.PAYMENT_PENDING
    assert status_now(stored, given.clock.now) is SessionStatus.EXPIRED
    assert await given.database.read(open_session_count) == 0


async def test_the_clocks_chore_writes_the_end_down_once_and_puts_the_blank_back(given: Given):
    session = await given.session_to_pay()
    assert await given.expire() == 0
    given.clock.tick(minutes=25)
    assert await given.expire() == 1
    assert await given.expire() == 0
    assert (await given.session_now(session.key)).status is SessionStatus.EXPIRED
    assert (await given.stock_item()).available == 100


async def test_the_chore_takes_the_oldest_first_and_leaves_the_rest_for_its_next_round(given: Given):
    keys = []
    for _ in range(3):
        keys.append((await given.session()).key)
        given.clock.tick(seconds=1)
    given.clock.tick(minutes=25)
    assert await given.database.begin(lambda unit: expire_sessions(unit, most=2), actor="clock") == 2
    stored = [(await given.session_now(key)).status for key in keys]
    assert stored == [SessionStatus.EXPIRED, SessionStatus.EXPIRED, SessionStatus.ACTIVE]


async def test_a_customer_at_the_terminal_is_not_expired_before_his_ten_minutes(given: Given):
    session = await given.session_to_pay()
    given.clock.tick(minutes=24)
    await given.payment(session.key)
    given.clock.tick(minutes=9)
    assert await given.expire() == 0
    given.clock.tick(minutes=1)
    assert await given.expire() == 1


async def test_ended_sessions_are_never_expired(given: Given):
    cancelled = await given.session_to_pay()
    await given.closed(cancelled.key)
    paid = (await given.paid_sale()).session
    given.clock.tick(days=1)
    assert await given.expire() == 0
    assert (await given.session_now(cancelled.key)).status is SessionStatus.CANCELLED
    assert (await given.session_now(paid.key)).status is SessionStatus.PAYMENT_COMPLETED
