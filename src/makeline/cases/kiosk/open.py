"""Open a session at a machine, within its room and its time."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.kiosk.close import cancel_session
from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import OpenSession, open_sessions_at
from makeline.cases.kiosk.session_id import new_session_id
from makeline.cases.kiosk.states import SESSION_STATES, Progress, SessionStatus
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.condition import PrinterState, condition_of
from makeline.cases.machines.heartbeat import heartbeats
from makeline.cases.machines.models import Machine, machines
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.selling import USUAL_RULE, SalesRule, must_sell
from makeline.commerce.files.selling import must_be_able_to_store
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, NotFound, Refusal

# A code that nobody has scanned for this long may make room for another.
_FORGOTTEN = timedelta(seconds=60)


class _Standing(NamedTuple):
    paused_at: datetime | None
    state: PrinterState | None
    reasons: list[str] | None
    heard_at: datetime | None


_H = heartbeats.c
# Asked of the database itself: the pause may have been made a moment ago, by another process.
_LOCK = Query(
    select(machines.c.paused_at, _H.state, _H.reasons, _H.heard_at)
    .select_from(machines)
    .outerjoin(heartbeats, _H.machine_id == machines.c.id)
    .where(machines.c.id == bindparam("machine_id"))
    .with_for_update(of=machines),
    _Standing,
)


class MachineBusy(Refusal):
    """The machine has as many open sessions as it can hold."""

    code = "MACHINE_BUSY"
    kind = Kind.LIMITED


def open_session(
    unit: UnitOfWork,
    caller: Caller,
    machine_key: str,
    *,
    minutes: int | None,
    location: str | None,
    details: dict[str, Any],
    rule: SalesRule = USUAL_RULE,
) -> tuple[KioskSession, Machine]:
    """A fresh session; ``minutes`` above the machine's own limit is cut to it.

    Raises ``NotFound``, ``Unrecognised``, ``MachinePaused``, ``StorageAway``, ``MachineAway`` and ``MachineBusy``.
    """
    machine = machine_called(unit, machine_key)
    if machine is None:
        raise NotFound("there is no such machine")
    caller.must_operate(machine)
    must_be_able_to_store(unit)
    _lock_selling(unit, machine, rule)
    _make_room(unit, machine)
    session = _fresh(unit, machine, minutes=minutes, location=location, details=details)
    unit.add(kiosk_sessions, **session._asdict())
    unit.move(SESSION_STATES, session.id, None, SessionStatus.ACTIVE, cause="opened at the machine")
    return session, machine


def _fresh(
    unit: UnitOfWork,
    machine: Machine,
    *,
    minutes: int | None,
    location: str | None,
    details: dict[str, Any],
) -> KioskSession:
    lifetime = timedelta(minutes=min(minutes or machine.timeout_minutes, machine.timeout_minutes))
    return KioskSession(
        id=unit.new_id(kiosk_sessions),
        key=new_session_id(machine.key, unit.now),
        machine_id=machine.id,
        status=SessionStatus.ACTIVE,
        progress=Progress.STARTED,
        location=location or machine.location,
        details=details,
        created_at=unit.now,
        expires_at=unit.now + lifetime,
        last_activity=unit.now,
        registration=None,
        client_token_hash=None,
        order_data=None,
        phone_model_id=None,
        template_id=None,
        shell_id=None,
        price_minor=None,
        currency=None,
        design_id=None,
        allocation_id=None,
        order_id=None,
        payment_started_at=None,
        payment_confirmed_at=None,
        closed_at=None,
        link_edition=0,
    )


def _lock_selling(unit: UnitOfWork, machine: Machine, rule: SalesRule) -> None:
    # The machine's row is the lock: two calls cannot both take its last place.
    stands = unit.first(_LOCK, machine_id=machine.id)
    assert stands is not None
    condition = condition_of(
        stands.state,
        stands.reasons or (),
        heard_at=stands.heard_at,
        paused_at=stands.paused_at,
        now=unit.now,
        silence=rule.silence,
    )
    must_sell(machine, condition, rule)


def _make_room(unit: UnitOfWork, machine: Machine) -> None:
    there = open_sessions_at(unit, machine.id)
    if len(there) < machine.most_open_sessions:
        return
    forgotten = next((session for session in there if _is_forgotten(session, unit)), None)
    if forgotten is None:
        raise MachineBusy("all places at this machine are taken", retry_after=_seconds_to_room(unit, there))
    cancel_session(unit, forgotten.key, cause="nobody scanned it and the place was needed")


def _is_forgotten(session: OpenSession, unit: UnitOfWork) -> bool:
    return (
        session.status is SessionStatus.ACTIVE
        and session.progress == Progress.STARTED
        and session.created_at <= unit.now - _FORGOTTEN
    )


def _seconds_to_room(unit: UnitOfWork, there: list[OpenSession]) -> int:
    moments = [session.expires_at for session in there]
    moments += [session.created_at + _FORGOTTEN for session in there if session.progress == Progress.STARTED]
    return max(1, min(60, round((min(moments) - unit.now).total_seconds())))
