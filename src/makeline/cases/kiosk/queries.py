"""Questions about kiosk sessions, and the one way to load a session for a caller."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.cases.kiosk.models import KioskSession, kiosk_sessions, session_pictures
from makeline.cases.kiosk.session_id import parse_session_id
from makeline.cases.kiosk.states import OPEN, SessionStatus
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.production.models import print_jobs
from makeline.cases.production.states import JobState
from makeline.commerce.files.models import stored_files
from makeline.commerce.orders.models import orders
from makeline.foundation.columns import among
from makeline.foundation.statements import LockingQuery, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import Kind, NotFound, Refusal


class SessionExpired(Refusal):
    """The session's time is over."""

    code = "SESSION_EXPIRED"
    kind = Kind.GONE


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
_SESSION_OF_ORDER_FOR_UPDATE = LockingQuery(
    select(kiosk_sessions).where(
        _S.order_id == select(orders.c.id).where(orders.c.number == bindparam("number")).scalar_subquery()
    ),
    KioskSession,
    kiosk_sessions,
)
_SESSION_WIDTH = len(kiosk_sessions.c)
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
