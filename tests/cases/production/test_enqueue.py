"""A paid case enters the machine's queue, in the unit that settles its payment."""

import asyncio

from makeline.cases.production.queries import jobs_under_way
from makeline.cases.production.states import JobState
from tests.given import Given


async def test_a_paid_case_is_queued_under_our_own_dated_id_and_the_usual_priority(given: Given):
    paid = await given.paid_sale()
    order = await given.order(paid.outcome.order_number)
    job = await given.job(order)
    assert job.reference.startswith("OREN260304")
    assert len(job.reference) == 16
    assert (job.status, job.step, job.attempt, job.priority) == (JobState.QUEUED, None, 1, 5)
    assert job.payment_id == (await given.payment_of(order)).id
    assert (job.created_at, job.sent_at) == (given.clock.now, None)


async def test_payment_and_print_have_different_ids_and_no_two_prints_share_one(given: Given):
    paid = [await given.paid_sale() for _ in range(4)]
    orders = [await given.order(each.outcome.order_number) for each in paid]
    prints = {(await given.job(order)).reference for order in orders}
    payments = {(await given.payment_of(order)).reference for order in orders}
    assert len(prints | payments) == 8


async def test_customers_who_pay_at_once_get_different_queue_numbers_without_gaps(given: Given):
    sessions = [await given.session_to_pay() for _ in range(8)]
    confirmed = await asyncio.gather(
        *(given.confirmed(session.key, transaction=f"TXN_{session.key}") for session in sessions)
    )
    numbers = sorted(each.outcome.queue_number for each in confirmed)
    assert numbers == [f"Q{number:03d}" for number in range(1, 9)]


async def test_a_print_is_under_way_until_it_is_collected(given: Given):
    assert await given.database.read(jobs_under_way) == 0
    order, _ = await given.sent_print()
    assert await given.database.read(jobs_under_way) == 1
    await given.command(order.number, "completed")
    assert await given.database.read(jobs_under_way) == 0
