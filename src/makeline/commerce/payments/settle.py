"""The only place where money becomes true, or fails to."""

from sqlalchemy import bindparam, update

from makeline.commerce.orders.advance import (
    mark_authorised,
    mark_captured,
    mark_paid,
    mark_refunded,
    mark_voided,
)
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.states import Terms
from makeline.commerce.payments.book import book_hold, book_payment
from makeline.commerce.payments.models import Account, Payment, payments
from makeline.commerce.payments.states import PAYMENT_STATES, SETTLED, Evidence, PaymentState
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

_COVERED = Change(
    update(payments)
    .where(payments.c.id == bindparam("payment_id"))
    .values(
        status=bindparam("status"),
        paid_at=bindparam("at"),
        updated_at=bindparam("at"),
        settled_by=bindparam("evidence"),
    )
)
_STATUS = Change(
    update(payments)
    .where(payments.c.id == bindparam("payment_id"))
    .values(status=bindparam("status"), updated_at=bindparam("at"))
)
_PROVIDER_REFERENCE = Change(
    update(payments)
    .where(payments.c.id == bindparam("payment_id"))
    .values(provider_reference=bindparam("provider_reference"))
)
_PROVIDER_PAID = Change(
    update(payments)
    .where(payments.c.id == bindparam("payment_id"), payments.c.provider_paid_at.is_(None))
    .values(provider_paid_at=bindparam("at"))
)
_PROVIDER_DENIES = Change(
    update(payments).where(payments.c.id == bindparam("payment_id")).values(provider_paid_at=None)
)


def record_success(
    unit: UnitOfWork, payment: Payment, order: Order, evidence: Evidence, *, cause: str
) -> bool:
    """Settle: payment, ledger and order in one unit. False when it was settled already (nothing changes).

    The caller holds the lock of the sale and has compared the amount.
    """
    if payment.status in SETTLED:
        return False
    unit.move(PAYMENT_STATES, payment.id, payment.status, PaymentState.PAID, cause=cause)
    unit.put(_COVERED, payment_id=payment.id, status=PaymentState.PAID, at=unit.now, evidence=evidence)
    against = Account.RECEIVABLE if order.terms is Terms.INVOICE else Account.SALES
    book_payment(unit, payment, "capture", payment.amount_minor, against=against)
    mark_paid(unit, order, cause=cause)
    return True


def record_hold(unit: UnitOfWork, payment: Payment, order: Order, *, cause: str) -> bool:
    """The customer's bank holds the whole amount for us: it may be made. False when it was settled already.

    The caller holds the order's lock and has compared the amount.
    """
    if payment.status in SETTLED:
        return False
    unit.move(PAYMENT_STATES, payment.id, payment.status, PaymentState.AUTHORISED, cause=cause)
    unit.put(
        _COVERED,
        payment_id=payment.id,
        status=PaymentState.AUTHORISED,
        at=unit.now,
        evidence=Evidence.GATEWAY,
    )
    book_hold(unit, payment, "hold", payment.amount_minor)
    mark_authorised(unit, order, cause=cause)
    return True


def record_capture(unit: UnitOfWork, payment: Payment, order: Order, minor: int, *, cause: str) -> None:
    """``minor`` units of what was held were taken, and the rest was let go; raises ``IllegalMove`` without a hold."""
    unit.move(PAYMENT_STATES, payment.id, payment.status, PaymentState.PAID, cause=cause)
    unit.put(_STATUS, payment_id=payment.id, status=PaymentState.PAID, at=unit.now)
    book_hold(unit, payment, "unhold", -payment.amount_minor)
    book_payment(unit, payment, "capture", minor, against=Account.SALES)
    mark_captured(unit, order, cause=cause)


def record_void(unit: UnitOfWork, payment: Payment, order: Order, *, cause: str) -> None:
    """All that was held was let go; raises ``IllegalMove`` without a hold."""
    unit.move(PAYMENT_STATES, payment.id, payment.status, PaymentState.VOIDED, cause=cause)
    unit.put(_STATUS, payment_id=payment.id, status=PaymentState.VOIDED, at=unit.now)
    book_hold(unit, payment, "unhold", -payment.amount_minor)
    mark_voided(unit, order, cause=cause)


def record_part_refund(unit: UnitOfWork, payment: Payment, booking: str, minor: int) -> None:
    """``minor`` units went back to the customer, and something of what was taken is kept."""
    book_payment(unit, payment, booking, -minor, against=Account.SALES)


def record_last_refund(
    unit: UnitOfWork, payment: Payment, order: Order, booking: str, minor: int, *, cause: str
) -> None:
    """``minor`` units went back, and with them all that was taken. Raises ``IllegalMove`` for what was not paid."""
    unit.move(PAYMENT_STATES, payment.id, payment.status, PaymentState.REFUNDING, cause=cause)
    unit.move(PAYMENT_STATES, payment.id, PaymentState.REFUNDING, PaymentState.REFUNDED, cause=cause)
    unit.put(_STATUS, payment_id=payment.id, status=PaymentState.REFUNDED, at=unit.now)
    book_payment(unit, payment, booking, -minor, against=Account.SALES)
    mark_refunded(unit, order, cause=cause)


def record_refunding(unit: UnitOfWork, payment: Payment, *, cause: str) -> None:
    """Whoever took it has begun to give it back; no money moved yet. Raises ``IllegalMove`` for what was not paid."""
    unit.move(PAYMENT_STATES, payment.id, payment.status, PaymentState.REFUNDING, cause=cause)
    unit.put(_STATUS, payment_id=payment.id, status=PaymentState.REFUNDING, at=unit.now)


def record_refund(unit: UnitOfWork, payment: Payment, order: Order, *, cause: str) -> bool:
    """The whole amount was given back: payment, ledger and order in one unit. False when it was so already.

    The caller holds the lock of the sale. Raises ``IllegalMove`` for what was not paid.
    """
    if payment.status is PaymentState.REFUNDED:
        return False
    give_back(unit, payment, cause=cause)
    mark_refunded(unit, order, cause=cause)
    return True


def give_back(unit: UnitOfWork, payment: Payment, *, cause: str) -> None:
    """What a payment brought goes back to the customer, and is no sale any more; the order is for the caller.

    Raises ``IllegalMove`` for what was not paid.
    """
    if payment.status is not PaymentState.REFUNDING:
        unit.move(PAYMENT_STATES, payment.id, payment.status, PaymentState.REFUNDING, cause=cause)
    unit.move(PAYMENT_STATES, payment.id, PaymentState.REFUNDING, PaymentState.REFUNDED, cause=cause)
    unit.put(_STATUS, payment_id=payment.id, status=PaymentState.REFUNDED, at=unit.now)
    book_payment(unit, payment, "refund", -payment.amount_minor, against=Account.SALES)


def record_progress(unit: UnitOfWork, payment: Payment, status: PaymentState, *, cause: str) -> bool:
    """Processing, failed or error, as the provider tells; False when it changes nothing (paid is final)."""
    if payment.status is status or not PAYMENT_STATES.allows(payment.status, status):
        return False
    unit.move(PAYMENT_STATES, payment.id, payment.status, status, cause=cause)
    unit.put(_STATUS, payment_id=payment.id, status=status, at=unit.now)
    return True


def record_provider_reference(unit: UnitOfWork, payment_id: int, provider_reference: str) -> None:
    """The provider's own id of a payment; safe to repeat."""
    unit.put(_PROVIDER_REFERENCE, payment_id=payment_id, provider_reference=provider_reference)


def record_provider_paid(unit: UnitOfWork, payment_id: int) -> None:
    """The provider itself now counts the payment as paid; the first moment is kept."""
    unit.put(_PROVIDER_PAID, payment_id=payment_id, at=unit.now)


def record_provider_denies(unit: UnitOfWork, payment_id: int) -> None:
    """The provider does not see the payment after all; he has to be asked, or told, again."""
    unit.put(_PROVIDER_DENIES, payment_id=payment_id)
