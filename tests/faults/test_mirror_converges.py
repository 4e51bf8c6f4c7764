"""R18: whatever goes wrong on the way to the CRM and back, after one sweep both sides say the same, once."""

import random
import struct
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from makeline.adapters.bitrix24.simulator.server import Portal, running
from makeline.adapters.bitrix24.simulator.settings import PortalSettings, Switches
from makeline.commerce.orders.queries import order_by_id
from makeline.commerce.orders.states import OrderStatus
from makeline.crm.drift import drift_page
from makeline.crm.line import line_of, mark_checked
from makeline.crm.models import SyncStatus
from makeline.crm.queries import tallies
from makeline.foundation.anomalies import Anomaly, open_anomalies
from makeline.foundation.database import Database, open_database
from makeline.foundation.unit_of_work import Reading
from makeline.main.invariants import violations
from makeline.main.subscriptions import PROMISES
from tests.conftest import ENGINES
from tests.crm.crowd import Crowd, waiting
from tests.faults.conftest import Figures
from tests.faults.mirror_worker import SharedTime
from tests.faults.shop import until
from tests.servers.process import Process

DEAL = 2
SEED = 18
SOME = Crowd(people=10, firms=4, orders=30, calls=6)
MANY = Crowd(people=3500, firms=1000, orders=4000, calls=1500)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """By day on one engine: each start of a worker costs a second of the processor."""
    metafunc.parametrize("engine", ENGINES if metafunc.config.getoption("--night") else ENGINES[:1])


async def test_both_sides_say_the_same_after_one_sweep(
    engine: str,
    shop_urls: Callable[[str], str],
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    figures: Figures,
):
    url, clock = shop_urls(engine), tmp_path / "clock"
    clock.write_bytes(struct.pack("d", 1_800_000_000.0))
    time, chance = SharedTime(clock), random.Random(SEED)
    crowd, kills = (SOME, MANY)[rounds(0, 1)], rounds(1, 12)
    database = await open_database(url, promises=PROMISES, clock=time.moment)
    switches = Switches().changed({"drop_events": 0.3, "html": 3, "lose_answers": 2})
    async with running(PortalSettings(switches=switches), time) as portal:
        await crowd.gather(database)
        argv = [sys.executable, "-m", "tests.faults.mirror_worker", url, portal.webhook_url, str(clock)]
        worker = Process.fork(argv, log=tmp_path / "worker.log")
        try:
            for number in range(kills):
                await _more(portal, crowd.entities * (number + 1) // (2 * kills + 1))
                worker.kill()
                portal.door.turn({"lose_answers": chance.randrange(3), "html": chance.randrange(3)})
                worker = Process.fork(argv, log=tmp_path / "worker.log")
            await _away(portal, time)
            await until(lambda: _nothing_waits(database), patience=600, what="all is over there")
            moved = _decide(portal, chance)
            time.move(600)
            await database.begin(lambda unit: mark_checked(unit, at=None), actor="test")
            await until(lambda: _was_swept(database, time()), patience=120, what="a sweep and a check")
        finally:
            worker.kill()
        await _judge(database, portal, crowd, moved)
        limits = portal.door.limits
        figures(
            f"R18 {engine}: {crowd.entities} records, {kills} kills of the worker, answers lost and pages sent, ten minutes "
            f"away, {len(moved)} decisions without an event: after one sweep 0 differ, 0 missing, 0 doubles, "
            f"{limits.met} limit answers, {(time() - 1_800_000_000) / 60:.0f} minutes, {limits.calls} requests",
            seed=SEED,
        )
    await database.close()


async def _more(portal: Portal, entities: int) -> None:
    async def there() -> bool:
        return sum(len(items) for items in portal.shelf.items.values()) >= entities

    await until(there, patience=120, what=f"{entities} records over there")


async def _away(portal: Portal, time: SharedTime) -> None:
    """Nobody is there for ten minutes of theirs."""
    portal.door.turn({"away": True})
    end = time() + 600

    async def over() -> bool:
        return time() >= end

    await until(over, patience=120, what="ten minutes")
    portal.door.turn({"away": False})


def _decide(portal: Portal, chance: random.Random) -> dict[int, str]:
    """Sales people move a third of the deals; the events go nowhere."""
    moved = {}
    for number, deal in portal.shelf.items[DEAL].items():
        if chance.random() < 0.3:
            # Nobody has paid: it can only be given up, and what is not is for staff to hear of.
            moved[number] = chance.choice(["APOLOGY", "LOSE", "EXECUTING"])
            portal.door.methods.move(DEAL, number, {"stageId": moved[number]})
            assert deal["stageId"] == moved[number]
    return moved


async def _nothing_waits(database: Database) -> bool:
    return not await database.read(waiting)


def _noted(unit: Reading) -> list[Anomaly]:
    return open_anomalies(unit, most=100_000)


async def _was_swept(database: Database, since: float) -> bool:
    line = await database.read(line_of)
    told = line is not None and line.swept_at is not None and line.checked_at is not None
    return told and not await database.read(waiting)


async def _judge(database: Database, portal: Portal, crowd: Crowd, moved: dict[int, str]) -> None:
    items = [item for kind in portal.shelf.items.values() for item in kind.values()]
    origins = Counter(item["originId"] for item in items if item.get("originId"))
    assert (len(origins), max(origins.values())) == (crowd.entities, 1)
    assert portal.door.limits.met == 0
    assert not await database.read(lambda unit: drift_page(unit, limit=10, before_id=None))
    counted = await database.read(tallies)
    assert {tally.status for tally in counted} == {SyncStatus.DONE}, counted
    for number, deal in portal.shelf.items[DEAL].items():
        our_id = int(deal["originId"].partition(":")[2])
        order = await database.read(lambda unit, our_id=our_id: order_by_id(unit, our_id))
        given_up = moved.get(number) in ("APOLOGY", "LOSE")
        expected = OrderStatus.CANCELLED if given_up else OrderStatus.PLACED
        assert (deal["opportunity"], order.status) == ("23.50", expected), deal
    refused = [found for found in await database.read(_noted) if found.kind == "crm_move_refused"]
    assert len(refused) == list(moved.values()).count("EXECUTING") > 0
    assert len(portal.shelf.requisites) == crowd.firms
    assert not await database.read(violations)
