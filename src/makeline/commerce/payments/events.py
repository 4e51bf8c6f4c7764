"""Facts about payments on the web."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TransferWanted(Event):
    """The gateway has to take, let go, or give back money."""

    name: ClassVar[str] = "payments.transfer_wanted"

    transfer_id: int


@dataclass(frozen=True, slots=True)
class MoneyReturned(Event):
    """``minor`` units of what a customer paid, or had held, are his again."""

    name: ClassVar[str] = "payments.money_returned"

    order_id: int
    minor: int
    currency: str
