"""What the partner reports about a print: recorded forwards only, with the order and the blank following."""

from collections.abc import Callable

from sqlalchemy import bindparam, update

from makeline.cases.machines.queries import machine_topic
from makeline.cases.ordering.place import WEBSTORE
from makeline.cases.ordering.queries import case_item_of
from makeline.cases.production.events import WebPrintMoved
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.refund_task import open_refund_task
from makeline.cases.production.states import JOB_STATES, JobState
from makeline.cases.stock.reserve import allocation_for_update, release, take
from makeline.cases.stock.states import AllocationState
from makeline.commerce.orders.advance import cancel, complete, fail, start_production
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

# A print that ended may not start again by a notice; only a reprint by staff opens a new one.
_ENDED = (JobState.COLLECTED, JobState.FAILED, JobState.CANCELLED)
# Words that cannot be true beside how the print ended; everything else is merely late.
_CONTRADICTS = {
    JobState.COLLECTED: (JobStep.FAILED, JobStep.CANCELLED),
    JobState.FAILED: (JobStep.PRINTED, JobStep.SHIPPING, JobStep.SHIPPED),
    JobState.CANCELLED: (JobStep.PRINTED, JobStep.SHIPPING, JobStep.SHIPPED),
}
_STATE_OF = {
    JobStep.PICKING: JobState.PRINTING,
    JobStep.PICKED: JobState.PRINTING,
    JobStep.PRINTING: JobState.PRINTING,
    JobStep.PRINTED: JobState.PRINTED,
    JobStep.SHIPPING: JobState.PRINTED,
    JobStep.SHIPPED: JobState.COLLECTED,
    JobStep.FAILED: JobState.FAILED,
    JobStep.CANCELLED: JobState.CANCELLED,
}

_PROGRESS = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(
        status=bindparam("status"),
        step=bindparam("step"),
        sent_at=bindparam("sent_at"),
        started_at=bindparam("started_at"),
        printed_at=bindparam("printed_at"),
        finished_at=bindparam("finished_at"),
    )
)


def job_topic(order_id: int) -> str:
    """What to touch when a print moves on."""
    return f"order:{order_id}"


def record_step(unit: UnitOfWork, job: PrintJob, step: JobStep, *, cause: str) -> bool:
    """Apply one reported step to the locked job; False when it changes nothing.

    A lower or equal rank is a repeat or came late and changes nothing; a report that contradicts an ended print is
    kept as an anomaly for staff.
    """
    target = _STATE_OF.get(step)
    if (job.status in _ENDED or step.ends) and not _may_end(job, target):
        if step in _CONTRADICTS.get(job.status, ()):
            note_anomaly(
                unit,
                "print_report_contradicts",
                job.reference,
                fingerprint=step.value,
                detail={"status": job.status.value, "reported": step.value},
            )
        return False
    if job.replaced_at is not None or not _is_ahead(job, step):
        # What is said of a print that another one has replaced moves neither the order nor the new blank.
        return False
    moved = _advance(unit, job, target, cause=cause) if target is not None else job.status
    started = job.started_at or (unit.now if moved in (JobState.PRINTING, JobState.PRINTED) else None)
    unit.put(
        _PROGRESS,
        job_id=job.id,
        status=moved,
        step=step,
        sent_at=job.sent_at or unit.now,
        started_at=started,
        printed_at=job.printed_at or (unit.now if moved is JobState.PRINTED else None),
        finished_at=unit.now if moved in _ENDED else None,
    )
    if moved in (JobState.PRINTING, JobState.PRINTED, JobState.COLLECTED):
        _end_promise(unit, job, take, cause=cause)
    elif moved is JobState.CANCELLED:
        _end_promise(unit, job, release, cause=cause)
    _follow(unit, job, moved, cause=cause)
    if moved is not job.status:
        unit.touch(machine_topic(job.machine_id))
    unit.touch(job_topic(job.order_id))
    return True


def _may_end(job: PrintJob, target: JobState | None) -> bool:
    # A failure reported before we wrote down that it was sent: it was sent.
    was = JobState.SENT if job.status in (JobState.QUEUED, JobState.WAITING_FOR_STAFF) else job.status
    return target is not None and JOB_STATES.allows(was, target)


def _is_ahead(job: PrintJob, step: JobStep) -> bool:
    if step.ends:
        return True
    if step.rank is None:
        return False
    return job.step is None or job.step.rank is None or step.rank > job.step.rank


def _advance(unit: UnitOfWork, job: PrintJob, target: JobState, *, cause: str) -> JobState:
    current = job.status
    if current in (JobState.QUEUED, JobState.WAITING_FOR_STAFF) and target is not JobState.CANCELLED:
        # The report overtook the partner's answer to our order: he has it.
        current = unit.move(JOB_STATES, job.id, current, JobState.SENT, cause=cause)
    if current is not target:
        current = unit.move(JOB_STATES, job.id, current, target, cause=cause)
    return current


def _end_promise(unit: UnitOfWork, job: PrintJob, end: Callable[..., None], *, cause: str) -> None:
    """The sold blank is taken by the machine, or goes back on sale."""
    item = case_item_of(unit, job.order_id)
    if item.allocation_id is None:
        return
    allocation = allocation_for_update(unit, item.allocation_id)
    if allocation.state is AllocationState.SOLD:
        end(unit, allocation, cause=cause)


def _follow(unit: UnitOfWork, job: PrintJob, moved: JobState, *, cause: str) -> None:
    order = order_for_update(unit, job.order_id)
    if order.storefront == WEBSTORE:
        # Made is not yet delivered, and what is not made is not paid for: the webstore decides.
        if moved is not job.status:
            unit.emit(WebPrintMoved(order_id=order.id, status=moved.value))
    elif order.status is OrderStatus.CANCELLED:
        if moved is not JobState.CANCELLED:
            note_anomaly(unit, "cancelled_order_printed", order.number, detail={"print": moved.value})
    elif moved in (JobState.PRINTING, JobState.PRINTED):
        if order.status in (OrderStatus.PLACED, OrderStatus.FAILED):
            start_production(unit, order, cause=cause)
    elif moved is JobState.COLLECTED:
        complete(unit, order, cause=cause)
    elif moved is JobState.FAILED:
        fail(unit, order, cause=cause)
        open_refund_task(unit, order, job)
    elif moved is JobState.CANCELLED:
        cancel(unit, order, cause=cause)
        note_anomaly(unit, "paid_order_cancelled_by_partner", order.number, detail={"refund": "due"})
