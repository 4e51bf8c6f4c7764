"""The floor of a sale: its very statements, recorded before the round and sent again by a client that does nothing else."""

import asyncio
import math
import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from bench.case import Contender, Measure, Measurement, Role
from bench.cpu import Meter
from bench.disk import disk_folder, postgres
from bench.latency import percentile_ms
from bench.sale_statements import Sale, record, replayed_on_postgres, replayed_on_sqlite
from bench.shop import order_request, prepared_shop
from tests.servers.postgres import Cluster

_FLEET = 200
# Sales of each connection before the round, so that its statements are prepared.
_WARM_UP = 8


def sales_on_sqlite(most_per_second: int) -> Contender:
    """One connection, one transaction and one flush for a sale, as eight buyers at once share them."""

    @contextmanager
    def opened() -> Generator[Measure]:
        yield lambda seconds: _on_sqlite(round(most_per_second * seconds), seconds)

    return Contender(Role.LIMIT, "its statements alone, one flush a sale", opened)


def _on_sqlite(count: int, seconds: float) -> Measurement:
    with disk_folder() as folder:
        file, copy = folder / "shop.sqlite", folder / "copy.sqlite"
        url = f"sqlite:///{file}"
        with prepared_shop(url, folder, fleet_size=_FLEET) as shop:
            keys = shop.sessions(count)
            _copy(file, copy)
            sales = record(url, shop, keys, order_request(shop.picture))
        steps = replayed_on_sqlite(copy, sales)
        waits: list[float] = []
        cpu, begin = time.process_time(), time.perf_counter()
        now = begin
        for _ in steps:
            then, now = now, time.perf_counter()
            waits.append(now - then)
            if now - begin >= seconds:
                break
        used = time.process_time() - cpu
        steps.close()
        return _measured(waits, now - begin, {"process": used * 1e6 / len(waits)})


def _copy(file: Path, copy: Path) -> None:
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    with target:
        source.backup(target)
    source.close()
    target.close()


def sales_on_postgres(most_per_second: int, clients: int = 8) -> Contender:
    """Eight connections that send what the product sends, in the same order, and wait for the same answers."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with postgres() as cluster:
            yield lambda seconds: _on_postgres(cluster, round(most_per_second * seconds), seconds, clients)

    return Contender(Role.LIMIT, f"its statements alone, c={clients}", opened)


def _on_postgres(cluster: Cluster, count: int, seconds: float, clients: int) -> Measurement:
    name = f"shop_{time.monotonic_ns()}"
    url = cluster.server.create(name)
    with disk_folder() as folder:
        with prepared_shop(url, folder, fleet_size=_FLEET) as shop:
            keys = shop.sessions(count)
        # A copy of what nobody is connected to.
        copy = cluster.server.create(f"{name}_copy", name)
        sales = record(url, shop, keys, order_request(shop.picture))
    measurement = asyncio.run(_send_all(cluster, copy, sales, seconds, clients))
    for database in (f"{name}_copy", name):
        cluster.server.drop(database)
    return measurement


async def _send_all(
    cluster: Cluster, url: str, sales: Sequence[Sale], seconds: float, clients: int
) -> Measurement:
    connections = [await asyncpg.connect(url, statement_cache_size=2000) for _ in range(clients)]
    waits: list[float] = []

    async def send(number: int, those: Sequence[Sale], until: float) -> None:
        # What happens at one machine stays in its order: their number is a multiple of ours.
        for sale in those[number::clients]:
            then = time.perf_counter()
            if then >= until:
                break
            await replayed_on_postgres(connections[number], sale)
            waits.append(time.perf_counter() - then)

    async def send_all(those: Sequence[Sale], until: float) -> None:
        await asyncio.gather(*(send(number, those, until) for number in range(clients)))

    await send_all(sales[: clients * _WARM_UP], math.inf)
    waits.clear()
    meter, before = Meter({"postgres": cluster.pid}), time.process_time()
    meter.start()
    begin = time.perf_counter()
    await send_all(sales[clients * _WARM_UP :], begin + seconds)
    took, load = time.perf_counter() - begin, time.process_time() - before
    cpu = {**meter.per_operation(len(waits)), "load": load * 1e6 / max(len(waits), 1)}
    for connection in connections:
        await connection.close()
    return _measured(waits, took, cpu)


def _measured(waits: list[float], took: float, cpu: dict[str, float]) -> Measurement:
    waits.sort()
    return Measurement(len(waits), took, percentile_ms(waits, 50), percentile_ms(waits, 99), cpu)
