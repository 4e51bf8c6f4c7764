"""SQLite underneath: units that share a flush share nothing else, and nobody hears a promise the disk did not make."""

import asyncio
import sqlite3
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from makeline.foundation.changes import EVERYTHING
from makeline.foundation.database import Database, open_database
from makeline.foundation.sqlite import SqliteDriver
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Unavailable
from makeline.main.subscriptions import PROMISES
from tests.fakes import StandingClock
from tests.foundation.scratch import (
    PARENTS,
    add_child,
    add_parent,
    done_elsewhere,
    names,
    parents,
    raising,
    seen_elsewhere,
    statement,
)

DEFER = statement("PRAGMA defer_foreign_keys=ON")


def connection_of(unit: UnitOfWork) -> sqlite3.Connection:
    """The connection under a unit."""
    driver: Any = unit._driver
    assert isinstance(driver, SqliteDriver)
    return driver.connection


async def together(database: Database, *verbs: Any) -> list[Any]:
    """Run verbs that wait at the same time, and so in one group; their answers or errors."""
    return await asyncio.gather(
        *(database.begin(verb, actor=f"unit {number}") for number, verb in enumerate(verbs)),
        return_exceptions=True,
    )


def parent(name: str) -> Any:
    """A verb that adds a parent."""
    return lambda unit: add_parent(unit, name)


async def test_one_failing_unit_does_not_hurt_its_neighbours(on_sqlite: Database):
    def fails_late(unit: UnitOfWork) -> None:
        add_parent(unit, "never")
        raise LookupError

    def breaks_a_rule(unit: UnitOfWork) -> None:
        add_parent(unit, "first")

    answers = await together(
        on_sqlite, parent("first"), fails_late, parent("second"), breaks_a_rule, parent("third")
    )
    assert [type(answer).__name__ for answer in answers] == [
        "int",
        "LookupError",
        "int",
        "IntegrityError",
        "int",
    ]
    assert await names(on_sqlite) == ["first", "second", "third"]


async def test_units_that_wait_together_share_one_commit(on_sqlite: Database, sqlite_url: str):
    """Group commit is seen from outside: between two commits of somebody else's count lie many units."""
    commits: list[int] = []

    # A line that is open already: what takes long ends a group, and an unhurried machine would open twenty of them.
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as stranger:

        def count(unit: UnitOfWork) -> None:
            add_parent(unit, unit.actor)
            commits.append(stranger.execute("SELECT count(*) FROM parents").fetchone()[0])

        await together(on_sqlite, *[count] * 20)
    assert len(commits) == 20
    assert len(set(commits)) < 10
    assert seen_elsewhere(sqlite_url, "SELECT count(*) FROM parents") == [(20,)]


async def test_a_group_whose_commit_fails_answers_nobody_with_success(on_sqlite: Database, sqlite_url: str):
    heard: list[str] = []
    on_sqlite.changes.listen(heard.append)

    def promises_a_parent_later(unit: UnitOfWork) -> None:
        unit.put(DEFER)
        add_child(unit, 987_654)
        unit.touch("children")

    answers = await together(on_sqlite, parent("before"), promises_a_parent_later, parent("after"))
    assert all(isinstance(answer, Unavailable) for answer in answers), answers
    assert seen_elsewhere(sqlite_url, "SELECT name FROM parents") == []
    assert heard == []


async def test_ids_of_a_group_that_came_to_nothing_are_never_given_to_two(on_sqlite: Database):
    def takes_many(unit: UnitOfWork) -> None:
        unit.put(DEFER)
        for _ in range(50):
            unit.new_id(parents)
        add_child(unit, 987_654)

    await together(on_sqlite, parent("lost"), takes_many)
    await together(on_sqlite, *(parent(f"{number}") for number in range(80)))
    assert len(await names(on_sqlite)) == 80


@contextmanager
def full_disk(database: Database) -> Generator[None]:
    """The writer's file may not grow any more."""
    writer: Any = database
    connection = writer._writer._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    yield
    connection.execute("PRAGMA max_page_count=1073741823")


def large(unit: UnitOfWork) -> None:
    """More than the free pages of the file hold."""
    for number in range(200):
        add_parent(unit, f"{unit.actor} {number} " + "x" * 4000)


async def test_a_full_disk_answers_nobody_with_success_for_what_it_did_not_keep(
    on_sqlite: Database, sqlite_url: str
):
    async with asyncio.timeout(10):
        with full_disk(on_sqlite):
            answers = await together(on_sqlite, parent("before"), large, parent("after"))
    assert isinstance(answers[1], Unavailable), answers
    kept = {name for (name,) in seen_elsewhere(sqlite_url, "SELECT name FROM parents")}
    told = {
        name
        for name, answer in zip(("before", "large", "after"), answers, strict=True)
        if isinstance(answer, int)
    }
    assert kept == told


async def test_after_a_full_disk_the_shop_goes_on(on_sqlite: Database):
    async with asyncio.timeout(10):
        with full_disk(on_sqlite):
            await together(on_sqlite, parent("before"), large, parent("after"), large)
        answers = await together(on_sqlite, parent("later"), parent("and later"))
    assert all(isinstance(answer, int) for answer in answers), answers
    assert {"later", "and later"} <= set(await names(on_sqlite))


async def test_a_unit_that_swallows_a_broken_rule_goes_on_with_the_rest_of_its_work(on_sqlite: Database):
    def tries_twice(unit: UnitOfWork) -> None:
        add_parent(unit, "Eve")
        with pytest.raises(sqlite3.IntegrityError):
            add_parent(unit, "Eve")
        add_parent(unit, "Adam")

    await on_sqlite.begin(tries_twice, actor="test")
    assert await names(on_sqlite) == ["Eve", "Adam"]


async def test_what_is_acknowledged_is_flushed_and_foreign_keys_are_kept(on_sqlite: Database):
    def settings(unit: UnitOfWork) -> tuple[Any, ...]:
        connection = connection_of(unit)
        asked = ("journal_mode", "synchronous", "foreign_keys")
        return tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked)

    full = 2
    assert await on_sqlite.begin(settings, actor="test") == ("wal", full, 1)


async def test_another_process_that_writes_is_waited_for(on_sqlite: Database, sqlite_url: str):
    stranger = sqlite3.connect(
        sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    stranger.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, lambda: stranger.execute("COMMIT")).start()
    ticks = 0
    waiting = asyncio.create_task(on_sqlite.begin(parent("Eve"), actor="test"))
    while not waiting.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert await waiting > 0
    # Nobody else had to wait with us.
    assert ticks > 8
    stranger.close()


async def test_another_processs_write_is_noticed_and_everything_remembered_is_forgotten(
    on_sqlite: Database, sqlite_url: str
):
    heard: list[str] = []
    on_sqlite.changes.listen(heard.append)
    done_elsewhere(sqlite_url, "INSERT INTO parents VALUES (1, 'a stranger')")
    async with asyncio.timeout(3):
        while EVERYTHING not in heard:
            await asyncio.sleep(0.02)


async def test_a_unit_that_follows_anothers_write_forgets_before_it_believes(
    on_sqlite: Database, sqlite_url: str
):
    def remembered(unit: Any) -> list[str]:
        return unit.snapshot("parents", lambda reading: [parent.name for parent in reading.all(PARENTS)])

    assert await on_sqlite.begin(remembered, actor="test") == []
    done_elsewhere(sqlite_url, "INSERT INTO parents VALUES (1, 'a stranger')")
    assert await on_sqlite.begin(remembered, actor="test") == ["a stranger"]


async def test_our_own_writes_are_no_strangers(on_sqlite: Database):
    heard: list[str] = []
    on_sqlite.changes.listen(heard.append)
    for number in range(3):
        await on_sqlite.begin(parent(f"{number}"), actor="test")
    await asyncio.sleep(0.6)
    assert EVERYTHING not in heard


async def test_reading_does_not_wait_for_a_writer(on_sqlite: Database, sqlite_url: str):
    stranger = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    async with asyncio.timeout(2):
        assert await names(on_sqlite) == []
    stranger.execute("ROLLBACK")
    stranger.close()


async def test_what_is_queued_when_the_shop_closes_is_finished(sqlite_url: str, clock: StandingClock):
    database = await open_database(sqlite_url, promises=PROMISES, clock=clock)
    await database.begin(
        lambda unit: unit.put(statement("CREATE TABLE parents (id INTEGER, name TEXT)")), actor="test"
    )
    queued = [asyncio.create_task(database.begin(parent(f"{number}"), actor="test")) for number in range(10)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*queued)
    assert seen_elsewhere(sqlite_url, "SELECT count(*) FROM parents") == [(10,)]


async def test_the_errors_of_verbs_reach_their_callers_as_they_are(on_sqlite: Database):
    class Odd(Exception):
        """Nothing the foundation knows."""

    error = Odd("as it is")
    answers = await together(on_sqlite, raising(error), parent("Eve"))
    assert answers[0] is error
