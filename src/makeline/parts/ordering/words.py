"""How an order stands in the words of customers, and what may follow what."""

from collections.abc import Mapping
from enum import StrEnum

from makeline.commerce.orders.states import OrderStatus
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

OVER = frozenset(standing for standing, following in MAY_BECOME.items() if not following)


class IllegalOrderMove(Refusal):
    """The order does not stand where this may follow; says where it stands and what may."""

    code = "ILLEGAL_MOVE"
    kind = Kind.CONFLICT


def must_allow(current: Standing, target: Standing) -> None:
    """Raises ``IllegalOrderMove`` unless the table has this step."""
    allowed = MAY_BECOME[current]
    if target not in allowed:
        raise IllegalOrderMove(
            f"the order is {current.value} and cannot become {target.value}",
            status=current.value,
            allowed=[standing.value for standing in allowed],
        )
