"""Statements: compiled once, bound by name, read by type, the same on both databases."""

from typing import NamedTuple

import pytest
from sqlalchemy import bindparam, func, select, update

from makeline.foundation.database import Database
from makeline.foundation.moves import insert_moves
from makeline.foundation.outbox import DeliveryState, deliveries
from makeline.foundation.promises import PENDING
from makeline.foundation.statements import POSTGRESQL, SQLITE, Change, Query, insert_into, insert_or_ignore
from tests.foundation.scratch import (
    CHILDREN,
    PARENT_NAMED,
    Colour,
    Parent,
    Thing,
    add_child,
    add_parent,
    children,
    names,
    parents,
    things,
)

DIALECTS = pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=["sqlite", "postgresql"])


class Figures(NamedTuple):
    """A row that is no row of a table."""

    name: str
    how_many: int


@DIALECTS
def test_a_query_is_compiled_once_for_each_database(dialect):
    query = Query(select(things).where(things.c.id == bindparam("thing")), Thing)
    assert query.compiled(dialect) is query.compiled(dialect)
    assert query.compiled(SQLITE) is not query.compiled(POSTGRESQL)


@DIALECTS
def test_a_missing_argument_is_an_error_never_a_null(dialect):
    query = Query(
        select(things).where(things.c.id == bindparam("thing"), things.c.flag == bindparam("flag")), Thing
    )
    with pytest.raises(KeyError, match="flag"):
        query.compiled(dialect).arguments({"thing": 1})


@DIALECTS
def test_arguments_stand_in_the_order_of_the_driver_whatever_the_order_of_the_caller(dialect):
    query = Query(
        select(things).where(things.c.number > bindparam("low"), things.c.number < bindparam("high")), Thing
    )
    compiled = query.compiled(dialect)
    assert compiled.arguments({"high": 9, "low": 1}) == [1, 9]
    assert compiled.arguments({"low": 1, "high": 9, "nobody asked": 5}) == [1, 9]


def test_one_name_that_stands_in_two_places_is_given_once():
    query = Query(
        select(things).where(things.c.number >= bindparam("n"), things.c.id <= bindparam("n")), Thing
    )
    assert query.compiled(SQLITE).arguments({"n": 4}) == [4, 4]
    assert set(query.compiled(POSTGRESQL).arguments({"n": 4})) == {4}


@DIALECTS
def test_constants_of_a_statement_need_no_argument(dialect):
    change = Change(
        update(things).values(colour=Colour.RED, flag=True).where(things.c.id == bindparam("thing"))
    )
    values = change.compiled(dialect).arguments({"thing": 3})
    assert len(values) == 3
    assert set(map(str, values)) == {"red", "3", str(values[1])}


def test_states_in_a_condition_are_written_out_so_that_a_partial_index_serves():
    for dialect in (SQLITE, POSTGRESQL):
        compiled = Query(select(deliveries.c.id).where(PENDING), tuple).compiled(dialect)
        assert f"'{DeliveryState.PENDING}'" in compiled.sql
        assert compiled.names == ()


@DIALECTS
def test_a_statement_knows_the_tables_it_names_also_in_the_depth(dialect):
    beside = parents.alias("beside")
    inner = select(children.c.parent_id).where(children.c.note == bindparam("note"))
    query = Query(select(things.c.id).where(things.c.id.in_(inner), things.c.text == beside.c.name), tuple)
    compiled = query.compiled(dialect)
    assert compiled.tables == {"things", "children", "parents"}
    assert (compiled.writes, compiled.inserts) == (None, False)


@DIALECTS
def test_a_change_knows_the_table_it_writes(dialect):
    insert = insert_into(parents, ("id", "name")).compiled(dialect)
    assert (insert.writes, insert.inserts, insert.tables) == ("parents", True, {"parents"})
    changed = Change(update(parents).values(name="x")).compiled(dialect)
    assert (changed.writes, changed.inserts) == ("parents", False)


def test_inserts_of_the_same_columns_are_one_statement():
    assert insert_into(parents, ("id", "name")) is insert_into(parents, ("id", "name"))
    assert insert_into(parents, ("id", "name")) is not insert_into(parents, ("name", "id"))
    assert insert_moves(3) is insert_moves(3)


async def test_rows_are_named_tuples_in_the_order_of_the_question(scratch: Database):
    counted = Query(
        select(parents.c.name, func.count(children.c.id))
        .join(children, children.c.parent_id == parents.c.id)
        .group_by(parents.c.name)
        .order_by(parents.c.name),
        Figures,
    )

    def family(unit):
        eve = add_parent(unit, "Eve")
        adam = add_parent(unit, "Adam")
        for parent in (eve, eve, adam):
            add_child(unit, parent)

    await scratch.begin(family, actor="test")
    assert await scratch.read(lambda unit: unit.all(counted)) == [Figures("Adam", 1), Figures("Eve", 2)]


async def test_the_first_row_or_none(scratch: Database):
    parent_id = await scratch.begin(lambda unit: add_parent(unit, "Eve"), actor="test")
    found = await scratch.read(lambda unit: unit.first(PARENT_NAMED, called="Eve"))
    assert found == Parent(parent_id, "Eve")
    assert await scratch.read(lambda unit: unit.first(PARENT_NAMED, called="Lilith")) is None


async def test_a_text_is_a_value_whatever_it_says(scratch: Database):
    nasty = """'; DROP TABLE parents; -- $1 ? :x %s "q" \\ {}"""
    await scratch.begin(lambda unit: add_parent(unit, nasty), actor="test")
    assert (await scratch.read(lambda unit: unit.first(PARENT_NAMED, called=nasty))) is not None
    assert await names(scratch) == [nasty]


async def test_an_insert_that_would_repeat_a_row_is_passed_over_in_silence(scratch: Database):
    once = insert_or_ignore(parents, ("id", "name"))

    def twice(unit):
        for _ in range(2):
            unit.put(once, id=unit.new_id(parents), name="Eve")
        return unit.change(once, id=unit.new_id(parents), name="Eve")

    assert await scratch.begin(twice, actor="test") == 0
    assert await names(scratch) == ["Eve"]


async def test_reading_changes_nothing_and_sees_nothing_of_the_unfinished(scratch: Database):
    def rolled_back(unit):
        add_child(unit, None, "ghost")
        raise LookupError

    with pytest.raises(LookupError):
        await scratch.begin(rolled_back, actor="test")
    assert await scratch.read(lambda unit: unit.all(CHILDREN)) == []
