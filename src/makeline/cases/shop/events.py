"""Facts about web orders."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class WebOrderPaid(Event):
    """The money for a web order is sure, and its print is queued."""

    name: ClassVar[str] = "shop.web_order_paid"

    order_id: int


@dataclass(frozen=True, slots=True)
class WebOrderMoved(Event):
    """The ordered things came a step nearer to their customer, or never will; ``journey`` is the word of it."""

    name: ClassVar[str] = "shop.web_order_moved"

    order_id: int
    journey: str
