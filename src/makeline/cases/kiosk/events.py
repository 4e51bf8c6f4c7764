"""Facts about a sale at a machine."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PaymentHinted(Event):
    """Somebody whose word is not enough says that a payment of ours was made: the partner himself must be asked."""

    name: ClassVar[str] = "kiosk.payment_hinted"

    reference: str
