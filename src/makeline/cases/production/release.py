"""Let a print that waits for staff go on: with a blank, and with another promise to hand it over."""

from sqlalchemy import bindparam, update

from makeline.cases.machines.queries import machine_topic
from makeline.cases.production.content_check import decide_content
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
from makeline.cases.production.states import JOB_STATES, ContentState, JobState
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

_RELEASED = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(status=JobState.QUEUED, trouble=None)
)


def release_print(unit: UnitOfWork, called: str, *, reason: str) -> PrintJob:
    """From ``waiting_for_staff`` back into the queue, under the same reference: the partner prints that once.

    Raises ``NotFound``, ``IllegalMove`` for anything that does not wait for staff, ``OutOfStock``.
    """
    job, order, item = print_to_handle(unit, called)
    must_be_wanted(order)
    if job.status is not JobState.WAITING_FOR_STAFF:
        raise refused(job, "released; only one that waits for staff can")
    cause = f"released by staff: {reason}"
    secure_blank(unit, machine_of_job(unit, job), item, cause=cause)
    unit.move(JOB_STATES, job.id, job.status, JobState.QUEUED, cause=cause)
    unit.put(_RELEASED, job_id=job.id)
    decide_content(unit, item.design_id, ContentState.RELEASED, cause=cause)
    unit.emit(PrintReleased(order_id=order.id))
    unit.touch(job_topic(order.id))
    unit.touch(machine_topic(job.machine_id))
    return job._replace(status=JobState.QUEUED, trouble=None)
