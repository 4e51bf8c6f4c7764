"""The story of a session and its order: every move, with who made it and why."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.states import SESSION_STATES
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.production.rearrange import PRIORITY
from makeline.cases.production.states import JOB_STATES
from makeline.cases.stock.states import ALLOCATION_STATES
from makeline.commerce.orders.states import ORDER_STATES, PAYMENT_STANDINGS
from makeline.commerce.payments.models import payments
from makeline.commerce.payments.states import PAYMENT_STATES
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading


class Entry(NamedTuple):
    """One move of one thing."""

    noun: str
    from_state: str | None
    to_state: str
    actor: str
    cause: str
    at: datetime


_JOBS = select(print_jobs.c.id).where(print_jobs.c.order_id == bindparam("order_id")).scalar_subquery()
_PAYMENTS = select(payments.c.id).where(payments.c.order_id == bindparam("order_id")).scalar_subquery()
_STORY = Query(
    select(moves.c.noun, moves.c.from_state, moves.c.to_state, moves.c.actor, moves.c.cause, moves.c.at)
    .where(
        or_(
            and_(moves.c.noun == SESSION_STATES.noun, moves.c.subject_id == bindparam("session_id")),
            and_(moves.c.noun == ORDER_STATES.noun, moves.c.subject_id == bindparam("order_id")),
            and_(moves.c.noun == PAYMENT_STANDINGS.noun, moves.c.subject_id == bindparam("order_id")),
            and_(moves.c.noun == PAYMENT_STATES.noun, moves.c.subject_id.in_(_PAYMENTS)),
            and_(moves.c.noun == JOB_STATES.noun, moves.c.subject_id.in_(_JOBS)),
            and_(moves.c.noun == PRIORITY, moves.c.subject_id.in_(_JOBS)),
            and_(moves.c.noun == ALLOCATION_STATES.noun, moves.c.subject_id == bindparam("allocation_id")),
        )
    )
    .order_by(moves.c.at, moves.c.id),
    Entry,
)
_LATEST_JOB = Query(
    select(print_jobs)
    .join(kiosk_sessions, kiosk_sessions.c.order_id == print_jobs.c.order_id)
    .where(kiosk_sessions.c.id == bindparam("session_id"))
    .order_by(print_jobs.c.attempt.desc()),
    PrintJob,
)


def story_of(unit: Reading, session: KioskSession) -> list[Entry]:
    """Every move of the session, its order, payment, blank and prints, oldest first."""
    return unit.all(
        _STORY,
        session_id=session.id,
        order_id=session.order_id or 0,
        allocation_id=session.allocation_id or 0,
    )


def latest_job_of(unit: Reading, session: KioskSession) -> PrintJob | None:
    """The latest print of the session's order."""
    return unit.first(_LATEST_JOB, session_id=session.id)
