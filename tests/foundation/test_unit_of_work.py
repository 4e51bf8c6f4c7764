"""A unit of work: everything or nothing, its own ids, its history, its promises."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from makeline.commerce.orders.events import OrderPaid
from makeline.commerce.orders.states import ORDER_STATES, OrderStatus
from makeline.foundation.database import Database
from makeline.foundation.moves import insert_moves, moves
from makeline.foundation.outbox import deliveries
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.states import IllegalMove
from makeline.main.tables import all_tables
from tests.fakes import StandingClock
from tests.foundation.scratch import (
    ADOPT,
    CHILDREN,
    PARENT_NAMED,
    PARENTS,
    RENAME,
    RENAME_ALL,
    Child,
    add_child,
    add_parent,
    names,
    parents,
    seen_elsewhere,
)

_MOVES = Query(
    select(
        moves.c.subject_id, moves.c.from_state, moves.c.to_state, moves.c.actor, moves.c.cause, moves.c.at
    ).order_by(moves.c.id),
    tuple,
)
_PROMISED = Query(select(deliveries).order_by(deliveries.c.id), tuple)


async def test_raising_undoes_everything(scratch: Database):
    def breaking(unit: UnitOfWork) -> None:
        eve = add_parent(unit, "Eve")
        add_child(unit, eve)
        assert unit.change(RENAME, parent=eve, new_name="Lilith") == 1
        unit.move(ORDER_STATES, eve, None, OrderStatus.PLACED, cause="test")
        unit.emit(OrderPaid(order_id=eve))
        raise LookupError("and yet")

    with pytest.raises(LookupError, match="and yet"):
        await scratch.begin(breaking, actor="test")
    assert await names(scratch) == []
    for nothing in (CHILDREN, _MOVES, _PROMISED):
        assert await scratch.read(lambda unit, query=nothing: unit.all(query)) == []


async def test_ids_stay_unique_after_units_that_came_to_nothing(scratch: Database):
    """More of them than a block of numbers holds, so that blocks are taken in units that are undone."""
    handed_out: list[int] = []

    def breaking(unit: UnitOfWork) -> None:
        handed_out.extend(unit.new_id(parents) for _ in range(7))
        raise LookupError

    for round_ in range(12):
        with pytest.raises(LookupError):
            await scratch.begin(breaking, actor="test")
        await scratch.begin(lambda unit, name=f"{round_}": add_parent(unit, name), actor="test")
    assert len(set(await names(scratch))) == 12


async def test_units_side_by_side_hand_out_unique_ids(scratch: Database, second: Database):
    def five(unit: UnitOfWork) -> list[int]:
        return [add_parent(unit, f"{unit.actor} {number}") for number in range(5)]

    opened = (scratch, second)
    units = [opened[turn % 2].begin(five, actor=f"unit {turn}") for turn in range(40)]
    given = [number for numbers in await asyncio.gather(*units) for number in numbers]
    assert len(given) == len(set(given)) == 200
    assert len(await names(scratch)) == 200


async def test_every_table_of_the_product_hands_out_ids_that_begin_above_zero(database: Database):
    counted = [table for table in all_tables().sorted_tables if "id" in table.columns]
    numbered = [table for table in counted if table.c.id.type.python_type is int]

    def one_of_each(unit: UnitOfWork) -> list[int]:
        return [unit.new_id(table) for table in numbered]

    first = await database.begin(one_of_each, actor="test")
    following = await database.begin(one_of_each, actor="test")
    assert min(first) > 0
    assert all(later > earlier for earlier, later in zip(first, following, strict=True))
    assert len(numbered) > 20


async def test_a_change_tells_how_many_rows_it_changed(scratch: Database):
    def act(unit: UnitOfWork) -> tuple[int, ...]:
        eve = add_parent(unit, "Eve")
        add_parent(unit, "Adam")
        return (
            unit.change(RENAME, parent=eve, new_name="Lilith"),
            unit.change(RENAME, parent=-1, new_name="Nobody"),
            unit.change(RENAME_ALL, tail=" the elder"),
        )

    assert await scratch.begin(act, actor="test") == (1, 0, 2)
    assert await names(scratch) == ["Lilith the elder", "Adam the elder"]


async def test_a_unit_sees_its_own_work_in_the_order_in_which_it_was_done(scratch: Database):
    def act(unit: UnitOfWork) -> list[str]:
        seen = []
        eve = add_parent(unit, "Eve")
        seen.append(" ".join(parent.name for parent in unit.all(PARENTS)))
        unit.put(RENAME, parent=eve, new_name="Lilith")
        seen.append(" ".join(parent.name for parent in unit.all(PARENTS)))
        unit.put(RENAME, parent=eve, new_name="Eve again")
        unit.put(RENAME_ALL, tail="!")
        add_parent(unit, "Adam")
        unit.put(RENAME_ALL, tail="?")
        seen.append(" ".join(parent.name for parent in unit.all(PARENTS)))
        return seen

    assert await scratch.begin(act, actor="test") == ["Eve", "Lilith", "Eve again!? Adam?"]
    assert await names(scratch) == ["Eve again!?", "Adam?"]


async def test_parents_and_children_may_be_written_in_any_order_of_floors(scratch: Database):
    def act(unit: UnitOfWork) -> list[int]:
        orphan = add_child(unit, None, "adopted later")
        eve = add_parent(unit, "Eve")
        abel = add_child(unit, eve, "Abel")
        unit.put(ADOPT, child=orphan, parent=eve)
        return [eve, orphan, abel]

    eve, orphan, abel = await scratch.begin(act, actor="test")
    found = await scratch.read(lambda unit: unit.all(CHILDREN))
    assert found == [Child(orphan, eve, "adopted later"), Child(abel, eve, "Abel")]


async def test_a_counted_change_may_point_at_a_row_that_was_just_added(scratch: Database):
    orphan = await scratch.begin(lambda unit: add_child(unit, None), actor="test")

    def act(unit: UnitOfWork) -> int:
        return unit.change(ADOPT, child=orphan, parent=add_parent(unit, "Eve"))

    assert await scratch.begin(act, actor="test") == 1


async def test_a_unit_may_write_as_much_as_it_likes(database: Database):
    """Together far more arguments than one statement of PostgreSQL takes (32,767)."""
    rows_at_once = 1200

    def act(unit: UnitOfWork) -> None:
        for _ in range(6):
            values: dict[str, Any] = {"actor": "test", "at": unit.now}
            for number in range(rows_at_once):
                row = {"id": unit.new_id(moves), "noun": "thing", "subject_id": 1, "from_state": None}
                row |= {"to_state": "there", "cause": "test"}
                values |= {f"{name}_{number}": value for name, value in row.items()}
            unit.put(insert_moves(rows_at_once), **values)

    await database.begin(act, actor="test")
    assert len(await database.read(lambda unit: unit.all(_MOVES))) >= 6 * rows_at_once


async def test_a_child_without_its_parent_is_refused_and_nothing_of_its_unit_stays(scratch: Database):
    def act(unit: UnitOfWork) -> None:
        add_parent(unit, "Eve")
        add_child(unit, 123_456)

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await scratch.begin(act, actor="test")
    assert await names(scratch) == []


async def test_the_answer_comes_after_the_commit(scratch: Database, shop_url: str):
    await scratch.begin(lambda unit: add_parent(unit, "Eve"), actor="test")
    assert seen_elsewhere(shop_url, "SELECT name FROM parents") == [("Eve",)]


async def test_an_unfinished_unit_is_seen_by_nobody(scratch: Database, shop_url: str):
    def act(unit: UnitOfWork) -> list[tuple[str]]:
        add_parent(unit, "Eve")
        unit.all(PARENTS)
        return seen_elsewhere(shop_url, "SELECT name FROM parents")

    assert await scratch.begin(act, actor="test") == []


async def test_the_time_of_a_unit_stands_still(scratch: Database, clock: StandingClock):
    def act(unit: UnitOfWork) -> bool:
        before = unit.now
        clock.tick(hours=1)
        return unit.now == before

    assert await scratch.begin(act, actor="test")


async def test_every_move_is_written_with_who_when_and_why(scratch: Database, clock: StandingClock):
    def act(unit: UnitOfWork) -> None:
        unit.move(ORDER_STATES, 7, None, OrderStatus.PLACED, cause="bought")
        unit.move(ORDER_STATES, 7, OrderStatus.PLACED, OrderStatus.CANCELLED, cause="regretted")

    await scratch.begin(act, actor="customer's phone")
    assert await scratch.read(lambda unit: unit.all(_MOVES)) == [
        (7, None, "placed", "customer's phone", "bought", clock.now),
        (7, "placed", "cancelled", "customer's phone", "regretted", clock.now),
    ]


async def test_a_step_that_is_not_on_the_table_raises_and_leaves_no_history(scratch: Database):
    def act(unit: UnitOfWork) -> None:
        unit.move(ORDER_STATES, 7, None, OrderStatus.PLACED, cause="bought")
        unit.move(ORDER_STATES, 7, OrderStatus.COMPLETED, OrderStatus.PLACED, cause="dreamt")

    with pytest.raises(IllegalMove):
        await scratch.begin(act, actor="test")
    assert await scratch.read(lambda unit: unit.all(_MOVES)) == []


async def test_a_name_is_found_by_the_same_unit_that_added_it(scratch: Database):
    def act(unit: UnitOfWork) -> bool:
        add_parent(unit, "Eve")
        return unit.first(PARENT_NAMED, called="Eve") is not None

    assert await scratch.begin(act, actor="test")
