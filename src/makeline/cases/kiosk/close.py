"""End a session: cancelled by somebody, or expired by the clock; its blank goes back on sale."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import is_over, session_for_update, topic_of
from makeline.cases.kiosk.shut_files import EVERY_KIND, shut_files
from makeline.cases.kiosk.states import OPEN, SESSION_STATES, SessionStatus
from makeline.cases.machines.callers import Caller
from makeline.cases.stock.reserve import allocation_for_update, release
from makeline.cases.stock.states import AllocationState
from makeline.foundation.columns import among
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import Kind, Refusal

_S = kiosk_sessions.c
_END = Change(
    update(kiosk_sessions)
    .where(_S.id == bindparam("session_id"))
    .values(
        status=bindparam("status"),
        closed_at=bindparam("now"),
        last_activity=bindparam("now"),
        payment_started_at=None,
    )
)
_CLOSE = Change(
    update(kiosk_sessions)
    .where(_S.id == bindparam("session_id"), _S.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)


class _Key(NamedTuple):
    key: str


_DUE = Query(
    select(_S.key)
    .where(among(_S.status, *OPEN), _S.expires_at <= bindparam("now"))
    .order_by(_S.expires_at)
    .limit(bindparam("most")),
    _Key,
)
_OF_ORDER = Query(select(_S.key).where(_S.order_id == bindparam("order_id")), _Key)
_DUE_AT = Query(
    select(_S.key)
    .where(
        among(_S.status, *OPEN),
        _S.expires_at <= bindparam("now"),
        _S.machine_id == bindparam("machine_id"),
        _S.allocation_id.is_not(None),
    )
    .limit(bindparam("most")),
    _Key,
)


class PaymentInProgress(Refusal):
    """Money is being taken at this moment."""

    code = "PAYMENT_IN_PROGRESS"
    kind = Kind.CONFLICT


def close_session(unit: UnitOfWork, caller: Caller, key: str, *, silence: timedelta) -> KioskSession:
    """What DELETE does: cancel before payment, close after it; ended or repeated: unchanged.

    Raises ``PaymentInProgress`` from the start of a payment until it ends or has been silent for ``silence``.
    """
    session, machine = session_for_update(unit, key)
    if not caller.operates(machine) and not holds_session(caller, session):
        raise caller.refusal("only the machine or the customer's phone may end this session")
    if session.status in OPEN and not is_over(session, unit.now):
        started = session.payment_started_at
        if started is not None and unit.now < started + silence:
            raise PaymentInProgress("a payment is being taken for this session")
        _end(unit, session, SessionStatus.CANCELLED, cause="closed before payment")
    elif session.status is SessionStatus.PAYMENT_COMPLETED:
        unit.put(_CLOSE, session_id=session.id, now=unit.now)
        unit.touch(topic_of(key))
    return session


def cancel_session(unit: UnitOfWork, key: str, *, cause: str) -> None:
    """Cancel an open session of ours to make room."""
    session, _ = session_for_update(unit, key)
    if session.status in OPEN:
        _end(unit, session, SessionStatus.CANCELLED, cause=cause)


def close_when_cancelled(unit: UnitOfWork, order_id: int) -> None:
    """The order died: its session ends too, its blank goes back on sale, and nobody opens its files any more."""
    row = unit.first(_OF_ORDER, order_id=order_id)
    if row is not None:
        cancel_session(unit, row.key, cause="its order was cancelled")
        session, _ = session_for_update(unit, row.key)
        shut_files(unit, session, EVERY_KIND)


def sessions_ran_out(unit: Reading) -> bool:
    """Whether there is anything for ``expire_sessions``."""
    return unit.first(_DUE, now=unit.now, most=1) is not None


def expire_sessions(unit: UnitOfWork, *, most: int = 200) -> int:
    """Write down what the clock has decided, and free the blanks; returns how many sessions ended."""
    return _expire(unit, [row.key for row in unit.all(_DUE, now=unit.now, most=most)])


def expire_sessions_at(unit: UnitOfWork, machine_id: int, *, most: int = 50) -> int:
    """The same for one machine whose blanks are wanted at once."""
    return _expire(
        unit, [row.key for row in unit.all(_DUE_AT, now=unit.now, machine_id=machine_id, most=most)]
    )


def holds_session(caller: Caller, session: KioskSession) -> bool:
    """Whether the caller is the phone that was given this session's secret."""
    return caller.token_hash is not None and caller.token_hash == session.client_token_hash


def _expire(unit: UnitOfWork, keys: list[str]) -> int:
    ended = 0
    for key in keys:
        session, _ = session_for_update(unit, key)
        if session.status in OPEN and session.expires_at <= unit.now:
            _end(unit, session, SessionStatus.EXPIRED, cause="its time is over")
            ended += 1
    return ended


def _end(unit: UnitOfWork, session: KioskSession, target: SessionStatus, *, cause: str) -> None:
    unit.move(SESSION_STATES, session.id, session.status, target, cause=cause)
    unit.put(_END, session_id=session.id, status=target, now=unit.now)
    if session.allocation_id is not None:
        allocation = allocation_for_update(unit, session.allocation_id)
        if allocation.state is AllocationState.RESERVED:
            release(unit, allocation, cause=cause)
    unit.touch(topic_of(session.key))
