"""Many writes are one statement, in which rows are locked in the order in which they were read: nobody waits in a circle."""

import re

from sqlalchemy import bindparam, update

from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.foundation.database import Database
from makeline.foundation.postgres_combined import DURABLE, Part, combined
from makeline.foundation.statements import POSTGRESQL, Change
from makeline.foundation.unit_of_work import UnitOfWork
from tests.foundation.scratch import add_child, add_parent, names
from tests.foundation.test_postgres import statements_of

_PAID = Change(update(payments).where(payments.c.id == bindparam("row")).values(reference=bindparam("to")))


def _asked_in_order(sql: str) -> list[str]:
    return re.findall(r"EXISTS \(SELECT FROM (\w+)\)", sql)


def test_what_was_read_first_is_asked_for_first_also_when_only_the_last_is_written():
    compiled = _PAID.compiled(POSTGRESQL)
    part = Part(compiled, compiled.arguments({"row": 7, "to": "P7"}), expected=False)
    sql, arguments = combined([part], {("orders", 3): 30, ("payments", 7): 70}, DURABLE)
    assert _asked_in_order(sql) == ["r0", "w0"]
    assert f"r0 AS (SELECT 1 FROM {orders.name} WHERE id = $" in sql
    assert arguments[-3:] == [70, 3, 30]
    sql, _ = combined([part], {("payments", 7): 70, ("orders", 3): 30}, DURABLE)
    assert _asked_in_order(sql) == ["w0", "r0"]


async def test_rows_that_are_alike_are_inserted_together(on_postgres: Database):
    def a_family(unit: UnitOfWork) -> None:
        for name in ("Eve", "Adam", "Lilith"):
            parent = add_parent(unit, f"{name} of {unit.actor}")
            add_child(unit, parent, "Cain")

    sent = await statements_of(on_postgres, a_family)
    assert len(sent) == 1
    assert sent[0].count("INSERT INTO") == 2
    assert (await names(on_postgres))[-3:] == ["Eve of test", "Adam of test", "Lilith of test"]
