"""An invoice counts no more; it keeps its number, so that there is no gap."""

from sqlalchemy import bindparam, update

from makeline.commerce.invoices.events import InvoiceVoided
from makeline.commerce.invoices.models import Invoice, invoices
from makeline.commerce.invoices.queries import live_invoice_for_update
from makeline.commerce.invoices.states import INVOICE_STATES, InvoiceState
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

_VOID = Change(
    update(invoices)
    .where(invoices.c.id == bindparam("invoice_id"))
    .values(state=InvoiceState.VOID, voided_at=bindparam("now"))
)


def void_invoice(unit: UnitOfWork, invoice: Invoice, *, cause: str) -> None:
    """The caller holds its lock; raises ``IllegalMove`` if it is void already."""
    unit.move(INVOICE_STATES, invoice.id, invoice.state, InvoiceState.VOID, cause=cause)
    unit.put(_VOID, invoice_id=invoice.id, now=unit.now)
    unit.emit(InvoiceVoided(invoice.id))


def void_when_cancelled(unit: UnitOfWork, order_id: int) -> None:
    """What was cancelled is not to be paid; safe to repeat."""
    invoice = live_invoice_for_update(unit, order_id)
    if invoice is not None:
        void_invoice(unit, invoice, cause="order cancelled")
