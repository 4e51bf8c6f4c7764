"""Print a case again because its print failed or came out badly: another attempt with a reason, on another blank."""

from sqlalchemy import bindparam, update

from makeline.cases.production.enqueue import add_job
from makeline.cases.production.events import PrintReleased
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.progress import job_topic
from makeline.cases.production.refund_task import close_refund_task
from makeline.cases.production.staff import (
    machine_of_job,
    must_be_wanted,
    print_to_handle,
    refused,
    secure_blank,
)
from makeline.cases.production.states import JobState
from makeline.commerce.orders.advance import start_production
from makeline.foundation.anomalies import Outcome
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

# Whatever is still on its way may yet become a good case.
_MAY_BE_REPEATED = (JobState.FAILED, JobState.PRINTED, JobState.COLLECTED)
_REPLACED = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(replaced_at=bindparam("now"), spent_allocation_id=bindparam("spent"))
)


def reprint(unit: UnitOfWork, called: str, *, reason: str) -> PrintJob:
    """Put another print of a case into the queue; the customer keeps his queue number.

    The latest print has failed, or has come out and somebody looked at it. Takes another blank when the machine has
    used up the first. Raises ``NotFound``, ``Invalid`` without a reason, ``IllegalMove``, ``OutOfStock``.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid(FieldProblem("reason", "must say why it is printed again"))
    job, order, item = print_to_handle(unit, called)
    must_be_wanted(order)
    if job.status not in _MAY_BE_REPEATED:
        raise refused(job, "printed again; only one that failed or came out can")
    cause = f"reprint: {reason}"
    spent = secure_blank(unit, machine_of_job(unit, job), item, cause=cause)
    unit.put(_REPLACED, job_id=job.id, now=unit.now, spent=spent)
    again = add_job(
        unit,
        item,
        payment_id=job.payment_id,
        queue_number=job.queue_number,
        priority=job.priority,
        attempt=job.attempt + 1,
        reprint_reason=reason,
        cause=cause,
    )
    start_production(unit, order, cause=cause)
    close_refund_task(unit, order.number, Outcome.FIXED, note=cause)
    unit.emit(PrintReleased(order_id=order.id))
    unit.touch(job_topic(order.id))
    return again
