"""The phone joins: the first one to scan the code is given the session's secret."""

import hashlib
import secrets
from typing import Any

from sqlalchemy import bindparam, update

from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import must_be_open, session_for_update, topic_of
from makeline.cases.kiosk.states import Progress, SessionStatus
from makeline.cases.machines.callers import Caller
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.states import IllegalMove

_REGISTER = Change(
    update(kiosk_sessions)
    .where(kiosk_sessions.c.id == bindparam("session_id"))
    .values(
        progress=bindparam("progress"),
        registration=bindparam("registration"),
        client_token_hash=bindparam("client_token_hash"),
        last_activity=bindparam("now"),
    )
)


def hash_of_token(token: str) -> str:
    """What is stored instead of the secret itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def register_phone(
    unit: UnitOfWork, caller: Caller, key: str, *, registration: dict[str, Any]
) -> tuple[KioskSession, str | None]:
    """Note the scan; again: unchanged. Returns the session and, once, the phone's secret.

    A caller with a credential of his own (the machine reporting a scan) is given no secret and binds nothing.
    """
    session, _ = session_for_update(unit, key)
    must_be_open(session, unit.now)
    if session.status is SessionStatus.CANCELLED:
        raise IllegalMove("this session was cancelled", current_status=session.status.value, allowed=[])
    unbound = session.client_token_hash is None and not caller.recognised
    if session.progress is not Progress.STARTED and not unbound:
        return session, None
    token = secrets.token_urlsafe(24) if unbound else None
    token_hash = hash_of_token(token) if token else session.client_token_hash
    progress = Progress.QR_SCANNED if session.progress is Progress.STARTED else session.progress
    unit.put(
        _REGISTER,
        session_id=session.id,
        progress=progress,
        registration={**registration, **(session.registration or {})},
        client_token_hash=token_hash,
        now=unit.now,
    )
    unit.touch(topic_of(key))
    return session._replace(progress=progress, last_activity=unit.now), token
