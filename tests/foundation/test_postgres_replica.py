"""A replica answers glances while it is known to be late by no more than its bound; else the database does, and nobody waits."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from prometheus_client.registry import REGISTRY
from sqlalchemy import text

from makeline.foundation.database import Database
from makeline.foundation.metrics import GLANCES
from makeline.foundation.postgres_connections import Connections
from makeline.foundation.postgres_database import PostgresDatabase
from makeline.foundation.postgres_replica import Replica, ReplicaPlace
from makeline.foundation.shared_clock import SharedClock
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.main.subscriptions import PROMISES
from tests.foundation.scratch import PARENTS, RENAME_ALL, add_parent, lay_out
from tests.servers.postgres import Cluster, start_cluster
from tests.servers.postgres_replica import FOLLOWED, follow

_MOST = 1
_SLOW = Query(text("SELECT pg_sleep(0.5)::text AS slept, pg_is_in_recovery() AS repeats"), tuple)


class _Where(NamedTuple):
    repeats: bool
    read_only: str


_WHERE = Query(
    text(
        "SELECT pg_is_in_recovery() AS repeats, current_setting('default_transaction_read_only') AS read_only"
    ),
    _Where,
)


@pytest.fixture(scope="module")
def first() -> Generator[Cluster]:
    """A server that others may follow."""
    # Not where pytest keeps its folders: the server's user may not go there.
    with TemporaryDirectory() as folder, start_cluster(Path(folder), settings=FOLLOWED) as cluster:
        yield cluster


@pytest.fixture
def copy(first: Cluster) -> Generator[Cluster]:
    """One that follows it."""
    with TemporaryDirectory() as folder, follow(first, Path(folder)) as cluster:
        yield cluster


@asynccontextmanager
async def opened(first: str, copy: str) -> AsyncGenerator[PostgresDatabase]:
    replica = Replica(first, ReplicaPlace(copy, 2, _MOST), every=0.05, patience=0.5)
    lent = Connections(first, most=4)
    database = await PostgresDatabase(first, PROMISES, SharedClock(), lent=lent, replica=replica).start()
    yield database
    await database.close()


@pytest.fixture
async def database(first: Cluster, copy: Cluster) -> AsyncGenerator[Database]:
    """A fresh database on the first server, open with its replica."""
    name = f"shop_{time.monotonic_ns()}"
    first.server.create(name)
    async with opened(first.server.dsn(name), copy.server.dsn(name)) as made:
        await lay_out(made)
        await until(lambda: is_asked(made))
        yield made


def is_asked(database: Database) -> bool:
    return database.replica is not None and not database.replica.trouble


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


async def until_replica_has(database: Database, name: str) -> None:
    before = answered("replica")
    while name not in await database.glance(names) or answered("replica") == before:
        before = answered("replica")
        await asyncio.sleep(0.02)


def names(reading: Reading) -> list[str]:
    return [parent.name for parent in reading.all(PARENTS)]


def answered(outcome: str) -> float:
    return GLANCES.labels(outcome)._value.get()


async def test_glances_go_to_the_replica_which_takes_no_writes(database: Database):
    before = answered("replica")
    where = await database.glance(lambda unit: unit.first(_WHERE))
    assert where == _Where(repeats=True, read_only="on")
    assert answered("replica") == before + 1
    assert await database.read(lambda unit: unit.first(_WHERE)) == _Where(repeats=False, read_only="off")
    assert REGISTRY.get_sample_value("makeline_replica_left_alone") == 0
    # What is refused there for whatever reason is asked again where everything is known.
    with pytest.raises(Exception, match="does_not_exist"):
        await database.glance(lambda unit: unit.all(Query(text("SELECT 1 FROM does_not_exist"), tuple)))
    assert answered("turned back") >= 1


async def test_what_was_written_longer_ago_than_the_bound_is_seen_also_when_the_replica_stands_still(
    database: Database, copy: Cluster
):
    """And what a glance remembered meanwhile is not what others remember afterwards."""
    await database.begin(lambda unit: add_parent(unit, "Eve"), actor="test")
    await until_replica_has(database, "Eve")
    copy.server.execute("SELECT pg_wal_replay_pause()")
    await asyncio.sleep(0.1)

    def rename(unit: UnitOfWork) -> None:
        unit.change(RENAME_ALL, tail=" the first")
        unit.touch("people")

    await database.begin(rename, actor="test")
    written = time.monotonic()
    seen = await database.glance(lambda unit: unit.snapshot("people", names))
    assert seen in (["Eve"], ["Eve the first"])
    assert await database.read(lambda unit: unit.snapshot("people", names)) == ["Eve the first"]
    asked = time.monotonic()
    while (seen := await database.glance(names)) != ["Eve the first"]:
        assert seen == ["Eve"]
        # To the moment: no mark from before the writing is younger than the writing.
        assert asked - written <= _MOST
        await asyncio.sleep(0.02)
        asked = time.monotonic()
    assert database.replica is not None
    assert database.replica.trouble.endswith("s behind")
    assert REGISTRY.get_sample_value("makeline_replica_left_alone") == 1
    copy.server.execute("SELECT pg_wal_replay_resume()")
    await until(lambda: is_asked(database))
    before = answered("replica")
    assert await database.glance(names) == ["Eve the first"]
    assert answered("replica") == before + 1


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_a_replica_that_goes_away_keeps_nobody_waiting(database: Database, copy: Cluster, how: str):
    under_way = asyncio.create_task(database.glance(lambda unit: unit.first(_SLOW)))
    await asyncio.sleep(0.1)
    family = [copy.pid, *map(int, Path(f"/proc/{copy.pid}/task/{copy.pid}/children").read_text().split())]
    began = time.monotonic()
    if how == "killed":
        copy.kill()
    else:
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
    assert await under_way == ("", False)
    # A look, its patience, the question itself, and others on the processor; a question alone may take half a minute.
    assert time.monotonic() - began < 10
    assert database.replica is not None
    assert database.replica.trouble.startswith("away")
    assert await database.glance(lambda unit: unit.first(_WHERE)) == _Where(repeats=False, read_only="off")
    if how == "killed":
        copy.start()
    else:
        for pid in family:
            os.kill(pid, signal.SIGCONT)
    await until(lambda: is_asked(database))


async def test_what_is_no_copy_of_the_database_is_never_asked(first: Cluster, copy: Cluster):
    own, other = first.server.dsn(), copy.server.dsn("template1")
    for place, said in ((own, "takes writes"), (other, "another database"), (_nowhere(own), "away")):
        async with opened(own, place) as database:
            assert database.replica is not None
            assert said in database.replica.trouble
            assert await database.glance(lambda unit: unit.first(_WHERE)) == _Where(False, "off")
    async with opened(own, copy.server.dsn()) as database:
        await until(lambda: is_asked(database))
        copy.server.execute("SELECT pg_promote()")
        # A second one that takes writes is the beginning of two histories.
        await until(lambda: not is_asked(database))
        assert await database.glance(lambda unit: unit.first(_WHERE)) == _Where(False, "off")


def _nowhere(dsn: str) -> str:
    return dsn.rpartition(":")[0] + ":1/postgres"
