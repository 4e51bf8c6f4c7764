"""Whose turn it is at a machine: pauses and priorities, and what the history tells of them."""

from datetime import datetime

import pytest
from sqlalchemy.util import await_only

from makeline.cases.kiosk.story import story_of
from makeline.cases.machines.pause import pause_machine, pauses_of, resume_machine
from makeline.cases.machines.queries import machine_called
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.rearrange import PRIORITY, change_priority
from makeline.cases.production.states import JobState
from makeline.cases.production.turn import offer_job, queue_of
from makeline.foundation.dispatch import Dispatcher
from makeline.foundation.promises import TryLater
from makeline.kernel.errors import Invalid
from makeline.main.subscriptions import reactions
from tests.given import MACHINE, Given


async def by_staff(given: Given, verb, *words, **more):
    return await given.database.begin(lambda unit: verb(unit, *words, **more), actor="staff Ann")


async def test_a_paused_machine_keeps_its_prints_until_it_goes_on(given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    await by_staff(given, pause_machine, MACHINE, reason="being cleaned")
    await given.promises_kept()
    for _ in range(3):
        given.clock.tick(seconds=5)
        await given.promises_kept()
    assert given.partner.orders == {}
    await by_staff(given, resume_machine, MACHINE)
    given.clock.tick(seconds=5)
    await given.promises_kept()
    assert (await given.job(order)).status is JobState.SENT


@pytest.mark.parametrize("shop_url", ["postgresql"], indirect=True)
async def test_a_pause_that_is_made_while_a_print_is_being_offered_still_holds_it(given):
    """On SQLite nobody comes in between."""
    job = await given.job(await given.order((await given.paid_sale()).outcome.order_number))
    tries: list[datetime | None] = []

    def offer(unit):
        tries.append(offer_job(unit, job.id, most=None))
        if len(tries) == 1:
            await_only(by_staff(given, pause_machine, MACHINE, reason="out of ink"))

    with pytest.raises(TryLater):
        await given.database.begin(offer, actor="worker")
    assert len(tries) == 1
    machine = job.machine_id
    (kept,) = await given.database.read(lambda unit: queue_of(unit, machine))
    assert kept.offered_at is None


async def test_the_partner_sees_the_order_of_priorities_and_no_more_than_he_may(given):
    sales = [await given.order((await given.paid_sale()).outcome.order_number) for _ in range(4)]
    await by_staff(given, change_priority, sales[3].number, 1, reason="waits longest")
    await by_staff(given, change_priority, sales[1].number, 9, reason="in no hurry")
    with pytest.raises(Invalid):
        await by_staff(given, change_priority, sales[1].number, 0, reason="no")
    submission = given.submission._replace(most_at_partner=1)
    for _ in range(12):
        # A new dispatcher each time: nothing is remembered but what stands in the database.
        dispatcher = Dispatcher(
            given.database,
            reactions(
                given.database.begin,
                submission,
                given.intake,
                given.post_office,
                given.registry,
                given.gateway,
                given.studio,
            ),
        )
        while await dispatcher.keep_due():
            await dispatcher.all_done(10)
        jobs = [await given.job(order) for order in sales]
        sent = [job for job in jobs if job.status is JobState.SENT]
        assert len(sent) <= 1
        for job in sent:
            await given.print_notice(job.reference, JobStep.PRINTED)
        given.clock.tick(seconds=3)
    wanted = [(await given.job(sales[place])).reference for place in (3, 0, 2, 1)]
    assert list(given.partner.orders) == wanted


async def test_a_queue_is_read_in_the_order_of_its_prints(given):
    first, second = [await given.order((await given.paid_sale()).outcome.order_number) for _ in range(2)]
    await by_staff(given, change_priority, second.number, 2, reason="in a hurry")

    def ask(unit):
        return [job.order_id for job in queue_of(unit, machine_called(unit, MACHINE).id)]

    assert await given.database.read(ask) == [second.id, first.id]


async def test_priorities_and_pauses_stand_in_the_history_with_who_and_why(given):
    sale = await given.paid_sale()
    number = sale.outcome.order_number
    await by_staff(given, change_priority, number, 2, reason="the train leaves")
    await by_staff(given, change_priority, number, 2, reason="twice")
    session = await given.session_now(sale.session.key)
    told = await given.database.read(lambda unit: story_of(unit, session))
    changed = [entry[:5] for entry in told if entry.noun == PRIORITY]
    assert changed == [("print priority", "5", "2", "staff Ann", "the train leaves")]
    await by_staff(given, pause_machine, MACHINE, reason="ink")
    await by_staff(given, pause_machine, MACHINE, reason="ink and paper")
    await by_staff(given, resume_machine, MACHINE, reason="refilled")
    await by_staff(given, resume_machine, MACHINE, reason="again")

    def ask(unit):
        return [entry[1:] for entry in pauses_of(unit, machine_called(unit, MACHINE).id)]

    assert await given.database.read(ask) == [
        ("running", "staff Ann", "refilled"),
        ("paused", "staff Ann", "ink and paper"),
        ("paused", "staff Ann", "ink"),
    ]
