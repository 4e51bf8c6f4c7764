"""Promises that did not get through: given up, or tried again and again; and what each is about."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.commerce.invoices.models import invoices
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.foundation.columns import among
from makeline.foundation.outbox import DeliveryState, deliveries
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import FailureKind

_LARGEST_ID = 2**53


class Delivery(NamedTuple):
    """A promise as it stands; ``destination`` names the outside company it talks to."""

    id: int
    event: str
    subscriber: str
    payload: dict[str, Any]
    destination: str | None
    state: DeliveryState
    due_at: datetime
    attempts: int
    last_error: str | None
    failure_kind: FailureKind | None
    request_id: str | None
    created_at: datetime
    finished_at: datetime | None


class Tally(NamedTuple):
    """How many of one subscriber stand so."""

    subscriber: str
    count: int


_D = deliveries.c
_DEAD = among(_D.state, DeliveryState.DEAD)
# Tried in vain at least once; what waits for its first turn is no trouble.
_TROUBLED = (among(_D.state, DeliveryState.PENDING), _D.last_error.is_not(None))
_GIVEN_UP = Query(
    select(deliveries)
    .where(_DEAD, _D.id < bindparam("before_id"))
    .order_by(_D.id.desc())
    .limit(bindparam("most")),
    Delivery,
)
_GIVEN_UP_BY = Query(
    select(deliveries)
    .where(_DEAD, _D.id < bindparam("before_id"), _D.subscriber == bindparam("subscriber_now"))
    .order_by(_D.id.desc())
    .limit(bindparam("most")),
    Delivery,
)
_WAITING = Query(
    select(deliveries).where(*_TROUBLED).order_by(_D.due_at, _D.id).limit(bindparam("most")), Delivery
)
_COUNT_DEAD = Query(
    select(_D.subscriber, func.count()).where(_DEAD).group_by(_D.subscriber).order_by(_D.subscriber), Tally
)
_COUNT_WAITING = Query(
    select(_D.subscriber, func.count()).where(*_TROUBLED).group_by(_D.subscriber).order_by(_D.subscriber),
    Tally,
)
_ONE = Query(select(deliveries).where(_D.id == bindparam("delivery_id")), Delivery)


def given_up(unit: Reading, *, subscriber: str, limit: int, before_id: int | None) -> list[Delivery]:
    """The newest below an id, of one subscriber or of all where it is empty."""
    values = {"before_id": before_id or _LARGEST_ID, "most": limit}
    if subscriber:
        return unit.all(_GIVEN_UP_BY, **values, subscriber_now=subscriber)
    return unit.all(_GIVEN_UP, **values)


def tried_in_vain(unit: Reading, *, most: int) -> list[Delivery]:
    """Open ones that met trouble, the next to be tried first."""
    return unit.all(_WAITING, most=most)


def given_up_tallies(unit: Reading) -> list[Tally]:
    """How many by subscriber; reads nothing but them."""
    return unit.all(_COUNT_DEAD)


def in_vain_tallies(unit: Reading) -> list[Tally]:
    """The same of open ones that met trouble."""
    return unit.all(_COUNT_WAITING)


def delivery_numbered(unit: Reading, delivery_id: int) -> Delivery | None:
    """One by its id."""
    return unit.first(_ONE, delivery_id=delivery_id)


class About(NamedTuple):
    """What a promise is about: the noun, its id, and the number that people call it by."""

    noun: str
    id: int
    name: str


_ORDER: Query[tuple[int, str]] = Query(
    select(orders.c.id, orders.c.number).where(orders.c.id == bindparam("its_id")), tuple
)
_PAYMENT: Query[tuple[int, str]] = Query(
    select(orders.c.id, orders.c.number)
    .join(payments, payments.c.order_id == orders.c.id)
    .where(payments.c.id == bindparam("its_id")),
    tuple,
)
_INVOICE: Query[tuple[int, str]] = Query(
    select(orders.c.id, orders.c.number)
    .join(invoices, invoices.c.order_id == orders.c.id)
    .where(invoices.c.id == bindparam("its_id")),
    tuple,
)
# What an event says its subject by, the most telling first: where that is an order's, the order.
_ORDERS_OF = {"order_id": _ORDER, "payment_id": _PAYMENT, "invoice_id": _INVOICE}
_NOUNS = {
    "quote_id": "quote",
    "file_id": "file",
    "user_id": "user",
    "call_request_id": "call request",
    "transfer_id": "transfer",
}


def about(unit: Reading, payload: dict[str, Any]) -> About | None:
    """None for what has no page of its own."""
    for name, query in _ORDERS_OF.items():
        number = payload.get(name)
        if isinstance(number, int) and (found := unit.first(query, its_id=number)) is not None:
            return About("order", found[0], found[1])
    for name, noun in _NOUNS.items():
        number = payload.get(name)
        if isinstance(number, int):
            return About(noun, number, f"{noun} {number}")
    return None
