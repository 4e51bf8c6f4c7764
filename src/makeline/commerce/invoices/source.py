"""The port to whoever makes an invoice's paper: our own press, or a CRM that is connected."""

from datetime import datetime
from typing import Protocol

from makeline.commerce.invoices.models import Bill
from makeline.kernel.errors import FailureKind


class SourceTrouble(Exception):
    """There is no paper; ``kind`` says whether asking again can help. ``at``: when it is worth it, and nobody's fault that it
    was too early; None: after a growing pause, as a failure."""

    def __init__(self, reason: str, kind: FailureKind, *, at: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.at = at


class InvoiceSource(Protocol):
    """Makes or fetches papers; asking again is safe."""

    async def document(self, bill: Bill) -> bytes:
        """The PDF of a bill; raises ``SourceTrouble``. What comes from elsewhere is checked by whoever asked."""
        ...


class NoSource:
    """Implements ``InvoiceSource`` where the CRM shall write invoices and none is connected: they wait for staff."""

    async def document(self, bill: Bill) -> bytes:
        """Raises ``SourceTrouble``, always."""
        raise SourceTrouble(
            f"INVOICES_FROM is crm and no CRM is connected: no paper for {bill.order_number}",
            FailureKind.MISCONFIGURED,
        )
