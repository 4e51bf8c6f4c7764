"""Our invoices as wishes to whoever writes them in a CRM; pure."""

from makeline.commerce.invoices.models import Bill
from makeline.commerce.orders.states import Vat
from makeline.crm.paper_office import InvoiceWish
from makeline.crm.records import ProductRow
from makeline.kernel.money import Money

_TITLES = {"ru": "Счёт по заказу {number}", "en": "Invoice for order {number}"}
_TAXES = {"ru": "НДС", "en": "VAT"}


def wish_of(bill: Bill, *, deal: int, contact: int | None, company: int | None) -> InvoiceWish:
    """The rows make up exactly what is due: what was sold, and the tax where it comes on top."""
    invoice = bill.invoice
    rows = [
        ProductRow(line.title, _decimal(line.unit_minor, invoice.currency), line.quantity)
        for line in bill.lines
    ]
    if invoice.vat is Vat.ON_TOP and invoice.vat_minor:
        rows.append(ProductRow(_TAXES[invoice.language], _decimal(invoice.vat_minor, invoice.currency), 1))
    return InvoiceWish(
        our_id=invoice.id,
        title=_TITLES[invoice.language].format(number=bill.order_number),
        deal=deal,
        contact=contact,
        company=company,
        currency=invoice.currency,
        amount=_decimal(invoice.due_minor, invoice.currency),
        rows=tuple(rows),
        issued_on=invoice.issued_on,
        pay_by=invoice.pay_by or "",
        vat_included=f"{invoice.vat_rate / 100:g}" if invoice.vat is Vat.INCLUDED else "",
    )


def _decimal(minor: int, currency: str) -> str:
    return str(Money(minor, currency).decimal())
