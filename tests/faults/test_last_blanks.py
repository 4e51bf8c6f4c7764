"""R10: forty buyers, ten blanks, one machine with room for all of them."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from makeline.cases.kiosk.close import close_session
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.pay import begin_payment
from makeline.cases.machines.callers import Caller
from makeline.cases.stock.reserve import OutOfStock
from makeline.main.invariants import violations
from tests.faults.conftest import Figures
from tests.faults.floor import WIDE, load, put_up
from tests.given import Given

BUYERS = 40
BLANKS = 10


@pytest.fixture
async def operator(given: Given) -> Caller:
    await given.database.begin(lambda unit: put_up(unit, room=50), actor="test")
    await given.database.begin(lambda unit: load(unit, blanks=BLANKS), actor="test")
    return await given.operator()


async def test_of_forty_buyers_ten_get_the_last_ten_blanks(
    given: Given, operator: Caller, rounds: Callable[[int, int], int], figures: Figures, shop_url: str
):
    crowds = rounds(2, 200)
    for crowd in range(crowds):
        before = await given.stock_item(machine=WIDE)
        await given.blanks(before.sold + BLANKS, machine=WIDE)
        chance = random.Random(crowd)
        outcomes = await asyncio.gather(*(_buy(given, operator, chance, crowd, n) for n in range(BUYERS)))
        after = await given.stock_item(machine=WIDE)
        assert outcomes.count("sold") == BLANKS, f"crowd {crowd}: {outcomes}"
        assert outcomes.count("told") == BUYERS - BLANKS, f"crowd {crowd}: {outcomes}"
        assert (after.sold - before.sold, after.reserved, after.available) == (BLANKS, 0, 0)
    assert not await given.database.read(violations)
    engine = shop_url.partition(":")[0]
    figures(
        f"R10 {engine}: {crowds} crowds, {crowds * BUYERS} buyers, {BLANKS} blanks for each crowd, 0 oversold"
    )


async def _buy(given: Given, operator: Caller, chance: random.Random, crowd: int, number: int) -> str:
    begin = given.database.begin
    session = await given.session(WIDE)
    await given.picture(session.key, f"picture {crowd % 3}".encode())
    # Some look twice before they decide: the same summary again must not take a second blank.
    summaries = chance.choice((1, 1, 2))
    try:
        for _ in range(summaries):
            await given.summary(session.key)
    except OutOfStock:
        await begin(
            lambda unit: close_session(unit, operator, session.key, silence=timedelta()), actor="test"
        )
        return "told"
    return await _pay(given, operator, session, chance, f"T{crowd}-{number}")


async def _pay(
    given: Given, operator: Caller, session: KioskSession, chance: random.Random, transaction: str
) -> str:
    if chance.random() < 0.5:
        await begin_payment(given.database.begin, given.partner, operator, session.key, minutes=10)
    await given.confirmed(session.key, transaction=transaction)
    return "sold"
