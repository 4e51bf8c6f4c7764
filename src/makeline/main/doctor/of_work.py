"""Whether promises are kept: workers claim what is due, chores come round, nothing is given up."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from makeline.foundation.anomalies import tally_of_anomalies
from makeline.foundation.chores import chores
from makeline.foundation.dispatch import depths, next_due
from makeline.foundation.outbox import DeliveryState
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.main.doctor.deployment import Deployment
from makeline.main.doctor.diagnosis import Diagnosis, fail, ok, warn

# A worker claims within a second; chores come round each minute or less often, one after the other.
_LATE, _VERY_LATE = timedelta(seconds=30), timedelta(minutes=5)


class _Chore(NamedTuple):
    due_at: datetime | None


# Of the chores that are done whether there is anything to do or not the one that comes round most often.
PULSE = "quotes.expire"
_CHORE = Query(select(chores.c.due_at).where(chores.c.name == PULSE), _Chore)


async def of_work(deployment: Deployment) -> list[Diagnosis]:
    """Nothing where the database does not answer, or has no schema: that is told elsewhere."""
    if deployment.database is None:
        return []
    try:
        return await deployment.database.read(_of_work)
    except Exception:
        return []


def _of_work(unit: Reading) -> list[Diagnosis]:
    found = [_of_claims(unit), *_of_dead(unit)]
    tallies = tally_of_anomalies(unit)
    if tallies:
        told = ", ".join(f"{tally.count} {tally.kind}" for tally in tallies)
        found.append(
            warn("anomalies", f"open: {told}", "makeline anomaly list, and docs/runbook.md for each kind")
        )
    return found


def _of_claims(unit: Reading) -> Diagnosis:
    advice = "is a worker running? makeline work, or WORKER=inside; its log tells why it waits"
    due = next_due(unit)
    chore = unit.first(_CHORE)
    late = unit.now - due if due else timedelta(0)
    if chore is None or chore.due_at is None:
        return warn("workers", "no chore was ever done here", advice)
    asleep = unit.now - chore.due_at
    if late > _LATE:
        seconds = late.total_seconds()
        told = f"the oldest promise that is due has waited for {seconds:.0f} s"
        return (fail if late > _VERY_LATE else warn)("workers", told, advice)
    if asleep > _VERY_LATE:
        return fail(
            "workers", f"the chores have rested for {asleep.total_seconds() / 60:.0f} minutes", advice
        )
    return ok("workers", "they claim what is due and do their chores")


def _of_dead(unit: Reading) -> list[Diagnosis]:
    dead = sum(depth.count for depth in depths(unit) if depth.state is DeliveryState.DEAD)
    if not dead:
        return [ok("promises", "none was given up")]
    return [
        warn("promises", f"{dead} were given up", "makeline outbox dead tells why; makeline outbox retry")
    ]
