"""Rows are locked in the order in which they were read, whichever of them a unit writes: nobody waits in a circle."""

import re

from sqlalchemy import bindparam, update

from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.foundation.postgres_combined import DURABLE, Part, combined
from makeline.foundation.statements import POSTGRESQL, Change

_PAID = Change(update(payments).where(payments.c.id == bindparam("row")).values(reference=bindparam("to")))


def _asked_in_order(sql: str) -> list[str]:
    return re.findall(r"count\(\*\) FROM (\w+)\)", sql)


def test_what_was_read_first_is_asked_for_first_also_when_only_the_last_is_written():
    compiled = _PAID.compiled(POSTGRESQL)
    part = Part(compiled, compiled.arguments({"row": 7, "to": "P7"}), expected=False)
    sql, arguments = combined([part], {("orders", 3): 30, ("payments", 7): 70}, DURABLE)
    assert _asked_in_order(sql) == ["r0", "w0"]
    assert f"r0 AS (SELECT 1 FROM {orders.name} WHERE id = $" in sql
    assert arguments[-3:] == [70, 3, 30]
    sql, _ = combined([part], {("payments", 7): 70, ("orders", 3): 30}, DURABLE)
    assert _asked_in_order(sql) == ["w0", "r0"]
