"""The port to whoever fills the machines: which brands, and which blanks of what size lie in a machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PartnerBrand:
    """A phone brand at the partner; either name may be missing."""

    id: str
    chinese_name: str | None
    english_name: str | None


@dataclass(frozen=True, slots=True)
class StockRow:
    """One blank on one device. Sizes are exact millimetres of this shell on this device.

    ``complete`` is False when shell or size is missing or implausible: such a row must not be ordered.
    """

    model_name: str
    partner_model: str
    shell: str | None
    width_mm: Decimal | None
    height_mm: Decimal | None
    stock: int

    @property
    def complete(self) -> bool:
        """Whether the row can be ordered: shell and both sizes are known."""
        return self.shell is not None and self.width_mm is not None and self.height_mm is not None


class PartnerShelf(Protocol):
    """Both methods raise a ``Refusal`` when the partner gives no good answer. He wants to be asked seldom."""

    async def list_brands(self) -> Sequence[PartnerBrand]:
        """Every brand he knows."""
        ...

    async def list_stock(self, *, device: str, brand: str) -> Sequence[StockRow]:
        """Blanks of one brand in one device; ``brand`` is the partner's id of it."""
        ...
