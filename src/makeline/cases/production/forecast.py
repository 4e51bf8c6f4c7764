"""How long until a print lies ready: those before it in its machine's queue, and the time a print takes there."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from makeline.cases.machines.condition import Condition
from makeline.cases.machines.heartbeat import Heartbeat, heartbeat_of, machine_condition
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.production.enqueue import USUAL_PRIORITY
from makeline.cases.production.models import PrintJob
from makeline.cases.production.print_time import PrintTime, print_time_at
from makeline.cases.production.states import JobState
from makeline.cases.production.turn import queue_of
from makeline.foundation.unit_of_work import Reading

# Where a print stands: under the printer, with the partner, with us; then by moment or by priority.
_Place = tuple[int, float, int, float]
_NEWEST: _Place = (2, 0.0, USUAL_PRIORITY, math.inf)


class Floor(NamedTuple):
    """A machine and its queue as they were at ``at``; true until news of the machine comes."""

    machine: Machine
    heard: Heartbeat | None
    prints: Sequence[PrintJob]
    time: PrintTime
    at: datetime

    def condition(self, now: datetime, silence: timedelta) -> Condition:
        """How the machine stands by the clock."""
        return machine_condition(self.machine, self.heard, now=now, silence=silence)

    def print_of(self, order_id: int | None) -> PrintJob | None:
        """The print of an order, while it is promised and not out yet."""
        return next((job for job in self.prints if job.order_id == order_id), None)


class Forecast(NamedTuple):
    """``before`` prints come first; half of such waits end by ``median``, nine of ten by ``p90``."""

    before: int
    median: datetime
    p90: datetime


def floor_of(unit: Reading, machine_id: int) -> Floor:
    """Everything a forecast needs of a machine."""
    return Floor(
        fleet(unit).by_id[machine_id],
        heartbeat_of(unit, machine_id),
        queue_of(unit, machine_id),
        print_time_at(unit, machine_id),
        unit.now,
    )


def forecast(floor: Floor, own: PrintJob | None, now: datetime) -> Forecast:
    """When ``own`` print of the machine lies ready; None: one that were paid now.

    Prints that wait for staff are not printed next and take no time. The machine prints one case after the other; the
    times of single prints are taken as independent, so that the spread grows with the root of their number.
    """
    place = _place(own) if own is not None else _NEWEST
    ahead = [
        job for job in floor.prints if job.status is not JobState.WAITING_FOR_STAFF and _place(job) < place
    ]
    count = len(ahead) + 1
    minutes = sum(_left(job, floor.time, now) for job in ahead)
    minutes += floor.time.median if own is None else _left(own, floor.time, now)
    spread = math.sqrt(count) * (floor.time.p90 - floor.time.median)
    return Forecast(len(ahead), now + timedelta(minutes=minutes), now + timedelta(minutes=minutes + spread))


def _place(job: PrintJob) -> _Place:
    if job.status is JobState.PRINTING:
        return (0, (job.started_at or job.created_at).timestamp(), 0, job.id)
    handed_over = job.offered_at or job.sent_at
    if handed_over is not None:
        return (1, handed_over.timestamp(), 0, job.id)
    return (2, 0.0, job.priority, job.id)


def _left(job: PrintJob, time: PrintTime, now: datetime) -> float:
    """Minutes that the print still takes; what is under the printer has done a part of it."""
    if job.status is not JobState.PRINTING or job.started_at is None:
        return time.median
    return max(0.0, time.median - max(0.0, (now - job.started_at).total_seconds() / 60))
