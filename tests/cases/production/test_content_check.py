"""A print is looked at before it is made; what is doubted waits until staff has looked, too."""

from collections.abc import Sequence

import pytest

from makeline.adapters.content_check.simulator import MARK, SimulatedChecker
from makeline.cases.production.content_check import CheckerAway
from makeline.cases.production.release import release_print
from makeline.cases.production.states import JobState
from makeline.cases.production.submit import submit_print
from makeline.cases.production.withdraw import cancel_print
from makeline.foundation.promises import GiveUp, TryLater
from makeline.kernel.states import IllegalMove
from tests.given import Given


class Counting:
    """A checker that doubts everything once he is there."""

    def __init__(self) -> None:
        self.looks = 0
        self.away = True

    async def doubts(self, print_file: bytes) -> Sequence[str]:
        self.looks += 1
        if self.away:
            raise CheckerAway("no answer")
        return ("a face", "a logo")


async def _paid(given: Given, picture: bytes = b"a dog"):
    session = await given.session()
    await given.picture(session.key, picture)
    await given.summary(session.key)
    return await given.order(
        (await given.confirmed(session.key, transaction=session.key[-8:])).outcome.order_number
    )


async def _submit(given: Given, order, checker) -> None:
    submission = given.submission._replace(checker=checker)
    for _ in range(3):
        try:
            await submit_print(given.database.begin, submission, order.id, attempt=1)
        except TryLater as later:
            if later.at is None:
                raise
            given.clock.tick(seconds=5)
        else:
            break


async def test_what_is_clear_is_printed_and_what_is_doubted_waits_for_staff(given: Given):
    clear = await _paid(given)
    await _submit(given, clear, SimulatedChecker())
    assert (await given.job(clear)).status is JobState.SENT
    order = await _paid(given, b"a dog " + MARK)
    with pytest.raises(GiveUp, match="marked for a test"):
        await _submit(given, order, SimulatedChecker())
    held = await given.job(order)
    assert (held.status, held.trouble) == (JobState.WAITING_FOR_STAFF, "content check: marked for a test")
    assert held.reference not in given.partner.orders
    await given.database.begin(
        lambda unit: release_print(unit, order.number, reason="it is a dog"), actor="anna"
    )
    await _submit(given, order, SimulatedChecker())
    assert (await given.job(order)).status is JobState.SENT


async def test_a_refused_print_is_never_made_whoever_orders_it_again(given: Given):
    first = await _paid(given, MARK)
    with pytest.raises(GiveUp):
        await _submit(given, first, SimulatedChecker())
    await given.database.begin(lambda unit: cancel_print(unit, first.number, reason="no"), actor="anna")
    second = await _paid(given, MARK)
    with pytest.raises(GiveUp):
        await _submit(given, second, SimulatedChecker())
    assert given.partner.orders == {}
    with pytest.raises(IllegalMove):
        await given.database.begin(lambda unit: release_print(unit, first.number, reason="?"), actor="anna")


async def test_without_a_verdict_nothing_is_printed_and_a_verdict_is_asked_for_once(given: Given):
    order, checker = await _paid(given), Counting()
    with pytest.raises(TryLater):
        await _submit(given, order, checker)
    assert (await given.job(order)).status is JobState.QUEUED
    checker.away = False
    with pytest.raises(GiveUp, match="a face; a logo"):
        await _submit(given, order, checker)
    await given.database.begin(lambda unit: release_print(unit, order.number, reason="ok"), actor="anna")
    await _submit(given, order, checker)
    assert checker.looks == 2
    assert (await given.job(order)).status is JobState.SENT
