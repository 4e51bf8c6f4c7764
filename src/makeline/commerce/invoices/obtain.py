"""Obtain the paper of an invoice from whoever makes it, check it, keep it. Safe to repeat."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import bindparam, update

from makeline.commerce.files.keep import Bytes, record_file, store_bytes
from makeline.commerce.files.models import FileKind
from makeline.commerce.files.storage import Storage
from makeline.commerce.invoices.events import InvoiceRendered
from makeline.commerce.invoices.models import Bill, invoices
from makeline.commerce.invoices.parties import missing_of
from makeline.commerce.invoices.queries import bill_of, invoice_for_update
from makeline.commerce.invoices.source import InvoiceSource, SourceTrouble
from makeline.commerce.invoices.states import INVOICE_STATES, InvoiceState
from makeline.commerce.orders.queries import order_by_id
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import FailureKind

MEDIA_TYPE = "application/pdf"
LARGEST_PAPER = 20 * 1024 * 1024
_ACTOR = "invoices"
_PAPER = Change(
    update(invoices)
    .where(invoices.c.id == bindparam("invoice_id"))
    .values(state=InvoiceState.RENDERED, file_id=bindparam("file_id"), rendered_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Registry:
    """What obtaining papers needs of the house."""

    begin: Begin
    storage: Storage
    source: InvoiceSource


async def obtain_paper(registry: Registry, invoice_id: int) -> None:
    """Raises ``SourceTrouble`` or ``StorageAway``. Nothing is made of what is void, or lacks what a legal buyer has to say."""
    bill = await registry.begin(lambda unit: _to_be_made(unit, invoice_id), actor=_ACTOR)
    if bill is None:
        return
    data = _checked(await registry.source.document(bill))
    content = Bytes(FileKind.INVOICE, data, MEDIA_TYPE, sha256(data).hexdigest())
    await store_bytes(registry.storage, content)
    await registry.begin(lambda unit: _keep(unit, invoice_id, content), actor=_ACTOR)


def _to_be_made(unit: UnitOfWork, invoice_id: int) -> Bill | None:
    invoice = invoice_for_update(unit, invoice_id)
    if invoice.state is InvoiceState.VOID or any(missing_of(invoice.buyer_then())):
        return None
    return bill_of(unit, invoice, order_number=order_by_id(unit, invoice.order_id).number)


def _checked(data: bytes) -> bytes:
    if len(data) > LARGEST_PAPER:
        raise SourceTrouble(f"the paper has more than {LARGEST_PAPER} bytes", FailureKind.PERMANENT)
    if not data.startswith(b"%PDF-"):
        raise SourceTrouble("the paper is no PDF", FailureKind.PERMANENT)
    return data


def _keep(unit: UnitOfWork, invoice_id: int, content: Bytes) -> None:
    invoice = invoice_for_update(unit, invoice_id)
    # Voided while its paper was made.
    if invoice.state is InvoiceState.VOID:
        return
    file = record_file(unit, content)
    if invoice.file_id == file.id:
        return
    unit.put(_PAPER, invoice_id=invoice.id, file_id=file.id, at=unit.now)
    if invoice.state is InvoiceState.ISSUED:
        unit.move(INVOICE_STATES, invoice.id, invoice.state, InvoiceState.RENDERED, cause="paper made")
        unit.emit(InvoiceRendered(invoice.id))
