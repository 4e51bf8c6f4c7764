"""What the print partner tells us about a payment at a machine; kept as received, applied once."""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from makeline.cases.kiosk.events import PaymentHinted
from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.kiosk.pay import PROVIDER
from makeline.cases.kiosk.queries import topic_of
from makeline.cases.kiosk.repeated_notice import (
    answer_repeat,
    due_of,
    is_our_amount,
    told_before,
    watch_repeat,
)
from makeline.cases.kiosk.sale import Sale, Sold, sale_of_payment_for_update
from makeline.cases.kiosk.settle import settle_sale
from makeline.cases.machines.callers import Caller
from makeline.cases.production.print_partner import PaymentStatus
from makeline.commerce.payments.models import payments
from makeline.commerce.payments.settle import record_progress
from makeline.commerce.payments.states import SETTLED, Evidence, PaymentState
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.columns import among
from makeline.foundation.inbox import (
    MessageState,
    find_message,
    forget_messages_of,
    forget_waiting_messages,
    has_waited,
    inbox,
    keep_message,
    mark_message,
    messages_of,
)
from makeline.foundation.metrics import REFUSED_FOR_HASTE
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotAllowed

TOPIC = "payment_notice"
# Whoever hints at a payment, there is one hint of it.
HINTS = "hints"
# So many payments at once may be hinted at; beyond, the partner is not asked for strangers' sake.
MOST_HINTS = 1000
# How long a notice waits for a payment that we do not know yet, and how long a hint is remembered.
PATIENCE = timedelta(hours=24)


class _Early(NamedTuple):
    id: int
    source: str
    reference: str
    payload: dict[str, Any]


# Only notices whose payment exists: any number of unknown ones may wait beside them.
_EARLY = Query(
    select(inbox.c.id, inbox.c.source, inbox.c.subject, inbox.c.payload)
    .join(payments, payments.c.reference == inbox.c.subject)
    .where(
        among(inbox.c.state, MessageState.WAITING),
        inbox.c.topic == bindparam("topic"),
        payments.c.provider == bindparam("provider"),
    )
    .order_by(inbox.c.id)
    .limit(bindparam("most")),
    _Early,
)
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

    Safe to repeat and in any order: (reference, status) is the notice's identity. A payment that is paid by the
    word of somebody who is known by his address alone, or not at all, moves only once the partner was asked.
    """
    if caller.from_browser:
        raise NotAllowed("a browser cannot report a payment")
    source, external_id = source_of(caller.partner_id), f"{reference}:{status.value}"
    told = told_before(unit, source=source, external_id=external_id)
    number = answer_repeat(unit, caller, told, status, reference, amount=amount, received=received)
    if number is not None:
        return number
    sale = sale_of_payment_for_update(unit, provider=PROVIDER, reference=reference)
    if sale is not None and not caller.operates(sale.machine):
        if status is PaymentStatus.PAID and sale.sold is not None:
            _take_hint(unit, sale.sold)
        sale = None
    if sale is None and not caller.recognised:
        return None
    # Asked again under the lock; what somebody keeps meanwhile for the first time is kept once (it is unique).
    known = find_message(unit, source=source, external_id=external_id) if told is not None else None
    state = MessageState.WAITING
    if sale is not None and sale.sold is not None:
        if known is not None and known.state is MessageState.APPLIED:
            watch_repeat(unit, due_of(sale.sold), status, known.payload, received=received, amount=amount)
            return sale.sold.order.number
        counted = _apply_notice(unit, caller, sale, sale.sold, status, amount=amount)
        state = MessageState.APPLIED if counted else MessageState.IGNORED
    if known is not None:
        mark_message(unit, known.id, state)
    else:
        keep_message(
            unit,
            source=source,
            external_id=external_id,
            topic=TOPIC,
            subject=reference,
            payload={**received, "meaning": status.value, "address_only": caller.address_only},
            state=state,
        )
    return sale.sold.order.number if sale is not None and sale.sold is not None else None


def notices_wait(unit: Reading) -> bool:
    """Whether there is anything for ``apply_waiting_notices``."""
    early = unit.first(_EARLY, topic=TOPIC, provider=PROVIDER, most=1)
    return early is not None or has_waited(unit, TOPIC, before=unit.now - PATIENCE)


def apply_waiting_notices(unit: UnitOfWork, *, most: int = 100) -> int:
    """Notices that came before their payment, applied now if it has appeared at a machine of their sender.

    What has waited for longer than ``PATIENCE`` is given up first.
    """
    forget_waiting_messages(unit, TOPIC, before=unit.now - PATIENCE)
    applied = 0
    for message in unit.all(_EARLY, topic=TOPIC, provider=PROVIDER, most=most):
        sale = sale_of_payment_for_update(unit, provider=PROVIDER, reference=message.reference)
        if sale is None or sale.sold is None:
            continue
        counts = message.source == source_of(sale.machine.partner_id)
        told = message.payload
        status = PaymentStatus(told["meaning"])
        if counts and status is PaymentStatus.PAID and told.get("address_only"):
            _take_hint(unit, sale.sold)
            counts = False
        counts = counts and apply_payment_status(unit, sale, sale.sold, status, amount=told.get("pay_amount"))
        mark_message(unit, message.id, MessageState.APPLIED if counts else MessageState.IGNORED)
        applied += 1
    return applied


def forget_old_hints(unit: UnitOfWork) -> int:
    """Hints live as long as waiting notices do; returns how many were dropped."""
    return forget_messages_of(unit, HINTS, before=unit.now - PATIENCE)


def source_of(partner_id: int | None) -> str:
    """Under which name a partner's messages are kept."""
    return f"partner:{partner_id or 'test'}"


def apply_payment_status(
    unit: UnitOfWork, sale: Sale, sold: Sold, status: PaymentStatus, *, amount: str | None
) -> bool:
    """Move the payment as the partner says. False when his amount is not ours: an anomaly, and nothing prints."""
    payment = sold.payment
    cause = f"partner says {status.value}"
    if status is PaymentStatus.PAID:
        if not is_our_amount(unit, due_of(sold), amount):
            return False
        settle_sale(unit, sale, sold, Evidence.NOTICE, cause=cause)
    elif payment.status in SETTLED:
        # Late words about earlier moments are usual; an abnormal end after the good one is not.
        if status is PaymentStatus.ERROR:
            note_anomaly(unit, "payment_doubted_after_paid", payment.reference, detail={})
    elif record_progress(unit, payment, _STATES[status], cause=cause):
        if status in (PaymentStatus.FAILED, PaymentStatus.ERROR):
            release_terminal(unit, sale)
        unit.touch(topic_of(sale.session.key))
    return True


def release_terminal(unit: UnitOfWork, sale: Sale) -> None:
    """The terminal is done with this attempt: the customer may try again, or leave."""
    unit.put(_ATTEMPT_OVER, session_id=sale.session.id, now=unit.now)


def _apply_notice(
    unit: UnitOfWork, caller: Caller, sale: Sale, sold: Sold, status: PaymentStatus, *, amount: str | None
) -> bool:
    believed = not caller.address_only or status is not PaymentStatus.PAID or sold.payment.status in SETTLED
    if believed:
        return apply_payment_status(unit, sale, sold, status, amount=amount)
    if is_our_amount(unit, due_of(sold), amount):
        _take_hint(unit, sold)
    return False


def _take_hint(unit: UnitOfWork, sold: Sold) -> None:
    """Ask the partner, once a day for each payment of ours, however often and by whomever it is said."""
    reference = sold.payment.reference
    if sold.payment.status in SETTLED or find_message(unit, source=HINTS, external_id=reference) is not None:
        return
    if messages_of(unit, HINTS) >= MOST_HINTS:
        REFUSED_FOR_HASTE.labels("hints").inc()
        return
    keep_message(
        unit,
        source=HINTS,
        external_id=reference,
        topic=TOPIC,
        subject=reference,
        payload={},
        state=MessageState.IGNORED,
    )
    unit.emit(PaymentHinted(reference=reference))
