"""A print in the hands of staff: found by its order's number or its own reference, and locked."""

from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.ordering.change_design import change_blank
from makeline.cases.ordering.models import CaseItem
from makeline.cases.ordering.queries import case_item_of
from makeline.cases.production.models import PrintJob
from makeline.cases.production.queries import job_called_for_update
from makeline.cases.stock.reserve import allocation_for_update, reserve, sell_reserved
from makeline.cases.stock.states import AllocationState
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.orders.states import COVERED, OrderStatus
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.kernel.states import IllegalMove


def print_to_handle(unit: UnitOfWork, called: str) -> tuple[PrintJob, Order, CaseItem]:
    """The latest print of an order with its order and case; the order's lock makes two helpers wait for each other."""
    job = job_called_for_update(unit, called)
    if job is None:
        raise NotFound(f"there is no print of {called}")
    order = order_for_update(unit, job.order_id)
    # Another helper may have ordered a reprint while we waited for the lock.
    latest = job_called_for_update(unit, order.number)
    assert latest is not None
    return latest, order, case_item_of(unit, order.id)


def must_be_wanted(order: Order) -> None:
    """Only what is paid and not cancelled is printed."""
    if order.status is OrderStatus.CANCELLED or order.payment_status not in COVERED:
        raise IllegalMove(
            f"the order is {order.status.value} and {order.payment_status.value}",
            current_status=order.status.value,
            allowed=[],
        )


def refused(job: PrintJob, wish: str) -> IllegalMove:
    """The no for a print that is not where the wish needs it."""
    return IllegalMove(
        f"the print is {job.status.value} and cannot be {wish}", current_status=job.status.value, allowed=[]
    )


def machine_of_job(unit: UnitOfWork, job: PrintJob) -> Machine:
    """The machine that is to print it."""
    return fleet(unit).by_id[job.machine_id]


def secure_blank(unit: UnitOfWork, machine: Machine, item: CaseItem, *, cause: str) -> int | None:
    """See that the case has a sold blank in the machine; raises ``OutOfStock``.

    Returns the allocation that is used up because the machine took its blank before, if there is one.
    """
    held = allocation_for_update(unit, item.allocation_id) if item.allocation_id is not None else None
    if held is not None and held.state is AllocationState.SOLD:
        return None
    fresh = reserve(unit, machine, item.shell_id, cause=cause)
    sell_reserved(unit, fresh, cause=cause)
    change_blank(unit, item.order_id, fresh)
    return held.id if held is not None and held.state is AllocationState.TAKEN else None
