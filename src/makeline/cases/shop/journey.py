"""An order of the webstore on its way: one step along its table, written down and told once."""

from sqlalchemy import bindparam, update

from makeline.cases.ordering.queries import case_item_of
from makeline.cases.production.progress import job_topic
from makeline.cases.shop.events import WebOrderMoved
from makeline.cases.shop.models import WebOrder, web_orders
from makeline.cases.shop.queries import web_order, web_order_numbered
from makeline.cases.shop.states import JOURNEYS, Journey
from makeline.cases.stock.reserve import allocation_for_update, release
from makeline.cases.stock.states import AllocationState
from makeline.commerce.orders.advance import cancel
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.orders.states import OrderStatus
from makeline.commerce.payments.outcomes import decide_lines
from makeline.commerce.payments.states import LineOutcome
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound

_W = web_orders.c
_MOVED = Change(
    update(web_orders)
    .where(_W.id == bindparam("row_id"))
    .values(
        journey=bindparam("journey"),
        made_at=bindparam("made_at"),
        handed_over_at=bindparam("handed_over_at"),
        carrier=bindparam("carrier"),
        tracking=bindparam("tracking"),
    )
)


def numbered_for_update(unit: UnitOfWork, number: str) -> WebOrder:
    """The order that people call ``ORDER_…``, locked; raises ``NotFound``."""
    order_id = web_order_numbered(unit, number)
    if order_id is None:
        raise NotFound(f"there is no order {number[:100]} of the webstore")
    order_for_update(unit, order_id)
    return web_order(unit, order_id)


def move_on(unit: UnitOfWork, row: WebOrder, journey: Journey, *, cause: str) -> WebOrder:
    """One step; ``row`` brings what is to be written with it. The caller holds the order's lock."""
    unit.move(JOURNEYS, row.id, row.journey, journey, cause=cause)
    unit.put(
        _MOVED,
        row_id=row.id,
        journey=journey,
        made_at=row.made_at,
        handed_over_at=row.handed_over_at,
        carrier=row.carrier,
        tracking=row.tracking,
    )
    unit.emit(WebOrderMoved(order_id=row.order_id, journey=journey.value))
    unit.touch(job_topic(row.order_id))
    return row._replace(journey=journey)


def end_order(unit: UnitOfWork, order: Order, row: WebOrder, *, cause: str) -> None:
    """It will not be made, or not be handed over; the money follows."""
    if not JOURNEYS.allows(row.journey, Journey.CANCELLED):
        return
    move_on(unit, row, Journey.CANCELLED, cause=cause)
    item = case_item_of(unit, order.id)
    if item.allocation_id is not None:
        allocation = allocation_for_update(unit, item.allocation_id)
        if allocation.state in (AllocationState.RESERVED, AllocationState.SOLD):
            release(unit, allocation, cause=cause)
    if order.status is not OrderStatus.CANCELLED:
        cancel(unit, order, cause=cause)
    decide_lines(unit, order.id, LineOutcome.NOT_MADE, cause=cause)
