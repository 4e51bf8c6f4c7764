"""Our own calls about addresses and forgotten passwords."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.confirm_email import change_email, confirm_email
from makeline.commerce.accounts.events import EmailConfirmationWished, PasswordResetWished
from makeline.commerce.accounts.mail_links import MailLinkVoid
from makeline.commerce.accounts.members import Members
from makeline.commerce.accounts.passwords import PasswordPool, SignInsBusy
from makeline.commerce.accounts.queries import name_key
from makeline.commerce.accounts.reset_password import reset_password
from makeline.commerce.accounts.schemas import EmailChange, LetterToken, Message, NewPasswordWish, ResetWish
from makeline.foundation.database import Database
from makeline.foundation.rate_limits import Limiter, RateLimited
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Invalid, Unrecognised

_TAG = "Accounts"
_HOUR = 3600
# Letters an hour that one name or one account can cause, and wishes an hour of one address.
_LETTERS = 3
_WISHES = 20


@dataclass(frozen=True)
class LetterWishDesk:
    """What the calls need of the house. ``place`` tells whom an address is counted with."""

    database: Database
    members: Members
    passwords: PasswordPool
    limiter: Limiter
    place: Callable[[Request], str]
    tries: int

    async def wish_reset(self, request: Request) -> Response:
        """The same answer, and the same work, whether anybody has this name or address."""
        body = await read_body(request, ResetWish)
        await self._must_have("reset place", self.place(request), _WISHES)
        await self._must_have("reset letter", name_key(body.login), _LETTERS)
        await self.database.begin(
            lambda unit: unit.emit(PasswordResetWished(body.login)), actor="forgotten password"
        )
        return json_answer({"message": "If there is a confirmed address, a letter is on its way to it"})

    async def reset(self, request: Request) -> Response:
        """A new password for who has the letter."""
        body = await read_body(request, NewPasswordWish)
        await reset_password(self.database.begin, self.passwords, token=body.token, wanted=body.new_password)
        return json_answer({"message": "Password changed"})

    async def wish_confirmation(self, request: Request) -> Response:
        """One more letter to the present address."""
        member = await self.members.member(request)
        await self._must_have("confirmation letter", str(member.user_id), _LETTERS)
        await self.database.begin(
            lambda unit: unit.emit(EmailConfirmationWished(member.user_id)), actor=member.actor
        )
        return json_answer({"message": "A letter is on its way unless your address is confirmed already"})

    async def confirm(self, request: Request) -> Response:
        """The address is confirmed."""
        body = await read_body(request, LetterToken)
        await self.database.begin(lambda unit: confirm_email(unit, body.token), actor="letter")
        return json_answer({"message": "Address confirmed"})

    async def change_email(self, request: Request) -> Response:
        """Another address; it has to be confirmed."""
        member = await self.members.member(request)
        body = await read_body(request, EmailChange)
        await self._must_have("password change", str(member.user_id), self.tries, period=60)
        await self._must_have("confirmation letter", str(member.user_id), _LETTERS)
        await change_email(
            self.database.begin,
            self.passwords,
            user_id=member.user_id,
            email=body.email,
            password=body.current_password,
        )
        return json_answer({"message": "Address changed; a letter is on its way to it"})

    async def _must_have(self, kind: str, who: str, limit: int, *, period: int = _HOUR) -> None:
        verdict = await self.limiter.hit(kind, who, limit, period=period)
        if not verdict.admitted:
            raise RateLimited("too many letters; wait a little", retry_after=verdict.retry_after)


def letter_endpoints(desk: LetterWishDesk) -> tuple[Endpoint, ...]:
    """The paths of addresses and forgotten passwords."""
    return (
        Endpoint(
            "POST", "/v1/account/password-resets", desk.wish_reset, "A letter with a link to a new password",
            _TAG, ResetWish, Message, refusals=(Invalid,),
        ),
        Endpoint(
            "PUT", "/v1/account/password-resets", desk.reset, "A new password for who has the letter",
            _TAG, NewPasswordWish, Message, refusals=(MailLinkVoid, SignInsBusy, Invalid),
        ),
        Endpoint(
            "POST", "/v1/account/email-confirmations", desk.wish_confirmation, "One more letter",
            _TAG, None, Message, refusals=(Unrecognised,),
        ),
        Endpoint(
            "PUT", "/v1/account/email-confirmations", desk.confirm, "Confirm an address by its letter",
            _TAG, LetterToken, Message, refusals=(MailLinkVoid, Invalid),
        ),
        Endpoint(
            "PUT", "/v1/account/email", desk.change_email, "Another address", _TAG, EmailChange, Message,
            refusals=(Unrecognised, SignInsBusy, Invalid),
        ),
    )  # fmt: skip
