"""Our own calls of people about their sign-ins and their password."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.change_password import change_password
from makeline.commerce.accounts.members import Member, Members
from makeline.commerce.accounts.passwords import PasswordPool, SignInsBusy
from makeline.commerce.accounts.queries import open_sign_ins
from makeline.commerce.accounts.schemas import Ended, PasswordChange, SignIns, sign_in_answer
from makeline.commerce.accounts.sign_in import end_every_sign_in, end_sign_ins
from makeline.foundation.database import Database
from makeline.foundation.rate_limits import Limiter, RateLimited
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.paging import id_in
from makeline.kernel.errors import Invalid, NotFound, Unrecognised

_TAG = "Accounts"


@dataclass(frozen=True)
class SignInsDesk:
    """What the calls need of the house; ``tries`` a minute at the present password."""

    database: Database
    members: Members
    passwords: PasswordPool
    limiter: Limiter
    tries: int

    async def listed(self, request: Request) -> Response:
        """Where the caller is signed in, the latest first."""
        member = await self.members.member(request)
        entries = await self.database.read(lambda unit: open_sign_ins(unit, member.user_id))
        return json_answer({"items": [sign_in_answer(entry, current=member.sign_in_id) for entry in entries]})

    async def end_one(self, request: Request) -> Response:
        """End one of them; another one's is not found."""
        member = await self.members.member(request)
        sign_in_id = id_in(request, "sign_in_id")
        ended = await self.database.begin(lambda unit: _end_own(unit, member, sign_in_id), actor=member.actor)
        return json_answer({"ended": ended})

    async def end_others(self, request: Request) -> Response:
        """End all but the one of this call."""
        member = await self.members.member(request)
        ended = await self.database.begin(
            lambda unit: end_every_sign_in(unit, member.user_id, but=member.sign_in_id), actor=member.actor
        )
        return json_answer({"ended": ended})

    async def change_password(self, request: Request) -> Response:
        """A new password; every other sign-in ends."""
        member = await self.members.member(request)
        body = await read_body(request, PasswordChange)
        verdict = await self.limiter.hit("password change", str(member.user_id), self.tries)
        if not verdict.admitted:
            raise RateLimited("too many tries; wait a little", retry_after=verdict.retry_after)
        ended = await change_password(
            self.database.begin,
            self.passwords,
            user_id=member.user_id,
            sign_in_id=member.sign_in_id,
            current=body.current_password,
            wanted=body.new_password,
        )
        return json_answer({"ended": ended})


def _end_own(unit: UnitOfWork, member: Member, sign_in_id: int) -> int:
    if sign_in_id not in {entry.id for entry in open_sign_ins(unit, member.user_id)}:
        raise NotFound("you have no such sign-in")
    return end_sign_ins(unit, [sign_in_id])


def sign_in_endpoints(desk: SignInsDesk) -> tuple[Endpoint, ...]:
    """The paths of sign-ins."""
    return (
        Endpoint(
            "GET", "/v1/account/sign-ins", desk.listed, "Where you are signed in", _TAG, None, SignIns,
            refusals=(Unrecognised,),
        ),
        Endpoint(
            "DELETE", "/v1/account/sign-ins", desk.end_others, "Sign out everywhere else", _TAG, None, Ended,
            refusals=(Unrecognised,),
        ),
        Endpoint(
            "DELETE", "/v1/account/sign-ins/{sign_in_id}", desk.end_one, "End one sign-in", _TAG, None, Ended,
            refusals=(Unrecognised, NotFound, Invalid),
        ),
        Endpoint(
            "PUT", "/v1/account/password", desk.change_password, "A new password", _TAG, PasswordChange, Ended,
            refusals=(Unrecognised, SignInsBusy, Invalid),
        ),
    )  # fmt: skip
