"""What staff do with prints: again, on, back, elsewhere, first; each once, with a reason, in the history."""

import asyncio
from datetime import timedelta

import pytest

from makeline.cases.machines.queries import machine_called
from makeline.cases.production.ask import ask_about_prints
from makeline.cases.production.print_partner import DeviceOffline, JobStep, PartnerAway
from makeline.cases.production.rearrange import OtherOperator, move_print
from makeline.cases.production.release import release_print
from makeline.cases.production.reprint import reprint
from makeline.cases.production.states import JobState
from makeline.cases.production.submit import submit_print
from makeline.cases.production.withdraw import cancel_print
from makeline.cases.stock.reserve import OutOfStock
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.dispatch import Dispatcher
from makeline.foundation.promises import GiveUp, TryLater, dead_promises, revive
from makeline.kernel.errors import Invalid, NotFound
from makeline.kernel.states import IllegalMove
from tests.given import MACHINE, Given


async def by_staff(given: Given, verb, *words, **more):
    return await given.database.begin(lambda unit: verb(unit, *words, **more), actor="staff Ann")


async def failed_print(given: Given):
    order, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.PRINTING)
    await given.print_notice(job.reference, JobStep.FAILED)
    return order, job


async def test_a_reprint_prints_once_more_and_takes_one_more_blank(given):
    order, first = await failed_print(given)
    before = await given.stock_item()
    again = await by_staff(given, reprint, order.number, reason="white stripe")
    after = await given.stock_item()
    assert (again.attempt, again.queue_number) == (2, first.queue_number)
    assert (after.sold, after.on_hand) == (before.sold + 1, before.on_hand)
    assert (await given.order(order.number)).status is OrderStatus.IN_PRODUCTION
    await given.promises_kept()
    assert list(given.partner.orders) == [first.reference, again.reference]
    await given.print_notice(again.reference, JobStep.SHIPPED)
    assert (await given.order(order.number)).status is OrderStatus.COMPLETED
    assert (await given.stock_item()).on_hand == before.on_hand - 1


@pytest.mark.parametrize("came_to", [JobStep.PRINTED, JobStep.SHIPPED])
async def test_what_came_out_spoilt_is_printed_again_on_a_blank_of_its_own(given, came_to):
    order, first = await given.sent_print()
    await given.print_notice(first.reference, came_to)
    before = await given.stock_item()
    again = await by_staff(given, reprint, order.number, reason="colours run")
    after = await given.stock_item()
    assert (again.attempt, again.printed_at, after.sold) == (2, None, before.sold + 1)
    assert (await given.order(order.number)).status is OrderStatus.IN_PRODUCTION
    given.clock.tick(seconds=5)
    await given.promises_kept()
    # The first case is taken out late: that is no word about the second.
    await given.print_notice(first.reference, JobStep.SHIPPED)
    assert (await given.job(order)).status is JobState.SENT
    await given.print_notice(again.reference, JobStep.SHIPPED)
    assert (await given.order(order.number)).status is OrderStatus.COMPLETED
    assert (await given.stock_item()).on_hand == before.on_hand - 1


async def test_nobody_asks_the_partner_about_a_print_that_was_replaced(given):
    order, first = await given.sent_print()
    await given.print_notice(first.reference, JobStep.PRINTED)
    await by_staff(given, reprint, order.number, reason="colours run")
    given.clock.tick(seconds=3600)
    assert await ask_about_prints(given.database.begin, given.partner, silence=timedelta(minutes=15)) == 0


async def test_a_blank_that_was_never_taken_is_printed_on_again(given):
    order, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.FAILED)
    before = await given.stock_item()
    await by_staff(given, reprint, order.number, reason="paper jam")
    assert await given.stock_item() == before


async def test_a_reprint_needs_a_reason_a_failure_and_a_blank(given):
    order, job = await given.sent_print()
    with pytest.raises(IllegalMove):
        await by_staff(given, reprint, order.number, reason="just so")
    with pytest.raises(NotFound):
        await by_staff(given, reprint, "ORDER_99999999", reason="just so")
    await given.print_notice(job.reference, JobStep.PRINTING)
    await given.print_notice(job.reference, JobStep.FAILED)
    with pytest.raises(Invalid):
        await by_staff(given, reprint, order.number, reason="  ")
    await given.blanks(0)
    with pytest.raises(OutOfStock):
        await by_staff(given, reprint, order.number, reason="torn")
    assert (await given.job(order)).attempt == 1


async def test_two_helpers_at_once_order_one_reprint(given):
    order, _ = await failed_print(given)
    both = [by_staff(given, reprint, order.number, reason=f"helper {number}") for number in range(4)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IllegalMove"] * 3 + ["PrintJob"]
    assert (await given.job(order)).attempt == 2


async def test_late_words_about_the_first_print_do_not_touch_the_second(given):
    order, first = await failed_print(given)
    await by_staff(given, reprint, order.number, reason="white stripe")
    sold = (await given.stock_item()).sold
    await given.print_notice(first.reference, JobStep.CANCELLED)
    await given.print_notice(first.reference, JobStep.SHIPPED)
    assert (await given.order(order.number)).status is OrderStatus.IN_PRODUCTION
    assert (await given.job(order)).status is JobState.QUEUED
    assert (await given.stock_item()).sold == sold


async def test_a_print_that_waited_for_staff_is_released_and_goes_out(given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    given.partner.trouble = [DeviceOffline("The device is offline.")]
    with pytest.raises(GiveUp):
        await given.submitted(order)
    with pytest.raises(IllegalMove):
        await by_staff(given, reprint, order.number, reason="no")
    released = await by_staff(given, release_print, order.number, reason="plugged in again")
    assert (released.status, released.trouble) == (JobState.QUEUED, None)
    with pytest.raises(IllegalMove):
        await by_staff(given, release_print, order.number, reason="twice")
    await given.promises_kept()
    given.clock.tick(seconds=5)
    await given.promises_kept()
    assert (await given.job(order)).status is JobState.SENT
    assert list(given.partner.orders) == [released.reference]


async def test_money_without_a_blank_is_made_when_somebody_has_loaded_one(given):
    session = await given.session_to_pay()
    await given.closed(session.key)
    await given.blanks(0)
    order = await given.order((await given.confirmed(session.key)).outcome.order_number)
    with pytest.raises(OutOfStock):
        await by_staff(given, release_print, order.number, reason="hope")
    await given.blanks(1)
    await by_staff(given, release_print, order.number, reason="loaded")
    item = await given.stock_item()
    assert (item.on_hand, item.sold) == (1, 1)


async def test_a_cancelled_print_frees_its_blank_and_the_refund_is_on_the_list(given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    sold = (await given.stock_item()).sold
    await by_staff(given, cancel_print, order.number, reason="customer asked")
    assert (await given.stock_item()).sold == sold - 1
    assert (await given.order(order.number)).status is OrderStatus.CANCELLED
    assert await given.anomalies() == ["paid_order_cancelled_by_staff"]
    given.clock.tick(seconds=5)
    await given.promises_kept()
    assert given.partner.orders == {}


async def test_what_the_partner_may_have_is_not_cancelled(given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    with pytest.raises(TryLater):
        await given.submitted(order)
    given.clock.tick(seconds=5)
    given.partner.trouble = [PartnerAway("no answer", may_have_arrived=True)]
    with pytest.raises(TryLater):
        await given.submitted(order)
    with pytest.raises(IllegalMove):
        await by_staff(given, cancel_print, order.number, reason="too late")
    given.partner.trouble = [PartnerAway("refused at the door")]
    with pytest.raises(TryLater):
        await given.submitted(order)
    assert (await by_staff(given, cancel_print, order.number, reason="in time")).status is JobState.CANCELLED


async def test_cancelling_races_with_handing_over_and_only_one_wins(given):
    for _ in range(5):
        order = await given.order((await given.paid_sale()).outcome.order_number)
        with pytest.raises(TryLater):
            await given.submitted(order)
        given.clock.tick(seconds=5)
        submission = given.submission
        await asyncio.gather(
            submit_print(given.database.begin, submission, order.id, attempt=1),
            by_staff(given, cancel_print, order.number, reason="race"),
            return_exceptions=True,
        )
        job = await given.job(order)
        assert (job.reference in given.partner.orders) == (job.status is JobState.SENT)


async def test_an_unsent_print_moves_to_another_machine_with_a_blank_of_its_own(given):
    machine, other = "VM001", "VM002"
    order = await given.order((await given.paid_sale(machine)).outcome.order_number)
    here = await given.stock_item(machine=machine)
    there = await given.stock_item(machine=other)

    def move(unit):
        return move_print(unit, order.number, machine_called(unit, other), reason="printer broken")

    moved = await given.database.begin(move, actor="staff Ann")
    assert moved.queue_number == "Q001"
    assert (await given.stock_item(machine=machine)).sold == here.sold - 1
    assert (await given.stock_item(machine=other)).sold == there.sold + 1
    await given.submitted(order, until_sent=True)
    assert given.partner.orders[moved.reference].device == "TEST_DEVICE_002"
    with pytest.raises(IllegalMove):
        await given.database.begin(move, actor="staff Ann")


async def test_a_print_does_not_move_to_somebody_elses_machine(given):
    order = await given.order((await given.paid_sale()).outcome.order_number)

    def move(unit):
        foreign = machine_called(unit, MACHINE)._replace(id=-1, partner_id=-1)
        return move_print(unit, order.number, foreign, reason="no")

    with pytest.raises(OtherOperator):
        await given.database.begin(move, actor="staff Ann")


async def test_a_promise_that_was_given_up_is_tried_again(given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    dispatcher = Dispatcher(given.database, {})
    while await dispatcher.keep_due():
        await dispatcher.all_done(10)
    dead = await given.database.read(dead_promises)
    assert dead
    for each in dead:
        assert await by_staff(given, revive, each.id)
        assert not await by_staff(given, revive, each.id)
    await given.promises_kept()
    given.clock.tick(seconds=5)
    await given.promises_kept()
    assert (await given.job(order)).status is JobState.SENT
