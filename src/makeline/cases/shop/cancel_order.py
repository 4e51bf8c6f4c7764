"""An order of the webstore that will not be made: cancelled by somebody, or never paid."""

from makeline.cases.production.withdraw import cancel_print
from makeline.cases.shop.journey import end_order, numbered_for_update
from makeline.cases.shop.models import WebOrder
from makeline.cases.shop.queries import unpaid_too_long, web_order, web_order_of
from makeline.cases.shop.states import Journey
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.unit_of_work import Reading, UnitOfWork


def cancel_order(unit: UnitOfWork, number: str, *, reason: str) -> WebOrder:
    """While nobody may be printing it. What was paid or held goes back. Raises ``NotFound``, ``IllegalMove``."""
    row = numbered_for_update(unit, number)
    order = order_for_update(unit, row.order_id)
    if row.journey is Journey.CANCELLED:
        return row
    if order.payment_status is not PaymentStanding.UNPAID:
        cancel_print(unit, number, reason=reason)
    end_order(unit, order, row, cause=f"cancelled: {reason}")
    return web_order(unit, order.id)


def orders_ran_out(unit: Reading) -> bool:
    """Whether there is anything for ``expire_orders``."""
    return bool(unpaid_too_long(unit, unit.now, most=1))


def expire_orders(unit: UnitOfWork, *, most: int = 100) -> int:
    """Orders that nobody paid in time end, and their blanks go back on sale; returns how many did."""
    ended = 0
    for order_id in unpaid_too_long(unit, unit.now, most=most):
        order = order_for_update(unit, order_id)
        if order.payment_status is PaymentStanding.UNPAID and order.status is OrderStatus.PLACED:
            end_order(unit, order, web_order(unit, order_id), cause="not paid in time")
            ended += 1
    return ended


def follow_cancelled(unit: UnitOfWork, order_id: int) -> None:
    """The order was cancelled elsewhere, as by the operator of its machine before it was paid."""
    if web_order_of(unit, order_id) is not None:
        order = order_for_update(unit, order_id)
        end_order(unit, order, web_order(unit, order_id), cause="its order was cancelled")
