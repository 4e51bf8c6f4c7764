"""Signing in and out. A token is good for an hour and for as long as its sign-in is not ended."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, update

from makeline.commerce.accounts.guesses import Guesses
from makeline.commerce.accounts.models import sign_ins
from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.queries import Known, known_by_name, open_sign_ins, user_for_update
from makeline.commerce.accounts.states import Role
from makeline.commerce.accounts.tokens import TokenKeys
from makeline.foundation.columns import UtcTime
from makeline.foundation.rate_limits import Limiter, RateLimited
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, Read, UnitOfWork
from makeline.kernel.errors import Unrecognised

TOKEN_LIFETIME = timedelta(hours=1)
STAFF_ROLES = frozenset({Role.STAFF, Role.ADMIN})
# How long an ended sign-in can still be looked up.
_KEEP_ENDED = timedelta(days=30)
_LONGEST_AGENT = 200
_WRONG = "Invalid credentials"

_END = Change(
    update(sign_ins)
    .where(sign_ins.c.id == bindparam("sign_in_id"), sign_ins.c.ended_at.is_(None))
    .values(ended_at=bindparam("now", type_=UtcTime()))
)
_FORGET = Change(delete(sign_ins).where(sign_ins.c.expires_at < bindparam("before", type_=UtcTime())))


class Visitor(NamedTuple):
    """Where somebody calls from (an address, for IPv6 its neighbourhood), and with which program."""

    address: str
    agent: str


class Signed(NamedTuple):
    """A fresh token and for how many seconds it is good."""

    token: str
    seconds: int


class SignInDesk(NamedTuple):
    """What signing in needs of the house; ``tries`` a minute for each name and address, ``guesses`` for each address."""

    begin: Begin
    read: Read
    passwords: PasswordPool
    keys: TokenKeys
    limiter: Limiter
    tries: int
    guesses: Guesses


async def sign_in(desk: SignInDesk, *, username: str, password: str, visitor: Visitor) -> Signed:
    """A token for who knows the password. Whatever is wrong, the answer is the same and takes as long."""
    known = await check_password(desk, username=username, password=password, visitor=visitor)
    return await desk.begin(
        lambda unit: _let_in(unit, desk.keys, known, visitor), actor=f"user {known.user_id}"
    )


async def check_password(desk: SignInDesk, *, username: str, password: str, visitor: Visitor) -> Known:
    """Who has this name, if the password is his. Tries are counted; whatever is wrong, the answer is the same."""
    known, now = await desk.read(lambda unit: (known_by_name(unit, username), unit.now))
    desk.guesses.must_be_open(visitor.address, now)
    await _must_have_a_try(desk, username, known, visitor)
    if not await desk.passwords.matches(known.password_hash if known else None, password) or known is None:
        await desk.guesses.failed(visitor.address, now)
        raise Unrecognised(_WRONG)
    return known


def sign_in_topic(sign_in_id: int) -> str:
    """What is touched when a sign-in, or what its person may do, changes."""
    return f"sign-in:{sign_in_id}"


def end_sign_ins(unit: UnitOfWork, sign_in_ids: Iterable[int]) -> int:
    """Their tokens are good for nothing from now on; returns how many were still open. Safe to repeat."""
    ended = 0
    for sign_in_id in sign_in_ids:
        ended += unit.change(_END, sign_in_id=sign_in_id, now=unit.now)
        unit.touch(sign_in_topic(sign_in_id))
    return ended


def end_every_sign_in(unit: UnitOfWork, user_id: int, *, but: int | None = None) -> int:
    """The same for everything he has open, but perhaps the one he acts with."""
    return end_sign_ins(unit, [entry.id for entry in open_sign_ins(unit, user_id) if entry.id != but])


def forget_old_sign_ins(unit: UnitOfWork) -> int:
    """Rows that tell nobody anything any more."""
    return unit.change(_FORGET, before=unit.now - _KEEP_ENDED)


async def _must_have_a_try(desk: SignInDesk, username: str, known: Known | None, visitor: Visitor) -> None:
    # With the last sign-in in its name the count begins anew whenever somebody got in: only failures use it up.
    since = f"{known.user_id}/{known.latest or 0}" if known else f"?{username.casefold()[:100]}"
    verdict = await desk.limiter.hit("sign-in", f"{visitor.address} {since}", desk.tries)
    if not verdict.admitted:
        raise RateLimited(
            f"too many failed sign-ins; try again in {verdict.retry_after} seconds",
            retry_after=verdict.retry_after,
        )


def begin_sign_in(unit: UnitOfWork, known: Known, visitor: Visitor, *, lifetime: timedelta) -> int:
    """The id of a new sign-in of somebody whose password was just checked."""
    # The password may have been changed while the old one was being checked.
    if user_for_update(unit, known.user_id).password_hash != known.password_hash:
        raise Unrecognised(_WRONG)
    sign_in_id = unit.new_id(sign_ins)
    unit.add(
        sign_ins,
        id=sign_in_id,
        user_id=known.user_id,
        created_at=unit.now,
        expires_at=unit.now + lifetime,
        address=visitor.address,
        agent=visitor.agent[:_LONGEST_AGENT],
    )
    return sign_in_id


def _let_in(unit: UnitOfWork, keys: TokenKeys, known: Known, visitor: Visitor) -> Signed:
    sign_in_id = begin_sign_in(unit, known, visitor, lifetime=TOKEN_LIFETIME)
    expires_at = unit.now + TOKEN_LIFETIME
    token = keys.issue(user_id=known.user_id, sign_in_id=sign_in_id, now=unit.now, expires_at=expires_at)
    return Signed(token, int(TOKEN_LIFETIME.total_seconds()))
