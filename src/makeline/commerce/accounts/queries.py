"""Questions about people and their sign-ins."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.commerce.accounts.models import SignIn, User, sign_ins, users
from makeline.commerce.accounts.states import Role
from makeline.foundation.columns import UtcTime, Word
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound

LARGEST_ID = 2**53 - 1


class Known(NamedTuple):
    """Who a name belongs to, as far as signing in needs it; ``latest`` is the id of his last sign-in, or None."""

    user_id: int
    name_key: str
    role: Role
    password_hash: str
    latest: int | None


class SignedIn(NamedTuple):
    """A sign-in with the person as he is now."""

    sign_in_id: int
    user_id: int
    username: str
    role: Role
    expires_at: datetime
    ended_at: datetime | None


class Total(NamedTuple):
    """How many."""

    count: int


class Number(NamedTuple):
    """An id."""

    id: int


_U, _S = users.c, sign_ins.c
_LATEST = select(func.max(_S.id)).where(_S.user_id == _U.id).scalar_subquery()
_KNOWN = Query(
    select(_U.id, _U.name_key, _U.role, _U.password_hash, _LATEST).where(
        _U.name_key == bindparam("name_key")
    ),
    Known,
)
_USER = Query(select(users).where(_U.id == bindparam("user_id")), User)
_LOCKED = Query(select(users).where(_U.id == bindparam("user_id")).with_for_update(), User)
_PAGE = Query(
    select(users).where(_U.id < bindparam("before_id")).order_by(_U.id.desc()).limit(bindparam("most")), User
)
_TOTAL = Query(select(func.count()).select_from(users), Total)
_OF_ROLE = Query(
    select(_U.id).where(_U.role == bindparam("role", type_=Word(Role))).order_by(_U.id).with_for_update(),
    Number,
)
_SIGNED_IN = Query(
    select(_S.id, _U.id, _U.username, _U.role, _S.expires_at, _S.ended_at)
    .join_from(sign_ins, users, _U.id == _S.user_id)
    .where(_S.id == bindparam("sign_in_id")),
    SignedIn,
)
_OPEN = Query(
    select(sign_ins)
    .where(
        _S.user_id == bindparam("user_id"),
        _S.ended_at.is_(None),
        _S.expires_at > bindparam("now", type_=UtcTime()),
    )
    .order_by(_S.id.desc()),
    SignIn,
)


def name_key(username: str) -> str:
    """How user names are compared: whatever looks the same is the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold())


def known_by_name(unit: Reading, username: str) -> Known | None:
    """Who has this name."""
    return unit.first(_KNOWN, name_key=name_key(username))


def user_of(unit: Reading, user_id: int) -> User:
    """A person; raises ``NotFound``."""
    found = unit.first(_USER, user_id=user_id) if 0 < user_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("there is no such user")
    return found


def user_for_update(unit: Reading, user_id: int) -> User:
    """The same, locked until the unit ends."""
    found = unit.first(_LOCKED, user_id=user_id) if 0 < user_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("there is no such user")
    return found


def users_page(unit: Reading, *, limit: int, before_id: int | None) -> tuple[Sequence[User], int]:
    """The newest users below an id, and how many there are in all."""
    rows = unit.all(_PAGE, before_id=before_id or LARGEST_ID + 1, most=limit)
    total = unit.first(_TOTAL)
    return rows, total.count if total else 0


def ids_of_role_for_update(unit: Reading, role: Role) -> list[int]:
    """Everybody of a role; locked, so that two admins cannot take the role from each other at once."""
    return [row.id for row in unit.all(_OF_ROLE, role=role)]


def signed_in(unit: Reading, sign_in_id: int) -> SignedIn | None:
    """A sign-in and its person, whether it is still good or not."""
    return unit.first(_SIGNED_IN, sign_in_id=sign_in_id)


def open_sign_ins(unit: Reading, user_id: int) -> list[SignIn]:
    """His sign-ins whose tokens are good, the latest first."""
    return unit.all(_OPEN, user_id=user_id, now=unit.now)
