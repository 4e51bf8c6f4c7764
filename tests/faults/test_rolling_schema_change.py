"""R21: the next release comes, with its schema, and goes again, while people pay and old and new processes work together."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import column, func, select, table, text

from makeline.commerce.orders.models import orders
from makeline.foundation.statements import Change, Query
from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.conftest import ENGINES
from tests.faults.balancer import BalancedLine, Servers
from tests.faults.conftest import Figures
from tests.faults.customers import Crowd
from tests.faults.floor import usual_shell
from tests.faults.kept import drain, kept, lost
from tests.faults.next_release import COLUMN, NextRelease, make_next_release
from tests.faults.partner_judge import complaints, our_prints
from tests.faults.shop import Shop, until
from tests.servers.ports import free_port

SEED = 21
TILLS = 6
_PATIENCE = 120.0
# As few rows at a time as nobody waits for.
_BATCH = 20


class Maker(NamedTuple):
    """How many orders were made by a release; None: by one that does not say."""

    made_by: str | None
    count: int


class Total(NamedTuple):
    """One number."""

    count: int


MADE_BY: Any = column(COLUMN)
WIDE = table("orders", column("id"), MADE_BY)
MAKERS = Query(select(MADE_BY, func.count()).select_from(WIDE).group_by(MADE_BY), Maker)
ORDERS = Query(select(func.count()).select_from(orders), Total)
FILL = Change(
    text(
        f"UPDATE orders SET {COLUMN} = 'this' WHERE id IN "
        f"(SELECT id FROM orders WHERE {COLUMN} IS NULL ORDER BY id LIMIT {_BATCH})"
    )
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Processes take seconds: by day on one engine, where a change of schema takes locks."""
    night = metafunc.config.getoption("--night")
    metafunc.parametrize("url", ENGINES if night else ["postgresql"], indirect=True)


@pytest.fixture
def url(request: pytest.FixtureRequest, shop_urls: Callable[[str], str]) -> str:
    """A fresh shop."""
    return shop_urls(request.param)


@pytest.fixture
async def shop(url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A web server of this release with its worker, room for a second one, and the partner."""
    opened = Shop(url, tmp_path, ports=[free_port(), free_port()])
    try:
        await opened.furnish()
        opened.start_partner()
        opened.start_server(0)
        opened.wait()
        opened.fill_partner(await opened.ask(usual_shell))
        yield opened
    finally:
        opened.close()


@pytest.fixture
def coming(tmp_path: Path) -> NextRelease:
    """What comes."""
    return make_next_release(tmp_path / "next")


@pytest.mark.timeout(14_400)
async def test_a_release_comes_with_its_schema_and_goes_again_and_nobody_notices(
    shop: Shop, coming: NextRelease, rounds: Callable[[int, int], int], figures: Figures
):
    crowd, servers = Crowd(written(photo((300, 600)), "PNG"), random.Random(SEED)), Servers(shop.ports)
    # By day customers take their time: what they do while a server starts would only keep it from that.
    shopping = asyncio.create_task(_serve(crowd, servers, pause=rounds(1, 0)))
    runs, together = rounds(1, 20), 0
    for _ in range(runs):
        # Old code alone; its schema grows under it.
        await _served(crowd, 6, shopping)
        await asyncio.to_thread(coming.upgrade, shop.url)
        await _served(crowd, 6, shopping)
        # Old and new code side by side, each with a worker that keeps the other's promises.
        await _start(shop, 1, coming)
        await _until_it_sold(shop, crowd, shopping)
        await _fill(shop)
        makers = {maker.made_by: maker.count for maker in await shop.ask(lambda unit: unit.all(MAKERS))}
        together += makers["next"]
        assert makers["this"] > 0
        if runs > 1:
            # By night the old one goes as well: for a while there is new code alone, then the old one is back.
            await _stop(shop, servers, 0)
            await _served(crowd, 6, shopping)
            await _start(shop, 0, None)
        # And back: the new code leaves, then its schema, under the old code.
        await _stop(shop, servers, 1)
        await _served(crowd, 6, shopping)
        await asyncio.to_thread(coming.downgrade, shop.url)
        await _served(crowd, 6, shopping)
    crowd.newcomers = False
    await shopping
    assert all(purchase.over for purchase in crowd.came)
    await drain(shop, patience=rounds(100, 1800))
    assert not lost(crowd, await shop.ask(kept))
    assert not await shop.ask(violations)
    assert not complaints(shop.ledger_path, await shop.ask(our_prints), drained=True)
    # No call failed: none was cut in the middle, none was told to come again.
    assert (servers.cut, dict(servers.away)) == ([], {})
    made = await shop.ask(lambda unit: unit.first(ORDERS))
    figures(
        f"R21 {shop.engine}: {runs} times N−1 → N → N−1 under {TILLS} customers, {len(crowd.came)} sessions, {made.count} orders, "
        f"{together} of them by the new code beside the old, {crowd.acknowledged} acknowledged writes, 0 lost, 0 calls failed",
        seed=SEED,
    )


async def _serve(crowd: Crowd, servers: Servers, *, pause: float) -> None:
    """As ``serve_crowd``, with each customer at the next server: whoever is there, old or new."""

    async def queue(number: int) -> None:
        line: Any = BalancedLine(servers, turn=number)
        try:
            while (purchase := crowd.next()) is not None:
                await purchase.go_on(line)
                line.turn += 1
                await asyncio.sleep(pause)
        finally:
            line.hang_up()

    await asyncio.gather(*(queue(number) for number in range(TILLS)))


async def _start(shop: Shop, number: int, release: NextRelease | None) -> None:
    shop.start_server(number, more=release.environment if release else None)
    await asyncio.to_thread(shop.wait)


async def _stop(shop: Shop, servers: Servers, number: int) -> None:
    leaving, port = shop.running.pop(f"server-{number}"), shop.ports[number]
    servers.leaving[port] = asyncio.get_running_loop().time()
    assert await asyncio.to_thread(leaving.stop, signal.SIGTERM, patience=60) in (0, -signal.SIGTERM)
    del servers.leaving[port]


async def _fill(shop: Shop) -> None:
    """What the release after the next relies on: no row without a value, in portions."""
    while await shop.ask(lambda unit: unit.change(FILL)):
        await asyncio.sleep(0)


async def _served(crowd: Crowd, more: int, shopping: asyncio.Task[None]) -> None:
    wanted = crowd.acknowledged + more

    async def enough() -> bool:
        return crowd.acknowledged >= wanted or shopping.done()

    await until(enough, patience=_PATIENCE, what="customers served")
    if shopping.done():
        await shopping


async def _until_it_sold(shop: Shop, crowd: Crowd, shopping: asyncio.Task[None]) -> None:
    async def sold() -> bool:
        makers = {maker.made_by for maker in await shop.ask(lambda unit: unit.all(MAKERS))}
        return {"next", None} <= makers or shopping.done()

    await until(sold, patience=_PATIENCE, what="an order by each of the two")
    if shopping.done():
        await shopping
