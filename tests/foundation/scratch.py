"""Tables of the tests: one of every type, and a parent with children. Made through the product's own units."""

import sqlite3
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    MetaData,
    Table,
    Text,
    bindparam,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateTable

from makeline.foundation.columns import ID_BLOCK, BigInt, Json, UtcTime, Word, identity
from makeline.foundation.database import Database
from makeline.foundation.statements import POSTGRESQL, SQLITE, Change, Query
from makeline.foundation.unit_of_work import UnitOfWork
from tests.servers.elsewhere import elsewhere

metadata = MetaData()


class Colour(StrEnum):
    """Words of the tests."""

    RED = "red"
    GREEN = "grün"


things = Table(
    "things",
    metadata,
    identity(),
    Column("moment", UtcTime()),
    Column("data", Json()),
    Column("colour", Word(Colour)),
    Column("flag", Boolean),
    Column("number", BigInteger),
    Column("text", Text),
)
parents = Table("parents", metadata, identity(), Column("name", Text, nullable=False, unique=True))
children = Table(
    "children",
    metadata,
    identity(),
    Column("parent_id", BigInt, ForeignKey("parents.id")),
    Column("note", Text),
)
TABLES = (things, parents, children)


class Thing(NamedTuple):
    """A row of every type."""

    id: int
    moment: Any
    data: Any
    colour: Any
    flag: Any
    number: Any
    text: Any


class Parent(NamedTuple):
    """A row that others hang on."""

    id: int
    name: str


class Child(NamedTuple):
    """A row that hangs on another."""

    id: int
    parent_id: int | None
    note: str | None


THINGS = Query(select(things).order_by(things.c.id), Thing)
PARENTS = Query(select(parents).order_by(parents.c.id), Parent)
PARENT_NAMED = Query(select(parents).where(parents.c.name == bindparam("called")), Parent)
CHILDREN = Query(select(children).order_by(children.c.id), Child)
RENAME = Change(update(parents).where(parents.c.id == bindparam("parent")).values(name=bindparam("new_name")))
RENAME_ALL = Change(update(parents).values(name=parents.c.name + bindparam("tail")))
ADOPT = Change(
    update(children).where(children.c.id == bindparam("child")).values(parent_id=bindparam("parent"))
)


async def lay_out(database: Database) -> None:
    """Make the tables."""
    await database.begin(_create, actor="test")


def statement(sql: str) -> Change:
    """Any SQL without parameters."""
    return Change(text(sql.replace(":", r"\:")))


def _create(unit: UnitOfWork) -> None:
    if unit._driver.dialect.name == "sqlite":
        for table in TABLES:
            unit.put(statement(str(CreateTable(table).compile(dialect=SQLITE))))
        return
    made = [str(CreateTable(table).compile(dialect=POSTGRESQL)) for table in TABLES]
    made += [f'CREATE SEQUENCE "{table.name}_numbers" INCREMENT BY {ID_BLOCK}' for table in TABLES]
    unit.put(statement(";".join(made)))


def add_parent(unit: UnitOfWork, name: str) -> int:
    """A new parent; returns its id."""
    parent_id = unit.new_id(parents)
    unit.add(parents, id=parent_id, name=name)
    return parent_id


def add_child(unit: UnitOfWork, parent_id: int | None, note: str = "") -> int:
    """A new child; returns its id."""
    child_id = unit.new_id(children)
    unit.add(children, id=child_id, parent_id=parent_id, note=note)
    return child_id


async def names(database: Database) -> list[str]:
    """Names of all parents, oldest first."""
    return [parent.name for parent in await database.read(lambda unit: unit.all(PARENTS))]


def seen_elsewhere(url: str, sql: str) -> list[tuple[Any, ...]]:
    """What a fresh connection of somebody else is answered; blocks."""
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    async def ask() -> list[tuple[Any, ...]]:
        stranger = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await stranger.fetch(sql)]
        finally:
            await stranger.close()

    return elsewhere(ask())


def done_elsewhere(url: str, sql: str) -> None:
    """Somebody else changes the database and commits; blocks."""
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        connection.execute(sql)
        connection.commit()
        connection.close()
        return

    async def act() -> None:
        stranger = await asyncpg.connect(url)
        await stranger.execute(sql)
        await stranger.close()

    elsewhere(act())


def raising(error: BaseException) -> Callable[..., Any]:
    """A verb that fails."""

    def verb(*_: Any) -> None:
        raise error

    return verb
