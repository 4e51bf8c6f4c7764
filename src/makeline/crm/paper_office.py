"""Port: whoever writes invoices in the CRM. Its numbers and its papers are the CRM's."""

from dataclasses import dataclass
from typing import Protocol

from makeline.crm.records import ProductRow


@dataclass(frozen=True, slots=True)
class InvoiceWish:
    """What is to be billed: ``our_id`` of our invoice; ``deal``, ``contact`` and ``company`` are remote ids; ``amount`` what
    the rows make up, as a decimal text; days in ISO 8601, ``pay_by`` empty where nothing is said. ``vat_included`` is
    the rate in per cent as a decimal text where the tax is in the prices, else empty."""

    our_id: int
    title: str
    deal: int
    contact: int | None
    company: int | None
    currency: str
    amount: str
    rows: tuple[ProductRow, ...]
    issued_on: str
    pay_by: str
    vat_included: str


@dataclass(frozen=True, slots=True)
class InvoiceThere:
    """It is there, under this id, over this amount (a decimal text)."""

    remote_id: int
    amount: str


class PaperOffice(Protocol):
    """One CRM that writes invoices."""

    async def write_invoice(self, wish: InvoiceWish) -> InvoiceThere:
        """Find the invoice, or make it; repeated, it is the same one. Raises ``CrmTrouble``."""
        ...

    async def paper(self, remote_id: int) -> bytes | None:
        """Its PDF, unchecked; None while it is being made, which begins with the first question. Raises ``CrmTrouble``;
        no reason of it holds the address of a paper."""
        ...
