"""Links in letters: made, read, spent. Whoever follows one proves that the mailbox is his."""

import hashlib
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from makeline.commerce.accounts.models import User, mail_links
from makeline.commerce.accounts.states import MailPurpose
from makeline.foundation.columns import UtcTime, Word
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.ids import random_text

LIFETIMES = {MailPurpose.CONFIRM: timedelta(days=3), MailPurpose.RESET: timedelta(minutes=30)}
# 160 bits.
TOKEN_LENGTH = 32


class MailLink(NamedTuple):
    """A link that is still good."""

    id: int
    user_id: int
    purpose: MailPurpose
    email: str


class MailLinkVoid(Refusal):
    """Unknown, used already, or too old: one and the same no."""

    code = "MAIL_LINK_VOID"
    kind = Kind.GONE


_L = mail_links.c
_FORGET = Change(
    delete(mail_links).where(
        _L.user_id == bindparam("user_id"), _L.purpose == bindparam("purpose", type_=Word(MailPurpose))
    )
)
_FORGET_ALL = Change(delete(mail_links).where(_L.user_id == bindparam("user_id")))
_FORGET_OLD = Change(delete(mail_links).where(_L.expires_at < bindparam("now", type_=UtcTime())))
_GOOD = Query(
    select(_L.id, _L.user_id, _L.purpose, _L.email).where(
        _L.token_hash == bindparam("token_hash"),
        _L.used_at.is_(None),
        _L.expires_at > bindparam("now", type_=UtcTime()),
    ),
    MailLink,
)
_USE = Change(
    update(mail_links)
    .where(_L.id == bindparam("link_id"), _L.used_at.is_(None))
    .values(used_at=bindparam("now", type_=UtcTime()))
)


def make_mail_link(unit: UnitOfWork, user: User, purpose: MailPurpose) -> str:
    """A token for his present address; an earlier one for the same purpose is void."""
    unit.change(_FORGET, user_id=user.id, purpose=purpose)
    token = random_text(TOKEN_LENGTH)
    unit.add(
        mail_links,
        id=unit.new_id(mail_links),
        user_id=user.id,
        purpose=purpose,
        email=user.email,
        token_hash=_hash(token),
        created_at=unit.now,
        expires_at=unit.now + LIFETIMES[purpose],
    )
    return token


def good_mail_link(unit: Reading, token: str) -> MailLink:
    """What the token is good for; raises ``MailLinkVoid``."""
    found = unit.first(_GOOD, token_hash=_hash(token), now=unit.now)
    if found is None:
        raise MailLinkVoid("this link is good no more: ask for a new one")
    return found


def spend_mail_link(unit: UnitOfWork, token: str, purpose: MailPurpose) -> MailLink:
    """The same, and never again; a link for something else is void, too."""
    found = good_mail_link(unit, token)
    if found.purpose is not purpose or not unit.change(_USE, link_id=found.id, now=unit.now):
        raise MailLinkVoid("this link is good no more: ask for a new one")
    return found


def void_mail_links(unit: UnitOfWork, user_id: int) -> None:
    """Whatever letters he has, their links are good for nothing."""
    unit.change(_FORGET_ALL, user_id=user_id)


def forget_old_mail_links(unit: UnitOfWork) -> int:
    """Rows whose time is over."""
    return unit.change(_FORGET_OLD, now=unit.now)


def _hash(token: str) -> str:
    # So many random bits need no slow hash.
    return hashlib.sha256(f"mail link {token}".encode("utf-8", "surrogatepass")).hexdigest()
