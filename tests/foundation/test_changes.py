"""What is remembered is never older than what was last announced; not here, not in another process."""

import asyncio
import threading
import time
from collections.abc import Callable

import asyncpg
import pytest

from makeline.foundation.changes import EVERYTHING, Changes
from makeline.foundation.database import Database, open_database
from makeline.foundation.unit_of_work import Reading, Snapshots, UnitOfWork
from tests.fakes import StandingClock
from tests.foundation.scratch import PARENTS, add_parent, seen_elsewhere

TOPIC = "parents"

_EARS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND query LIKE 'LISTEN%'"
)


def remembered(unit: Reading) -> list[str]:
    """Names of all parents, from memory when nobody has changed them."""
    return unit.snapshot(TOPIC, lambda reading: [parent.name for parent in reading.all(PARENTS)])


async def add(database: Database, name: str) -> None:
    """Add a parent and say so."""

    def act(unit: UnitOfWork) -> None:
        add_parent(unit, name)
        unit.touch(TOPIC)

    await database.begin(act, actor="test")


async def until_it_sees(database: Database, names: list[str], *, patience: float = 4.0) -> None:
    """Wait until what the process remembers has come round."""
    async with asyncio.timeout(patience):
        while await database.read(remembered) != names:
            await asyncio.sleep(0.01)


@pytest.fixture
def changes() -> Changes:
    """News of one process without a database."""
    return Changes(Snapshots())


async def test_a_fact_is_loaded_once_and_then_remembered(scratch: Database):
    loads: list[int] = []

    def load(_: Reading) -> list[str]:
        loads.append(1)
        return ["something"]

    for _ in range(5):
        assert await scratch.read(lambda unit: unit.snapshot(TOPIC, load)) == ["something"]
    assert len(loads) == 1


async def test_a_touched_fact_is_loaded_afresh(scratch: Database):
    assert await scratch.read(remembered) == []
    await add(scratch, "Eve")
    assert await scratch.read(remembered) == ["Eve"]


async def test_a_load_that_was_overtaken_is_used_once_and_never_kept(scratch: Database):
    """The reader has asked the database, but not yet remembered, when the change is committed and announced."""
    loop = asyncio.get_running_loop()
    has_asked, may_go_on = asyncio.Event(), threading.Event()

    def slow(reading: Reading) -> list[str]:
        found = [parent.name for parent in reading.all(PARENTS)]
        loop.call_soon_threadsafe(has_asked.set)
        if threading.current_thread() is threading.main_thread():
            # On PostgreSQL questions run on the loop itself: let it turn while this one waits for an answer.
            while not may_go_on.is_set():
                reading.all(PARENTS)
        else:
            may_go_on.wait(5)
        return found

    reading = asyncio.create_task(scratch.read(lambda unit: unit.snapshot(TOPIC, slow)))
    await has_asked.wait()
    await add(scratch, "Eve")
    may_go_on.set()
    assert await reading == []
    assert await scratch.read(remembered) == ["Eve"]


async def test_a_fact_loaded_late_in_an_older_reading_is_never_kept(scratch: Database):
    """The reading's first question fixed what it sees; the change comes before it asks for the fact."""
    loop = asyncio.get_running_loop()
    has_asked, may_go_on = asyncio.Event(), threading.Event()

    def slow(unit: Reading) -> list[str]:
        unit.all(PARENTS)
        loop.call_soon_threadsafe(has_asked.set)
        if threading.current_thread() is threading.main_thread():
            while not may_go_on.is_set():
                unit.all(PARENTS)
        else:
            may_go_on.wait(5)
        return remembered(unit)

    reading = asyncio.create_task(scratch.read(slow))
    await has_asked.wait()
    await add(scratch, "Eve")
    may_go_on.set()
    await reading
    assert await scratch.read(remembered) == ["Eve"]


async def test_what_a_unit_saw_of_its_own_work_is_forgotten_when_it_is_undone(scratch: Database):
    def ghost(unit: UnitOfWork) -> None:
        add_parent(unit, "ghost")
        assert remembered(unit) == ["ghost"]
        unit.touch(TOPIC)
        raise LookupError

    with pytest.raises(LookupError):
        await scratch.begin(ghost, actor="test")
    assert await scratch.read(remembered) == []
    assert await scratch.begin(remembered, actor="test") == []


async def test_nobody_remembers_what_a_running_unit_saw_of_itself(scratch: Database):
    others: list[list[str]] = []

    def act(unit: UnitOfWork) -> None:
        add_parent(unit, "Eve")
        assert remembered(unit) == ["Eve"]
        others.append(scratch._snapshots.get(TOPIC))  # ty: ignore[missing-attribute]

    await scratch.begin(act, actor="test")
    assert others == [None]


async def test_a_fact_that_a_unit_missed_is_soon_remembered(scratch: Database):
    loads: list[int] = []

    def load(_: Reading) -> list[str]:
        loads.append(1)
        return ["something"]

    for _ in range(3):
        await scratch.begin(lambda unit: unit.snapshot(TOPIC, load), actor="test")
        await asyncio.sleep(0.05)
    assert len(loads) <= 2


async def test_a_change_in_one_process_is_news_in_the_other(scratch: Database, second: Database):
    await until_it_sees(second, [])
    await add(scratch, "Eve")
    await until_it_sees(second, ["Eve"])
    await add(second, "Adam")
    await until_it_sees(scratch, ["Eve", "Adam"])


async def test_a_process_that_lost_its_ear_forgets_everything_and_listens_again(
    on_postgres: Database, postgres_url: str
):
    await until_somebody_listens(postgres_url)
    heard: list[str] = []
    on_postgres.changes.listen(heard.append)
    seen_elsewhere(postgres_url, f"SELECT pg_terminate_backend(pid) FROM ({_EARS}) AS ears")
    # Once when the line was cut and once when it was there again.
    await until(lambda: heard.count(EVERYTHING) == 2)
    heard.clear()
    seen_elsewhere(postgres_url, "SELECT pg_notify('makeline_changes', 'stranger parents stock')::text")
    await until(lambda: {"parents", "stock"} <= set(heard))


async def test_news_that_was_about_to_be_sent_over_a_cut_line_still_arrives(
    on_postgres: Database, postgres_url: str, clock: StandingClock
):
    await until_somebody_listens(postgres_url)
    ((mine,),) = seen_elsewhere(postgres_url, _EARS)
    other = await open_database(postgres_url, promises={}, clock=clock, connections=2)
    try:
        await until(lambda: len(seen_elsewhere(postgres_url, _EARS)) == 2)
        heard: list[str] = []
        other.changes.listen(heard.append)
        seen_elsewhere(postgres_url, f"SELECT pg_terminate_backend({mine})")
        # The line is dead, but its owner has not looked yet.
        on_postgres.changes.announce([TOPIC])
        await until(lambda: TOPIC in heard)
    finally:
        await other.close()


async def until(fact: Callable[[], bool]) -> None:
    """Wait, not for ever, until it is so."""
    async with asyncio.timeout(5):
        while not fact():
            await asyncio.sleep(0.01)


async def until_somebody_listens(url: str) -> None:
    """Wait until the process has its ear at the database."""
    await until(lambda: bool(seen_elsewhere(url, _EARS)))


async def test_more_news_than_a_message_holds_is_told_as_everything(
    on_postgres: Database, postgres_url: str, clock: StandingClock
):
    other = await open_database(postgres_url, promises={}, clock=clock, connections=2)
    try:
        heard: list[str] = []
        other.changes.listen(heard.append)
        on_postgres.changes.announce([f"session:{number:060}" for number in range(200)])
        await until(lambda: EVERYTHING in heard)
    finally:
        await other.close()


async def test_where_there_is_always_news_at_most_fifty_messages_a_second_tell_of_it(
    on_postgres: Database, postgres_url: str
):
    await until_somebody_listens(postgres_url)
    ear = await asyncpg.connect(postgres_url)
    try:
        messages: list[str] = []
        await ear.add_listener("makeline_changes", lambda *said: messages.append(said[-1]))
        told = [f"session:{number}" for number in range(100)]
        begun = time.perf_counter()
        for topic in told:
            on_postgres.changes.announce([topic])
            await asyncio.sleep(0.002)
        await until(lambda: set(told) <= {topic for message in messages for topic in message.split()})
        assert len(messages) <= 2 + 50 * (time.perf_counter() - begun)
    finally:
        await ear.close()


async def test_waiting_for_a_topic_ends_when_it_changes_or_when_time_is_up(changes: Changes):
    waiting = asyncio.create_task(changes.wait_for("stock", timeout=5))
    await asyncio.sleep(0)
    changes.announce(["catalogue"])
    await asyncio.sleep(0)
    assert not waiting.done()
    changes.announce(["stock"])
    assert await waiting is True
    assert await changes.wait_for("stock", timeout=0.01) is False


async def test_whoever_stops_waiting_leaves_nothing_behind(changes: Changes):
    waiting = [asyncio.create_task(changes.wait_for("stock", timeout=5)) for _ in range(3)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert changes._waiting == {}


def test_news_is_passed_on_to_other_processes_but_never_passed_back(changes: Changes):
    passed: list[str] = []
    changes.pass_on = passed.extend
    changes.announce(["stock"])
    changes.hear(["catalogue"])
    assert passed == ["stock"]


def test_a_fact_is_not_kept_by_whoever_began_before_everything_was_forgotten():
    snapshots = Snapshots()
    mark = snapshots.mark()
    snapshots.forget_all()
    snapshots.keep(TOPIC, "stale", since=mark)
    assert snapshots.get(TOPIC) is None
    snapshots.keep(TOPIC, "fresh", since=snapshots.mark())
    assert snapshots.get(TOPIC) == "fresh"


def test_news_of_single_things_does_not_disturb_what_is_remembered_of_many():
    snapshots = Snapshots()
    mark = snapshots.mark()
    snapshots.forget("session:VM_LONDON_01_1")
    snapshots.keep(TOPIC, "fresh", since=mark)
    assert snapshots.get(TOPIC) == "fresh"
