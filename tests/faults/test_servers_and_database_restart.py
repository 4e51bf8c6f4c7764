"""R28 and R03: servers are replaced one after the other, and the database is stopped at once, while people pay."""

import asyncio
import random
import shutil
import signal
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.conftest import prepare_shop
from tests.faults.balancer import Servers, serve_crowd
from tests.faults.conftest import Figures
from tests.faults.customers import Crowd
from tests.faults.floor import usual_shell
from tests.faults.kept import drain, kept, lost
from tests.faults.partner_judge import complaints, our_prints
from tests.faults.shop import Shop, until
from tests.servers.elsewhere import in_thread
from tests.servers.ports import free_port
from tests.servers.postgres import Cluster, start_cluster

CUSTOMERS = 8
SEED = 28


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server of our own with the sample shop; what was committed survives its immediate stop."""
    folder = Path(tempfile.mkdtemp())
    with start_cluster(folder, settings={"synchronous_commit": "on"}) as started:
        in_thread(lambda: prepare_shop(started.server.dsn()))
        yield started
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def shop(postgres_again: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """Two web servers with their workers, and the partner."""
    async with _open(postgres_again, tmp_path) as opened:
        yield opened


@pytest.fixture
async def shop_there(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Shop]:
    """The same on a database server of its own."""
    async with _open(cluster.server.dsn(), tmp_path) as opened:
        yield opened


@asynccontextmanager
async def _open(url: str, folder: Path) -> AsyncIterator[Shop]:
    shop = Shop(url, folder, ports=[free_port(), free_port()])
    try:
        await shop.furnish()
        shop.start_partner()
        shop.start_server(0)
        shop.start_server(1)
        shop.wait()
        shop.fill_partner(await shop.ask(usual_shell))
        yield shop
    finally:
        shop.close()


@pytest.mark.timeout(3600)
async def test_servers_are_replaced_one_by_one_and_no_customer_notices(
    shop: Shop, rounds: Callable[[int, int], int], figures: Figures
):
    crowd, servers = _crowd(), Servers(shop.ports)
    shopping = asyncio.create_task(serve_crowd(crowd, servers, tills=CUSTOMERS))
    stops = []
    restarts = rounds(1, 100)
    for turn in range(restarts):
        await _served(crowd, 8)
        number = (turn + 1) % 2
        leaving = shop.running.pop(f"server-{number}")
        servers.leaving[shop.ports[number]] = began = time.monotonic()
        code = await asyncio.to_thread(leaving.stop, signal.SIGTERM)
        stops.append(time.monotonic() - began)
        assert code in (0, -signal.SIGTERM), "it was killed because it did not stop"
        del servers.leaving[shop.ports[number]]
        if number == 0 or turn + 1 < restarts:
            shop.start_server(number)
            await asyncio.to_thread(shop.wait)
    await _to_the_end(shop, crowd, shopping)
    assert servers.cut == []
    figures(
        f"R28 postgresql: {restarts} rolling restarts of 2 servers under {CUSTOMERS} customers, {len(crowd.came)} sessions, "
        f"{crowd.acknowledged} acknowledged writes, 0 lost, 0 calls cut, {servers.moved} went to the other server; "
        f"stop p50 {statistics.median(stops) * 1000:.0f} ms, longest {max(stops) * 1000:.0f} ms",
        seed=SEED,
    )


@pytest.mark.timeout(3600)
async def test_a_database_that_stops_at_once_costs_seconds_and_no_order(
    cluster: Cluster, shop_there: Shop, rounds: Callable[[int, int], int], figures: Figures
):
    shop = shop_there
    crowd, servers = _crowd(), Servers(shop.ports)
    shopping = asyncio.create_task(serve_crowd(crowd, servers, tills=CUSTOMERS))
    recoveries = []
    stops = rounds(1, 30)
    for _ in range(stops):
        await _served(crowd, 8)
        cluster.stop_immediately()
        await asyncio.sleep(0.1)
        cluster.start()
        began = time.monotonic()
        await _served(crowd, 1)
        recoveries.append(time.monotonic() - began)
        # What was acknowledged before we ask; while we ask, more is.
        came = [replace(purchase, told=dict(purchase.told)) for purchase in crowd.came if purchase.told]
        assert not lost(replace(crowd, came=came), await shop.ask(kept))
    await _to_the_end(shop, crowd, shopping)
    figures(
        f"R03 postgresql: {stops} immediate stops under {CUSTOMERS} customers, {len(crowd.came)} sessions, "
        f"{crowd.acknowledged} acknowledged writes, 0 lost, {servers.away.total()} answers 503; first sale after the start "
        f"p50 {statistics.median(recoveries):.2f} s, longest {max(recoveries):.2f} s",
        seed=SEED,
        samples={"first sale after a stop of PostgreSQL, s": [round(one, 3) for one in recoveries]},
    )


def _crowd() -> Crowd:
    return Crowd(written(photo((300, 600)), "PNG"), random.Random(SEED))


async def _served(crowd: Crowd, more: int) -> None:
    wanted = crowd.acknowledged + more

    async def enough() -> bool:
        return crowd.acknowledged >= wanted

    await until(enough, patience=30, what="customers served")


async def _to_the_end(shop: Shop, crowd: Crowd, shopping: asyncio.Task[None]) -> None:
    """The doors close, everybody inside is served, and nothing is lost or doubled."""
    crowd.newcomers = False
    await shopping
    assert all(purchase.over for purchase in crowd.came)
    await drain(shop)
    assert not lost(crowd, await shop.ask(kept))
    assert not await shop.ask(violations)
    assert not complaints(shop.ledger_path, await shop.ask(our_prints), drained=True)
