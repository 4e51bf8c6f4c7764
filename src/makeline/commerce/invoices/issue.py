"""Issue an invoice: the next number of its seller's year, taken in the unit of whoever places the order."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam

# Both databases write ON CONFLICT alike; PostgreSQL's construct is the one that both compilers understand.
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.commerce.invoices.billing import Billing
from makeline.commerce.invoices.events import InvoiceIssued
from makeline.commerce.invoices.models import Invoice, InvoiceLine, invoice_lines, invoice_series, invoices
from makeline.commerce.invoices.parties import Buyer, as_text
from makeline.commerce.invoices.states import INVOICE_STATES, InvoiceState, Measure, Origin
from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.queries import lines_of
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money

_SHIPPING = {"ru": "Доставка", "en": "Delivery"}


class _Taken(NamedTuple):
    number: int


# One statement: the row stays locked until the unit ends, so that who comes next sees whether this number was kept.
_NEXT = Query(
    upsert(invoice_series)
    .values(seller_key=bindparam("seller_key"), year=bindparam("year"), taken=1)
    .on_conflict_do_update(
        index_elements=[invoice_series.c.seller_key, invoice_series.c.year],
        set_={"taken": invoice_series.c.taken + 1},
    )
    .returning(invoice_series.c.taken),
    _Taken,
)


def issue_invoice(unit: UnitOfWork, order: Order, *, billing: Billing, buyer: Buyer) -> Invoice:
    """The invoice of an order that has none that counts; what is due is the order's.

    Ours gets the next number of its seller and year; a unit that is rolled back gives it back. One of the CRM has none.
    """
    on = billing.today(unit.now)
    own = billing.origin is Origin.OWN
    key, year = billing.seller.key, on.year
    pay_by = billing.pay_by(on)
    invoice = Invoice(
        id=unit.new_id(invoices),
        order_id=order.id,
        origin=billing.origin,
        seller_key=key if own else None,
        year=year if own else None,
        number=_next_number(unit, key, year) if own else None,
        state=InvoiceState.ISSUED,
        language=billing.language,
        currency=order.currency,
        goods_minor=order.total_minor,
        shipping_minor=order.shipping_minor,
        vat=order.vat,
        vat_rate=order.vat_rate,
        vat_minor=order.vat_minor,
        due_minor=order.due_minor,
        seller=as_text(billing.seller),
        buyer=as_text(buyer),
        issued_on=on.isoformat(),
        pay_by=pay_by.isoformat() if pay_by else None,
        issued_at=unit.now,
        asked_at=unit.now,
        rendered_at=None,
        file_id=None,
        voided_at=None,
    )
    unit.add(invoices, **invoice._asdict())
    for position, line in enumerate(billed_lines(invoice, lines_of(unit, order.id)), start=1):
        unit.add(
            invoice_lines,
            id=unit.new_id(invoice_lines),
            invoice_id=invoice.id,
            position=position,
            **line._asdict(),
        )
    unit.move(INVOICE_STATES, invoice.id, None, InvoiceState.ISSUED, cause=f"invoice of {order.number}")
    unit.emit(InvoiceIssued(invoice.id))
    return invoice


def billed_lines(invoice: Invoice, sold: Sequence[Line]) -> list[InvoiceLine]:
    """What was sold and its shipping, the tax shared out among them so that the parts are the whole."""
    lines = [(line.title, Measure.PIECE, line.quantity, line.unit_minor) for line in sold]
    if invoice.shipping_minor:
        lines.append((_SHIPPING[invoice.language], Measure.SERVICE, 1, invoice.shipping_minor))
    totals = [quantity * unit_minor for _, _, quantity, unit_minor in lines]
    if invoice.vat_minor:
        taxes = [part.minor for part in Money(invoice.vat_minor, invoice.currency).share_out(totals)]
    else:
        taxes = [0] * len(totals)
    return [InvoiceLine(*line, total, tax) for line, total, tax in zip(lines, totals, taxes, strict=True)]


def _next_number(unit: UnitOfWork, seller_key: str, year: int) -> int:
    taken = unit.first(_NEXT, seller_key=seller_key, year=year)
    assert taken is not None
    return taken.number
