"""R01: the web server dies at a random moment while people pay; what it had answered is there, once."""

import asyncio
import random
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.engines import one_engine_by_day
from tests.faults.conftest import Figures
from tests.faults.customers import Crowd
from tests.faults.damage import is_whole
from tests.faults.floor import usual_shell
from tests.faults.kept import drain, kept, lost
from tests.faults.partner_judge import complaints, our_prints
from tests.faults.shop import Shop, until

CUSTOMERS = 8
# So many acknowledgements after a start, by day and by night, everybody is served at full speed.
SWING = (16, 40)
SEED = 1


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    one_engine_by_day(metafunc, "postgresql")


@pytest.fixture
async def shop(
    request: pytest.FixtureRequest, shop_urls: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Shop]:
    shop = Shop(shop_urls(request.param), tmp_path)
    try:
        await shop.furnish()
        yield shop
    finally:
        shop.close()


@pytest.mark.timeout(7200)
async def test_whatever_was_answered_before_a_kill_is_there_after_it_once(
    shop: Shop, rounds: Callable[[int, int], int], figures: Figures
):
    chance = random.Random(SEED)
    crowd = Crowd(written(photo((300, 600)), "PNG"), chance)
    shop.start_partner(notice_copies=2)
    shop.start_server()
    shop.wait()
    shop.fill_partner(await shop.ask(usual_shell))
    restarts = []
    kills = rounds(1, 100)
    for _ in range(kills):
        await _shop_until_killed(shop, crowd, chance, swing=rounds(*SWING))
        restarts.append(shop.restart_server())
        assert not lost(crowd, await shop.ask(kept))
        crowd.come_back()
    crowd.newcomers = False
    await crowd.shop(shop.ports[0], tills=CUSTOMERS)
    assert all(purchase.over for purchase in crowd.came)
    await drain(shop)
    assert not lost(crowd, await shop.ask(kept))
    assert not await shop.ask(violations)
    assert not complaints(shop.ledger_path, await shop.ask(our_prints), drained=True)
    assert is_whole(shop)
    ((prints,),) = shop.ledger("SELECT count(*) FROM prints")
    ((failed,),) = shop.ledger("SELECT count(*) FROM orders WHERE status = 13")
    assert prints > kills
    refused = sum(1 for purchase in crowd.came if purchase.refused)
    figures(
        f"R01 {shop.engine}: {kills} kills of the API under {CUSTOMERS} customers, {len(crowd.came)} sessions "
        f"({refused} refused), {crowd.acknowledged} acknowledged writes, 0 lost, {prints} prints, 0 double, "
        f"{failed} left to staff because the machine could not fetch the picture meanwhile; "
        f"restart p50 {statistics.median(restarts) * 1000:.0f} ms, longest {max(restarts) * 1000:.0f} ms",
        seed=SEED,
        samples={"restart, ms": [round(seconds * 1000, 1) for seconds in restarts]},
    )


async def _shop_until_killed(shop: Shop, crowd: Crowd, chance: random.Random, *, swing: int) -> None:
    """Mostly in full swing; sometimes while the renderer is still starting."""
    shopping = asyncio.create_task(crowd.shop(shop.ports[0], tills=CUSTOMERS))
    if chance.random() < 0.8:
        before = crowd.acknowledged
        await until(_true(lambda: crowd.acknowledged > before + swing), patience=20, what="customers served")
    await asyncio.wait({shopping}, timeout=chance.uniform(0.0, 1.0))
    shop.kill("server-0")
    await shopping


def _true(fact: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return fact()

    return ask
