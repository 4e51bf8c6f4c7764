"""What the print partner's own ledger says against ours: the judge of effects outside."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from makeline.cases.production.models import print_jobs
from makeline.cases.production.states import JobState
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading


class OurPrint(NamedTuple):
    """One of our print jobs."""

    reference: str
    status: JobState


_OURS = Query(select(print_jobs.c.reference, print_jobs.c.status), OurPrint)

_PRINTED_TWICE = "SELECT third_id FROM prints GROUP BY third_id HAVING count(*) > 1"
_PRINTED_TWICE_FOR_ONE_PAYMENT = """
    SELECT o.third_pay_id FROM prints p JOIN orders o USING (third_id) GROUP BY o.third_pay_id HAVING count(*) > 1"""
_ORDERED_TWICE_FOR_ONE_PAYMENT = """
    SELECT third_pay_id FROM orders GROUP BY third_pay_id HAVING count(*) > 1"""
_ORDERED_UNPAID = """
    SELECT o.third_id FROM orders o LEFT JOIN payments p ON p.third_id = o.third_pay_id
    WHERE p.paid_at IS NULL OR p.paid_at > o.created_at"""
_PRINTED = "SELECT DISTINCT third_id FROM prints"
_ORDERED = "SELECT third_id FROM orders"
# The machine could not make it and said so: the case waits for staff.
_FAILED = "SELECT third_id FROM orders WHERE status = 13"

# Before the partner has the order there is nothing of it outside.
_NOT_SENT = (JobState.QUEUED, JobState.WAITING_FOR_STAFF, JobState.CANCELLED)
_MADE = (JobState.PRINTED, JobState.COLLECTED)


def our_prints(unit: Reading) -> list[OurPrint]:
    """Every print job of ours."""
    return unit.all(_OURS)


def complaints(ledger: Path, ours: list[OurPrint], *, drained: bool = False) -> list[str]:
    """What contradicts between the partner's ledger (a SQLite file) and our jobs; ``drained``: nothing may wait."""
    connection = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=10)
    try:
        found = [f"printed twice: {row[0]}" for row in connection.execute(_PRINTED_TWICE)]
        found += [
            f"printed twice for one payment: {row[0]}"
            for row in connection.execute(_PRINTED_TWICE_FOR_ONE_PAYMENT)
        ]
        found += [
            f"ordered twice for one payment: {row[0]}"
            for row in connection.execute(_ORDERED_TWICE_FOR_ONE_PAYMENT)
        ]
        found += [f"ordered before it was paid: {row[0]}" for row in connection.execute(_ORDERED_UNPAID)]
        printed = {row[0] for row in connection.execute(_PRINTED)}
        ordered = {row[0] for row in connection.execute(_ORDERED)}
        failed = {row[0] for row in connection.execute(_FAILED)}
    finally:
        connection.close()
    known = {job.reference for job in ours}
    found += [f"ordered by nobody: {reference}" for reference in ordered - known]
    for job in ours:
        if job.status not in _NOT_SENT and job.reference not in ordered:
            found.append(f"{job.status}, but the partner never got it: {job.reference}")
        if job.status in _MADE and job.reference not in printed:
            found.append(f"{job.status}, but the partner never printed it: {job.reference}")
        if drained and job.status is not JobState.CANCELLED and job.reference not in printed | failed:
            found.append(f"paid and never printed: {job.reference} is {job.status}")
    return found
