"""Prints that will not come out by themselves: they wait for staff, or failed and nobody has decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.machines.models import machines
from makeline.cases.production.models import print_jobs
from makeline.cases.production.states import JobState
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.columns import among
from makeline.foundation.outbox import DeliveryState, deliveries
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading


class HeldPrint(NamedTuple):
    """The latest print of an order; ``offered_at``: since when the partner may have it."""

    id: int
    order_id: int
    number: str
    order_status: OrderStatus
    payment_status: PaymentStanding
    machine: str
    machine_id: int
    reference: str
    attempt: int
    status: JobState
    trouble: str | None
    notes: str | None
    created_at: datetime
    offered_at: datetime | None
    finished_at: datetime | None


_J, _O = print_jobs.c, orders.c
_HELD = Query(
    select(
        *(_J.id, _J.order_id, _O.number, _O.status, _O.payment_status, machines.c.key, _J.machine_id),
        *(_J.reference, _J.attempt, _J.status, _J.trouble, _J.notes, _J.created_at, _J.offered_at),
        _J.finished_at,
    )
    .select_from(print_jobs)
    .join(orders, _O.id == _J.order_id)
    .join(machines, machines.c.id == _J.machine_id)
    .where(among(_J.status, JobState.WAITING_FOR_STAFF, JobState.FAILED), _J.replaced_at.is_(None))
    .order_by(_J.id.desc())
    .limit(bindparam("most")),
    HeldPrint,
)


def held_prints(unit: Reading, *, most: int) -> list[HeldPrint]:
    """The newest first."""
    return unit.all(_HELD, most=most)


# Promises to hand a print over; what ended one of them is told by the print itself.
SUBMITS = ("production.submit_print_when_paid", "production.submit_print_when_released")
_GIVEN_UP: Query[tuple[int, dict[str, int]]] = Query(
    select(deliveries.c.id, deliveries.c.payload)
    .where(among(deliveries.c.state, DeliveryState.DEAD), deliveries.c.subscriber.in_(SUBMITS))
    .order_by(deliveries.c.id),
    tuple,
)


def submits_given_up(unit: Reading, order_id: int) -> list[int]:
    """Promises to hand this order's print over that were given up, by their ids."""
    return [found for found, payload in unit.all(_GIVEN_UP) if payload.get("order_id") == order_id]


_QUEUED: Query[tuple[int]] = Query(
    select(_J.id).where(_J.order_id == bindparam("order_id"), among(_J.status, JobState.QUEUED)).limit(1),
    tuple,
)


def must_be_handed_over(unit: Reading, subscriber: str, payload: Mapping[str, Any]) -> bool:
    """Whether a promise is all that a paid print in the queue has: without it nobody would ever hand it over."""
    order_id = payload.get("order_id")
    if subscriber not in SUBMITS or not isinstance(order_id, int):
        return False
    return unit.first(_QUEUED, order_id=order_id) is not None
