"""What the partner reports about a print: recorded forwards only; the order and the blank follow."""

from itertools import permutations

import pytest
from sqlalchemy import select

from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.states import JobState
from makeline.cases.stock.models import MovementKind, stock_movements
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.statements import Query
from tests.given import Given

ROAD = (
    JobStep.AWAITING_PAYMENT,
    JobStep.ACCEPTED,
    JobStep.QUEUED,
    JobStep.PICKING,
    JobStep.PICKED,
    JobStep.PRINTING,
    JobStep.PRINTED,
    JobStep.SHIPPING,
    JobStep.SHIPPED,
)
_TAKEN: Query[tuple[MovementKind, int]] = Query(
    select(stock_movements.c.kind, stock_movements.c.difference)
    .where(stock_movements.c.kind == MovementKind.TAKEN)
    .order_by(stock_movements.c.id),
    tuple,
)


def test_the_road_has_a_rank_for_every_step_on_it():
    assert [step.rank for step in ROAD] == list(range(9))
    beside = [step for step in JobStep if step.rank is None]
    assert beside == [JobStep.FAILED, JobStep.CANCELLED, JobStep.REFUNDING]


JUMPS = [
    (JobStep.AWAITING_PAYMENT, JobState.SENT, OrderStatus.PLACED, "pending"),
    (JobStep.ACCEPTED, JobState.SENT, OrderStatus.PLACED, "pending"),
    (JobStep.QUEUED, JobState.SENT, OrderStatus.PLACED, "pending"),
    (JobStep.PICKING, JobState.PRINTING, OrderStatus.IN_PRODUCTION, "printing"),
    (JobStep.PICKED, JobState.PRINTING, OrderStatus.IN_PRODUCTION, "printing"),
    (JobStep.PRINTING, JobState.PRINTING, OrderStatus.IN_PRODUCTION, "printing"),
    (JobStep.PRINTED, JobState.PRINTED, OrderStatus.IN_PRODUCTION, "printed"),
    (JobStep.SHIPPING, JobState.PRINTED, OrderStatus.IN_PRODUCTION, "printed"),
    (JobStep.SHIPPED, JobState.COLLECTED, OrderStatus.COMPLETED, "completed"),
    (JobStep.FAILED, JobState.FAILED, OrderStatus.FAILED, "failed"),
    (JobStep.CANCELLED, JobState.CANCELLED, OrderStatus.CANCELLED, "cancelled"),
    (JobStep.REFUNDING, JobState.SENT, OrderStatus.PLACED, "pending"),
]


async def test_a_first_report_may_be_any_step_and_job_and_order_jump_there(given: Given):
    for step, job, order, standing in JUMPS:
        placed, print_job = await given.sent_print()
        assert await given.print_notice(print_job.reference, step) == standing
        assert (await given.job(placed)).status is job, step
        after = await given.order(placed.number)
        assert (after.status, after.payment_status) == (order, PaymentStanding.PAID), step


async def test_in_every_order_of_arrival_the_print_ends_where_its_road_ends(given: Given):
    told = (JobStep.PICKING, JobStep.PRINTING, JobStep.PRINTED, JobStep.SHIPPED)
    for arrival in permutations(told):
        order, job = await given.sent_print("VM001")
        for step in (*arrival, *arrival):
            await given.print_notice(job.reference, step)
        assert (await given.job(order)).status is JobState.COLLECTED, arrival
        assert (await given.order(order.number)).status is OrderStatus.COMPLETED
    assert await given.anomalies() == []
    assert len(await given.rows(_TAKEN)) == 24


async def test_a_lower_rank_that_comes_late_changes_nothing(given: Given):
    order, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.PRINTED)
    before = await given.job(order)
    for step in ROAD[:6]:
        assert await given.print_notice(job.reference, step) == "printed"
    assert await given.job(order) == before
    assert await given.anomalies() == []


async def test_start_and_end_of_a_print_are_kept(given: Given):
    order, job = await given.sent_print()
    given.clock.tick(seconds=30)
    started = given.clock.now
    await given.print_notice(job.reference, JobStep.PICKING)
    given.clock.tick(seconds=30)
    await given.print_notice(job.reference, JobStep.PRINTED)
    printed = given.clock.now
    assert (await given.job(order)).finished_at is None
    given.clock.tick(seconds=30)
    await given.print_notice(job.reference, JobStep.SHIPPING)
    await given.print_notice(job.reference, JobStep.SHIPPED)
    after = await given.job(order)
    assert (after.started_at, after.printed_at, after.finished_at) == (started, printed, given.clock.now)
    assert (await given.order(order.number)).completed_at == given.clock.now


async def test_a_case_collected_without_a_word_of_its_print_has_no_moment_of_it(given: Given):
    order, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.PRINTING)
    await given.print_notice(job.reference, JobStep.SHIPPED)
    assert (await given.job(order)).printed_at is None


async def test_the_machine_takes_one_blank_for_one_case_however_it_is_reported(given: Given):
    _, job = await given.sent_print()
    before = await given.stock_item()
    for step in (JobStep.PICKING, JobStep.PICKED, JobStep.PRINTING, JobStep.PRINTED, JobStep.SHIPPED):
        await given.print_notice(job.reference, step)
    after = await given.stock_item()
    assert (before.on_hand, before.sold) == (100, 1)
    assert (after.on_hand, after.sold, after.available) == (99, 0, 99)
    assert await given.rows(_TAKEN) == [(MovementKind.TAKEN, -1)]


async def test_a_report_that_overtakes_the_answer_to_our_order_is_believed(given: Given):
    paid = await given.paid_sale()
    order = await given.order(paid.outcome.order_number)
    job = await given.job(order)
    assert job.status is JobState.QUEUED
    await given.print_notice(job.reference, JobStep.PRINTING)
    after = await given.job(order)
    assert (after.status, after.sent_at) == (JobState.PRINTING, given.clock.now)
    # The worker, late, finds that there is nothing left to send.
    await given.submitted(order)
    assert given.partner.orders == {}


@pytest.mark.parametrize("step", [JobStep.PRINTED, JobStep.SHIPPED])
async def test_a_case_that_comes_out_of_a_failed_print_waits_for_staff(given: Given, step):
    order, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.FAILED)
    assert await given.print_notice(job.reference, step) == "failed"
    assert (await given.job(order)).status is JobState.FAILED
    assert await given.anomalies() == ["refund_due", "print_report_contradicts"]


async def test_a_failed_print_may_be_written_off_by_the_partner(given: Given):
    _, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.FAILED)
    assert await given.print_notice(job.reference, JobStep.CANCELLED) == "cancelled"
    assert await given.anomalies() == ["refund_due", "paid_order_cancelled_by_partner"]


@pytest.mark.parametrize("step", [JobStep.FAILED, JobStep.CANCELLED])
async def test_what_contradicts_a_collected_case_waits_for_staff_and_changes_nothing(given: Given, step):
    order, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.SHIPPED)
    before = await given.job(order)
    assert await given.print_notice(job.reference, step) == "completed"
    assert await given.job(order) == before
    assert await given.anomalies() == ["print_report_contradicts"]


async def test_a_print_cancelled_by_the_partner_is_paid_back_by_staff_and_its_blank_is_on_sale_again(
    given: Given,
):
    order, job = await given.sent_print()
    assert await given.print_notice(job.reference, JobStep.CANCELLED) == "cancelled"
    assert await given.anomalies() == ["paid_order_cancelled_by_partner"]
    assert (await given.payment_of(order)).status == "paid"
    item = await given.stock_item()
    assert (item.on_hand, item.sold, item.available) == (100, 0, 100)


async def test_a_blank_that_was_printed_on_is_not_on_sale_again(given: Given):
    _, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.PRINTED)
    await given.print_notice(job.reference, JobStep.CANCELLED)
    item = await given.stock_item()
    assert (item.on_hand, item.sold, item.available) == (99, 0, 99)


async def test_a_failed_print_leaves_the_payment_paid(given: Given):
    order, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.FAILED)
    assert (await given.payment_of(order)).status == "paid"
    assert (await given.order(order.number)).payment_status is PaymentStanding.PAID
