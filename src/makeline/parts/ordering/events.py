"""Facts about orders for parts."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PartOrderMoved(Event):
    """It was placed, or stands somewhere else now; ``status`` is the word that customers read."""

    name: ClassVar[str] = "parts.order_moved"

    order_id: int
    status: str
