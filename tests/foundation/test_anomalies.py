"""What contradicts itself waits for staff, once."""

import pytest
from sqlalchemy import select

from makeline.foundation.anomalies import (
    AlreadySettled,
    Anomaly,
    Outcome,
    anomalies,
    anomaly_numbered,
    latest_anomalies,
    note_anomaly,
    open_anomalies,
    settle_anomaly,
    tally_of_anomalies,
)
from makeline.foundation.database import Database
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Invalid, NotFound

_ALL: Query[tuple[str, str, str, dict[str, int]]] = Query(
    select(anomalies.c.kind, anomalies.c.subject, anomalies.c.fingerprint, anomalies.c.detail).order_by(
        anomalies.c.id
    ),
    tuple,
)


async def note(database: Database, kind: str, subject: str, fingerprint: str = "", **detail: int) -> None:
    """Somebody sees it."""
    await database.begin(
        lambda unit: note_anomaly(unit, kind, subject, fingerprint=fingerprint, detail=detail), actor="test"
    )


async def test_what_is_seen_again_is_on_the_list_once_as_it_was_first_seen(database: Database):
    for seen in range(3):
        await note(database, "amount_differs", "ORDER_1", "19.99", seen=seen)
    assert await database.read(lambda unit: unit.all(_ALL)) == [
        ("amount_differs", "ORDER_1", "19.99", {"seen": 0})
    ]


async def test_another_kind_subject_or_fingerprint_is_another_anomaly(database: Database):
    await note(database, "amount_differs", "ORDER_1", "19.99")
    await note(database, "amount_differs", "ORDER_1", "18.99")
    await note(database, "amount_differs", "ORDER_2", "19.99")
    await note(database, "blank_lost", "ORDER_1", "19.99")
    assert len(await database.read(lambda unit: unit.all(_ALL))) == 4


async def test_noting_one_changes_nothing_else_in_its_unit(database: Database):
    def act(unit: UnitOfWork) -> str:
        note_anomaly(unit, "strange", "x", detail={})
        note_anomaly(unit, "strange", "x", detail={})
        return "went on"

    assert await database.begin(act, actor="test") == "went on"
    assert len(await database.read(lambda unit: unit.all(_ALL))) == 1


async def settle(
    database: Database, number: int, outcome: Outcome = Outcome.REFUNDED, note: str = "money back"
) -> Anomaly:
    """Olga from staff decides."""
    return await database.begin(
        lambda unit: settle_anomaly(unit, number, outcome=outcome, note=note), actor="olga"
    )


async def test_staff_settles_one_with_a_note_and_it_is_off_the_list_for_good(database: Database):
    await note(database, "amount_differs", "ORDER_1")
    await note(database, "blank_lost", "ORDER_2")
    first, second = await database.read(open_anomalies)
    settled = await settle(database, first.id)
    assert (settled.settled_by, settled.outcome, settled.note) == ("olga", Outcome.REFUNDED, "money back")
    assert await database.begin(lambda unit: anomaly_numbered(unit, first.id), actor="test") == settled
    await note(database, "amount_differs", "ORDER_1")
    assert await database.read(open_anomalies) == [second]
    assert [each.id for each in await database.read(latest_anomalies)] == [second.id, first.id]
    assert await database.read(tally_of_anomalies) == [("blank_lost", 1)]


async def test_what_is_settled_is_not_settled_otherwise(database: Database):
    await note(database, "amount_differs", "ORDER_1")
    (found,) = await database.read(open_anomalies)
    settled = await settle(database, found.id)
    assert await settle(database, found.id, note="again") == settled
    with pytest.raises(AlreadySettled, match="olga"):
        await settle(database, found.id, Outcome.FALSE_ALARM)


async def test_nothing_is_settled_without_a_reason_or_without_being_there(database: Database):
    await note(database, "amount_differs", "ORDER_1")
    (found,) = await database.read(open_anomalies)
    for empty in ("", "   ", "x" * 1001):
        with pytest.raises(Invalid):
            await settle(database, found.id, note=empty)
    with pytest.raises(NotFound):
        await settle(database, found.id + 999)
    assert await database.read(open_anomalies) == [found]
