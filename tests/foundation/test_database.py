"""An open database: units side by side, callers who leave, races for one key, a server that goes away."""

import asyncio
import tempfile
import threading
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select, text

from makeline.foundation.changes import PROMISED
from makeline.foundation.database import Database, open_database
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Unavailable
from makeline.main.subscriptions import PROMISES
from tests.fakes import StandingClock
from tests.foundation.scratch import PARENT_NAMED, PARENTS, add_child, add_parent, children, lay_out, names
from tests.servers.postgres import Cluster, Postgres, start_cluster

_SLEEP = Query(text("SELECT pg_sleep(0.2)"), tuple)
_NOTES: Query[tuple[str]] = Query(select(children.c.note).order_by(children.c.id), tuple)
_CHILD: Query[tuple[str]] = Query(select(children.c.note).where(children.c.id == bindparam("child")), tuple)


def find_or_add(unit: UnitOfWork) -> int:
    """What every room does with a natural key."""
    found = unit.first(PARENT_NAMED, called="Eve")
    return add_parent(unit, "Eve") if found is None else found.id


async def test_many_who_want_the_same_new_thing_get_the_same_one(scratch: Database, second: Database):
    opened = (scratch, second)
    ids = await asyncio.gather(
        *(opened[turn % 2].begin(find_or_add, actor=f"unit {turn}") for turn in range(24))
    )
    assert len(set(ids)) == 1
    assert await names(scratch) == ["Eve"]


async def test_a_unit_that_was_overtaken_is_run_again_and_finds_what_the_other_did(on_postgres: Database):
    """The first has found nothing and waits; the second adds and commits; the first collides and comes round."""
    arrived, overtaken = asyncio.Event(), asyncio.Event()
    runs: list[bool] = []

    def slow(unit: UnitOfWork) -> int:
        found = unit.first(PARENT_NAMED, called="Eve")
        runs.append(found is not None)
        if len(runs) == 1:
            arrived.set()
            # Time passes for everybody else.
            unit.all(_SLEEP)
        return add_parent(unit, "Eve") if found is None else found.id

    waiting = asyncio.create_task(on_postgres.begin(slow, actor="slow"))
    await arrived.wait()
    quick = await on_postgres.begin(find_or_add, actor="quick")
    overtaken.set()
    assert await waiting == quick
    assert runs == [False, True]


async def test_a_unit_that_collides_every_time_is_an_error_in_the_end_and_changes_nothing(
    on_postgres: Database,
):
    await on_postgres.begin(lambda unit: add_parent(unit, "Eve"), actor="test")
    runs: list[int] = []

    def blind(unit: UnitOfWork) -> None:
        runs.append(add_parent(unit, "Adam"))
        add_parent(unit, "Eve")

    with pytest.raises(Exception, match="unique"):
        await on_postgres.begin(blind, actor="test")
    assert 1 < len(runs) <= 10
    assert await names(on_postgres) == ["Eve"]


async def test_the_unit_of_a_caller_who_left_is_committed_and_announced(scratch: Database):
    """A browser closed in the middle of a payment must not leave anybody with old news."""
    heard: list[str] = []
    scratch.changes.listen(heard.append)
    started = threading.Event()
    loop = asyncio.get_running_loop()
    leaving: asyncio.Future[None] = loop.create_future()

    def act(unit: UnitOfWork) -> None:
        add_parent(unit, "Eve")
        unit.all(PARENTS)
        unit.touch("parents")
        if not started.is_set():
            started.set()
            loop.call_soon_threadsafe(leaving.set_result, None)
        unit.all(PARENTS)

    caller = asyncio.create_task(scratch.begin(act, actor="somebody who leaves"))
    await leaving
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    async with asyncio.timeout(5):
        while "parents" not in heard:
            await asyncio.sleep(0.005)
    assert await names(scratch) == ["Eve"]


async def test_callers_who_leave_at_any_moment_never_leave_news_untold(scratch: Database):
    """Whatever was committed has been announced, whenever the caller went away."""
    heard: list[str] = []
    scratch.changes.listen(heard.append)

    def act(unit: UnitOfWork) -> None:
        add_child(unit, None, unit.actor)
        unit.touch(unit.actor)

    for step in range(30):
        caller = asyncio.create_task(scratch.begin(act, actor=f"caller-{step}"))
        await asyncio.sleep(step * 0.0002)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
    await scratch.begin(act, actor="the last")
    await asyncio.sleep(0.1)
    committed = [note for (note,) in await scratch.read(lambda unit: unit.all(_NOTES))]
    assert "the last" in committed
    assert set(committed) - set(heard) == set()


async def test_units_after_callers_who_left_find_a_clean_connection(scratch: Database):
    for step in range(12):
        caller = asyncio.create_task(scratch.begin(lambda unit: add_child(unit, None), actor="leaving"))
        await asyncio.sleep(step * 0.0005)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
    made = [
        scratch.begin(lambda unit, name=f"{n}": add_parent(unit, name), actor="staying") for n in range(24)
    ]
    assert len(set(await asyncio.gather(*made))) == 24
    assert len(await names(scratch)) == 24


async def test_a_promise_wakes_the_worker_only_when_there_is_one(scratch: Database):
    heard: list[str] = []
    scratch.changes.listen(heard.append)
    await scratch.begin(lambda unit: add_parent(unit, "Eve"), actor="test")
    assert PROMISED not in heard


async def test_listeners_hear_of_a_change_before_its_writer_has_the_answer(scratch: Database):
    heard: list[str] = []
    scratch.changes.listen(heard.append)
    await scratch.begin(lambda unit: unit.touch("stock"), actor="test")
    assert heard == ["stock"]


async def test_nobody_hears_of_a_unit_that_came_to_nothing(scratch: Database):
    heard: list[str] = []
    scratch.changes.listen(heard.append)

    def act(unit: UnitOfWork) -> None:
        unit.touch("stock")
        raise LookupError

    with pytest.raises(LookupError):
        await scratch.begin(act, actor="test")
    assert heard == []


async def test_a_database_that_is_not_there_is_refused_at_once(tmp_path: Path):
    with pytest.raises(Unavailable):
        await open_database("postgresql://nobody@127.0.0.1:1/nothing", promises={})


async def test_a_server_without_our_database_is_refused_in_words(postgres_server: Postgres):
    with pytest.raises(Unavailable):
        await open_database(postgres_server.dsn("never_made"), promises={})


async def test_a_file_that_cannot_be_opened_is_told_to_every_caller(tmp_path: Path):
    """Nobody waits for ever for a database in a folder that is not there."""
    async with asyncio.timeout(8):
        with pytest.raises(Unavailable):
            opened = await open_database(f"sqlite:///{tmp_path / 'missing' / 'shop.sqlite'}", promises={})
            try:
                await opened.read(lambda unit: unit.all(_NOTES))
            finally:
                await opened.close()


async def test_a_file_that_is_no_database_is_told_to_every_caller(tmp_path: Path):
    file = tmp_path / "shop.sqlite"
    file.write_bytes(b"a poem, not a database. " * 400)
    async with asyncio.timeout(8):
        for use in ("read", "begin"):
            with pytest.raises(Unavailable):
                opened = await open_database(f"sqlite:///{file}", promises={})
                try:
                    if use == "read":
                        await opened.read(lambda unit: unit.all(_NOTES))
                    else:
                        await opened.begin(lambda unit: unit.all(_NOTES), actor="test")
                finally:
                    await opened.close()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server of our own that may be stopped."""
    with start_cluster(Path(tempfile.mkdtemp())) as started:
        yield started


@pytest.fixture
async def own_server(cluster: Cluster, clock: StandingClock) -> AsyncGenerator[Database]:
    """A database with nothing but the tables of the tests on a server of our own."""
    opened = await open_database(cluster.server.dsn(), promises=PROMISES, clock=clock, connections=3)
    await lay_out(opened)
    yield opened
    await opened.close()


async def test_a_server_that_goes_away_is_a_refusal_and_its_return_needs_nothing(
    cluster: Cluster, own_server: Database
):
    await own_server.begin(lambda unit: add_parent(unit, "before"), actor="test")
    cluster.stop()
    for _ in range(4):
        with pytest.raises(Unavailable):
            await own_server.begin(lambda unit: add_parent(unit, "meanwhile"), actor="test")
        with pytest.raises(Unavailable):
            await own_server.read(lambda unit: unit.all(PARENTS))
    cluster.start()
    await own_server.begin(lambda unit: add_parent(unit, "after"), actor="test")
    assert await names(own_server) == ["before", "after"]


async def test_a_value_that_no_column_holds_is_a_fault_of_ours_not_an_absent_database(scratch: Database):
    with pytest.raises(Exception) as failed:
        await scratch.begin(lambda unit: unit.first(_CHILD, child=2**70), actor="test")
    assert not isinstance(failed.value, Unavailable)
