"""Ten thousand things of ours on their way into a CRM; hours go by in a minute, the socket is a real one."""

import asyncio
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from bench.case import Contender, Measure, Measurement, Role
from bench.disk import disk_folder
from makeline.adapters.bitrix24.simulator.limits import DRAIN, MOST_IN_A_BATCH, fastest
from makeline.crm.records import Entity
from makeline.foundation.database import Database, open_database
from makeline.main.migrate import migrate
from makeline.main.subscriptions import PROMISES
from tests.adapters.bitrix24.portals import VirtualTime, lead, open_line
from tests.crm.crowd import Crowd, drained

CROWD = Crowd(people=3500, firms=1000, orders=4000, calls=1500)
_NAIVE = 300


def drain_contender(label: str, **switches: Any) -> Contender:
    """Ours, on a portal with these switches; one round is all of the crowd, whatever it takes."""

    @contextmanager
    def opened() -> Generator[Measure]:
        yield lambda _: asyncio.run(_drain(switches))

    return Contender(Role.OURS, label, opened)


def naive_contender(label: str) -> Contender:
    """One call after the other, each record for itself, nothing looked for."""

    @contextmanager
    def opened() -> Generator[Measure]:
        yield lambda _: asyncio.run(_one_by_one())

    return Contender(Role.PEER, label, opened)


async def _drain(switches: dict[str, Any]) -> Measurement:
    time = VirtualTime()
    async with _shop(time) as database, open_line(time=time, **switches) as line:
        cpu = _cpu()
        seconds = await drained(database, line)
        spent = _cpu() - cpu
        limits, there = line.portal.door.limits, sum(len(line.items(entity)) for entity in Entity)
        needed = CROWD.needed()
        shortest = fastest(needed, line.portal.door.switches)
        bound = max(shortest, needed.total() / (MOST_IN_A_BATCH * DRAIN))
        facts = {
            "share of the bound": bound / seconds,
            "share of the shortest": shortest / seconds,
            "limit answers": float(limits.met),
            "calls per s": (limits.made.total() - limits.made["batch"]) / seconds,
            "calls": float(limits.made.total() - limits.made["batch"]),
            "requests": float(limits.calls),
        }
        wrong = abs(there - CROWD.entities)
        return Measurement(
            CROWD.entities, seconds, 0, 0, {"process": spent * 1e6 / CROWD.entities}, wrong, facts
        )


async def _one_by_one() -> Measurement:
    async with open_line() as line:
        began = line.time()
        for number in range(_NAIVE):
            fields = {"title": lead(number).title}
            await line.client.call("crm.item.add", {"entityTypeId": 1, "fields": fields})
        facts = {"limit answers": float(line.portal.door.limits.met)}
        return Measurement(_NAIVE, line.time() - began, 0, 0, {}, facts=facts)


@asynccontextmanager
async def _shop(time: VirtualTime) -> AsyncGenerator[Database]:
    with disk_folder() as folder:
        url = f"sqlite:///{folder / 'makeline.sqlite'}"
        migrate(url)
        database = await open_database(url, promises=PROMISES, clock=time.moment)
        try:
            await CROWD.gather(database)
            yield database
        finally:
            await database.close()


def _cpu() -> float:
    times = os.times()
    return times.user + times.system
