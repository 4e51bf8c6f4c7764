"""Move an order on: paid, in production, completed, failed. Each checks the table and announces the fact."""

from sqlalchemy import bindparam, update

from makeline.commerce.orders.events import OrderCancelled, OrderCompleted, OrderFailed, OrderPaid
from makeline.commerce.orders.models import Order, orders
from makeline.commerce.orders.states import ORDER_STATES, PAYMENT_STANDINGS, OrderStatus, PaymentStanding
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

_PAID = Change(
    update(orders)
    .where(orders.c.id == bindparam("order_id"))
    .values(payment_status=bindparam("payment_status"), paid_at=bindparam("paid_at"))
)
_STATUS = Change(
    update(orders)
    .where(orders.c.id == bindparam("order_id"))
    .values(status=bindparam("status"), completed_at=bindparam("completed_at"))
)


def mark_partly_paid(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """Some of what is due came in, by an order on invoice; more of it, still not all, is no move."""
    if order.payment_status is not PaymentStanding.PARTLY_PAID:
        unit.move(PAYMENT_STANDINGS, order.id, order.payment_status, PaymentStanding.PARTLY_PAID, cause=cause)
        unit.put(_PAID, order_id=order.id, payment_status=PaymentStanding.PARTLY_PAID, paid_at=None)


def mark_paid(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """All that is due is settled. The caller holds the payment's lock; a second call raises ``IllegalMove``."""
    unit.move(PAYMENT_STANDINGS, order.id, order.payment_status, PaymentStanding.PAID, cause=cause)
    unit.put(_PAID, order_id=order.id, payment_status=PaymentStanding.PAID, paid_at=unit.now)
    unit.emit(OrderPaid(order_id=order.id))


def mark_authorised(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """All that is due is held for us: it may be made. The caller holds the order's lock."""
    unit.move(PAYMENT_STANDINGS, order.id, order.payment_status, PaymentStanding.AUTHORISED, cause=cause)
    unit.put(_PAID, order_id=order.id, payment_status=PaymentStanding.AUTHORISED, paid_at=unit.now)
    unit.emit(OrderPaid(order_id=order.id))


def mark_captured(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """What was held was taken, for it was made; ``paid_at`` stays the moment from which it was covered."""
    unit.move(PAYMENT_STANDINGS, order.id, order.payment_status, PaymentStanding.PAID, cause=cause)
    unit.put(_PAID, order_id=order.id, payment_status=PaymentStanding.PAID, paid_at=order.paid_at)


def mark_voided(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """What was held was let go; the order's own state stays as it is."""
    unit.move(PAYMENT_STANDINGS, order.id, order.payment_status, PaymentStanding.VOIDED, cause=cause)
    unit.put(_PAID, order_id=order.id, payment_status=PaymentStanding.VOIDED, paid_at=order.paid_at)


def mark_refunded(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """All that came in was given back; the order's own state stays as it is."""
    unit.move(PAYMENT_STANDINGS, order.id, order.payment_status, PaymentStanding.REFUNDED, cause=cause)
    unit.put(_PAID, order_id=order.id, payment_status=PaymentStanding.REFUNDED, paid_at=order.paid_at)


def start_production(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """Somebody has begun to make it, or makes again what was handed out; again is no move."""
    if order.status is not OrderStatus.IN_PRODUCTION:
        _advance(unit, order, OrderStatus.IN_PRODUCTION, cause=cause)


def complete(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """Made and handed out; an order that never reported its start passes through production here."""
    if order.status is OrderStatus.PLACED:
        unit.move(ORDER_STATES, order.id, order.status, OrderStatus.IN_PRODUCTION, cause=cause)
        order = order._replace(status=OrderStatus.IN_PRODUCTION)
    _advance(unit, order, OrderStatus.COMPLETED, cause=cause)
    unit.emit(OrderCompleted(order_id=order.id))


def fail(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """It could not be made; the payment stays as it is."""
    if order.status is not OrderStatus.FAILED:
        _advance(unit, order, OrderStatus.FAILED, cause=cause)
        unit.emit(OrderFailed(order_id=order.id))


def cancel(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    """It will not be made."""
    _advance(unit, order, OrderStatus.CANCELLED, cause=cause)
    unit.emit(OrderCancelled(order_id=order.id))


def _advance(unit: UnitOfWork, order: Order, target: OrderStatus, *, cause: str) -> None:
    unit.move(ORDER_STATES, order.id, order.status, target, cause=cause)
    completed_at = unit.now if target is OrderStatus.COMPLETED else None
    unit.put(_STATUS, order_id=order.id, status=target, completed_at=completed_at)
