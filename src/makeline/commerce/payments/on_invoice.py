"""An order on invoice: what is owed for it, what came in by the bank, and what is given back."""

from datetime import date

from makeline.commerce.orders.advance import mark_paid, mark_partly_paid, mark_refunded
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.states import OrderStatus, PaymentStanding, Terms
from makeline.commerce.payments.book import book_claim, book_payment
from makeline.commerce.payments.models import Account, Payment, payments
from makeline.commerce.payments.queries import instalment_called, settled_payments_of
from makeline.commerce.payments.settle import give_back
from makeline.commerce.payments.states import PAYMENT_STATES, Evidence, PaymentState
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal
from makeline.kernel.ids import dated
from makeline.kernel.money import Money

BANK = "bank"
_PREFIX = "BANK"


class NotOnInvoice(Refusal):
    """Only an order on invoice is paid by the bank."""

    code = "NOT_ON_INVOICE"
    kind = Kind.CONFLICT


class ReferenceReused(Refusal):
    """This line of the bank's statement is written down already, with another amount."""

    code = "REFERENCE_REUSED"
    kind = Kind.CONFLICT


class NothingToGiveBack(Refusal):
    """No money came in, or the order is to be cancelled before a part of it goes back."""

    code = "NOTHING_TO_GIVE_BACK"
    kind = Kind.CONFLICT


def put_on_invoice(unit: UnitOfWork, order: Order) -> None:
    """What is due for an order just placed is owed from now on."""
    book_claim(unit, order, "invoiced", order.due_minor)


def drop_claim(unit: UnitOfWork, order: Order) -> None:
    """An order was cancelled: what is still owed for it is owed no more. ``order`` is as it was before."""
    book_claim(unit, order, "voided", -still_owed(unit, order))


def still_owed(unit: Reading, order: Order) -> int:
    """Minor units that the customer of an order on invoice has yet to pay; nothing once it is cancelled."""
    if order.terms is not Terms.INVOICE or order.status is OrderStatus.CANCELLED:
        return 0
    return order.due_minor - sum(payment.amount_minor for payment in settled_payments_of(unit, order.id))


def record_bank_payment(
    unit: UnitOfWork, order: Order, *, amount: Money, reference: str, booked_on: date, cause: str
) -> Payment:
    """Write down that money came in by the bank; ``reference`` is what the statement calls it.

    The caller holds the order's lock. The same line again gives the same payment. Raises ``Invalid`` naming
    ``amount`` for more than is still owed, ``ReferenceReused``, ``NotOnInvoice``.
    """
    if order.terms is not Terms.INVOICE:
        raise NotOnInvoice("the order is not on invoice")
    known = instalment_called(unit, order.id, reference)
    if known is not None:
        if Money(known.amount_minor, known.currency) != amount:
            raise ReferenceReused(f"{reference} is written down already, with another amount")
        return known
    owed = still_owed(unit, order)
    if amount.currency != order.currency or not 0 < amount.minor <= owed:
        open_amount = Money(owed, order.currency)
        raise Invalid(FieldProblem("amount", f"must be above zero and at most the open {open_amount}"))
    payment = _received(unit, order, amount.minor, reference, booked_on, cause)
    if amount.minor == owed:
        mark_paid(unit, order, cause=cause)
    else:
        mark_partly_paid(unit, order, cause=cause)
    return payment


def give_back_all(unit: UnitOfWork, order: Order, *, cause: str) -> Money:
    """Everything that came in for an order goes back to the customer; the answer is how much.

    The caller holds the order's lock. A part of the price goes back only after the order was cancelled, for
    else the rest of it is still owed. Raises ``NothingToGiveBack``.
    """
    came_in = [
        payment
        for payment in settled_payments_of(unit, order.id)
        if payment.status is not PaymentState.REFUNDED
    ]
    partly = order.payment_status is PaymentStanding.PARTLY_PAID
    if not came_in or (partly and order.status is not OrderStatus.CANCELLED):
        raise NothingToGiveBack(f"the order is {order.status.value} and {order.payment_status.value}")
    for payment in came_in:
        give_back(unit, payment, cause=cause)
    mark_refunded(unit, order, cause=cause)
    return Money(sum(payment.amount_minor for payment in came_in), order.currency)


def _received(
    unit: UnitOfWork, order: Order, minor: int, reference: str, booked_on: date, cause: str
) -> Payment:
    payment_id = unit.new_id(payments)
    payment = Payment(
        id=payment_id,
        order_id=order.id,
        provider=BANK,
        reference=dated(_PREFIX, payment_id, unit.now),
        provider_reference=reference,
        amount_minor=minor,
        currency=order.currency,
        status=PaymentState.PAID,
        created_at=unit.now,
        updated_at=unit.now,
        paid_at=unit.now,
        settled_by=Evidence.STATEMENT,
        provider_paid_at=None,
        instalment=True,
        booked_on=booked_on,
    )
    unit.add(payments, **payment._asdict())
    unit.move(PAYMENT_STATES, payment_id, None, PaymentState.PENDING, cause=cause)
    unit.move(PAYMENT_STATES, payment_id, PaymentState.PENDING, PaymentState.PAID, cause=cause)
    book_payment(unit, payment, "capture", minor, against=Account.RECEIVABLE)
    return payment
