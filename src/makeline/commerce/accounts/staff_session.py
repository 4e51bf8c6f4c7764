"""Signed in at the pages of staff: by a browser's token, for as long as the sign-in, the role and the clock allow."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from makeline.commerce.accounts.models import sign_ins, users
from makeline.commerce.accounts.queries import Known
from makeline.commerce.accounts.sign_in import STAFF_ROLES, Visitor, begin_sign_in
from makeline.commerce.accounts.staff_models import StaffSession, second_factors, staff_sessions
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotAllowed
from makeline.kernel.ids import random_text

# 160 bits.
_TOKEN_LENGTH = 32
# How exactly it is known when somebody was here last.
_NOTED_EVERY = timedelta(minutes=1)


class StaffRule(NamedTuple):
    """How long a browser stays signed in: while it is used every ``idle``, and never longer than ``longest``;
    ``second_factor``: whether everybody needs one."""

    idle: timedelta
    longest: timedelta
    second_factor: bool


class Standing(StrEnum):
    """What a browser may see."""

    STRANGER = "stranger"
    CODE_WANTED = "code wanted"
    """The password was right; the second factor is still to be shown."""
    SET_UP_WANTED = "set-up wanted"
    """The password was right; the second factor is still to be set up."""
    SIGNED_IN = "signed in"


_T, _S, _U = staff_sessions.c, sign_ins.c, users.c
_BY_TOKEN = Query(
    select(
        _T.id, _S.id, _U.id, _U.username, _U.role, _T.role,
        _S.created_at, _S.expires_at, _S.ended_at, _T.seen_at, _T.proven_at, second_factors.c.id,
    )
    .join_from(staff_sessions, sign_ins, _S.id == _T.sign_in_id)
    .join(users, _U.id == _S.user_id)
    .outerjoin(second_factors, second_factors.c.user_id == _U.id)
    .where(_T.token_hash == bindparam("token_hash")),
    StaffSession,
)  # fmt: skip
_SEEN = Change(
    update(staff_sessions)
    .where(_T.id == bindparam("session_id"))
    .values(seen_at=bindparam("now", type_=UtcTime()))
)
_PROVE = Change(
    update(staff_sessions)
    .where(_T.id == bindparam("session_id"))
    .values(proven_at=bindparam("now", type_=UtcTime()), token_hash=bindparam("new_token_hash"))
)
_FORGET = Change(
    delete(staff_sessions).where(
        _T.sign_in_id.in_(select(_S.id).where(_S.expires_at < bindparam("now", type_=UtcTime())))
    )
)


def open_staff_session(unit: UnitOfWork, known: Known, visitor: Visitor, *, rule: StaffRule) -> str:
    """The token for the browser of somebody whose password was right; raises ``NotAllowed`` for customers."""
    if known.role not in STAFF_ROLES:
        raise NotAllowed("these pages are for staff: your account is good for the shop alone")
    token = random_text(_TOKEN_LENGTH)
    unit.add(
        staff_sessions,
        id=unit.new_id(staff_sessions),
        sign_in_id=begin_sign_in(unit, known, visitor, lifetime=rule.longest),
        token_hash=hash_of(token),
        role=known.role,
        seen_at=unit.now,
        proven_at=None,
    )
    return token


def staff_session_of(unit: Reading, token: str) -> StaffSession | None:
    """Whose browser shows this, whether it is still good or not."""
    return unit.first(_BY_TOKEN, token_hash=hash_of(token))


def standing_of(session: StaffSession | None, *, rule: StaffRule, now: datetime) -> Standing:
    """What he may see now. Pure."""
    if session is None or session.ended_at is not None or session.role is not session.role_then:
        return Standing.STRANGER
    if min(session.expires_at, session.created_at + rule.longest, session.seen_at + rule.idle) <= now:
        return Standing.STRANGER
    if session.factor_id is None:
        return Standing.SET_UP_WANTED if rule.second_factor else Standing.SIGNED_IN
    return Standing.SIGNED_IN if session.proven_at is not None else Standing.CODE_WANTED


def must_be_noted(session: StaffSession, now: datetime) -> bool:
    """Whether it is worth a write that he was here."""
    return now - session.seen_at >= _NOTED_EVERY


def note_seen(unit: UnitOfWork, session_id: int) -> None:
    """Somebody sits at this browser."""
    unit.put(_SEEN, session_id=session_id, now=unit.now)
    unit.may_be_lost()


def prove_session(unit: UnitOfWork, session_id: int) -> str:
    """The second factor was shown here; the browser gets another token, so that one from before opens nothing."""
    token = random_text(_TOKEN_LENGTH)
    unit.change(_PROVE, session_id=session_id, now=unit.now, new_token_hash=hash_of(token))
    return token


def forget_old_staff_sessions(unit: UnitOfWork) -> int:
    """Browsers whose time is over."""
    return unit.change(_FORGET, now=unit.now)


def hash_of(token: str) -> str:
    """What is kept of a browser's token; so many random bits need no slow hash."""
    return hashlib.sha256(f"browser of staff {token}".encode("utf-8", "surrogatepass")).hexdigest()
