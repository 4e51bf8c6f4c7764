"""The partner is asked about prints he has fallen silent about."""

from datetime import timedelta
from functools import partial
from itertools import pairwise

from makeline.cases.production.ask import MOST_TIMES, ask_about_prints, prints_are_silent
from makeline.cases.production.print_partner import JobStep, PartnerAway
from makeline.cases.production.questions import forget_old_questions
from makeline.cases.production.states import JobState
from tests.given import Given

SILENCE = timedelta(minutes=15)


async def _ask(given: Given) -> int:
    given.partner.calls.clear()
    if not await given.database.read(partial(prints_are_silent, silence=SILENCE)):
        return 0
    return await ask_about_prints(given.database.begin, given.partner, silence=SILENCE)


async def test_notices_that_never_came_are_made_up_for(given: Given):
    order, job = await given.sent_print()
    given.partner.steps[job.reference] = JobStep.SHIPPED
    given.clock.tick(minutes=16)
    assert await _ask(given) == 1
    assert (await given.job(order)).status is JobState.COLLECTED
    assert (await given.order(order.number)).status.value == "completed"
    given.clock.tick(days=2)
    assert await _ask(given) == 0
    assert given.partner.calls == []


async def test_nobody_is_asked_before_a_print_is_silent(given: Given):
    await given.sent_print()
    given.clock.tick(minutes=14)
    assert await _ask(given) == 0
    assert given.partner.calls == []


async def test_all_silent_prints_are_asked_about_in_one_call(given: Given):
    prints = [await given.sent_print() for _ in range(3)]
    given.partner.steps[prints[1][1].reference] = JobStep.PRINTING
    given.clock.tick(minutes=16)
    assert await _ask(given) == 3
    assert given.partner.calls == ["read jobs"]
    states = [(await given.job(order)).status for order, _ in prints]
    assert states == [JobState.SENT, JobState.PRINTING, JobState.SENT]


async def test_the_pauses_grow_and_in_the_end_staff_is_told(given: Given):
    _, job = await given.sent_print()
    given.partner.steps[job.reference] = JobStep.QUEUED
    asked = []
    for quarter in range(1, 4 * 60):
        given.clock.tick(minutes=15)
        if await _ask(given):
            asked.append(quarter)
    # The first answer was news; each one after it waits twice as long as the one before.
    assert len(asked) == MOST_TIMES
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert pauses == [1, 2, 4, 8, 16, 32]
    assert await given.anomalies() == ["print_never_ended"]


async def test_what_moves_on_is_asked_about_at_the_first_pause_again(given: Given):
    order, job = await given.sent_print()
    for minutes, step in (
        (16, JobStep.QUEUED),
        (16, JobStep.QUEUED),
        (31, JobStep.PRINTING),
        (16, JobStep.PRINTED),
    ):
        given.partner.steps[job.reference] = step
        given.clock.tick(minutes=minutes)
        assert await _ask(given) == 1, step
    assert (await given.job(order)).status is JobState.PRINTED


async def test_a_print_that_the_partner_has_lost_or_calls_impossible_waits_for_staff(given: Given):
    (_, lost), (_, odd) = await given.sent_print(), await given.sent_print()
    del given.partner.orders[lost.reference]
    given.partner.steps[odd.reference] = None
    given.clock.tick(minutes=16)
    assert await _ask(given) == 1
    assert sorted(await given.anomalies()) == ["print_status_impossible", "print_unknown_to_partner"]


async def test_a_silent_partner_changes_nothing_and_is_asked_at_the_next_round(given: Given):
    order, job = await given.sent_print()
    given.partner.steps[job.reference] = JobStep.PRINTED
    given.clock.tick(minutes=16)
    given.partner.trouble = [PartnerAway("no route")]
    assert await _ask(given) == 0
    assert await given.anomalies() == []
    assert await _ask(given) == 1
    assert (await given.job(order)).status is JobState.PRINTED


async def test_old_questions_are_forgotten(given: Given):
    await given.sent_print()
    given.clock.tick(minutes=16)
    await _ask(given)
    assert await given.database.begin(forget_old_questions, actor="clock") == 0
    given.clock.tick(days=8)
    assert await given.database.begin(forget_old_questions, actor="clock") == 1
