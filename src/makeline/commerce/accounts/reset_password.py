"""A forgotten password: a letter to the confirmed address, and a new password for who has it."""

from typing import NamedTuple

from sqlalchemy import bindparam, or_, select

from makeline.commerce.accounts.change_password import set_password
from makeline.commerce.accounts.mail_links import (
    good_mail_link,
    make_mail_link,
    spend_mail_link,
    void_mail_links,
)
from makeline.commerce.accounts.models import users
from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.accounts.queries import name_key, user_of
from makeline.commerce.accounts.sign_up import checked_password
from makeline.commerce.accounts.states import MailPurpose
from makeline.commerce.notices.mailer import Letter
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Begin, UnitOfWork

# One address may have several accounts; more than these few are nobody's who forgot a password.
_MOST_LETTERS = 5
_TEXT = """Hello {name},

somebody, we hope you, asked for a new password of the account {name} at Makeline. To choose one, open

    {link}

The link is good once and for half an hour. If it was not you, do nothing: the old password stays.
"""


class _Found(NamedTuple):
    id: int


_REACHABLE = Query(
    select(users.c.id)
    .where(
        or_(users.c.name_key == bindparam("name_key"), users.c.email == bindparam("email")),
        users.c.email_confirmed_at.is_not(None),
    )
    .order_by(users.c.id)
    .limit(_MOST_LETTERS),
    _Found,
)


async def send_reset_letters(post: PostOffice, login: str) -> None:
    """To everybody whose name or confirmed address this is, if anybody. Raises ``MailTrouble``; a second run sends
    fresh links, and those of the first are void."""
    for letter in await post.begin(lambda unit: _letters(unit, post, login), actor="post office"):
        await post.mailer.send(letter)


async def reset_password(begin: Begin, passwords: PasswordPool, *, token: str, wanted: str) -> None:
    """The new password; every sign-in and every other link of his end. Raises ``MailLinkVoid``."""

    def look(unit: UnitOfWork) -> str:
        return user_of(unit, good_mail_link(unit, token).user_id).username

    # Whoever has no link costs us no hash.
    checked_password(wanted, await begin(look, actor="letter"))
    password_hash = await passwords.hash(wanted)

    def store(unit: UnitOfWork) -> None:
        link = spend_mail_link(unit, token, MailPurpose.RESET)
        set_password(unit, link.user_id, password_hash=password_hash)
        void_mail_links(unit, link.user_id)

    await begin(store, actor="letter")


def _letters(unit: UnitOfWork, post: PostOffice, login: str) -> list[Letter]:
    letters = []
    for found in unit.all(_REACHABLE, name_key=name_key(login), email=login):
        user = user_of(unit, found.id)
        link = post.link(make_mail_link(unit, user, MailPurpose.RESET))
        letters.append(Letter(user.email, "A new password", _TEXT.format(name=user.username, link=link)))
    return letters
