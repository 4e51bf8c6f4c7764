"""A notice that was told before: what came of it, and whether it is told as the first time."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, literal_column, select

from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.kiosk.pay import PROVIDER
from makeline.cases.kiosk.sale import Sold
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.queries import fleet
from makeline.cases.production.print_partner import PaymentStatus
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.inbox import MessageState, inbox
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money, NotMoney

AMOUNT_DIFFERS = "payment_amount_differs"


class Due(NamedTuple):
    """What is to be paid, by our id of the payment; ``minor`` units of ``currency``."""

    reference: str
    minor: int
    currency: str


class Told(NamedTuple):
    """A notice that is kept, and the sale it is about as far as we know one."""

    state: MessageState
    payload: dict[str, Any]
    order_number: str | None
    machine_id: int | None
    minor: int | None
    currency: str | None


# Written into the statement: SQLite compiles one anew each time whose value might decide about a partial index.
_OURS = literal_column(f"'{PROVIDER}'")
_TOLD = Query(
    select(
        inbox.c.state,
        inbox.c.payload,
        orders.c.number,
        kiosk_sessions.c.machine_id,
        payments.c.amount_minor,
        payments.c.currency,
    )
    .select_from(inbox)
    .outerjoin(payments, and_(payments.c.reference == inbox.c.subject, payments.c.provider == _OURS))
    .outerjoin(orders, orders.c.id == payments.c.order_id)
    .outerjoin(kiosk_sessions, kiosk_sessions.c.order_id == orders.c.id)
    .where(inbox.c.source == bindparam("source"), inbox.c.external_id == bindparam("external_id")),
    Told,
)


def told_before(unit: UnitOfWork, *, source: str, external_id: str) -> Told | None:
    """The notice kept under this id with its sale, in one question and without a lock."""
    return unit.first(_TOLD, source=source, external_id=external_id)


def answer_repeat(
    unit: UnitOfWork,
    caller: Caller,
    told: Told | None,
    status: PaymentStatus,
    reference: str,
    *,
    amount: str | None,
    received: Mapping[str, Any],
) -> str | None:
    """The order's number if the notice was applied to a sale of the caller's, else None.

    What was applied stays so: nothing is locked for whoever repeats it.
    """
    if told is None or told.state is not MessageState.APPLIED or told.order_number is None:
        return None
    assert told.machine_id is not None and told.minor is not None and told.currency is not None
    if not caller.operates(fleet(unit).by_id[told.machine_id]):
        return None
    due = Due(reference, told.minor, told.currency)
    watch_repeat(unit, due, status, told.payload, received=received, amount=amount)
    return told.order_number


def watch_repeat(
    unit: UnitOfWork,
    due: Due,
    status: PaymentStatus,
    kept: Mapping[str, Any],
    *,
    received: Mapping[str, Any],
    amount: str | None,
) -> None:
    """The same notice again is usual; the same payment at another moment is a customer who was charged twice."""
    if status is not PaymentStatus.PAID:
        return
    is_our_amount(unit, due, amount)
    before, now = kept.get("pay_date"), received.get("pay_date")
    if before and now and before != now:
        detail = {"first": before, "again": now}
        note_anomaly(unit, "payment_reported_twice", due.reference, fingerprint=now, detail=detail)


def due_of(sold: Sold) -> Due:
    """What the sale's payment is of."""
    return Due(sold.payment.reference, sold.payment.amount_minor, sold.payment.currency)


def is_our_amount(unit: UnitOfWork, due: Due, told: str | None) -> bool:
    """Whether a notice names our amount, or none; any other is an anomaly for staff."""
    if told is None or _same_amount(told, due.minor, due.currency):
        return True
    detail = {"expected": due.minor, "currency": due.currency, "told": told}
    note_anomaly(unit, AMOUNT_DIFFERS, due.reference, fingerprint=told, detail=detail)
    return False


# Prices are few; the same one is told all day.
@lru_cache(maxsize=256)
def _same_amount(told: str, minor: int, currency: str) -> bool:
    try:
        return Money.of(told, currency) == Money(minor, currency)
    except NotMoney:
        return False
