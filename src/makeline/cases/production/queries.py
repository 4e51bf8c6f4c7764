"""Questions about print jobs."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.cases.catalog.models import shells
from makeline.cases.designs.models import designs
from makeline.cases.machines.models import machines
from makeline.cases.ordering.models import case_items
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.states import JobState
from makeline.commerce.files.models import stored_files
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.commerce.payments.states import Evidence, PaymentState
from makeline.foundation.columns import among
from makeline.foundation.statements import LockingQuery, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound


class PrintPlan(NamedTuple):
    """Everything the partner has to be told to print one job."""

    job_id: int
    status: JobState
    reference: str
    order_id: int
    payment_id: int
    payment_reference: str
    provider_reference: str | None
    provider_paid_at: datetime | None
    settled_by: Evidence | None
    machine_is_test: bool
    partner_model: str
    shell_id: str
    device: str
    print_name: str
    print_sha256: str
    design_hash: str
    machine_id: int
    drawn_width_um: int
    drawn_height_um: int
    created_at: datetime
    payment_status: PaymentState


_J = print_jobs.c
_PLAN = Query(
    select(
        _J.id,
        _J.status,
        _J.reference,
        _J.order_id,
        payments.c.id,
        payments.c.reference,
        payments.c.provider_reference,
        payments.c.provider_paid_at,
        payments.c.settled_by,
        machines.c.is_test,
        shells.c.partner_model,
        case_items.c.shell_id,
        machines.c.device,
        stored_files.c.name,
        stored_files.c.sha256,
        designs.c.design_hash,
        _J.machine_id,
        designs.c.shell_width_um,
        designs.c.shell_height_um,
        _J.created_at,
        payments.c.status,
    )
    .select_from(print_jobs)
    .join(payments, payments.c.id == _J.payment_id)
    .join(case_items, case_items.c.id == _J.case_item_id)
    .join(shells, shells.c.id == case_items.c.shell_id)
    .join(machines, machines.c.id == _J.machine_id)
    .join(designs, designs.c.id == case_items.c.design_id)
    .join(stored_files, stored_files.c.id == designs.c.print_file_id)
    .where(_J.order_id == bindparam("order_id"))
    .order_by(_J.attempt.desc()),
    PrintPlan,
)
_BY_REFERENCE = Query(
    select(print_jobs).where(_J.reference == bindparam("reference")).with_for_update(), PrintJob
)
_BY_ID = LockingQuery(select(print_jobs).where(_J.id == bindparam("job_id")), PrintJob, print_jobs)
_OF_NUMBER = Query(
    select(print_jobs)
    .join(orders, orders.c.id == _J.order_id)
    .where(orders.c.number == bindparam("number"))
    .order_by(_J.attempt.desc())
    .with_for_update(of=print_jobs),
    PrintJob,
)


_QUEUED_WITH = Query(
    select(_J.id)
    .select_from(print_jobs)
    .join(case_items, case_items.c.id == _J.case_item_id)
    .join(designs, designs.c.id == case_items.c.design_id)
    .join(stored_files, stored_files.c.id == designs.c.print_file_id)
    .where(stored_files.c.name == bindparam("file_name"), among(_J.status, JobState.QUEUED))
    .order_by(_J.id),
    tuple,
)


class _Count(NamedTuple):
    count: int


_WAITING = Query(
    select(func.count()).where(
        among(_J.status, JobState.QUEUED, JobState.WAITING_FOR_STAFF, JobState.SENT, JobState.PRINTING)
    ),
    _Count,
)


def plan_of_order(unit: Reading, order_id: int) -> PrintPlan | None:
    """The latest print of an order with all that the partner needs."""
    return unit.first(_PLAN, order_id=order_id)


def queued_prints_of(unit: Reading, file_name: str) -> list[int]:
    """The jobs that wait to be handed over with this print file."""
    return [job_id for (job_id,) in unit.all(_QUEUED_WITH, file_name=file_name)]


def job_for_update(unit: UnitOfWork, job_id: int) -> PrintJob:
    """A job by id, for who changes its own row; it must exist."""
    job = unit.first(_BY_ID, job_id=job_id)
    if job is None:
        raise NotFound("there is no such print job")
    return job


def job_called_for_update(unit: UnitOfWork, called: str) -> PrintJob | None:
    """The latest print by our reference of it or by its order's number, locked."""
    return unit.first(_BY_REFERENCE, reference=called) or unit.first(_OF_NUMBER, number=called)


def jobs_under_way(unit: Reading) -> int:
    """Prints that are promised and not yet done."""
    row = unit.first(_WAITING)
    return row.count if row else 0
