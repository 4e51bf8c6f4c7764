"""An address is somebody's once he has followed the link in a letter to it."""

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.events import EmailConfirmationWished
from makeline.commerce.accounts.mail_links import make_mail_link, spend_mail_link, void_mail_links
from makeline.commerce.accounts.models import users
from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.accounts.queries import user_for_update, user_of
from makeline.commerce.accounts.states import MailPurpose
from makeline.commerce.notices.mailer import Letter
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

_CONFIRM = Change(
    update(users)
    .where(users.c.id == bindparam("user_id"), users.c.email == bindparam("confirmed"))
    .values(email_confirmed_at=bindparam("now", type_=UtcTime()))
)
_MOVE = Change(
    update(users)
    .where(users.c.id == bindparam("user_id"))
    .values(email=bindparam("new_email"), email_confirmed_at=None)
)
_TEXT = """Hello {name},

somebody, we hope you, gave this address for an account at Makeline. To confirm that it is yours, open

    {link}

The link is good for three days. If it was not you, do nothing: without it nothing is sent here.
"""


async def send_confirmation(post: PostOffice, user_id: int) -> None:
    """A letter with a fresh link; none when there is nothing to confirm. Raises ``MailTrouble``."""

    def write(unit: UnitOfWork) -> Letter | None:
        user = user_of(unit, user_id)
        if not user.email or user.email_confirmed_at is not None:
            return None
        link = post.link(make_mail_link(unit, user, MailPurpose.CONFIRM))
        return Letter(user.email, "Confirm your address", _TEXT.format(name=user.username, link=link))

    letter = await post.begin(write, actor="post office")
    if letter is not None:
        await post.mailer.send(letter)


def confirm_email(unit: UnitOfWork, token: str) -> None:
    """The address of the letter is his; raises ``MailLinkVoid``, also when he has another one by now."""
    link = spend_mail_link(unit, token, MailPurpose.CONFIRM)
    unit.change(_CONFIRM, user_id=link.user_id, confirmed=link.email, now=unit.now)


async def change_email(
    begin: Begin, passwords: PasswordPool, *, user_id: int, email: str, password: str
) -> None:
    """Another address, to be confirmed; asks for the password. Links in letters to the old one are void."""
    actor = f"user {user_id}"
    user = await begin(lambda unit: user_of(unit, user_id), actor=actor)
    if not await passwords.matches(user.password_hash, password):
        raise Invalid(FieldProblem("current_password", "is not the present password"))

    def move(unit: UnitOfWork) -> None:
        if user_for_update(unit, user_id).email == email:
            return
        unit.change(_MOVE, user_id=user_id, new_email=email)
        void_mail_links(unit, user_id)
        unit.emit(EmailConfirmationWished(user_id))

    await begin(move, actor=actor)
