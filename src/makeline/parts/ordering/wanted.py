"""What somebody wants to order, as it was read from the wire and before anything was looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makeline.commerce.invoices.billing import Billing
from makeline.commerce.orders.charges import Charges
from makeline.commerce.orders.states import Terms, Vat
from makeline.kernel.money import Money
from makeline.parts.ordering.models import COLLECTION, Delivery


@dataclass(frozen=True, slots=True)
class WantedLine:
    """``fields`` are the documented ones of a price; ``unit`` and ``total`` what the caller thinks it costs.

    ``at`` stands before the names of fields in refusals, as ``lines[2].``.
    """

    fields: Mapping[str, Any]
    title: str = ""
    file_id: int | None = None
    unit: Money | None = None
    total: Money | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class WantedOrder:
    """What is said about the whole order beside its lines; ``total`` is what the caller thinks the goods cost."""

    special_instructions: str = ""
    po_number: str = ""
    delivery: Delivery = COLLECTION
    document_ids: Sequence[int] = ()
    total: Money | None = None


@dataclass(frozen=True, slots=True)
class SalesTerms:
    """How this house charges value added tax and writes invoices; ``vat_rate`` in hundredths of a per cent."""

    vat: Vat
    vat_rate: int
    billing: Billing

    def charges(self, shipping: Money) -> Charges:
        """What an order on invoice costs beside its goods."""
        return Charges(Terms.INVOICE, shipping.minor, self.vat, self.vat_rate)
