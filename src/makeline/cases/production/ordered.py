"""An order as its operator asks for it: what is to be printed, for which machine, with its latest print."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.catalog.models import phone_models, shells
from makeline.cases.designs.models import designs
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.ordering.models import case_items
from makeline.cases.production.models import PrintCommand, PrintJob, print_commands, print_jobs
from makeline.commerce.files.models import stored_files
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound


class OrderedPrint(NamedTuple):
    """One order with what is printed for it; money in minor units of ``currency``."""

    id: int
    number: str
    status: OrderStatus
    payment_status: PaymentStanding
    total_minor: int
    currency: str
    created_at: datetime
    machine_id: int
    shell_id: str
    partner_model: str
    model_name: str
    print_name: str
    print_sha256: str
    proof_name: str
    proof_sha256: str


class RecentOrder(NamedTuple):
    """One order of a machine, in short."""

    id: int
    number: str
    payment_status: PaymentStanding
    total_minor: int
    currency: str
    created_at: datetime


_PRINT = stored_files.alias("print_file")
_PROOF = stored_files.alias("proof_file")
_O = orders.c
_ORDERED = (
    select(
        _O.id,
        _O.number,
        _O.status,
        _O.payment_status,
        _O.total_minor,
        _O.currency,
        _O.created_at,
        case_items.c.machine_id,
        case_items.c.shell_id,
        shells.c.partner_model,
        phone_models.c.name,
        _PRINT.c.name,
        _PRINT.c.sha256,
        _PROOF.c.name,
        _PROOF.c.sha256,
    )
    .select_from(orders)
    .join(case_items, case_items.c.order_id == _O.id)
    .join(shells, shells.c.id == case_items.c.shell_id)
    .join(phone_models, phone_models.c.id == shells.c.phone_model_id)
    .join(designs, designs.c.id == case_items.c.design_id)
    .join(_PRINT, _PRINT.c.id == designs.c.print_file_id)
    .join(_PROOF, _PROOF.c.id == designs.c.proof_file_id)
)
_BY_NUMBER = Query(_ORDERED.where(_O.number == bindparam("called")), OrderedPrint)
_BY_REFERENCE = Query(
    _ORDERED.join(print_jobs, print_jobs.c.order_id == _O.id).where(
        print_jobs.c.reference == bindparam("called")
    ),
    OrderedPrint,
)
_JOB = Query(
    select(print_jobs)
    .where(print_jobs.c.order_id == bindparam("order_id"))
    .order_by(print_jobs.c.attempt.desc())
    .limit(1),
    PrintJob,
)
_COMMANDS = Query(
    select(print_commands)
    .where(print_commands.c.print_job_id == bindparam("job_id"))
    .order_by(print_commands.c.received_at, print_commands.c.id),
    PrintCommand,
)
_RECENT = Query(
    select(_O.id, _O.number, _O.payment_status, _O.total_minor, _O.currency, _O.created_at)
    .join(case_items, case_items.c.order_id == _O.id)
    .where(case_items.c.machine_id == bindparam("machine_id"))
    .order_by(case_items.c.order_id.desc())
    .limit(10),
    RecentOrder,
)


def ordered_print(unit: Reading, caller: Caller, called: str) -> OrderedPrint:
    """An order of the caller by its number or by our reference of its print.

    Unknown and another's are the same ``NotFound``: numbers can be counted through.
    """
    found = unit.first(_BY_NUMBER, called=called) or unit.first(_BY_REFERENCE, called=called)
    if found is None or not caller.operates(fleet(unit).by_id[found.machine_id]):
        raise NotFound(f"there is no order {called[:100]}")
    return found


def latest_print(unit: Reading, order_id: int) -> PrintJob | None:
    """The latest print of an order; None before it is paid."""
    return unit.first(_JOB, order_id=order_id)


def machine_printing(unit: Reading, ordered: OrderedPrint) -> Machine:
    """Where it is printed."""
    return fleet(unit).by_id[ordered.machine_id]


def commands_about(unit: Reading, job_id: int) -> list[PrintCommand]:
    """What was sent along with the wish to print, the latest of each kind."""
    return unit.all(_COMMANDS, job_id=job_id)


def orders_at(unit: Reading, machine_id: int) -> list[RecentOrder]:
    """The latest orders of a machine, newest first."""
    return unit.all(_RECENT, machine_id=machine_id)
