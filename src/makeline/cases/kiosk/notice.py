"""What the print partner tells us about a payment at a machine; kept as received, applied once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, update

from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.kiosk.pay import PROVIDER
from makeline.cases.kiosk.queries import Sale, Sold, sale_of_payment_for_update, topic_of
from makeline.cases.kiosk.settle import settle_sale
from makeline.cases.machines.callers import Caller
from makeline.cases.production.print_partner import PaymentStatus
from makeline.commerce.payments.settle import record_progress
from makeline.commerce.payments.states import SETTLED, Evidence, PaymentState
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.inbox import MessageState, keep_message, mark_message, waiting_messages
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotAllowed
from makeline.kernel.money import Money, NotMoney

TOPIC = "payment_notice"
# How long a notice waits for a payment that we do not know yet.
PATIENCE = timedelta(hours=24)

_ATTEMPT_OVER = Change(
    update(kiosk_sessions)
    .where(kiosk_sessions.c.id == bindparam("session_id"))
    .values(payment_started_at=None, last_activity=bindparam("now"))
)
_STATES = {
    PaymentStatus.PENDING: PaymentState.PENDING,
    PaymentStatus.PROCESSING: PaymentState.PROCESSING,
    PaymentStatus.PAID: PaymentState.PAID,
    PaymentStatus.FAILED: PaymentState.FAILED,
    PaymentStatus.ERROR: PaymentState.ERROR,
}


def take_payment_notice(
    unit: UnitOfWork,
    caller: Caller,
    *,
    reference: str,
    status: PaymentStatus,
    amount: str | None,
    received: dict[str, Any],
) -> str | None:
    """Keep and apply one notice; returns the order's number, or None when we know no such payment of the caller's.

    Safe to repeat and in any order: (reference, status) is the notice's identity.
    """
    if caller.from_browser:
        raise NotAllowed("a browser cannot report a payment")
    sale = sale_of_payment_for_update(unit, provider=PROVIDER, reference=reference)
    if sale is not None and not caller.operates(sale.machine):
        # A hint from a stranger moves nothing; the payment's own round of questions will find out.
        sale = None
    state = MessageState.WAITING if sale is None else MessageState.APPLIED
    if sale is None and not caller.recognised:
        return None
    known = keep_message(
        unit,
        source=source_of(caller.partner_id),
        external_id=f"{reference}:{status.value}",
        topic=TOPIC,
        subject=reference,
        payload={**received, "meaning": status.value},
        state=state,
    )
    if sale is None or sale.sold is None:
        return None
    if known is not None and known.state is MessageState.WAITING:
        mark_message(unit, known.id, MessageState.APPLIED)
    if known is None or known.state is MessageState.WAITING:
        apply_payment_status(unit, sale, sale.sold, status, amount=amount)
    return sale.sold.order.number


def apply_waiting_notices(unit: UnitOfWork, *, most: int = 100) -> int:
    """Notices that came before their payment, applied now if it has appeared at a machine of their sender."""
    applied = 0
    for message in waiting_messages(unit, TOPIC, since=unit.now - PATIENCE, most=most):
        sale = sale_of_payment_for_update(unit, provider=PROVIDER, reference=message.subject)
        if sale is None or sale.sold is None or message.source != source_of(sale.machine.partner_id):
            continue
        mark_message(unit, message.id, MessageState.APPLIED)
        told = message.payload
        apply_payment_status(
            unit, sale, sale.sold, PaymentStatus(told["meaning"]), amount=told.get("pay_amount")
        )
        applied += 1
    return applied


def source_of(partner_id: int | None) -> str:
    """Under which name a partner's messages are kept."""
    return f"partner:{partner_id or 'test'}"


def apply_payment_status(
    unit: UnitOfWork, sale: Sale, sold: Sold, status: PaymentStatus, *, amount: str | None
) -> None:
    """Move the payment as the partner says; a contradiction becomes an anomaly and prints nothing."""
    payment = sold.payment
    cause = f"partner says {status.value}"
    if status is PaymentStatus.PAID:
        if amount is not None and not _same_amount(amount, payment.amount_minor, payment.currency):
            detail = {"expected": payment.amount_minor, "currency": payment.currency, "told": amount}
            note_anomaly(unit, "payment_amount_differs", payment.reference, fingerprint=amount, detail=detail)
            return
        settle_sale(unit, sale, sold, Evidence.NOTICE, cause=cause)
    elif payment.status in SETTLED:
        if status in (PaymentStatus.ERROR, PaymentStatus.FAILED):
            note_anomaly(
                unit, "payment_doubted_after_paid", payment.reference, fingerprint=status.value, detail={}
            )
    elif record_progress(unit, payment, _STATES[status], cause=cause):
        if status in (PaymentStatus.FAILED, PaymentStatus.ERROR):
            release_terminal(unit, sale)
        unit.touch(topic_of(sale.session.key))


def release_terminal(unit: UnitOfWork, sale: Sale) -> None:
    """The terminal is done with this attempt: the customer may try again, or leave."""
    unit.put(_ATTEMPT_OVER, session_id=sale.session.id, now=unit.now)


def _same_amount(told: str, minor: int, currency: str) -> bool:
    try:
        return Money.of(told, currency) == Money(minor, currency)
    except NotMoney:
        return False
