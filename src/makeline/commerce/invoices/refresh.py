"""Somebody wants the paper of an order's invoice: asked for at most once a minute."""

from datetime import timedelta

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.invoices.billing import Billing
from makeline.commerce.invoices.events import InvoiceWished
from makeline.commerce.invoices.issue import issue_invoice
from makeline.commerce.invoices.models import Invoice, invoices
from makeline.commerce.invoices.parties import Buyer, as_text, buyer_of, missing_of
from makeline.commerce.invoices.queries import access_order_for_update, live_invoice_for_update
from makeline.commerce.invoices.states import InvoiceState
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Invalid, Kind, Refusal

_PAUSE = timedelta(minutes=1)
_ASK = Change(
    update(invoices)
    .where(invoices.c.id == bindparam("invoice_id"))
    .values(asked_at=bindparam("now"), buyer=bindparam("buyer_then"))
)


class OrderCancelledAlready(Refusal):
    """What is cancelled is not billed."""

    code = "ORDER_CANCELLED"
    kind = Kind.CONFLICT


def refresh_invoice(unit: UnitOfWork, viewer: Member, order_id: int, *, billing: Billing) -> None:
    """Owner or staff. An order without an invoice gets one; one that waits for its buyer's particulars takes them from
    his profile. Raises ``NotFound``, ``OrderCancelledAlready``, and ``Invalid`` naming what a legal buyer has to say."""
    order = access_order_for_update(unit, viewer, order_id)
    if order.status is OrderStatus.CANCELLED:
        raise OrderCancelledAlready("the order was cancelled, and its invoice is void")
    buyer = _buyer(unit, order)
    invoice = live_invoice_for_update(unit, order.id)
    if invoice is None:
        _complete(buyer)
        issue_invoice(unit, order, billing=billing, buyer=buyer)
        return
    then = invoice.buyer_then()
    waiting = invoice.state is InvoiceState.ISSUED and any(missing_of(then))
    if waiting:
        _complete(buyer)
    elif unit.now < invoice.asked_at + _PAUSE:
        return
    _ask(unit, invoice, buyer if waiting else then)


def _buyer(unit: UnitOfWork, order: Order) -> Buyer:
    assert order.user_id is not None
    return buyer_of(user_of(unit, order.user_id))


def _complete(buyer: Buyer) -> None:
    problems = tuple(missing_of(buyer))
    if problems:
        raise Invalid(*problems)


def _ask(unit: UnitOfWork, invoice: Invoice, buyer: Buyer) -> None:
    unit.put(_ASK, invoice_id=invoice.id, now=unit.now, buyer_then=as_text(buyer))
    unit.emit(InvoiceWished(invoice.id))
