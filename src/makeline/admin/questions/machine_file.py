"""Everything about one machine: its queue with a forecast for each print, its keys, its codes and its history."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, literal_column, or_, select

from makeline.cases.machines.access import KEYS, KnownKey
from makeline.cases.machines.condition import Condition
from makeline.cases.machines.heartbeat import Heartbeat
from makeline.cases.machines.models import Machine, enrolment_codes, partners
from makeline.cases.machines.pause import PAUSE
from makeline.cases.machines.places import PLACE
from makeline.cases.machines.queries import fleet, machine_called
from makeline.cases.production.forecast import Forecast, floor_of, forecast
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.states import JobState
from makeline.commerce.orders.models import orders
from makeline.foundation.columns import among
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound


class QueuedPrint(NamedTuple):
    """A print of the queue with its order's number; ``when`` is None for one that waits for staff."""

    job: PrintJob
    number: str
    when: Forecast | None

    @property
    def may_change(self) -> bool:
        """Whether it may be rearranged: the partner does not have it."""
        waits = self.job.status in (JobState.QUEUED, JobState.WAITING_FOR_STAFF)
        return waits and self.job.offered_at is None


class Code(NamedTuple):
    """A code to set the machine up with, as far as it may be seen."""

    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class Happened(NamedTuple):
    """A line of the machine's history."""

    noun: str
    from_state: str | None
    to_state: str
    actor: str
    cause: str
    at: datetime


class MachineFile(NamedTuple):
    """All of it. ``next_one`` is the forecast of a case that is paid now; ``siblings`` may make its prints instead."""

    machine: Machine
    partner: str | None
    condition: Condition
    heard: Heartbeat | None
    queue: Sequence[QueuedPrint]
    failed: Sequence[QueuedPrint]
    next_one: Forecast
    siblings: Sequence[Machine]
    keys: Sequence[KnownKey]
    codes: Sequence[Code]
    history: Sequence[Happened]


_J = print_jobs.c
_NUMBERS: Query[tuple[int, str]] = Query(
    select(orders.c.id, orders.c.number)
    .join(print_jobs, _J.order_id == orders.c.id)
    .where(
        _J.machine_id == bindparam("machine_id"),
        among(_J.status, JobState.QUEUED, JobState.WAITING_FOR_STAFF, JobState.SENT, JobState.PRINTING, JobState.FAILED),
    ),
    tuple,
)  # fmt: skip
_FAILED = Query(
    select(print_jobs)
    .where(among(_J.status, JobState.FAILED), _J.machine_id == bindparam("machine_id"), _J.replaced_at.is_(None))
    .order_by(_J.id.desc())
    .limit(20),
    PrintJob,
)  # fmt: skip
_CODES = Query(
    select(enrolment_codes.c.created_at, enrolment_codes.c.expires_at, enrolment_codes.c.used_at)
    .where(enrolment_codes.c.machine_id == bindparam("machine_id"))
    .order_by(enrolment_codes.c.id.desc())
    .limit(5),
    Code,
)
_HISTORY = Query(
    select(
        moves.c.noun, moves.c.from_state, moves.c.to_state, moves.c.actor, moves.c.cause, moves.c.at
    )
    .where(or_(moves.c.noun == literal_column(f"'{PAUSE}'"), moves.c.noun == literal_column(f"'{PLACE}'")), moves.c.subject_id == bindparam("machine_id"))
    .order_by(moves.c.id.desc())
    .limit(50),
    Happened,
)  # fmt: skip
_PARTNER: Query[tuple[str]] = Query(
    select(partners.c.name).where(partners.c.id == bindparam("partner_id")), tuple
)


def machine_file(unit: Reading, key: str, *, silence: timedelta) -> MachineFile:
    """By the machine's key or device; raises ``NotFound``."""
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound("there is no such machine")
    floor = floor_of(unit, machine.id)
    numbers = dict(unit.all(_NUMBERS, machine_id=machine.id))
    partner = unit.first(_PARTNER, partner_id=machine.partner_id) if machine.partner_id is not None else None
    return MachineFile(
        machine=machine,
        partner=partner[0] if partner else None,
        condition=floor.condition(unit.now, silence),
        heard=floor.heard,
        queue=[
            QueuedPrint(
                job,
                numbers.get(job.order_id, ""),
                None if job.status is JobState.WAITING_FOR_STAFF else forecast(floor, job, unit.now),
            )
            for job in floor.prints
        ],
        failed=[
            QueuedPrint(job, numbers.get(job.order_id, ""), None)
            for job in unit.all(_FAILED, machine_id=machine.id)
        ],
        next_one=forecast(floor, None, unit.now),
        siblings=[
            other
            for other in fleet(unit).by_id.values()
            if other.id != machine.id
            and (other.partner_id, other.is_test) == (machine.partner_id, machine.is_test)
        ],
        keys=[known for known in unit.all(KEYS) if known.machine_id == machine.id],
        codes=unit.all(_CODES, machine_id=machine.id),
        history=unit.all(_HISTORY, machine_id=machine.id),
    )
