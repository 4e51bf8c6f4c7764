"""PostgreSQL underneath: few round trips, and none of them at the price of an order that matters."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import bindparam, select, text, update

from makeline.commerce.orders.events import OrderPaid
from makeline.commerce.orders.states import ORDER_STATES, OrderStatus
from makeline.foundation.anomalies import anomalies, note_anomaly
from makeline.foundation.database import Database, open_database
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.subscriptions import PROMISES
from tests.fakes import StandingClock
from tests.foundation.scratch import (
    ADOPT,
    CHILDREN,
    PARENTS,
    RENAME,
    Parent,
    add_child,
    add_parent,
    done_elsewhere,
    names,
    parents,
    seen_elsewhere,
)

_LOCK = Query(select(parents).where(parents.c.id == bindparam("parent")).with_for_update(), Parent)
_SLEEP = Query(text("SELECT pg_sleep(0.1)"), tuple)
_ANOMALIES: Query[tuple[str]] = Query(select(anomalies.c.kind), tuple)


async def statements_of(database: Database, verb: Any) -> list[str]:
    """What a verb sends to the server, in order; ids are at hand already."""
    sent: list[str] = []

    def log(record: Any) -> None:
        sent.append(record.query)

    def listening(unit: UnitOfWork) -> Any:
        driver: Any = unit._driver
        driver._connection.add_query_logger(log)
        verb(unit)
        return driver._connection

    await database.begin(verb, actor="once before, so that ids and plans are at hand")
    connection = await database.begin(listening, actor="test")
    connection.remove_query_logger(log)
    return sent


def family(unit: UnitOfWork) -> None:
    """A parent, three children, its history and a promise."""
    eve = add_parent(unit, f"Eve {unit.actor}")
    for name in ("Cain", "Abel", "Seth"):
        add_child(unit, eve, name)
    unit.move(ORDER_STATES, eve, None, OrderStatus.PLACED, cause="test")
    unit.emit(OrderPaid(order_id=eve))


async def test_a_unit_that_only_writes_is_one_statement_and_one_round_trip(on_postgres: Database):
    (only,) = await statements_of(on_postgres, family)
    # Six rows of four tables.
    assert only.count("INSERT INTO") == 4
    assert await on_postgres.read(lambda unit: len(unit.all(CHILDREN))) == 6


async def test_children_may_stand_before_their_parents_in_one_statement(on_postgres: Database):
    def act(unit: UnitOfWork) -> None:
        eve = unit.new_id(parents)
        add_child(unit, eve, "Abel")
        unit.add(parents, id=eve, name="Eve")

    await on_postgres.begin(act, actor="test")
    assert await names(on_postgres) == ["Eve"]


async def test_a_change_of_what_was_just_added_follows_in_a_statement_of_its_own(on_postgres: Database):
    def act(unit: UnitOfWork) -> None:
        eve = add_parent(unit, f"Eve {unit.actor}")
        orphan = add_child(unit, None)
        unit.put(RENAME, parent=eve, new_name=f"Lilith {unit.actor}")
        unit.put(ADOPT, child=orphan, parent=eve)

    sent = await statements_of(on_postgres, act)
    assert [statement.split()[0] for statement in sent] == ["BEGIN", "WITH", "WITH", "COMMIT"]
    assert (await names(on_postgres))[-1] == "Lilith test"


async def test_a_question_about_another_table_lets_writes_wait(on_postgres: Database):
    def act(unit: UnitOfWork) -> None:
        add_parent(unit, f"Eve {unit.actor}")
        unit.all(CHILDREN)
        add_child(unit, None)

    # Nothing was locked, and what is written is one statement: no transaction around the question.
    sent = await statements_of(on_postgres, act)
    assert [statement.split()[0] for statement in sent] == ["SELECT", "WITH"]


async def test_a_question_about_the_same_table_sees_what_waited(on_postgres: Database):
    def act(unit: UnitOfWork) -> list[Parent]:
        add_parent(unit, "Eve")
        return unit.all(PARENTS)

    assert [parent.name for parent in await on_postgres.begin(act, actor="test")] == ["Eve"]


async def test_the_same_anomaly_twice_in_one_statement_is_noted_once(on_postgres: Database):
    def act(unit: UnitOfWork) -> None:
        for _ in range(3):
            note_anomaly(unit, "strange", "order 1", detail={})

    await on_postgres.begin(act, actor="test")
    assert await on_postgres.read(lambda unit: unit.all(_ANOMALIES)) == [("strange",)]


async def test_two_changes_of_one_row_happen_in_their_order(on_postgres: Database):
    louder = Change(
        update(parents)
        .where(parents.c.id == bindparam("parent"))
        .values(name=parents.c.name + bindparam("tail"))
    )

    def act(unit: UnitOfWork) -> None:
        eve = add_parent(unit, "Eve")
        for tail in "!?.":
            unit.put(louder, parent=eve, tail=tail)

    await on_postgres.begin(act, actor="test")
    assert await names(on_postgres) == ["Eve!?."]


async def test_units_that_lock_crosswise_both_come_through(postgres_url: str, clock: StandingClock):
    """The server ends a deadlock by failing one of the two; that one is run again."""
    name = postgres_url.rsplit("/", 1)[1]
    done_elsewhere(postgres_url, f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '30ms'")
    done_elsewhere(postgres_url, "CREATE TABLE parents (id bigint PRIMARY KEY, name text)")
    done_elsewhere(postgres_url, "INSERT INTO parents VALUES (1, 'Eve'), (2, 'Adam')")
    database = await open_database(postgres_url, promises=PROMISES, clock=clock, connections=3)
    runs: list[str] = []

    def crosswise(first: int, then: int) -> Any:
        def act(unit: UnitOfWork) -> None:
            runs.append(unit.actor)
            unit.first(_LOCK, parent=first)
            unit.all(_SLEEP)
            unit.change(RENAME, parent=then, new_name=f"{then} by {unit.actor}")

        return act

    try:
        await asyncio.gather(
            database.begin(crosswise(1, 2), actor="one"), database.begin(crosswise(2, 1), actor="other")
        )
        # On a busy machine they may meet again; each time one of them gives in.
        assert len(runs) >= 3
        assert await names(database) == ["1 by other", "2 by one"]
    finally:
        await database.close()


async def test_a_unit_that_fails_hands_its_connection_back_clean(on_postgres: Database, postgres_url: str):
    def breaking(unit: UnitOfWork) -> None:
        add_parent(unit, "ghost")
        unit.all(PARENTS)
        raise LookupError

    for _ in range(8):
        with pytest.raises(LookupError):
            await on_postgres.begin(breaking, actor="test")
    left_open = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    )
    assert seen_elsewhere(postgres_url, left_open) == []
    await asyncio.gather(*(on_postgres.begin(family, actor=f"{n}") for n in range(12)))
    assert len(await names(on_postgres)) == 12


async def test_more_units_than_connections_take_their_turns(on_postgres: Database):
    await asyncio.gather(*(on_postgres.begin(family, actor=f"{number}") for number in range(40)))
    assert len(await names(on_postgres)) == 40
