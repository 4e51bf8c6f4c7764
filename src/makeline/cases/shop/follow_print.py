"""What became of the print decides whether the order is paid for, and how far it is."""

from makeline.cases.production.ordered import latest_print
from makeline.cases.production.states import JobState
from makeline.cases.shop.hand_over import hand_over
from makeline.cases.shop.journey import end_order, move_on
from makeline.cases.shop.models import WebOrder
from makeline.cases.shop.queries import web_order
from makeline.cases.shop.states import Handover, Journey
from makeline.commerce.orders.advance import fail, start_production
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.orders.states import OrderStatus
from makeline.commerce.payments.outcomes import decide_lines
from makeline.commerce.payments.states import LineOutcome
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.unit_of_work import UnitOfWork


def follow_print(unit: UnitOfWork, order_id: int) -> None:
    """Take the latest word about the print; safe to run twice, in any order."""
    order, job = order_for_update(unit, order_id), latest_print(unit, order_id)
    row = web_order(unit, order_id)
    if job is None:
        return
    cause = f"its print is {job.status.value}"
    if job.status is JobState.PRINTING and order.status in (OrderStatus.PLACED, OrderStatus.FAILED):
        start_production(unit, order, cause=cause)
    elif job.status in (JobState.PRINTED, JobState.COLLECTED):
        _made(unit, order, row, cause=cause)
        if job.status is JobState.COLLECTED and row.handover is Handover.COLLECTION:
            hand_over(unit, web_order(unit, order_id), Journey.COLLECTED, cause=cause)
    elif job.status is JobState.FAILED:
        if order.status in (OrderStatus.PLACED, OrderStatus.IN_PRODUCTION):
            fail(unit, order, cause=cause)
        note_anomaly(
            unit, "web_print_failed", order.number, fingerprint=job.reference, detail={"print": job.reference}
        )
    elif job.status is JobState.CANCELLED:
        end_order(unit, order, row, cause=cause)


def _made(unit: UnitOfWork, order: Order, row: WebOrder, *, cause: str) -> None:
    if order.status is not OrderStatus.COMPLETED and order.status is not OrderStatus.CANCELLED:
        start_production(unit, order, cause=cause)
    if row.journey is not Journey.WAITING:
        return
    decide_lines(unit, order.id, LineOutcome.MADE, cause=cause)
    move_on(unit, row._replace(made_at=unit.now), Journey.MADE, cause=cause)
