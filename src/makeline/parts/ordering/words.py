"""How an order stands in the words of customers, and what may follow what."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from makeline.commerce.orders.models import Order
from makeline.commerce.orders.states import OrderStatus, Terms
from makeline.kernel.errors import Kind, Refusal


class Standing(StrEnum):
    """Where an order for parts stands, as customers read it."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


STANDINGS: Mapping[OrderStatus, Standing] = {
    OrderStatus.PLACED: Standing.PENDING,
    OrderStatus.IN_PRODUCTION: Standing.PROCESSING,
    OrderStatus.COMPLETED: Standing.COMPLETED,
    OrderStatus.FAILED: Standing.FAILED,
    OrderStatus.CANCELLED: Standing.CANCELLED,
}
# Narrower than the life of an order: a part is not made again under its old order, and what is over stays over.
MAY_BECOME: Mapping[Standing, tuple[Standing, ...]] = {
    Standing.PENDING: (Standing.PROCESSING, Standing.COMPLETED, Standing.CANCELLED),
    Standing.PROCESSING: (Standing.COMPLETED, Standing.CANCELLED),
    Standing.COMPLETED: (),
    Standing.FAILED: (),
    Standing.CANCELLED: (),
}

# What is paid in advance is not begun before it is paid.
NEEDS_MONEY = frozenset({Standing.PROCESSING, Standing.COMPLETED})
OVER = frozenset(standing for standing, allowed in MAY_BECOME.items() if not allowed)


class IllegalOrderMove(Refusal):
    """The order does not stand where this may follow; says where it stands and what may."""

    code = "ILLEGAL_MOVE"
    kind = Kind.CONFLICT


def following(order: Order) -> Sequence[Standing]:
    """What may follow where it stands, and how it is paid."""
    allowed = MAY_BECOME[STANDINGS[order.status]]
    if order.terms is Terms.INVOICE or order.paid_at is not None:
        return allowed
    return [standing for standing in allowed if standing not in NEEDS_MONEY]


def must_allow(order: Order, target: Standing) -> None:
    """Raises ``IllegalOrderMove`` unless this may follow."""
    current, allowed = STANDINGS[order.status], following(order)
    if target not in allowed:
        unpaid = " before it is paid" if target in MAY_BECOME[current] else ""
        raise IllegalOrderMove(
            f"the order is {current.value} and cannot become {target.value}{unpaid}",
            status=current.value,
            allowed=[standing.value for standing in allowed],
        )
