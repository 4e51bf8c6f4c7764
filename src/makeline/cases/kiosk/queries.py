"""Questions about kiosk sessions, and the one way to load a session for a caller."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select

from makeline.cases.kiosk.models import KioskSession, kiosk_sessions, session_pictures
from makeline.cases.kiosk.session_id import parse_session_id
from makeline.cases.kiosk.states import OPEN, SessionStatus
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.ordering.models import CaseItem, case_items
from makeline.cases.production.enqueue import queue_day
from makeline.cases.production.models import print_jobs, queue_numbers
from makeline.cases.production.states import JobState
from makeline.commerce.files.models import stored_files
from makeline.commerce.orders.models import Order, orders
from makeline.commerce.payments.models import Payment, payments
from makeline.foundation.columns import among
from makeline.foundation.statements import LockingQuery, Query, VersionedQuery
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import Kind, NotFound, Refusal


class SessionExpired(Refusal):
    """The session's time is over."""

    code = "SESSION_EXPIRED"
    kind = Kind.GONE


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


class SessionPicture(NamedTuple):
    """A picture the customer has uploaded."""

    file_id: int
    name: str
    sha256: str
    position: int


class OpenSession(NamedTuple):
    """An open session, as the door keeper sees it."""

    id: int
    key: str
    status: SessionStatus
    progress: str
    created_at: datetime
    expires_at: datetime
    allocation_id: int | None


_S = kiosk_sessions.c
_SESSION = Query(select(kiosk_sessions).where(_S.key == bindparam("key")), KioskSession)
_SESSION_FOR_UPDATE = LockingQuery(
    select(kiosk_sessions).where(_S.key == bindparam("key")), KioskSession, kiosk_sessions
)
_SESSION_OF_PAYMENT_FOR_UPDATE = LockingQuery(
    select(kiosk_sessions).where(
        _S.order_id
        == select(payments.c.order_id)
        .where(payments.c.reference == bindparam("reference"))
        .where(payments.c.provider == bindparam("provider"))
        .scalar_subquery()
    ),
    KioskSession,
    kiosk_sessions,
)
_SESSION_OF_ORDER_FOR_UPDATE = LockingQuery(
    select(kiosk_sessions).where(
        _S.order_id == select(orders.c.id).where(orders.c.number == bindparam("number")).scalar_subquery()
    ),
    KioskSession,
    kiosk_sessions,
)
# The session's lock is theirs, too; an optimistic unit notes their versions with its own.
_SOLD: VersionedQuery[tuple[Any, ...]] = VersionedQuery(
    select(orders, payments, case_items, func.coalesce(queue_numbers.c.latest, 0))
    .join(payments, payments.c.order_id == orders.c.id)
    .join(case_items, case_items.c.order_id == orders.c.id)
    .outerjoin(
        queue_numbers,
        and_(queue_numbers.c.machine_id == case_items.c.machine_id, queue_numbers.c.day == bindparam("day")),
    )
    .where(orders.c.id == bindparam("order_id")),
    tuple,
    orders,
    payments,
)
_ORDER_WIDTH, _PAYMENT_WIDTH = len(orders.c), len(payments.c)
_PICTURES = Query(
    select(stored_files.c.id, stored_files.c.name, stored_files.c.sha256, session_pictures.c.position)
    .join(session_pictures, session_pictures.c.file_id == stored_files.c.id)
    .where(session_pictures.c.session_id == bindparam("session_id"))
    .order_by(session_pictures.c.position),
    SessionPicture,
)
# One row per picture, at least one; the session's row is locked, the pictures need no lock of their own.
_WITH_PICTURES_FOR_UPDATE: LockingQuery[tuple[Any, ...]] = LockingQuery(
    select(
        kiosk_sessions,
        stored_files.c.id,
        stored_files.c.name,
        stored_files.c.sha256,
        session_pictures.c.position,
    )
    .select_from(kiosk_sessions)
    .outerjoin(session_pictures, session_pictures.c.session_id == _S.id)
    .outerjoin(stored_files, stored_files.c.id == session_pictures.c.file_id)
    .where(_S.key == bindparam("key"))
    .order_by(session_pictures.c.position),
    tuple,
    kiosk_sessions,
)
_SESSION_WIDTH = len(kiosk_sessions.c)
_OPEN_AT = Query(
    select(_S.id, _S.key, _S.status, _S.progress, _S.created_at, _S.expires_at, _S.allocation_id)
    .where(
        _S.machine_id == bindparam("machine_id"), among(_S.status, *OPEN), _S.expires_at > bindparam("now")
    )
    .order_by(_S.created_at, _S.id),
    OpenSession,
)


class _Count(NamedTuple):
    count: int


_OPEN_COUNT = Query(
    select(func.count()).where(among(_S.status, *OPEN), _S.expires_at > bindparam("now")), _Count
)


class Outcome(NamedTuple):
    """What a paid session led to."""

    order_number: str
    queue_number: str
    partner_queue_number: str | None
    job_status: JobState

    @property
    def print_status(self) -> str:
        """How the machine is told where the print stands."""
        waits = self.job_status is JobState.WAITING_FOR_STAFF
        return "waiting_for_staff" if waits else "queued_for_production"


_OUTCOME = Query(
    select(
        orders.c.number,
        print_jobs.c.queue_number,
        print_jobs.c.partner_queue_number,
        print_jobs.c.status,
    )
    .select_from(kiosk_sessions)
    .join(orders, orders.c.id == _S.order_id)
    .join(print_jobs, print_jobs.c.order_id == orders.c.id)
    .where(_S.id == bindparam("session_id"), print_jobs.c.attempt == 1),
    Outcome,
)


def topic_of(key: str) -> str:
    """What to touch when a session changes."""
    return f"session:{key}"


def access_session(unit: Reading, key: str) -> tuple[KioskSession, Machine]:
    """A session by its readable id, for whoever holds that id; refuses malformed and unknown ids."""
    parse_session_id(key)
    session = unit.first(_SESSION, key=key)
    if session is None:
        raise NotFound("there is no such session")
    return session, machine_of(unit, session)


def session_for_update(unit: UnitOfWork, key: str) -> tuple[KioskSession, Machine]:
    """The same, locked until the unit ends."""
    parse_session_id(key)
    session = unit.first(_SESSION_FOR_UPDATE, key=key)
    if session is None:
        raise NotFound("there is no such session")
    return session, machine_of(unit, session)


def illustrated_for_update(unit: UnitOfWork, key: str) -> tuple[KioskSession, Machine, list[SessionPicture]]:
    """The session with its pictures in the order they came, in one question; the session is locked.

    A picture whose upload is still being written while we ask may be missing: it was not answered yet.
    """
    parse_session_id(key)
    rows = unit.all(_WITH_PICTURES_FOR_UPDATE, key=key)
    if not rows:
        raise NotFound("there is no such session")
    session = KioskSession._make(rows[0][:_SESSION_WIDTH])
    pictures = [SessionPicture._make(row[_SESSION_WIDTH:]) for row in rows if row[-1] is not None]
    return session, machine_of(unit, session), pictures


def sale_for_update(unit: UnitOfWork, key: str) -> Sale:
    """A session with what is sold in it, locked until the unit ends.

    The session's row is the lock of the whole sale. What hangs on it is read in a second statement: it may have been
    made by the unit that held the lock before us.
    """
    session, machine = session_for_update(unit, key)
    return _sale(unit, session, machine)


def sale_of_payment_for_update(unit: UnitOfWork, *, provider: str, reference: str) -> Sale | None:
    """The sale whose payment the provider knows by our ``reference``, locked until the unit ends."""
    session = unit.first(_SESSION_OF_PAYMENT_FOR_UPDATE, provider=provider, reference=reference)
    return None if session is None else _sale(unit, session, machine_of(unit, session))


def session_of_order_for_update(unit: UnitOfWork, number: str) -> KioskSession | None:
    """The session whose order a person calls ``ORDER_…``, locked until the unit ends."""
    return unit.first(_SESSION_OF_ORDER_FOR_UPDATE, number=number)


def machine_of(unit: Reading, session: KioskSession) -> Machine:
    """The machine a session belongs to."""
    return fleet(unit).by_id[session.machine_id]


def pictures_of(unit: Reading, session_id: int) -> list[SessionPicture]:
    """The session's pictures in the order they came."""
    return unit.all(_PICTURES, session_id=session_id)


def open_sessions_at(unit: Reading, machine_id: int) -> list[OpenSession]:
    """Sessions that take up room at a machine now, oldest first."""
    return unit.all(_OPEN_AT, machine_id=machine_id, now=unit.now)


def open_session_count(unit: Reading) -> int:
    """Open sessions everywhere."""
    row = unit.first(_OPEN_COUNT, now=unit.now)
    return row.count if row else 0


def outcome_of(unit: Reading, session_id: int) -> Outcome | None:
    """Order, queue number and receipt of a paid session."""
    return unit.first(_OUTCOME, session_id=session_id)


def is_over(session: KioskSession, now: datetime) -> bool:
    """Expiry is a fact of the clock: an open session whose end has come is expired, whoever has noticed."""
    return session.status is SessionStatus.EXPIRED or (session.status in OPEN and session.expires_at <= now)


def status_now(session: KioskSession, now: datetime) -> SessionStatus:
    """The status as the clock has it."""
    return SessionStatus.EXPIRED if is_over(session, now) else session.status


def must_be_open(session: KioskSession, now: datetime) -> None:
    """Refuse what only an open session may do."""
    if is_over(session, now):
        raise SessionExpired("this session has expired; please start again at the machine")


def _sale(unit: UnitOfWork, session: KioskSession, machine: Machine) -> Sale:
    if session.order_id is None:
        return Sale(session, machine, None)
    row = unit.first(_SOLD, order_id=session.order_id, day=queue_day(unit))
    if row is None:
        raise LookupError(f"order {session.order_id}")
    end = _ORDER_WIDTH + _PAYMENT_WIDTH
    sold = Sold(
        Order._make(row[:_ORDER_WIDTH]),
        Payment._make(row[_ORDER_WIDTH:end]),
        CaseItem._make(row[end:-1]),
        row[-1],
    )
    return Sale(session, machine, sold)
