"""The documented calls of admins about people."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.change_profile import change_profile
from makeline.commerce.accounts.change_role import LastAdmin, change_role, role_for
from makeline.commerce.accounts.members import Members
from makeline.commerce.accounts.queries import user_of, users_page
from makeline.commerce.accounts.schemas import Message, UserAnswer, UserChange, Users, user_answer
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.paging import PAGE_QUERY, id_in, page_headers, page_wanted
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound, Unrecognised

_TAG = "Users"
_NEEDED = (Unrecognised, NotAllowed)


@dataclass(frozen=True)
class UserDesk:
    """What the calls need of the house."""

    database: Database
    members: Members

    async def listed(self, request: Request) -> Response:
        """The newest first."""
        await self.members.admin(request)
        wanted = page_wanted(request)
        rows, total = await self.database.read(
            lambda unit: users_page(unit, limit=wanted.limit + 1, before_id=wanted.before_id)
        )
        shown = rows[: wanted.limit]
        headers = page_headers(
            request, wanted, ids=[user.id for user in shown], total=total, more=len(rows) > wanted.limit
        )
        return json_answer([user_answer(user) for user in shown], headers=headers)

    async def one(self, request: Request) -> Response:
        """One of them."""
        await self.members.admin(request)
        user_id = id_in(request, "user_id")
        return json_answer(user_answer(await self.database.read(lambda unit: user_of(unit, user_id))))

    async def change(self, request: Request) -> Response:
        """Only what was sent changes; a role from his next request on."""
        admin = await self.members.admin(request)
        user_id = id_in(request, "user_id")
        body = await read_body(request, UserChange)
        await self.database.begin(lambda unit: _change(unit, user_id, body), actor=admin.actor)
        return json_answer({"message": "User updated successfully"})


def _change(unit: UnitOfWork, user_id: int, body: UserChange) -> None:
    user = user_of(unit, user_id)
    role = body.role
    if body.is_admin is not None:
        meant = role_for(body.is_admin, role or user.role)
        if role is not None and meant is not role:
            raise Invalid(FieldProblem("is_admin", "says something else than role"))
        role = meant
    if role is not None:
        change_role(unit, user_id, role)
    change_profile(unit, user_id, texts=body.texts(), kind=body.user_type)


def user_endpoints(desk: UserDesk) -> tuple[Endpoint, ...]:
    """The paths of admins about people."""
    return (
        Endpoint(
            "GET", "/users", desk.listed, "Everybody who has an account", _TAG, None, Users,
            refusals=(*_NEEDED, Invalid), query=PAGE_QUERY,
        ),
        Endpoint(
            "GET", "/users/{user_id}", desk.one, "One account", _TAG, None, UserAnswer,
            refusals=(*_NEEDED, NotFound, Invalid),
        ),
        Endpoint(
            "PUT", "/users/{user_id}", desk.change, "Change an account or its role", _TAG, UserChange, Message,
            refusals=(*_NEEDED, NotFound, LastAdmin, Invalid),
        ),
    )  # fmt: skip
