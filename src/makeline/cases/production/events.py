"""Facts about production, and about payments that the print partner must hear of."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PaymentOpened(Event):
    """A sale at a machine has begun; its terminal must be told what to take."""

    name: ClassVar[str] = "production.payment_opened"

    payment_id: int


@dataclass(frozen=True, slots=True)
class WebPrintMoved(Event):
    """A print of the webstore came a step further, or ended; whoever sold it follows."""

    name: ClassVar[str] = "production.web_print_moved"

    order_id: int
    status: str


@dataclass(frozen=True, slots=True)
class PrintReleased(Event):
    """A print may be handed over again: staff released it, or ordered another one."""

    name: ClassVar[str] = "production.print_released"

    order_id: int
