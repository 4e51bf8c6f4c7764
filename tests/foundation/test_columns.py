"""What is written is what is read, on both databases alike."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given as on
from hypothesis import settings
from hypothesis import strategies as some
from sqlalchemy import Boolean, bindparam, select

from makeline.foundation.columns import BigInt, UtcTime, Word
from makeline.foundation.database import Database
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.tables import all_tables
from tests.foundation.scratch import Colour, Thing, seen_elsewhere, things

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BY_ID = Query(select(things).where(things.c.id == bindparam("thing")), Thing)
_SINCE = Query(select(things).where(things.c.moment >= bindparam("since")).order_by(things.c.moment), Thing)
# What JSON itself, and both databases' idea of it, hold: no NUL, no half of a surrogate pair.
texts = some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
values = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.floats(-1e15, 1e15) | texts,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
objects = some.dictionaries(texts, values, max_size=5)
moments = some.integers(0, 7 * 10**15).map(lambda microseconds: _EPOCH + timedelta(microseconds=microseconds))


async def kept(database: Database, **columns: Any) -> Thing:
    """A row with these columns, read back."""

    def put(unit: UnitOfWork) -> int:
        thing_id = unit.new_id(things)
        unit.add(things, id=thing_id, **columns)
        return thing_id

    thing_id = await database.begin(put, actor="test")
    (found,) = await database.read(lambda unit: unit.all(_BY_ID, thing=thing_id))
    return found


def put_many(unit: UnitOfWork, column: str, written: list[Any]) -> list[Any]:
    """Write each value in a row of its own; what the rows then hold."""
    ids = [unit.new_id(things) for _ in written]
    for thing_id, value in zip(ids, written, strict=True):
        unit.add(things, **{"id": thing_id, column: value})
    rows = [unit.first(_BY_ID, thing=thing_id) for thing_id in ids]
    return [getattr(row, column) for row in rows]


def drawn_from(strategy: Any) -> list[Any]:
    """Sixty values that the strategy comes up with."""
    drawn: list[Any] = []
    # The library looks into the code of what it calls: a method of a list has none.
    settings(max_examples=60, database=None)(on(strategy)(lambda value: drawn.append(value)))()  # noqa: PLW0108
    return drawn


async def test_whatever_is_written_is_read(scratch: Database):
    whole_numbers = some.integers(-(2**63), 2**63 - 1)
    columns = {"moment": moments, "data": objects | values, "text": texts, "number": whole_numbers}
    for column, strategy in columns.items():
        drawn = drawn_from(strategy)
        read = await scratch.begin(lambda unit, at=column, of=drawn: put_many(unit, at, of), actor="test")
        assert read == drawn
        assert [type(value) for value in read] == [type(value) for value in drawn]


async def test_a_moment_of_another_zone_is_the_same_instant_in_utc(scratch: Database):
    shanghai = timezone(timedelta(hours=8))
    thing = await kept(scratch, moment=datetime(2026, 3, 4, 20, 0, 0, 123456, shanghai))
    assert thing.moment == datetime(2026, 3, 4, 12, 0, 0, 123456, UTC)
    assert thing.moment.utcoffset() == timedelta(0)


async def test_a_moment_without_a_zone_is_refused(scratch: Database):
    with pytest.raises(ValueError, match="zone"):
        await kept(scratch, moment=datetime(2026, 3, 4))  # noqa: DTZ001


async def test_moments_are_compared_as_instants_also_where_they_are_text(scratch: Database):
    base = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    steps = (timedelta(microseconds=1), timedelta(0), timedelta(seconds=1), timedelta(days=-1))
    written = [
        (base + step).astimezone(timezone(timedelta(hours=hour))) for hour, step in enumerate(steps, 3)
    ]
    await scratch.begin(lambda unit: put_many(unit, "moment", written), actor="test")
    found = await scratch.read(
        lambda unit: unit.all(_SINCE, since=base.astimezone(timezone(timedelta(hours=-5))))
    )
    assert [thing.moment - base for thing in found] == sorted(step for step in steps if step >= timedelta(0))


async def test_words_truth_values_and_nothing_come_back_as_themselves(scratch: Database):
    thing = await kept(scratch, colour=Colour.GREEN, flag=True, text="", data="")
    assert thing.colour is Colour.GREEN
    assert thing.flag is True
    assert (thing.text, thing.data) == ("", "")
    assert (await kept(scratch, flag=False)).flag is False
    thing = await kept(scratch, moment=None, data=None, colour=None, flag=None, number=None, text=None)
    assert thing[1:] == (None,) * 6
    assert (await kept(scratch))[1:] == (None,) * 6


async def test_nothing_in_a_json_column_is_the_null_of_the_database(scratch: Database, shop_url: str):
    await kept(scratch, data=None)
    assert seen_elsewhere(shop_url, "SELECT count(*) FROM things WHERE data IS NULL") == [(1,)]


def _columns(kind: type) -> list[Any]:
    tables = all_tables().sorted_tables
    return [column for table in tables for column in table.columns if isinstance(column.type, kind)]


async def test_every_id_of_the_product_holds_sixty_four_bits(database: Database, shop_url: str):
    if shop_url.startswith("postgresql"):
        rows = seen_elsewhere(
            shop_url,
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = 'bigint'",
        )
        wanted = {(column.table.name, column.name) for column in _columns(type(BigInt))}
        assert wanted <= set(rows)


def test_every_column_of_words_is_guarded_by_the_database():
    unguarded = []
    for column in _columns(Word):
        guards = " ".join(str(getattr(rule, "sqltext", "")) for rule in column.table.constraints)
        if not all(f"'{word.value}'" in guards for word in column.type.words):
            unguarded.append(f"{column.table.name}.{column.name}")
    # A delivery's kind of failure is shown to staff, nothing is decided by it.
    assert unguarded == ["deliveries.failure_kind"]


def test_every_moment_of_the_product_has_a_zone_and_every_truth_value_is_one():
    strange = [
        f"{table.name}.{column.name}"
        for table in all_tables().sorted_tables
        for column in table.columns
        if (
            column.name.endswith("_at") != isinstance(column.type, UtcTime)
            and column.name not in {"at", "last_activity"}
        )
        or (column.name.startswith("is_") and not isinstance(column.type, Boolean))
    ]
    assert strange == []


def test_a_word_outside_its_list_is_refused_when_it_is_read():
    class Narrow(StrEnum):
        ONE = "one"

    from makeline.foundation.statements import SQLITE

    read = Word(Narrow).result_processor(SQLITE, None)
    assert read("one") is Narrow.ONE
    with pytest.raises(KeyError):
        read("two")


async def test_the_database_refuses_a_word_outside_the_list(database: Database, shop_url: str):
    planted = (
        "INSERT INTO inbox VALUES (1, 's', 'e', 't', 'u', '{}', 'lost', '2026-03-04T00:00:00.000000+00:00')"
    )
    with pytest.raises((sqlite3.IntegrityError, Exception), match="ck_inbox_state"):
        seen_elsewhere(shop_url, planted)
