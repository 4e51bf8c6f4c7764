"""What several people do to one session or one machine in the same moment; whatever the order, nothing contradicts."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from makeline.cases.kiosk.close import PaymentInProgress
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.open import MachineBusy
from makeline.cases.kiosk.pay import Begun
from makeline.cases.kiosk.queries import open_session_count, pictures_of
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.kiosk.submit_design import Submitted
from makeline.cases.production.print_partner import PaymentStatus
from makeline.cases.stock.reserve import OutOfStock
from makeline.commerce.files.models import StoredFile
from makeline.kernel.errors import Invalid
from makeline.kernel.states import IllegalMove
from tests.given import Given


async def _all_at_once(*acts: Awaitable[Any]) -> list[Any]:
    return await asyncio.gather(*acts, return_exceptions=True)


def _kinds(outcomes: list[Any]) -> set[type]:
    return {type(outcome) for outcome in outcomes}


async def test_a_machine_never_opens_more_sessions_than_it_has_room_for(given: Given):
    outcomes = await _all_at_once(*(given.session("VM_DEMO") for _ in range(10)))
    assert sum(isinstance(outcome, KioskSession) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, MachineBusy) for outcome in outcomes) == 8
    assert await given.database.read(open_session_count) == 2


async def test_of_many_phones_that_scan_at_once_one_holds_the_session(given: Given):
    session = await given.session()
    outcomes = await _all_at_once(*(given.secret(session.key) for _ in range(8)))
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert _kinds(outcomes) == {str, AssertionError}


async def test_of_twelve_pictures_at_once_eight_are_taken(given: Given):
    session = await given.session()
    outcomes = await _all_at_once(
        *(given.picture(session.key, f"picture {number}".encode()) for number in range(12))
    )
    assert _kinds(outcomes) == {str, Invalid}
    there = await given.database.read(lambda unit: pictures_of(unit, session.id))
    assert [picture.position for picture in there] == list(range(1, 9))
    assert {picture.name for picture in there} == {name for name in outcomes if isinstance(name, str)}


async def test_the_same_picture_sent_many_times_at_once_is_one_picture(given: Given):
    session = await given.session()
    names = await _all_at_once(*(given.picture(session.key) for _ in range(6)))
    assert len(set(names)) == 1
    assert len(await given.database.read(lambda unit: pictures_of(unit, session.id))) == 1


async def test_the_last_blank_goes_to_one_of_two_designs_submitted_at_once(given: Given):
    await given.blanks(1)
    sessions = [await given.session() for _ in range(4)]
    for session in sessions:
        await given.picture(session.key)
    outcomes = await _all_at_once(*(given.summary(session.key) for session in sessions))
    assert sum(isinstance(outcome, Submitted) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, OutOfStock) for outcome in outcomes) == 3
    assert (await given.stock_item()).reserved == 1


async def test_one_design_submitted_many_times_at_once_reserves_one_blank(given: Given):
    session = await given.session()
    await given.picture(session.key)
    outcomes = await _all_at_once(*(given.summary(session.key) for _ in range(5)))
    assert _kinds(outcomes) == {Submitted}
    assert len({outcome.session.allocation_id for outcome in outcomes}) == 1
    assert (await given.stock_item()).reserved == 1


async def test_whoever_is_first_of_leaving_and_paying_the_other_is_told(given: Given):
    for _ in range(4):
        session = await given.session_to_pay()
        left, paid = await _all_at_once(given.closed(session.key), given.payment(session.key))
        now = await given.session_now(session.key)
        if now.status is SessionStatus.CANCELLED:
            assert isinstance(paid, IllegalMove)
        else:
            assert isinstance(left, PaymentInProgress)
            assert isinstance(paid, Begun)


async def test_money_and_the_clock_at_once_always_end_paid(given: Given):
    for _ in range(4):
        session, begun = await given.payment_begun()
        given.clock.tick(minutes=30)
        await _all_at_once(
            given.expire(), given.notice(begun.payment.reference, PaymentStatus.PAID), given.expire()
        )
        assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_COMPLETED
    assert (await given.stock_item()).sold == 4


async def test_a_design_that_changes_while_the_money_comes_is_changed_or_refused(given: Given):
    for number in range(4):
        session, begun = await given.payment_begun()
        changed, _ = await _all_at_once(
            given.summary(session.key, text=f"For {number}"),
            given.notice(begun.payment.reference, PaymentStatus.PAID),
        )
        assert isinstance(changed, Submitted | IllegalMove)
        job = await given.job(begun.order)
        printed = await given.printed(job.reference)
        now = await given.session_now(session.key)
        assert (printed.id, now.status) == (now.design_id, SessionStatus.PAYMENT_COMPLETED)


async def test_files_of_equal_pictures_sent_at_once_by_two_customers_are_one(given: Given):
    sessions = [await given.session(), await given.session()]
    names = await _all_at_once(*(given.picture(session.key) for session in sessions))
    assert names[0] == names[1]
    assert not any(isinstance(name, StoredFile | Exception) for name in names)
