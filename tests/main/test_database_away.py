"""The database goes away and comes back: the shop says so, sells nothing, forgets nothing, and goes on by itself."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from makeline.foundation.database import open_database
from makeline.main.invariants import violations
from makeline.main.subscriptions import PROMISES
from makeline.main.worker import Worker
from tests.asking import MACHINE
from tests.conftest import prepare_shop
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.given import Given
from tests.servers.elsewhere import in_thread
from tests.servers.postgres import Cluster, start_cluster
from tests.web import house_of, open_shop, settings_of


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server of our own with the sample shop."""
    folder = Path(tempfile.mkdtemp())
    # What was committed survives the kill, as it does in production.
    with start_cluster(folder, settings={"synchronous_commit": "on"}) as started:
        in_thread(lambda: prepare_shop(started.server.dsn()))
        yield started
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def given(cluster: Cluster, clock: StandingClock) -> AsyncGenerator[Given]:
    """People acting in the shop on that server."""
    opened = await open_database(cluster.server.dsn(), promises=PROMISES, clock=clock, connections=6)
    yield Given(opened, clock, MemoryStorage(), PlainRenderer(), PlainPartner())
    assert await opened.read(violations) == []
    await opened.close()


async def test_the_shop_and_its_worker_outlive_their_database(cluster: Cluster, given: Given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    session = await given.session()
    worker = Worker(house_of(given, settings_of(shutdown_seconds=5.0)))
    async with open_shop(given) as shop:
        status = f"/api/vending/session/{session.key}/status"
        assert (await shop.operator.get(status)).status_code == 200

        cluster.kill()
        working = asyncio.create_task(worker.run())
        for _ in range(3):
            health, ready = await shop.stranger.get("/health"), await shop.stranger.get("/ready")
            assert (health.status_code, ready.status_code) == (503, 503)
            assert health.json()["status"] == "unhealthy"
            assert health.json()["services"]["database"] == "disconnected"
            assert health.json()["metrics"]["active_sessions"] is None
        assert (await shop.stranger.get("/live")).status_code == 200
        refused = await shop.operator.post("/api/vending/create-session", json={"machine_id": MACHINE})
        assert (refused.status_code, refused.json()["error_code"]) == (503, "DATABASE_AWAY")
        assert not working.done()

        cluster.start()
        assert (await shop.stranger.get("/health")).json()["status"] == "healthy"
        assert (await shop.operator.get(status)).status_code == 200
        async with asyncio.timeout(15):
            while not given.partner.orders:
                given.clock.tick(seconds=5)
                await asyncio.sleep(0.1)
        worker.stop()
        await working
    assert list(given.partner.orders) == [given.partner.orders.popitem()[0]]
    assert (await given.job(order)).status != "queued"
