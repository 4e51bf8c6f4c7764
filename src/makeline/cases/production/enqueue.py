"""Put a paid case into the machine's queue, in the very unit that settles its payment."""

from typing import NamedTuple

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.cases.machines.queries import machine_topic
from makeline.cases.ordering.models import CaseItem
from makeline.cases.production.models import PrintJob, print_jobs, queue_numbers
from makeline.cases.production.states import JOB_STATES, JobState
from makeline.commerce.payments.models import Payment
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.ids import dated

_PRINT_PREFIX = "OREN"
USUAL_PRIORITY = 5


class _Latest(NamedTuple):
    number: int


_INSERT = upsert(queue_numbers).values(
    id=bindparam("id"), machine_id=bindparam("machine_id"), day=bindparam("day"), latest=1
)
_NEXT = Query(
    _INSERT.on_conflict_do_update(
        index_elements=["machine_id", "day"], set_={"latest": queue_numbers.c.latest + 1}
    ).returning(queue_numbers.c.latest),
    _Latest,
)


# The same for who has read the latest number: nobody else nearly ever takes one from the same machine meanwhile.
_FOLLOW = Change(
    update(queue_numbers)
    .where(
        queue_numbers.c.machine_id == bindparam("machine_id"),
        queue_numbers.c.day == bindparam("day"),
        queue_numbers.c.latest == bindparam("latest"),
    )
    .values(latest=queue_numbers.c.latest + 1)
)
_FIRST = Change(_INSERT.on_conflict_do_nothing())


def enqueue_print(
    unit: UnitOfWork,
    item: CaseItem,
    payment: Payment,
    *,
    has_blank: bool,
    cause: str,
    latest_number: int | None = None,
) -> PrintJob:
    """The one print job of a case item; without a blank it waits for staff instead of for the machine."""
    return add_job(
        unit,
        item,
        payment_id=payment.id,
        queue_number=next_queue_number(unit, item.machine_id, latest=latest_number),
        trouble=None if has_blank else "no blank was left when the payment arrived",
        cause=cause,
    )


def add_job(
    unit: UnitOfWork,
    item: CaseItem,
    *,
    payment_id: int,
    queue_number: str,
    cause: str,
    priority: int = USUAL_PRIORITY,
    attempt: int = 1,
    reprint_reason: str | None = None,
    trouble: str | None = None,
) -> PrintJob:
    """A print of a case that nobody has heard of yet; with ``trouble`` it begins among those that wait for staff."""
    job_id = unit.new_id(print_jobs)
    job = PrintJob(
        id=job_id,
        case_item_id=item.id,
        order_id=item.order_id,
        payment_id=payment_id,
        machine_id=item.machine_id,
        reference=dated(_PRINT_PREFIX, job_id, unit.now),
        attempt=attempt,
        reprint_reason=reprint_reason,
        status=JobState.QUEUED if trouble is None else JobState.WAITING_FOR_STAFF,
        step=None,
        queue_number=queue_number,
        priority=priority,
        partner_reference=None,
        partner_queue_number=None,
        trouble=trouble,
        notes=None,
        reported_device=None,
        estimated_completion=None,
        created_at=unit.now,
        sent_at=None,
        started_at=None,
        printed_at=None,
        finished_at=None,
        offered_at=None,
        replaced_at=None,
        spent_allocation_id=None,
    )
    unit.add(print_jobs, **job._asdict())
    unit.move(JOB_STATES, job_id, None, JobState.QUEUED, cause=cause)
    if trouble is not None:
        unit.move(JOB_STATES, job_id, JobState.QUEUED, job.status, cause=trouble)
    unit.touch(machine_topic(item.machine_id))
    return job


def next_queue_number(unit: UnitOfWork, machine_id: int, *, latest: int | None = None) -> str:
    """The machine's next number of the day, as customers read it: ``Q001``.

    ``latest`` is the number before it as this unit has read it, 0 for none yet today, None if it has not asked.
    """
    day = queue_day(unit)
    number = None
    if latest == 0:
        if unit.expect(_FIRST, id=unit.new_id(queue_numbers), machine_id=machine_id, day=day):
            number = 1
    elif latest is not None and unit.expect(_FOLLOW, machine_id=machine_id, day=day, latest=latest):
        number = latest + 1
    if number is None:
        numbered = unit.first(_NEXT, id=unit.new_id(queue_numbers), machine_id=machine_id, day=day)
        assert numbered is not None
        number = numbered.number
    return f"Q{number:03d}"


def queue_day(unit: Reading) -> str:
    """The day whose numbers are given now."""
    return unit.now.date().isoformat().replace("-", "")
