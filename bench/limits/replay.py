"""The floor of a sale: its very statements, recorded before the round and sent again by a client that does nothing else."""

import asyncio
import math
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from bench.case import Contender, Measure, Measurement, Role
from bench.cpu import Meter
from bench.disk import disk_folder, postgres
from bench.latency import percentile_ms
from bench.sale_statements import (
    Sale,
    recorded_on_postgres,
    recorded_on_sqlite,
    send_to_postgres,
    send_to_sqlite,
)
from makeline.foundation.sqlite import connect
from tests.servers.postgres import Cluster

# Sales of each connection before the round, so that its statements are prepared.
_WARM_UP = 8


def sales_on_sqlite(most_per_second: int) -> Contender:
    """One connection, one transaction and one flush for a sale, as eight buyers at once share them."""

    @contextmanager
    def opened() -> Generator[Measure]:
        yield lambda seconds: _on_sqlite(round(most_per_second * seconds), seconds)

    return Contender(Role.LIMIT, "its statements alone, one flush a sale", opened)


def _on_sqlite(count: int, seconds: float) -> Measurement:
    with disk_folder() as folder, recorded_on_sqlite(folder, count) as recorded:
        steps = _replayed(Path(recorded.url.removeprefix("sqlite:///")), recorded.sales.values())
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
        recorded.must_hold(len(waits))
        return _measured(waits, now - begin, {"process": used * 1e6 / len(waits)})


def _replayed(file: Path, sales: Iterable[Sale]) -> Generator[None]:
    """Each step is one sale in one transaction, on the disk when the step ends."""
    connection = connect(file)
    try:
        for sale in sales:
            connection.execute("BEGIN IMMEDIATE")
            send_to_sqlite(connection, sale.statements)
            connection.execute("COMMIT")
            yield
    finally:
        connection.close()


def sales_on_postgres(most_per_second: int, clients: int = 8) -> Contender:
    """Eight connections that send what the product sends, in the same order, and wait for the same answers."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with postgres() as cluster:
            yield lambda seconds: _on_postgres(cluster, round(most_per_second * seconds), seconds, clients)

    return Contender(Role.LIMIT, f"its statements alone, c={clients}", opened)


def _on_postgres(cluster: Cluster, count: int, seconds: float, clients: int) -> Measurement:
    with recorded_on_postgres(cluster, count) as recorded:
        return asyncio.run(_send_all(cluster, recorded.url, list(recorded.sales.values()), seconds, clients))


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
            await send_to_postgres(connections[number], sale.statements)
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
