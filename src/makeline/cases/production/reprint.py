"""Print a case again because the first print failed: another attempt with a reason, and a blank of its own."""

from sqlalchemy import bindparam, update

from makeline.cases.production.enqueue import PRINT_PREFIX
from makeline.cases.production.events import PrintReleased
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.progress import job_topic
from makeline.cases.production.staff import (
    machine_of_job,
    must_be_wanted,
    print_to_handle,
    refused,
    secure_blank,
)
from makeline.cases.production.states import JOB_STATES, JobState
from makeline.commerce.orders.advance import start_production
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.ids import dated

_REPLACED = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(replaced_at=bindparam("now"), spent_allocation_id=bindparam("spent"))
)


def reprint(unit: UnitOfWork, called: str, *, reason: str) -> PrintJob:
    """Put another print of a failed case into the queue; the customer keeps his queue number.

    Takes another blank when the machine has used up the first. Raises ``NotFound``, ``Invalid`` without a reason,
    ``IllegalMove`` unless the latest print failed, ``OutOfStock``.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid(FieldProblem("reason", "must say why it is printed again"))
    job, order, item = print_to_handle(unit, called)
    must_be_wanted(order)
    if job.status is not JobState.FAILED:
        raise refused(job, "printed again; only a failed one can")
    cause = f"reprint: {reason}"
    spent = secure_blank(unit, machine_of_job(unit, job), item, cause=cause)
    unit.put(_REPLACED, job_id=job.id, now=unit.now, spent=spent)
    again = _another(unit, job, reason)
    unit.add(print_jobs, **again._asdict())
    unit.move(JOB_STATES, again.id, None, JobState.QUEUED, cause=cause)
    start_production(unit, order, cause=cause)
    unit.emit(PrintReleased(order_id=order.id))
    unit.touch(job_topic(order.id))
    return again


def _another(unit: UnitOfWork, job: PrintJob, reason: str) -> PrintJob:
    job_id = unit.new_id(print_jobs)
    return job._replace(
        id=job_id,
        reference=dated(PRINT_PREFIX, job_id, unit.now),
        attempt=job.attempt + 1,
        reprint_reason=reason,
        status=JobState.QUEUED,
        step=None,
        partner_reference=None,
        partner_queue_number=None,
        trouble=None,
        notes=None,
        reported_device=None,
        estimated_completion=None,
        created_at=unit.now,
        sent_at=None,
        started_at=None,
        finished_at=None,
        offered_at=None,
        replaced_at=None,
        spent_allocation_id=None,
    )
