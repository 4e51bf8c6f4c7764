"""The ground that the fault programme stands on: what our test server acknowledges in production form, it keeps."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.servers.postgres import Cluster, Durability, start_cluster


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with (
        tempfile.TemporaryDirectory(
            prefix="makeline-faults-", dir="/var/tmp", ignore_cleanup_errors=True
        ) as folder,
        start_cluster(Path(folder), durability=Durability.PRODUCTION) as cluster,
    ):
        yield cluster


async def test_every_acknowledged_row_is_there_after_all_processes_are_killed(
    cluster: Cluster, rounds: Callable[[int, int], int]
):
    dsn = cluster.server.dsn()
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE promises (id bigint PRIMARY KEY)")
    await connection.close()
    acknowledged: set[int] = set()
    for turn in range(rounds(2, 50)):
        writers = [
            asyncio.create_task(_write(dsn, turn * 1_000_000 + writer, acknowledged)) for writer in range(8)
        ]
        await asyncio.sleep(0.2)
        cluster.kill()
        await asyncio.gather(*writers)
        cluster.start()
        connection = await asyncpg.connect(dsn)
        kept = {row["id"] for row in await connection.fetch("SELECT id FROM promises")}
        await connection.close()
        assert acknowledged <= kept
    assert acknowledged


async def _write(dsn: str, number: int, acknowledged: set[int]) -> None:
    try:
        connection = await asyncpg.connect(dsn)
        while True:
            await connection.execute("INSERT INTO promises VALUES ($1)", number)
            acknowledged.add(number)
            number += 8
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return  # the server is gone: as intended
