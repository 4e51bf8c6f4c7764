"""Words about orders from outside: notices are kept and never refused, commands move or are refused."""

from typing import Any

import pytest
from sqlalchemy import bindparam, select

from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.states import JobState
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.inbox import MessageState, inbox
from makeline.foundation.statements import Query
from makeline.kernel.errors import NotAllowed, NotFound, Unrecognised
from makeline.kernel.states import IllegalMove
from tests.given import Given

WORDS = ("pending", "printing", "printed", "completed", "failed", "cancelled")
ROAD = WORDS[:4]
LEGAL = {
    **{before: {*ROAD[ROAD.index(before) :], "failed", "cancelled"} for before in ROAD[:3]},
    "completed": {"completed"},
    "failed": {"failed", "cancelled"},
    "cancelled": {"cancelled"},
}
_KEPT: Query[tuple[MessageState]] = Query(
    select(inbox.c.state).where(inbox.c.subject == bindparam("subject")).order_by(inbox.c.id), tuple
)


@pytest.mark.parametrize("before", WORDS)
async def test_from_every_state_each_word_moves_the_order_or_is_refused(given: Given, before):
    for word in WORDS:
        order, _ = await given.sent_print("VM001")
        assert await given.command(order.number, before) == before
        if word in LEGAL[before]:
            assert await given.command(order.number, word) == word, (before, word)
            continue
        with pytest.raises(IllegalMove) as refused:
            await given.command(order.number, word)
        assert refused.value.extras["current_status"] == before
        assert set(refused.value.extras["allowed"]) == LEGAL[before] - {before}, (before, word)


async def test_the_same_word_again_is_no_move(given: Given):
    order, _ = await given.sent_print()
    for word in ROAD:
        await given.command(order.number, word)
        before = await given.job(order)
        given.clock.tick(seconds=1)
        assert await given.command(order.number, word) == word
        assert await given.job(order) == before


async def test_a_command_may_come_before_the_partner_has_the_order(given: Given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    assert await given.command(order.number, "pending") == "pending"
    assert await given.command(order.number, "printed") == "printed"
    assert (await given.job(order)).status is JobState.PRINTED


async def test_a_command_names_the_order_by_our_number_or_by_our_id_of_the_print(given: Given):
    order, job = await given.sent_print()
    assert await given.command(job.reference, "printing") == "printing"
    assert await given.command(order.number, "printed") == "printed"


async def test_an_unpaid_order_is_pending_and_can_only_be_cancelled(given: Given):
    session, begun = await given.payment_begun()
    assert await given.command(begun.order.number, "pending") == "pending"
    for word in ("printing", "printed", "completed", "failed"):
        with pytest.raises(IllegalMove) as refused:
            await given.command(begun.order.number, word)
        assert refused.value.extras == {"current_status": "pending", "allowed": ["cancelled"]}
    assert await given.command(begun.order.number, "cancelled") == "cancelled"
    assert await given.command(begun.order.number, "cancelled") == "cancelled"
    assert (await given.order(begun.order.number)).status is OrderStatus.CANCELLED
    await given.promises_kept()
    assert (await given.session_now(session.key)).status is SessionStatus.CANCELLED
    assert (await given.stock_item()).available == 100


async def test_money_that_comes_for_a_cancelled_order_prints_nothing_and_waits_for_staff(given: Given):
    session, begun = await given.payment_begun()
    await given.command(begun.order.number, "cancelled")
    await given.promises_kept()
    await given.confirmed(session.key)
    assert (await given.payment_of(begun.order)).status == "paid"
    job = await given.job(begun.order)
    assert job.status is JobState.WAITING_FOR_STAFF
    assert job.trouble


async def test_an_unknown_order_is_not_found(given: Given):
    for called in ("ORDER_456", "OREN260304999999", ""):
        with pytest.raises(NotFound):
            await given.command(called, "printing")


async def test_an_order_of_another_partner_is_not_found_paid_or_not(given: Given):
    paid, _ = await given.sent_print()
    _, unpaid = await given.payment_begun()
    for number in (paid.number, unpaid.order.number):
        with pytest.raises(NotFound):
            await given.command(number, "cancelled", caller=given.foreigner())


async def test_a_stranger_commands_orders_of_test_machines_only(given: Given):
    real, _ = await given.sent_print()
    with pytest.raises((Unrecognised, NotFound)):
        await given.command(real.number, "cancelled", caller=given.stranger())
    assert (await given.order(real.number)).status is OrderStatus.PLACED
    at_test, _ = await given.sent_print("VM_TEST_MANUFACTURER")
    assert await given.command(at_test.number, "printing", caller=given.stranger()) == "printing"
    _, unpaid = await given.payment_begun("VM_TEST_MANUFACTURER")
    assert await given.command(unpaid.order.number, "cancelled", caller=given.stranger()) == "cancelled"


async def test_a_browser_reports_no_print(given: Given):
    order, job = await given.sent_print()
    browser = await given.browser()
    with pytest.raises(NotAllowed):
        await given.command(order.number, "printing", caller=browser)
    with pytest.raises(NotAllowed):
        await given.print_notice(job.reference, JobStep.PRINTING, caller=browser)


async def test_what_is_said_beside_the_status_is_kept(given: Given):
    order, _ = await given.sent_print()
    words: dict[str, Any] = {
        "notes": "Started printing process",
        "estimated_completion": "2026-03-04T15:30:00Z",
        "queue_number": "4529",
        "partner_reference": "CHN_ORD_12345",
        "device": "LONDON_DEVICE_001",
    }
    await given.command(order.number, "printing", **words)
    job = await given.job(order)
    kept = (job.notes, job.estimated_completion, job.partner_queue_number, job.partner_reference)
    assert kept == tuple(words.values())[:4]
    assert job.reported_device == "LONDON_DEVICE_001"
    # Saying less the next time takes nothing back.
    await given.command(order.number, "printed")
    assert (await given.job(order)).notes == "Started printing process"


async def test_a_notice_is_kept_once_and_its_repeat_changes_nothing(given: Given):
    _, job = await given.sent_print()
    answers = [await given.print_notice(job.reference, JobStep.PRINTING) for _ in range(3)]
    assert answers == ["printing"] * 3
    assert await given.rows(_KEPT, subject=job.reference) == [(MessageState.APPLIED,)]


async def test_a_notice_about_an_order_we_do_not_know_yet_is_never_refused(given: Given):
    assert await given.print_notice("OREN260304999999", JobStep.PRINTING) is None
    assert len(await given.rows(_KEPT, subject="OREN260304999999")) == 1


@pytest.mark.parametrize("who", ["a stranger", "a partner with other machines"])
async def test_nobody_else_moves_a_print_of_a_real_machine(given: Given, who):
    order, job = await given.sent_print()
    caller = given.stranger() if who == "a stranger" else given.foreigner()
    assert await given.print_notice(job.reference, JobStep.CANCELLED, caller=caller) is None
    assert (await given.order(order.number)).status is OrderStatus.PLACED
