"""The documented calls of people about themselves: register, sign in and out, profile."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.change_profile import change_profile
from makeline.commerce.accounts.members import Members
from makeline.commerce.accounts.passwords import SignInsBusy
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.accounts.schemas import (
    Login,
    Message,
    ProfileChange,
    Register,
    Registered,
    Token,
    UserAnswer,
    user_answer,
)
from makeline.commerce.accounts.sign_in import SignInDesk, Visitor, end_sign_ins, sign_in
from makeline.commerce.accounts.sign_up import NewUser, UsernameTaken, sign_up
from makeline.commerce.accounts.states import PersonKind
from makeline.foundation.database import Database
from makeline.foundation.rate_limits import RateLimited
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once_between_units
from makeline.kernel.errors import Invalid, Unrecognised

_HOUR = 3600
_TAG = "Accounts"


@dataclass(frozen=True)
class AccountDesk:
    """What the calls need of the house. ``place`` tells whom an address is counted with; ``name_taken_seconds``: how long
    it takes to hear that a name is taken."""

    database: Database
    members: Members
    signing: SignInDesk
    place: Callable[[Request], str]
    registrations_an_hour: int
    name_taken_seconds: float

    async def register(self, request: Request) -> Response:
        """A new customer. Names that are taken are counted like those that are free."""
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, Register)
        wanted = NewUser(
            body.username,
            body.email,
            body.full_name,
            body.phone,
            body.user_type or PersonKind.INDIVIDUAL,
            body.company(),
        )
        place = self.place(request)

        async def work() -> dict[str, object]:
            await self._must_have_room(place)
            try:
                user_id = await sign_up(
                    self.database.begin, self.signing.passwords, wanted, password=body.password
                )
            except UsernameTaken:
                # Nothing is held meanwhile: a list of names takes its reader that long for each.
                await asyncio.sleep(self.name_taken_seconds)
                raise
            return {"message": "User registered successfully", "user_id": user_id}

        claim = claim_in(request, raw, scope=f"register {place}")
        return await once_between_units(self.database.begin, claim, work, actor="sign-up")

    async def login(self, request: Request) -> Response:
        """A token, kept by no cache."""
        body = await read_body(request, Login)
        visitor = Visitor(self.place(request), request.headers.get("user-agent", ""))
        signed = await sign_in(self.signing, username=body.username, password=body.password, visitor=visitor)
        answer = {"access_token": signed.token, "token_type": "bearer", "expires_in": signed.seconds}
        return json_answer(answer, headers={"Cache-Control": "no-store"})

    async def logout(self, request: Request) -> Response:
        """The token is good for nothing from now on, in every process."""
        member = await self.members.member(request)
        await self.database.begin(lambda unit: end_sign_ins(unit, [member.sign_in_id]), actor=member.actor)
        return json_answer({"message": "Successfully logged out"})

    async def profile(self, request: Request) -> Response:
        """What is known of the caller."""
        member = await self.members.member(request)
        user = await self.database.read(lambda unit: user_of(unit, member.user_id))
        return json_answer(user_answer(user))

    async def change(self, request: Request) -> Response:
        """Only what was sent changes."""
        member = await self.members.member(request)
        body = await read_body(request, ProfileChange)
        await self.database.begin(
            lambda unit: change_profile(unit, member.user_id, texts=body.texts(), kind=body.user_type),
            actor=member.actor,
        )
        return json_answer({"message": "Profile updated successfully"})

    async def _must_have_room(self, place: str) -> None:
        verdict = await self.signing.limiter.hit(
            "registration", place, self.registrations_an_hour, period=_HOUR
        )
        if not verdict.admitted:
            raise RateLimited(
                f"at most {verdict.limit} new accounts an hour", retry_after=verdict.retry_after
            )


def account_endpoints(desk: AccountDesk) -> tuple[Endpoint, ...]:
    """The paths of people about themselves."""
    return (
        Endpoint(
            "POST", "/register", desk.register, "A new account", _TAG, Register, Registered,
            refusals=(UsernameTaken, SignInsBusy, RateLimited, Invalid), keyed=True,
        ),
        Endpoint(
            "POST", "/login", desk.login, "A token for name and password", _TAG, Login, Token,
            refusals=(Unrecognised, SignInsBusy, Invalid),
        ),
        Endpoint(
            "POST", "/logout", desk.logout, "End the token", _TAG, None, Message, refusals=(Unrecognised,)
        ),
        Endpoint(
            "GET", "/profile", desk.profile, "Who is signed in", _TAG, None, UserAnswer,
            refusals=(Unrecognised,),
        ),
        Endpoint(
            "PUT", "/profile", desk.change, "Change what is known of you", _TAG, ProfileChange, Message,
            refusals=(Unrecognised, Invalid),
        ),
    )  # fmt: skip
