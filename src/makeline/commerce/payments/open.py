"""Open a payment: a row with our reference, committed before any provider hears of it."""

from makeline.commerce.orders.models import Order
from makeline.commerce.payments.models import Payment, payments
from makeline.commerce.payments.states import PAYMENT_STATES, PaymentState
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.ids import dated


def open_payment(unit: UnitOfWork, order: Order, *, provider: str, prefix: str, cause: str) -> Payment:
    """A pending payment over all that is due for the order; its reference is ``prefix``, UTC day and six digits."""
    payment_id = unit.new_id(payments)
    payment = Payment(
        id=payment_id,
        order_id=order.id,
        provider=provider,
        reference=dated(prefix, payment_id, unit.now),
        provider_reference=None,
        amount_minor=order.due_minor,
        currency=order.currency,
        status=PaymentState.PENDING,
        created_at=unit.now,
        updated_at=unit.now,
        paid_at=None,
        settled_by=None,
        provider_paid_at=None,
        instalment=False,
        booked_on=None,
    )
    unit.add(payments, **payment._asdict())
    unit.move(PAYMENT_STATES, payment_id, None, PaymentState.PENDING, cause=cause)
    return payment
