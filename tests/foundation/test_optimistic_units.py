"""Optimistic units of PostgreSQL: they lock nothing, and are never wrong about what they read."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.foundation.database import Database
from makeline.foundation.statements import Change, LockingQuery, VersionedQuery
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal
from tests.foundation.scratch import (
    CHILDREN,
    PARENTS,
    RENAME,
    Child,
    Parent,
    add_child,
    add_parent,
    children,
    done_elsewhere,
    names,
    parents,
)
from tests.foundation.test_postgres import statements_of

_EVE = LockingQuery(
    select(parents).where(parents.c.name.like(literal_column("'Eve%'"))).order_by(parents.c.id),
    Parent,
    parents,
)
_HERS = VersionedQuery(select(children).where(children.c.parent_id == bindparam("parent")), Child, children)
_NOTE = Change(update(children).where(children.c.id == bindparam("child")).values(note=bindparam("new_note")))
_RENAME_FROM = Change(
    update(parents)
    .where(parents.c.id == bindparam("parent"), parents.c.name == bindparam("old_name"))
    .values(name=bindparam("new_name"))
)
_BEAR = Change(
    upsert(parents)
    .inline()
    .values(id=bindparam("id"), name=bindparam("called"))
    .on_conflict_do_nothing(index_elements=["name"])
)


class NotThere(Refusal):
    """Somebody was faster."""

    code = "NOT_THERE"
    kind = Kind.CONFLICT


def louder(unit: UnitOfWork) -> str:
    """Eve's name with one more mark, by what was read of it."""
    eve = unit.all(_EVE)[0]
    unit.put(RENAME, parent=eve.id, new_name=f"{eve.name}!")
    return eve.name


async def test_an_optimistic_unit_asks_and_writes_without_a_transaction_around_it(on_postgres: Database):
    await on_postgres.begin(lambda unit: add_parent(unit, "Eve"), actor="test")

    def act(unit: UnitOfWork) -> None:
        louder(unit)
        unit.all(CHILDREN)
        assert unit.expect(_BEAR, id=unit.new_id(parents), called=f"Cain {unit.actor}")

    sent = await statements_of(on_postgres, act)
    assert [statement.split()[0] for statement in sent] == ["SELECT", "SELECT", "WITH"]
    assert "FOR UPDATE" not in "".join(sent)
    assert (await names(on_postgres))[0] == "Eve!!"


@pytest.mark.parametrize("how", ["the row itself", "another row", "a question about its own writes"])
async def test_what_was_read_still_stands_when_it_is_written(
    on_postgres: Database, postgres_url: str, how: str
):
    await on_postgres.begin(lambda unit: add_parent(unit, "Eve"), actor="test")
    seen: list[str] = []

    def act(unit: UnitOfWork) -> None:
        eve = unit.all(_EVE)[0]
        seen.append(eve.name)
        if len(seen) == 1:
            done_elsewhere(postgres_url, "UPDATE parents SET name = 'Eve of theirs'")
        if how == "the row itself":
            unit.put(RENAME, parent=eve.id, new_name=f"{eve.name}!")
        else:
            add_child(unit, eve.id, eve.name)
        if how == "a question about its own writes":
            assert [child.note for child in unit.all(CHILDREN)] == [eve.name]

    await on_postgres.begin(act, actor="test")
    assert seen == ["Eve", "Eve of theirs"]
    if how == "the row itself":
        assert await names(on_postgres) == ["Eve of theirs!"]
    else:
        written = await on_postgres.read(lambda unit: unit.all(CHILDREN))
        assert [child.note for child in written] == ["Eve of theirs"]


async def test_rows_that_it_never_locks_stand_as_well(on_postgres: Database, postgres_url: str):
    """A child that somebody changes under his own name, without a look at its parent."""

    def prepare(unit: UnitOfWork) -> None:
        add_child(unit, add_parent(unit, "Eve"), "first")

    await on_postgres.begin(prepare, actor="test")
    seen: list[str | None] = []

    def act(unit: UnitOfWork) -> None:
        (hers,) = unit.all(_HERS, parent=unit.all(_EVE)[0].id)
        seen.append(hers.note)
        if len(seen) == 1:
            done_elsewhere(postgres_url, "UPDATE children SET note = 'theirs'")
        unit.put(_NOTE, child=hers.id, new_note=f"{hers.note}!")

    await on_postgres.begin(act, actor="test")
    assert seen == ["first", "theirs"]
    assert [child.note for child in await on_postgres.read(lambda unit: unit.all(CHILDREN))] == ["theirs!"]


async def test_it_waits_for_a_change_that_is_being_made_and_takes_it_into_account(
    on_postgres: Database, postgres_url: str
):
    await on_postgres.begin(lambda unit: add_parent(unit, "Eve"), actor="test")
    stranger, watcher = await asyncpg.connect(postgres_url), await asyncpg.connect(postgres_url)
    await stranger.execute("BEGIN; UPDATE parents SET name = 'Eve of theirs'")
    ours = asyncio.create_task(on_postgres.begin(louder, actor="test"))
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while not await watcher.fetchval(waits):
        assert not ours.done()
    await stranger.execute("COMMIT")
    assert await ours == "Eve of theirs"
    assert await names(on_postgres) == ["Eve of theirs!"]
    await stranger.close()
    await watcher.close()


async def test_of_many_at_once_none_writes_over_another(scratch: Database, second: Database):
    await scratch.begin(lambda unit: add_parent(unit, "Eve"), actor="test")
    await asyncio.gather(*((scratch, second)[n % 2].begin(louder, actor=f"{n}") for n in range(24)))
    assert await names(scratch) == ["Eve" + "!" * 24]


async def test_an_expectation_that_fails_is_told_and_undoes_what_was_built_on_it(scratch: Database):
    await scratch.begin(lambda unit: add_parent(unit, "Eve"), actor="test")

    def act(unit: UnitOfWork) -> list[Any]:
        eve = unit.all(_EVE)[0]
        told = [
            unit.expect(_RENAME_FROM, parent=eve.id, old_name="Lilith", new_name="nobody"),
            unit.expect(_BEAR, id=unit.new_id(parents), called="Eve"),
            unit.expect(_BEAR, id=unit.new_id(parents), called="Cain"),
        ]
        add_child(unit, eve.id, f"{told}")
        return told

    assert await scratch.begin(act, actor="test") == [False, False, True]
    (only,) = await scratch.read(lambda unit: unit.all(CHILDREN))
    assert only.note == "[False, False, True]"
    assert sorted(parent.name for parent in await scratch.read(lambda unit: unit.all(PARENTS))) == [
        "Cain",
        "Eve",
    ]


async def test_nobody_is_refused_for_an_expectation_that_was_wrong(scratch: Database):
    await scratch.begin(lambda unit: add_parent(unit, "Eve"), actor="test")

    def act(unit: UnitOfWork) -> str:
        eve = unit.all(_EVE)[0]
        if unit.expect(_RENAME_FROM, parent=eve.id, old_name="Lilith", new_name="nobody"):
            raise NotThere("there is no Lilith")
        return "the truth"

    assert await scratch.begin(act, actor="test") == "the truth"
