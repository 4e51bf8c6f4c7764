"""What is said about an order from outside: a notice is kept and never refused, a command moves or is refused."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update

from makeline.cases.machines.callers import Caller
from makeline.cases.machines.queries import fleet
from makeline.cases.ordering.queries import case_item_of
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.progress import record_step
from makeline.cases.production.queries import job_called_for_update
from makeline.cases.production.refund_task import RefundWord, follow_refund
from makeline.cases.production.states import JobState
from makeline.commerce.orders.advance import cancel
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.queries import order_numbered_for_update
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.inbox import MessageState, find_message, keep_message, mark_message
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotAllowed, NotFound
from makeline.kernel.states import IllegalMove

TOPIC = "order_notice"

_TOLD = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(
        partner_reference=func.coalesce(bindparam("partner_reference"), print_jobs.c.partner_reference),
        partner_queue_number=func.coalesce(bindparam("queue_number"), print_jobs.c.partner_queue_number),
        notes=func.coalesce(bindparam("notes"), print_jobs.c.notes),
        reported_device=func.coalesce(bindparam("device"), print_jobs.c.reported_device),
        estimated_completion=func.coalesce(
            bindparam("estimated_completion"), print_jobs.c.estimated_completion
        ),
    )
)


class _Standing(NamedTuple):
    order: OrderStatus
    job: JobState | None


_STANDING = Query(
    select(orders.c.status, print_jobs.c.status)
    .outerjoin(print_jobs, print_jobs.c.order_id == orders.c.id)
    .where(orders.c.id == bindparam("order_id"))
    .order_by(print_jobs.c.attempt.desc()),
    _Standing,
)


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One thing said about one order. ``called`` is our print reference or order number; ``said`` as it was sent."""

    called: str
    step: JobStep | None
    said: str
    partner_reference: str | None = None
    queue_number: str | None = None
    device: str | None = None
    notes: str | None = None
    estimated_completion: str | None = None
    refund: RefundWord | None = None


def take_order_notice(unit: UnitOfWork, caller: Caller, report: OrderReport) -> str | None:
    """Keep and apply; returns the order's standing, or None for an order that is not (yet) known to the caller."""
    if caller.from_browser:
        raise NotAllowed("a browser cannot report a print")
    job = _job_of(unit, caller, report)
    if job is None and not caller.recognised:
        return None
    source, external_id = f"partner:{caller.partner_id or 'test'}", f"{report.called}:{report.said}"
    known = find_message(unit, source=source, external_id=external_id)
    # Our references are committed before the partner hears of them: a print that we do not know is none of ours.
    state = MessageState.IGNORED if job is None else MessageState.APPLIED
    if known is None:
        keep_message(
            unit,
            source=source,
            external_id=external_id,
            topic=TOPIC,
            subject=report.called,
            payload=_as_received(report),
            state=state,
        )
    if job is None:
        return None
    _keep_words(unit, job, report)
    if known is not None and known.state is not MessageState.APPLIED:
        mark_message(unit, known.id, state)
    if known is None or known.state is not MessageState.APPLIED:
        _apply(unit, job, report)
        if report.refund is not None:
            follow_refund(unit, job.order_id, report.refund, cause=f"the partner: {report.said}")
    return standing_of(unit, job.order_id)


def _as_received(report: OrderReport) -> dict[str, str | None]:
    return {
        "status": report.said,
        "partner_reference": report.partner_reference,
        "queue_number": report.queue_number,
        "device": report.device,
        "notes": report.notes,
        "estimated_completion": report.estimated_completion,
    }


def command_order(unit: UnitOfWork, caller: Caller, report: OrderReport) -> str:
    """Move the order, or refuse: unknown or another operator's 404, illegal 409; the same again is no move."""
    if caller.from_browser:
        raise NotAllowed("a browser cannot report a print")
    job = _job_of(unit, caller, report)
    if job is None:
        return _command_unpaid(unit, caller, report)
    before = standing_of(unit, job.order_id)
    _keep_words(unit, job, report)
    if before == report.said:
        return before
    if before == OrderStatus.CANCELLED.value:
        raise IllegalMove("the order is cancelled", current_status=before, allowed=[])
    if not _apply(unit, job, report):
        raise IllegalMove(
            f"the order is {before} and cannot become {report.said}",
            current_status=before,
            allowed=_after(job),
        )
    return standing_of(unit, job.order_id)


def standing_of(unit: Reading, order_id: int) -> str:
    """Our order in the six words of the documents."""
    standing = unit.first(_STANDING, order_id=order_id)
    if standing is None:
        raise LookupError(f"order {order_id}")
    if standing.order is OrderStatus.PLACED:
        return "pending"
    if standing.order is OrderStatus.IN_PRODUCTION:
        return "printed" if standing.job is JobState.PRINTED else "printing"
    return standing.order.value


def _job_of(unit: UnitOfWork, caller: Caller, report: OrderReport) -> PrintJob | None:
    job = job_called_for_update(unit, report.called)
    if job is None or not caller.operates(fleet(unit).by_id[job.machine_id]):
        return None
    return job


def _command_unpaid(unit: UnitOfWork, caller: Caller, report: OrderReport) -> str:
    """An order without a print is not paid: it may only be cancelled, by whoever operates its machine."""
    order = order_numbered_for_update(unit, report.called)
    item = case_item_of(unit, order.id) if order is not None else None
    if order is None or item is None or not caller.operates(fleet(unit).by_id[item.machine_id]):
        # Nobody learns which orders exist.
        raise NotFound("there is no such order")
    before = standing_of(unit, order.id)
    if report.said == before:
        return before
    if report.step is not JobStep.CANCELLED or order.status is not OrderStatus.PLACED:
        allowed = [OrderStatus.CANCELLED.value] if order.status is OrderStatus.PLACED else []
        raise IllegalMove("the order is not paid yet", current_status=before, allowed=allowed)
    # No print keeps his reason; the history does.
    why = f": {report.notes}" if report.notes else ""
    cancel(unit, order, cause=f"partner says {report.said}{why}")
    return standing_of(unit, order.id)


def _keep_words(unit: UnitOfWork, job: PrintJob, report: OrderReport) -> None:
    told = (
        report.partner_reference,
        report.queue_number,
        report.notes,
        report.device,
        report.estimated_completion,
    )
    if any(word is not None for word in told):
        unit.put(
            _TOLD,
            job_id=job.id,
            partner_reference=report.partner_reference,
            queue_number=report.queue_number,
            notes=report.notes,
            device=report.device,
            estimated_completion=report.estimated_completion,
        )


def _apply(unit: UnitOfWork, job: PrintJob, report: OrderReport) -> bool:
    if report.step is None:
        return False
    return record_step(unit, job, report.step, cause=f"partner says {report.step.value}")


def _after(job: PrintJob) -> list[str]:
    if job.status in (JobState.COLLECTED, JobState.CANCELLED):
        return []
    if job.status is JobState.FAILED:
        return ["cancelled"]
    onward = ["printing", "printed", "completed"]
    reached = {JobState.PRINTING: 1, JobState.PRINTED: 2}.get(job.status, 0)
    return [*onward[reached:], "failed", "cancelled"]
