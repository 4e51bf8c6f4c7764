"""A letter to its owner whenever something happens to his second factor."""

from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.notices.mailer import Letter
from makeline.foundation.unit_of_work import UnitOfWork

_HAPPENED = {
    "set up": "a new second factor was set up. All other browsers and programs were signed out",
    "recovery codes renewed": "new recovery codes were made. The old ones are good for nothing",
    "recovery code used": "somebody signed in with a recovery code, which is spent now",
    "reset by an admin": "an admin took the second factor away. You set up a new one when you sign in next",
}
_TEXT = """Hello {name},

{happened}.

If that was you, or you know of it, there is nothing to do. If not, somebody else knows your password: change it now, and tell
an admin.

    {link}
"""


async def send_second_factor_letter(post: PostOffice, user_id: int, cause: str) -> None:
    """To his address; none when he has not named any. Raises ``MailTrouble``."""

    def write(unit: UnitOfWork) -> Letter | None:
        user = user_of(unit, user_id)
        if not user.email:
            return None
        happened = f"at your account {user.username} at Makeline {_HAPPENED[cause]}"
        text = _TEXT.format(name=user.username, happened=happened, link=f"{post.base_url}/staff/account")
        return Letter(user.email, "Your second factor at Makeline", text)

    letter = await post.begin(write, actor="post office")
    if letter is not None:
        await post.mailer.send(letter)
