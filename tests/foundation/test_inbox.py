"""What the outside told us is kept as received, once, with what became of it."""

import asyncio
from datetime import timedelta

import pytest

from makeline.foundation.database import Database
from makeline.foundation.inbox import (
    Message,
    MessageState,
    find_message,
    forget_messages_of,
    forget_waiting_messages,
    keep_message,
    mark_message,
    messages_of,
)
from makeline.foundation.unit_of_work import UnitOfWork
from tests.fakes import StandingClock

TOPIC = "payment_notice"


def hear(
    unit: UnitOfWork, external_id: str, payload: object, state: MessageState = MessageState.WAITING
) -> bool:
    """Keep a message unless it is known; whether it was new."""
    if find_message(unit, source="partner:1", external_id=external_id) is not None:
        return False
    keep_message(
        unit,
        source="partner:1",
        external_id=external_id,
        topic=TOPIC,
        subject="PYEN1",
        payload=payload,
        state=state,
    )
    return True


async def message(database: Database, external_id: str, source: str = "partner:1") -> Message | None:
    """What is kept."""
    return await database.begin(
        lambda unit: find_message(unit, source=source, external_id=external_id), actor="test"
    )


async def test_a_message_is_kept_as_it_was_received(database: Database, clock: StandingClock):
    payload = {"payStatus": "3", "note": "付款", "amount": 19.99, "nested": [None, {"a": True}]}
    await database.begin(lambda unit: hear(unit, "1", payload), actor="test")
    kept = await message(database, "1")
    assert kept is not None
    assert (kept.payload, kept.state, kept.received_at) == (payload, MessageState.WAITING, clock.now)


async def test_a_repeat_finds_the_first_and_changes_nothing(database: Database):
    assert await database.begin(lambda unit: hear(unit, "1", "first"), actor="test")
    assert not await database.begin(lambda unit: hear(unit, "1", "second"), actor="test")
    kept = await message(database, "1")
    assert kept is not None
    assert kept.payload == "first"


async def test_the_same_message_many_times_at_once_is_kept_once(database: Database, second: Database):
    opened = (database, second)
    heard = await asyncio.gather(
        *(opened[turn % 2].begin(lambda unit: hear(unit, "1", {}), actor="test") for turn in range(20))
    )
    assert heard.count(True) == 1


async def test_messages_of_two_sources_have_nothing_to_do_with_each_other(database: Database):
    await database.begin(lambda unit: hear(unit, "1", {}), actor="test")
    assert await message(database, "1", source="partner:2") is None


async def test_what_became_of_a_message_stands_beside_it(database: Database):
    await database.begin(lambda unit: hear(unit, "1", {}), actor="test")
    kept = await message(database, "1")
    assert kept is not None
    await database.begin(lambda unit: mark_message(unit, kept.id, MessageState.APPLIED), actor="test")
    marked = await message(database, "1")
    assert marked == kept._replace(state=MessageState.APPLIED)


async def test_only_what_has_waited_too_long_is_forgotten(database: Database, clock: StandingClock):
    await database.begin(lambda unit: hear(unit, "old", {}), actor="test")
    await database.begin(lambda unit: hear(unit, "done", {}, MessageState.APPLIED), actor="test")
    clock.tick(hours=25)
    await database.begin(lambda unit: hear(unit, "young", {}), actor="test")
    before = clock.now - timedelta(hours=24)
    for topic, forgotten in (("print_notice", 0), (TOPIC, 1)):
        assert forgotten == await database.begin(
            lambda unit, of=topic: forget_waiting_messages(unit, of, before=before), actor="test"
        )
    states = {name: await message(database, name) for name in ("old", "done", "young")}
    assert {name: kept.state for name, kept in states.items() if kept} == {
        "done": MessageState.APPLIED,
        "young": MessageState.WAITING,
    }


async def test_one_source_is_counted_and_forgotten_apart_from_the_others(
    database: Database, clock: StandingClock
):
    await database.begin(lambda unit: hear(unit, "1", {}), actor="test")
    assert await database.begin(lambda unit: messages_of(unit, "partner:1"), actor="test") == 1
    assert await database.begin(lambda unit: messages_of(unit, "hints"), actor="test") == 0
    for source, before, forgotten in (
        ("hints", clock.now + timedelta(hours=1), 0),
        ("partner:1", clock.now, 0),
        ("partner:1", clock.now + timedelta(seconds=1), 1),
    ):
        assert forgotten == await database.begin(
            lambda unit, source=source, before=before: forget_messages_of(unit, source, before=before),
            actor="test",
        )


async def test_a_message_heard_in_a_unit_that_is_undone_was_never_heard(database: Database):
    def act(unit: UnitOfWork) -> None:
        hear(unit, "1", {})
        raise LookupError

    with pytest.raises(LookupError):
        await database.begin(act, actor="test")
    assert await message(database, "1") is None
