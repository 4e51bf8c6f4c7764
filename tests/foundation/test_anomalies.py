"""What contradicts itself waits for staff, once."""

from sqlalchemy import select

from makeline.foundation.anomalies import anomalies, note_anomaly
from makeline.foundation.database import Database
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork

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
