"""A session with what was sold in it: one question for a unit that waits for nobody, two for one that locks."""

from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select

from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import machine_of, session_for_update
from makeline.cases.kiosk.session_id import parse_session_id
from makeline.cases.machines.models import Machine
from makeline.cases.ordering.models import CaseItem, case_items
from makeline.cases.production.enqueue import queue_day
from makeline.cases.production.models import queue_numbers
from makeline.commerce.orders.models import Order, orders
from makeline.commerce.payments.models import Payment, payments
from makeline.foundation.statements import LockingQuery, VersionedQuery
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound


class Sold(NamedTuple):
    """The one order of a session, with its one payment and its one case; ``latest_number`` is the latest of today's
    queue at its machine, 0 for none, None if nobody has asked."""

    order: Order
    payment: Payment
    item: CaseItem
    latest_number: int | None = None


class Sale(NamedTuple):
    """A session with what was sold in it, as far as there is anything."""

    session: KioskSession
    machine: Machine
    sold: Sold | None


_S = kiosk_sessions.c
_paying = payments.alias("paying")
_ORDER_OF_PAYMENT = (
    select(_paying.c.order_id)
    .where(_paying.c.reference == bindparam("reference"), _paying.c.provider == bindparam("provider"))
    .scalar_subquery()
)
_SESSION_OF_PAYMENT_FOR_UPDATE = LockingQuery(
    select(kiosk_sessions).where(_S.order_id == _ORDER_OF_PAYMENT), KioskSession, kiosk_sessions
)
_OF_TODAY = and_(
    queue_numbers.c.machine_id == case_items.c.machine_id, queue_numbers.c.day == bindparam("day")
)
# The session's lock is theirs, too; an optimistic unit notes their versions with its own.
_SOLD: VersionedQuery[tuple[Any, ...]] = VersionedQuery(
    select(orders, payments, case_items, func.coalesce(queue_numbers.c.latest, 0))
    .join(payments, payments.c.order_id == orders.c.id)
    .join(case_items, case_items.c.order_id == orders.c.id)
    .outerjoin(queue_numbers, _OF_TODAY)
    .where(orders.c.id == bindparam("order_id")),
    tuple,
    orders,
    payments,
)
_SALE_COLUMNS = (
    select(kiosk_sessions, orders, payments, case_items, func.coalesce(queue_numbers.c.latest, 0))
    .select_from(kiosk_sessions)
    .outerjoin(orders, orders.c.id == _S.order_id)
    .outerjoin(payments, payments.c.order_id == orders.c.id)
    .outerjoin(case_items, case_items.c.order_id == orders.c.id)
    .outerjoin(queue_numbers, _OF_TODAY)
)
# The session with all of it: for a unit that waits for nobody.
_SALE: LockingQuery[tuple[Any, ...]] = LockingQuery(
    _SALE_COLUMNS.where(_S.key == bindparam("key")), tuple, kiosk_sessions, orders, payments
)
_SALE_OF_PAYMENT: LockingQuery[tuple[Any, ...]] = LockingQuery(
    _SALE_COLUMNS.where(_S.order_id == _ORDER_OF_PAYMENT), tuple, kiosk_sessions, orders, payments
)

_SESSION_WIDTH = len(kiosk_sessions.c)
_ORDER_WIDTH, _PAYMENT_WIDTH = len(orders.c), len(payments.c)


def sale_for_update(unit: UnitOfWork, key: str) -> Sale:
    """A session with what is sold in it, locked until the unit ends.

    The session's row is the lock of the whole sale. Who waits for it reads what hangs on it in a second statement: it
    may have been made by the unit that held the lock before us.
    """
    if unit.waits_for_locks:
        session, machine = session_for_update(unit, key)
        return _sale(unit, session, machine)
    parse_session_id(key)
    row = unit.first(_SALE, key=key, day=queue_day(unit))
    if row is None:
        raise NotFound("there is no such session")
    return _whole_sale(unit, row)


def sale_of_payment_for_update(unit: UnitOfWork, *, provider: str, reference: str) -> Sale | None:
    """The sale whose payment the provider knows by our ``reference``, locked until the unit ends."""
    if not unit.waits_for_locks:
        row = unit.first(_SALE_OF_PAYMENT, provider=provider, reference=reference, day=queue_day(unit))
        return None if row is None else _whole_sale(unit, row)
    session = unit.first(_SESSION_OF_PAYMENT_FOR_UPDATE, provider=provider, reference=reference)
    return None if session is None else _sale(unit, session, machine_of(unit, session))


def _sale(unit: UnitOfWork, session: KioskSession, machine: Machine) -> Sale:
    if session.order_id is None:
        return Sale(session, machine, None)
    row = unit.first(_SOLD, order_id=session.order_id, day=queue_day(unit))
    if row is None:
        raise LookupError(f"order {session.order_id}")
    return Sale(session, machine, _sold(row))


def _whole_sale(unit: UnitOfWork, row: tuple[Any, ...]) -> Sale:
    session = KioskSession._make(row[:_SESSION_WIDTH])
    sold = None
    if session.order_id is not None:
        if row[_SESSION_WIDTH + _ORDER_WIDTH] is None or row[-2] is None:
            raise LookupError(f"order {session.order_id}")
        sold = _sold(row[_SESSION_WIDTH:])
    return Sale(session, machine_of(unit, session), sold)


def _sold(row: tuple[Any, ...]) -> Sold:
    end = _ORDER_WIDTH + _PAYMENT_WIDTH
    return Sold(
        Order._make(row[:_ORDER_WIDTH]),
        Payment._make(row[_ORDER_WIDTH:end]),
        CaseItem._make(row[end:-1]),
        row[-1],
    )
