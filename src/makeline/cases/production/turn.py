"""Whose turn it is: a print is handed to the partner when its machine is not paused and has room for it there.

The hand-over is written down before the partner is called, so that nobody takes back what he may have already.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, tuple_, update

from makeline.cases.machines.models import machines
from makeline.cases.machines.queries import machine_topic
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.queries import job_for_update
from makeline.cases.production.states import JobState
from makeline.foundation.columns import among
from makeline.foundation.promises import TryLater
from makeline.foundation.statements import Change, LockingQuery, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

# How soon a print that has to wait looks again.
_LOOK_AGAIN = timedelta(seconds=2)


class _Count(NamedTuple):
    count: int


class _Pause(NamedTuple):
    since: datetime | None


_J = print_jobs.c
_QUEUED = among(_J.status, JobState.QUEUED)
_MACHINE_FOR_UPDATE = Query(
    select(machines.c.paused_at).where(machines.c.id == bindparam("machine_id")).with_for_update(), _Pause
)
_PAUSE = LockingQuery(
    select(machines.c.paused_at).where(machines.c.id == bindparam("machine_id")), _Pause, machines
)
_AT_PARTNER = Query(
    select(func.count()).where(
        _J.machine_id == bindparam("machine_id"),
        # What was never offered to him (an example of the documents, say) takes no room of his.
        _J.offered_at.is_not(None),
        or_(among(_J.status, JobState.SENT, JobState.PRINTING), _QUEUED),
    ),
    _Count,
)
_BEFORE = Query(
    select(func.count()).where(
        _J.machine_id == bindparam("machine_id"),
        _QUEUED,
        _J.offered_at.is_(None),
        tuple_(_J.priority, _J.id) < tuple_(bindparam("priority"), bindparam("job_id")),
    ),
    _Count,
)
_QUEUE = Query(
    select(print_jobs)
    .where(
        _J.machine_id == bindparam("machine_id"),
        among(_J.status, JobState.QUEUED, JobState.WAITING_FOR_STAFF, JobState.SENT, JobState.PRINTING),
    )
    .order_by(_J.priority, _J.id),
    PrintJob,
)
_OFFER = Change(
    update(print_jobs).where(_J.id == bindparam("job_id")).values(offered_at=bindparam("offered_at"))
)


def offer_job(unit: UnitOfWork, job_id: int, *, most: int | None) -> datetime | None:
    """Write down that the partner may have the job from now on; returns the moment.

    None when the job is not queued any more. Raises ``TryLater`` while its machine is paused, or has no room at the
    partner for it: of its prints he holds at most ``most`` at once, and those with the smaller priority go first.
    """
    job = job_for_update(unit, job_id)
    if job.status is not JobState.QUEUED:
        return None
    if job.offered_at is None:
        _must_be_its_turn(unit, job, most)
        unit.put(_OFFER, job_id=job.id, offered_at=unit.now)
        unit.touch(machine_topic(job.machine_id))
    return unit.now


def take_offer_back(unit: UnitOfWork, job_id: int, machine_id: int) -> None:
    """The partner certainly does not have the job."""
    unit.put(_OFFER, job_id=job_id, offered_at=None)
    unit.touch(machine_topic(machine_id))


def queue_of(unit: Reading, machine_id: int) -> list[PrintJob]:
    """Prints of a machine that are promised and not out yet, in the order in which they are handed over."""
    return unit.all(_QUEUE, machine_id=machine_id)


def _must_be_its_turn(unit: UnitOfWork, job: PrintJob, most: int | None) -> None:
    # Asked of the database itself: the pause may have been made a moment ago, by another process. Where places at the
    # partner are counted the row is also the lock: two workers cannot both fill the last of its machine.
    pause = unit.first(_PAUSE if most is None else _MACHINE_FOR_UPDATE, machine_id=job.machine_id)
    if pause is not None and pause.since is not None:
        raise TryLater("its machine is paused", at=unit.now + _LOOK_AGAIN)
    if most is None:
        return
    there = unit.first(_AT_PARTNER, machine_id=job.machine_id)
    before = unit.first(_BEFORE, machine_id=job.machine_id, priority=job.priority, job_id=job.id)
    if (there.count if there else 0) + (before.count if before else 0) >= most:
        raise TryLater("others of its machine are before it", at=unit.now + _LOOK_AGAIN)
