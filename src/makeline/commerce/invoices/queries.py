"""Questions about invoices; whoever is neither the owner of the order nor staff finds nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, literal_column, select

from makeline.commerce.accounts.members import Member
from makeline.commerce.files.models import StoredFile, stored_files
from makeline.commerce.invoices.models import (
    Bill,
    Invoice,
    InvoiceLine,
    invoice_lines,
    invoices,
    reference_of,
)
from makeline.commerce.invoices.states import InvoiceState
from makeline.commerce.orders.models import Order, orders
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.columns import among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound

_LARGEST_ID = 2**53 - 1

_I, _O = invoices.c, orders.c
_COUNTS = _I.state != literal_column(f"'{InvoiceState.VOID.value}'")
_ONE = Query(select(invoices).where(_I.id == bindparam("invoice_id")), Invoice)
_ONE_LOCKED = Query(select(invoices).where(_I.id == bindparam("invoice_id")).with_for_update(), Invoice)
_OF_ORDER_LOCKED = Query(
    select(invoices).where(_I.order_id == bindparam("order_id"), _COUNTS).with_for_update(), Invoice
)
_LINES = Query(
    select(*(invoice_lines.c[name] for name in InvoiceLine._fields))
    .where(invoice_lines.c.invoice_id == bindparam("invoice_id"))
    .order_by(invoice_lines.c.position),
    InvoiceLine,
)
# Only what somebody's account ordered is billed.
_OWNED_LOCKED = Query(
    select(orders).where(_O.id == bindparam("order_id"), _O.user_id.is_not(None)).with_for_update(),
    Order,
)


class Paper(NamedTuple):
    """The stored paper of an order's invoice, and what is needed to name it and to let somebody have it."""

    user_id: int
    order_number: str
    year: int | None
    number: int | None
    stored_as: str
    size_bytes: int
    sha256: str


_PAPER = Query(
    select(
        _O.user_id, _O.number, _I.year, _I.number, stored_files.c.name, stored_files.c.size_bytes,
        stored_files.c.sha256,
    )
    .select_from(orders)
    .join(invoices, and_(_I.order_id == _O.id, _COUNTS))
    .join(stored_files, stored_files.c.id == _I.file_id)
    .where(_O.id == bindparam("order_id"), _O.user_id.is_not(None)),
    Paper,
)  # fmt: skip


class Missing(NamedTuple):
    """An order whose invoice has no paper."""

    order_id: int
    user_id: int
    status: OrderStatus
    created_at: datetime


class _Total(NamedTuple):
    count: int


_WANTED = and_(
    _O.user_id.is_not(None),
    _O.status != literal_column(f"'{OrderStatus.CANCELLED.value}'"),
    ~select(_I.id).where(_I.order_id == _O.id, among(_I.state, InvoiceState.RENDERED)).exists(),
)
_MISSING = Query(
    select(_O.id, _O.user_id, _O.status, _O.created_at)
    .where(_WANTED, _O.id < bindparam("before_id"))
    .order_by(_O.id.desc())
    .limit(bindparam("most")),
    Missing,
)
_MISSING_TOTAL = Query(select(func.count()).select_from(orders).where(_WANTED), _Total)
_FILE = Query(
    select(stored_files)
    .join(invoices, _I.file_id == stored_files.c.id)
    .where(_I.id == bindparam("invoice_id")),
    StoredFile,
)


def invoice_of(unit: Reading, invoice_id: int) -> Invoice:
    """An invoice by id; it must exist."""
    return _there(unit.first(_ONE, invoice_id=invoice_id), invoice_id)


def invoice_for_update(unit: UnitOfWork, invoice_id: int) -> Invoice:
    """The same, locked until the unit ends."""
    return _there(unit.first(_ONE_LOCKED, invoice_id=invoice_id), invoice_id)


def live_invoice_for_update(unit: UnitOfWork, order_id: int) -> Invoice | None:
    """The one invoice of an order that counts, locked until the unit ends; None when there is none."""
    return unit.first(_OF_ORDER_LOCKED, order_id=order_id)


def bill_of(unit: Reading, invoice: Invoice, *, order_number: str) -> Bill:
    """All of an invoice."""
    return Bill(invoice, tuple(unit.all(_LINES, invoice_id=invoice.id)), order_number)


def file_of(unit: Reading, invoice_id: int) -> StoredFile | None:
    """The paper of an invoice, if there is one."""
    return unit.first(_FILE, invoice_id=invoice_id)


def access_order_for_update(unit: UnitOfWork, viewer: Member, order_id: int) -> Order:
    """An order of an account for its owner or staff, locked until the unit ends; raises ``NotFound``."""
    order = unit.first(_OWNED_LOCKED, order_id=min(order_id, _LARGEST_ID))
    if order is None or not (viewer.is_staff or order.user_id == viewer.user_id):
        raise NotFound("there is no such order")
    return order


def access_paper(unit: Reading, viewer: Member, order_id: int) -> Paper:
    """The paper of an order's invoice for its owner or staff; raises ``NotFound``, also while there is none."""
    paper = unit.first(_PAPER, order_id=min(order_id, _LARGEST_ID))
    if paper is None or not (viewer.is_staff or paper.user_id == viewer.user_id):
        raise NotFound("there is no invoice of such an order")
    return paper


def paper_name(year: int | None, number: int | None, order_number: str) -> str:
    """What the paper is called where it is saved; one of the CRM is called after its order."""
    return f"invoice-{order_number if number is None else reference_of(year, number)}.pdf"


def orders_without_paper(
    unit: Reading, *, limit: int, before_id: int | None
) -> tuple[Sequence[Missing], int]:
    """Orders of accounts, not cancelled, without the paper of an invoice: the newest below an id, and how many in all."""
    total = unit.first(_MISSING_TOTAL)
    rows = unit.all(_MISSING, before_id=before_id or _LARGEST_ID + 1, most=limit)
    return rows, total.count if total else 0


def _there(found: Invoice | None, invoice_id: int) -> Invoice:
    if found is None:
        raise LookupError(f"invoice {invoice_id}")
    return found
