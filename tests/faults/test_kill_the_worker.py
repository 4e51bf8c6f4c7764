"""R02: the worker dies just before it tells the partner something, or just after, before it could write that down."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from makeline.adapters.object_store.storage import open_storage
from makeline.foundation.database import Database
from makeline.foundation.dispatch import depths
from makeline.foundation.outbox import DeliveryState
from makeline.foundation.promises import dead_promises, revive
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.invariants import violations
from tests.engines import one_engine_by_day
from tests.fakes import PlainPartner, PlainRenderer, StandingClock
from tests.faults.conftest import Figures
from tests.faults.floor import WIDE, usual_shell
from tests.faults.gate import Gate, Moment, Trap
from tests.faults.partner_judge import complaints, our_prints
from tests.faults.shop import Shop, until
from tests.given import Given

# Everything the worker says to the partner that changes something there.
EFFECTS = ("order/payData", "order/payStatus", "order/orderData")
SALES_PER_KILL = 6
SEED = 2


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    one_engine_by_day(metafunc, "sqlite")


@pytest.fixture
async def shop(
    request: pytest.FixtureRequest, shop_urls: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Shop]:
    shop = Shop(shop_urls(request.param), tmp_path)
    try:
        await shop.furnish()
        shop.start_partner(customer="walks_away")
        shop.start_server(worker="apart")
        shop.wait()
        shop.fill_partner(await shop.ask(usual_shell))
        yield shop
    finally:
        shop.close()


@pytest.mark.timeout(7200)
async def test_a_worker_killed_around_an_effect_repeats_the_call_and_never_the_effect(
    shop: Shop, rounds: Callable[[int, int], int], figures: Figures
):
    chance = random.Random(SEED)
    kills = rounds(2, 100)
    database = await shop.database()
    async with Gate(shop.partner_port) as gate:
        shop.partner_door = gate.port
        for number in range(kills):
            await _sell(database, shop)
            moment = Moment.AFTER if number % 2 else Moment.BEFORE
            gate.trap = _trap(shop, moment, chance)
            shop.start_worker()
            await asyncio.wait_for(gate.trap.sprung.wait(), 30)
        gate.trap = None
        shop.start_worker()
        await _drained(shop, database)
        revived = await _look_after(database)
        await _drained(shop, database)
    assert not await database.read(violations)
    ours = await database.read(our_prints)
    await database.close()
    assert len(ours) == kills * SALES_PER_KILL
    assert not complaints(shop.ledger_path, ours, drained=True)
    ((prints,),) = shop.ledger("SELECT count(*) FROM prints")
    assert prints == len(ours)
    figures(
        f"R02 {shop.engine}: {kills} kills of the worker before and after an effect, {len(ours)} paid orders, "
        f"0 lost, {sum(gate.calls.values())} calls of which {gate.repeated} repeated, effects: 0 double; "
        f"{revived} promises were in the hands of a dying worker so often that staff tried them again",
        seed=SEED,
    )


def _trap(shop: Shop, moment: Moment, chance: random.Random) -> Trap:
    return Trap(
        chance.choice(EFFECTS),
        moment,
        turn=chance.randint(1, SALES_PER_KILL),
        strike=lambda: shop.kill("worker"),
    )


async def _sell(database: Database, shop: Shop) -> None:
    """Paid sales whose prints nobody has asked for yet."""
    folder = f"file://{shop.folder / 'data' / 'files'}"
    storage = open_storage(folder, endpoint="", region="", access_key="", secret_key="")
    given = Given(database, StandingClock(), storage, PlainRenderer(), PlainPartner())
    for _ in range(SALES_PER_KILL):
        await given.paid_sale(WIDE)


async def _look_after(database: Database) -> int:
    """What staff does with promises that were given up only because each worker that claimed them was killed."""
    given_up = await database.read(dead_promises)
    assert {promise.last_error for promise in given_up} <= {"its workers never came back"}, given_up

    def try_again(unit: UnitOfWork) -> None:
        for promise in given_up:
            revive(unit, promise.id)

    await database.begin(try_again, actor="staff")
    return len(given_up)


async def _drained(shop: Shop, database: Database) -> None:
    async def all_done() -> bool:
        waiting = {depth.state: depth.count for depth in await database.read(depths)}
        return not waiting[DeliveryState.PENDING] and not shop.ledger("SELECT 1 FROM work LIMIT 1")

    await until(all_done, patience=60, what="promises kept and cases printed")
