"""Our people, orders and call requests as records of a CRM; pure."""

from collections.abc import Sequence

from makeline.commerce.accounts.models import User
from makeline.commerce.accounts.states import PersonKind
from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.states import OrderStatus, Vat
from makeline.crm.records import BankAccount, Company, Contact, Deal, DealFacts, Lead, ProductRow, Step
from makeline.foundation.web.answers import utc_text
from makeline.kernel.money import Money
from makeline.parts.call_requests.models import CallRequest
from makeline.parts.call_requests.states import CallRequestStatus

_ORDER_STEPS = {
    OrderStatus.PLACED: Step.NEW,
    OrderStatus.IN_PRODUCTION: Step.WORKING,
    # Whether it is tried again or given back, staff decides; until then it is open.
    OrderStatus.FAILED: Step.WORKING,
    OrderStatus.COMPLETED: Step.WON,
    OrderStatus.CANCELLED: Step.LOST,
}
_CALL_STEPS = {
    CallRequestStatus.NEW: Step.NEW,
    CallRequestStatus.CONTACTED: Step.WORKING,
    # Won is what sales people say of a lead themselves.
    CallRequestStatus.COMPLETED: None,
    CallRequestStatus.CANCELLED: Step.LOST,
}


def order_step(status: OrderStatus) -> Step:
    """How far an order has come, in the words of sales people."""
    return _ORDER_STEPS[status]


def call_step(status: CallRequestStatus) -> Step | None:
    """The same of a call request; None where sales people alone know."""
    return _CALL_STEPS[status]


def describe_person(user: User, *, company: int | None) -> Contact:
    """``company``: the remote id of his firm."""
    return Contact(user.id, user.full_name or user.username, user.email, user.phone, company)


def describe_company(user: User) -> Company | None:
    """None for who has told of none."""
    if user.kind is PersonKind.INDIVIDUAL or not user.company_name:
        return None
    bank = BankAccount(user.bank_name, user.bik, user.account, user.correspondent_account)
    return Company(user.id, user.company_name, user.inn, user.kpp, bank, user.legal_address)


def describe_call(request: CallRequest) -> Lead:
    """Somebody waits to be called."""
    lines = [
        f"Product: {request.product}",
        f"Time: {request.wished_time}",
        request.additional,
        f"Consent: text {request.agreement_version}, {utc_text(request.agreed_at)}",
    ]
    return Lead(
        our_id=request.id,
        title=f"Call: {request.product or request.name}",
        name=request.name,
        phone=request.phone,
        comments="\n".join(line for line in lines if line),
        step=call_step(request.status),
    )


def describe_order(
    order: Order,
    lines: Sequence[Line],
    *,
    contact: int | None,
    company: int | None,
    comments: str,
    facts: DealFacts,
) -> Deal:
    """The rows make up exactly what is due: the goods, shipping, and the tax that comes on top."""
    pieces = sum(line.quantity for line in lines)
    rows = [
        ProductRow(line.title, _decimal(line.unit_minor, order.currency), line.quantity) for line in lines
    ]
    if order.shipping_minor:
        rows.append(ProductRow("Shipping", _decimal(order.shipping_minor, order.currency), 1))
    if order.vat is Vat.ON_TOP and order.vat_minor:
        rows.append(ProductRow("VAT", _decimal(order.vat_minor, order.currency), 1))
    return Deal(
        our_id=order.id,
        title=f"Order {order.number}: {lines[0].title if lines else ''}, {pieces} pcs",
        step=order_step(order.status),
        currency=order.currency,
        rows=tuple(rows),
        comments=comments,
        contact=contact,
        company=company,
        facts=facts,
    )


def _decimal(minor: int, currency: str) -> str:
    return str(Money(minor, currency).decimal())
