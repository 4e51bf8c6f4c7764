"""Change what has not been handed over: how urgent a print is, and which machine makes it."""

from sqlalchemy import bindparam, update

from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import machine_topic
from makeline.cases.ordering.change_design import change_machine
from makeline.cases.production.enqueue import next_queue_number
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.progress import job_topic
from makeline.cases.production.staff import machine_of_job, print_to_handle, refused
from makeline.cases.production.states import JobState
from makeline.cases.stock.reserve import allocation_for_update, release, reserve, sell_reserved
from makeline.cases.stock.states import AllocationState
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal

# How the history calls it.
PRIORITY = "print priority"
_PRIORITY = Change(
    update(print_jobs).where(print_jobs.c.id == bindparam("job_id")).values(priority=bindparam("priority"))
)
_MACHINE = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(machine_id=bindparam("machine_id"), queue_number=bindparam("queue_number"))
)


class OtherOperator(Refusal):
    """A print stays with the partner who took it."""

    code = "ILLEGAL_STATE"
    kind = Kind.CONFLICT


def change_priority(unit: UnitOfWork, called: str, priority: int, *, reason: str) -> PrintJob:
    """1 goes first, 10 last. Raises ``IllegalMove`` once the partner may have the print."""
    if not 1 <= priority <= 10:
        raise Invalid(FieldProblem("priority", "must be between 1 (first) and 10", priority))
    job = _waiting(unit, called, "reordered")
    if priority == job.priority:
        return job
    unit.put(_PRIORITY, job_id=job.id, priority=priority)
    unit.note(PRIORITY, job.id, str(job.priority), str(priority), cause=reason)
    unit.touch(job_topic(job.order_id))
    unit.touch(machine_topic(job.machine_id))
    return job._replace(priority=priority)


def move_print(unit: UnitOfWork, called: str, target: Machine, *, reason: str) -> PrintJob:
    """Let another machine of the same partner make it, of a blank of its own; the same machine changes nothing.

    Raises ``IllegalMove`` once the partner may have the print, ``OtherOperator``, ``OutOfStock``.
    """
    job = _waiting(unit, called, "moved")
    if target.id == job.machine_id:
        return job
    source = machine_of_job(unit, job)
    if (target.partner_id, target.is_test) != (source.partner_id, source.is_test):
        raise OtherOperator(f"{target.key} is operated by somebody else than {source.key}")
    _, order, item = print_to_handle(unit, called)
    cause = f"moved from {source.key} to {target.key}: {reason}"
    fresh = reserve(unit, target, item.shell_id, cause=cause)
    sell_reserved(unit, fresh, cause=cause)
    if item.allocation_id is not None:
        held = allocation_for_update(unit, item.allocation_id)
        if held.state is AllocationState.SOLD:
            release(unit, held, cause=cause)
    change_machine(unit, order.id, target.id, fresh)
    number = next_queue_number(unit, target.id)
    unit.put(_MACHINE, job_id=job.id, machine_id=target.id, queue_number=number)
    for topic in (job_topic(order.id), machine_topic(source.id), machine_topic(target.id)):
        unit.touch(topic)
    return job._replace(machine_id=target.id, queue_number=number)


def _waiting(unit: UnitOfWork, called: str, wish: str) -> PrintJob:
    job, _, _ = print_to_handle(unit, called)
    if job.status not in (JobState.QUEUED, JobState.WAITING_FOR_STAFF) or job.offered_at is not None:
        raise refused(job, f"{wish} any more")
    return job
