"""A print lasts from its start until the case lies ready, whenever the customer comes."""

from hypothesis import given as examples
from hypothesis import strategies as some

from makeline.cases.machines.queries import machine_called
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.print_time import USUAL, print_time_at, print_time_of
from tests.given import MACHINE, Given


async def time_here(given: Given):
    def ask(unit):
        machine = machine_called(unit, MACHINE)
        assert machine is not None
        return print_time_at(unit, machine.id)

    return await given.database.read(ask)


async def printed(
    given: Given, *, minutes: float, waits: float = 0, start: JobStep = JobStep.PICKING
) -> None:
    _, job = await given.sent_print()
    await given.print_notice(job.reference, start)
    given.clock.tick(seconds=60 * minutes)
    await given.print_notice(job.reference, JobStep.PRINTED)
    given.clock.tick(seconds=60 * waits)
    await given.print_notice(job.reference, JobStep.SHIPPED)


async def test_the_wait_for_the_customer_is_no_part_of_a_print(given: Given):
    assert await time_here(given) == USUAL
    await printed(given, minutes=4, waits=600)
    await printed(given, minutes=4, waits=3, start=JobStep.PRINTING)
    await printed(given, minutes=9, waits=0)
    assert await time_here(given) == (4, 9)


async def test_a_print_that_was_first_heard_of_when_it_was_done_says_nothing(given: Given):
    await printed(given, minutes=0, start=JobStep.PRINTED)
    assert await time_here(given) == USUAL


@examples(some.lists(some.floats(0.1, 600), min_size=1, max_size=40))
def test_half_of_the_prints_take_the_median_and_nine_of_ten_the_longer_time(minutes):
    found = print_time_of(minutes)
    assert sum(figure <= found.median for figure in minutes) * 2 >= len(minutes)
    assert sum(figure < found.median for figure in minutes) * 2 <= len(minutes)
    assert sum(figure <= found.p90 for figure in minutes) * 10 >= 9 * len(minutes)
    assert sum(figure < found.p90 for figure in minutes) * 10 < 9 * len(minutes)
    assert found.median in minutes
    assert found.p90 in minutes
