"""Facts about orders."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class OrderPaid(Event):
    """The money for an order is settled."""

    name: ClassVar[str] = "orders.paid"

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderCompleted(Event):
    """The customer has, or can take, what was ordered."""

    name: ClassVar[str] = "orders.completed"

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    """It will not be made."""

    name: ClassVar[str] = "orders.cancelled"

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderFailed(Event):
    """It could not be made; staff decide about another try or a refund."""

    name: ClassVar[str] = "orders.failed"

    order_id: int
