"""The money for a web order is sure: its blank is sold and its print queued, in the very unit that settles it."""

from makeline.cases.machines.queries import fleet
from makeline.cases.ordering.change_design import change_blank
from makeline.cases.ordering.models import CaseItem
from makeline.cases.ordering.queries import case_item_of
from makeline.cases.production.enqueue import enqueue_print
from makeline.cases.production.progress import job_topic
from makeline.cases.shop.events import WebOrderPaid
from makeline.cases.stock.reserve import OutOfStock, reserve, sell_reserved
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.states import OrderStatus
from makeline.commerce.payments.models import Payment
from makeline.foundation.unit_of_work import UnitOfWork


def fulfil_order(unit: UnitOfWork, order: Order, payment: Payment, *, cause: str) -> None:
    """One print for one paid order; none for an order that ended before its money came, which then goes back.

    Without a blank the print waits for staff, who find one or give the money back.
    """
    unit.touch(job_topic(order.id))
    if order.status is OrderStatus.CANCELLED:
        return
    unit.emit(WebOrderPaid(order_id=order.id))
    item = case_item_of(unit, order.id)
    allocation_id = _sell_blank(unit, item, cause=cause)
    if allocation_id != item.allocation_id:
        change_blank(unit, order.id, allocation_id)
    enqueue_print(unit, item, payment, has_blank=allocation_id is not None, cause=cause)


def _sell_blank(unit: UnitOfWork, item: CaseItem, *, cause: str) -> int | None:
    if item.allocation_id is not None and sell_reserved(unit, item.allocation_id, cause=cause):
        return item.allocation_id
    try:
        allocation_id = reserve(unit, fleet(unit).by_id[item.machine_id], item.shell_id, cause=cause)
    except OutOfStock:
        return None
    sell_reserved(unit, allocation_id, cause=cause)
    return allocation_id
