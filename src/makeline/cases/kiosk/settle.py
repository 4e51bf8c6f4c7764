"""The money for a kiosk sale is there: payment, order, blank, queue number and print job in one unit."""

from typing import NamedTuple

from sqlalchemy import bindparam, update

from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import topic_of
from makeline.cases.kiosk.sale import Sale, Sold
from makeline.cases.kiosk.states import SESSION_STATES, Progress, SessionStatus
from makeline.cases.ordering.change_design import change_blank
from makeline.cases.production.enqueue import enqueue_print
from makeline.cases.production.models import PrintJob
from makeline.cases.stock.reserve import OutOfStock, reserve, sell_reserved
from makeline.commerce.orders.states import OrderStatus
from makeline.commerce.payments.settle import record_success
from makeline.commerce.payments.states import Evidence
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

_PAID = Change(
    update(kiosk_sessions)
    .where(kiosk_sessions.c.id == bindparam("session_id"))
    .values(
        status=SessionStatus.PAYMENT_COMPLETED,
        progress=Progress.PAYMENT_REACHED,
        order_id=bindparam("order_id"),
        allocation_id=bindparam("allocation_id"),
        payment_started_at=None,
        payment_confirmed_at=bindparam("now"),
        last_activity=bindparam("now"),
    )
)


class Settled(NamedTuple):
    """A paid session and the print it led to."""

    session: KioskSession
    job: PrintJob


def settle_sale(
    unit: UnitOfWork, sale: Sale, sold: Sold, evidence: Evidence, *, cause: str
) -> Settled | None:
    """Settle once; None when it was settled before. The caller has locked the session and compared the amount.

    Money beats the clock: an expired or cancelled session is paid too. If its blank is gone and no other is left,
    the print waits for staff, who find one or refund; the payment stays true either way.
    """
    session = sale.session
    if not record_success(unit, sold.payment, sold.order, evidence, cause=cause):
        return None
    allocation_id = _sell_blank(unit, sale, cause=cause)
    if allocation_id != sold.item.allocation_id:
        change_blank(unit, sold.order.id, allocation_id)
    makeable = allocation_id is not None and sold.order.status is not OrderStatus.CANCELLED
    job = enqueue_print(
        unit, sold.item, sold.payment, has_blank=makeable, cause=cause, latest_number=sold.latest_number
    )
    paid = session._replace(
        status=unit.move(
            SESSION_STATES, session.id, session.status, SessionStatus.PAYMENT_COMPLETED, cause=cause
        ),
        progress=Progress.PAYMENT_REACHED,
        order_id=sold.order.id,
        allocation_id=allocation_id,
        payment_started_at=None,
        payment_confirmed_at=unit.now,
        last_activity=unit.now,
    )
    unit.put(
        _PAID,
        session_id=session.id,
        order_id=sold.order.id,
        allocation_id=allocation_id,
        now=unit.now,
    )
    unit.touch(topic_of(session.key))
    return Settled(paid, job)


def _sell_blank(unit: UnitOfWork, sale: Sale, *, cause: str) -> int | None:
    session = sale.session
    assert session.allocation_id is not None and session.shell_id is not None
    if sell_reserved(unit, session.allocation_id, cause=cause):
        return session.allocation_id
    # It went back on sale when the session ended: take another one, if there is any.
    try:
        allocation_id = reserve(unit, sale.machine, session.shell_id, cause=cause)
    except OutOfStock:
        return None
    sell_reserved(unit, allocation_id, cause=cause)
    return allocation_id
