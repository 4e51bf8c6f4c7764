"""A print that failed at a machine where the partner took the money: staff has to print it again or see it refunded.

The task is an anomaly ``refund_due``. It is closed by another print, by the partner's notices that he refunds and has
refunded, or by staff who gave the money back and says how.
"""

from enum import StrEnum

from makeline.cases.production.models import PrintJob
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.orders.states import COVERED
from makeline.commerce.payments.queries import settled_payment_of
from makeline.commerce.payments.settle import record_refund, record_refunding
from makeline.commerce.payments.states import Evidence, PaymentState
from makeline.foundation.anomalies import Outcome, note_anomaly, settle_noted
from makeline.foundation.unit_of_work import UnitOfWork

_TASK = "refund_due"
# Of these the partner holds the money, and his word about it counts.
_TAKEN_BY_PARTNER = (Evidence.RECEIPT, Evidence.NOTICE)


class RefundWord(StrEnum):
    """What the partner says of the money he took."""

    REFUNDING = "refunding"
    REFUNDED = "refunded"


def open_refund_task(unit: UnitOfWork, order: Order, job: PrintJob) -> None:
    """The print failed; nothing where no money stands behind it, or a gateway gives it back by itself."""
    payment = settled_payment_of(unit, order.id) if order.payment_status in COVERED else None
    if payment is not None and payment.settled_by in _TAKEN_BY_PARTNER:
        detail = {"print": job.reference, "payment": payment.reference, "minor": payment.amount_minor}
        note_anomaly(unit, _TASK, order.number, fingerprint=job.reference, detail=detail)


def close_refund_task(unit: UnitOfWork, order_number: str, outcome: Outcome, *, note: str) -> None:
    """It was printed again, or the money went back; nothing where no task is open."""
    settle_noted(unit, _TASK, order_number, outcome=outcome, note=note)


def follow_refund(unit: UnitOfWork, order_id: int, word: RefundWord, *, cause: str) -> None:
    """The partner gives back what he took; the ledger follows his word that it is done. Again is no move."""
    order = order_for_update(unit, order_id)
    payment = settled_payment_of(unit, order_id)
    if payment is None or payment.settled_by not in _TAKEN_BY_PARTNER:
        return
    if word is RefundWord.REFUNDING:
        if payment.status is PaymentState.PAID:
            record_refunding(unit, payment, cause=cause)
        return
    if record_refund(unit, payment, order, cause=cause):
        for task in (_TASK, "paid_order_cancelled_by_partner", "paid_order_cancelled_by_staff"):
            settle_noted(unit, task, order.number, outcome=Outcome.REFUNDED, note=cause)
