"""An order for parts goes on: staff along the table, the customer out of it while nobody has begun."""

from makeline.commerce.accounts.members import Member
from makeline.commerce.orders.advance import cancel, complete, start_production
from makeline.commerce.orders.models import Order
from makeline.commerce.payments.on_invoice import drop_claim
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.ordering.events import PartOrderMoved
from makeline.parts.ordering.queries import access_part_order_for_update
from makeline.parts.ordering.words import STANDINGS, IllegalOrderMove, Standing, must_allow


def move_order(unit: UnitOfWork, member: Member, order_id: int, target: Standing) -> None:
    """By staff. The same standing again is no move; raises ``NotFound``, ``IllegalOrderMove``."""
    order = access_part_order_for_update(unit, member, order_id)
    if STANDINGS[order.status] is target:
        return
    must_allow(order, target)
    _go(unit, order, target, cause=f"staff: {target.value}")


def cancel_own_order(unit: UnitOfWork, member: Member, order_id: int) -> None:
    """By the customer, or staff for him, while it is pending. Again is no move; raises ``IllegalOrderMove`` later."""
    order = access_part_order_for_update(unit, member, order_id)
    current = STANDINGS[order.status]
    if current is Standing.CANCELLED:
        return
    if current is not Standing.PENDING:
        raise IllegalOrderMove(
            f"the order is {current.value}; it is cancelled by whoever placed it while it is pending",
            status=current.value,
            allowed=[],
        )
    _go(unit, order, Standing.CANCELLED, cause="cancelled by the customer")


def _go(unit: UnitOfWork, order: Order, target: Standing, *, cause: str) -> None:
    if target is Standing.PROCESSING:
        start_production(unit, order, cause=cause)
    elif target is Standing.COMPLETED:
        complete(unit, order, cause=cause)
    else:
        drop_claim(unit, order)
        cancel(unit, order, cause=cause)
    unit.emit(PartOrderMoved(order.id, target.value))
