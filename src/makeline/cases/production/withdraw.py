"""Cancel a print that the partner does not have: its blank goes back on sale, and the money is to be given back."""

from sqlalchemy import bindparam, update

from makeline.cases.machines.queries import machine_topic
from makeline.cases.ordering.place import WEBSTORE
from makeline.cases.production.content_check import decide_content
from makeline.cases.production.events import WebPrintMoved
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.progress import job_topic
from makeline.cases.production.staff import print_to_handle, refused
from makeline.cases.production.states import JOB_STATES, ContentState, JobState
from makeline.cases.stock.reserve import allocation_for_update, release
from makeline.cases.stock.states import AllocationState
from makeline.commerce.orders.advance import cancel
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.states import IllegalMove

_CANCELLED = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(status=JobState.CANCELLED, finished_at=bindparam("now"))
)


def cancel_print(unit: UnitOfWork, called: str, *, reason: str) -> PrintJob:
    """While it is queued, waits for staff or has failed. The payment stays true; the refund is on the staff's list.

    Raises ``NotFound``, and ``IllegalMove`` from the moment on in which the partner may have it.
    """
    job, order, item = print_to_handle(unit, called)
    if job.status not in (JobState.QUEUED, JobState.WAITING_FOR_STAFF, JobState.FAILED):
        raise refused(job, "cancelled here any more")
    if job.status is not JobState.FAILED and job.offered_at is not None:
        raise IllegalMove(
            "the partner may have this print already; release it, or wait for his word",
            current_status=job.status.value,
            allowed=[],
        )
    cause = f"cancelled by staff: {reason}"
    unit.move(JOB_STATES, job.id, job.status, JobState.CANCELLED, cause=cause)
    unit.put(_CANCELLED, job_id=job.id, now=unit.now)
    decide_content(unit, item.design_id, ContentState.REFUSED, cause=cause)
    if item.allocation_id is not None:
        allocation = allocation_for_update(unit, item.allocation_id)
        if allocation.state is AllocationState.SOLD:
            release(unit, allocation, cause=cause)
    if order.storefront == WEBSTORE:
        unit.emit(WebPrintMoved(order_id=order.id, status=JobState.CANCELLED.value))
    else:
        _end_order(unit, order, cause=cause, reason=reason)
    unit.touch(job_topic(order.id))
    unit.touch(machine_topic(job.machine_id))
    return job._replace(status=JobState.CANCELLED)


def _end_order(unit: UnitOfWork, order: Order, *, cause: str, reason: str) -> None:
    if order.status is not OrderStatus.CANCELLED:
        cancel(unit, order, cause=cause)
    note_anomaly(
        unit, "paid_order_cancelled_by_staff", order.number, detail={"refund": "due", "reason": reason}
    )
