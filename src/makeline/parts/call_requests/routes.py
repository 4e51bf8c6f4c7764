"""The documented calls about calls, and the same for people without an account."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.commerce.accounts.schemas import Message
from makeline.foundation.database import Database
from makeline.foundation.rate_limits import Limiter, RateLimited
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.front import VERDICT
from makeline.foundation.web.once import claim_in, once
from makeline.foundation.web.paging import PAGE_QUERY, cut_page, id_in, page_wanted
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound, Unrecognised
from makeline.parts.call_requests.agreement import TEXT, VERSION
from makeline.parts.call_requests.change_status import IllegalCallMove, change_call_status
from makeline.parts.call_requests.forget_call import forget_call
from makeline.parts.call_requests.queries import call_request_of, call_requests_page
from makeline.parts.call_requests.request_call import request_call
from makeline.parts.call_requests.schemas import (
    AgreementAnswer,
    CallRequestAnswer,
    CallRequestChange,
    CallRequests,
    NewCallRequest,
    call_request_answer,
)
from makeline.parts.call_requests.states import CallRequestStatus

_TAG = "Call requests"
_HOUR = 3600


@dataclass(frozen=True)
class CallDesk:
    """What the calls need of the house; requests an hour: of a guest's address, of an account. ``place`` tells whom
    an address is counted with."""

    database: Database
    members: Members
    limiter: Limiter
    place: Callable[[Request], str]
    guests_an_hour: int
    members_an_hour: int

    async def ask(self, request: Request) -> Response:
        """For whoever is signed in."""
        member = await self.members.member(request)
        return await self._ask(request, member.user_id, member.actor)

    async def ask_as_guest(self, request: Request) -> Response:
        """For everybody; of whoever is signed in it is his own."""
        member = await self.members.guest(request)
        if member is None:
            return await self._ask(request, None, "guest")
        return await self._ask(request, member.user_id, member.actor)

    async def listed(self, request: Request) -> Response:
        """The newest first; perhaps of one status."""
        await self.members.staff(request)
        wanted, status = page_wanted(request), request.query_params.get("status", "")
        if status and status not in set(CallRequestStatus):
            raise Invalid(
                FieldProblem("status", f"must be one of {', '.join(CallRequestStatus)}", status[:40])
            )
        rows, total = await self.database.read(
            lambda unit: call_requests_page(
                unit, status=status, limit=wanted.limit + 1, before_id=wanted.before_id
            )
        )
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda row: row.id)
        return json_answer([call_request_answer(row) for row in shown], headers=headers)

    async def one(self, request: Request) -> Response:
        """One of them."""
        await self.members.staff(request)
        call_request_id = id_in(request, "call_request_id")
        found = await self.database.read(lambda unit: call_request_of(unit, call_request_id))
        return json_answer(call_request_answer(found))

    async def change(self, request: Request) -> Response:
        """How it went."""
        staff = await self.members.staff(request)
        call_request_id = id_in(request, "call_request_id")
        status = (await read_body(request, CallRequestChange)).status
        await self.database.begin(
            lambda unit: change_call_status(unit, call_request_id, status), actor=staff.actor
        )
        return json_answer({"message": "Call request updated successfully"})

    async def forget(self, request: Request) -> Response:
        """By whoever asked, or staff."""
        member = await self.members.member(request)
        call_request_id = id_in(request, "call_request_id")
        await self.database.begin(lambda unit: forget_call(unit, member, call_request_id), actor=member.actor)
        return json_answer({"message": "Call request forgotten"})

    async def agreement(self, _request: Request) -> Response:
        """What people agree to."""
        return json_answer({"version": VERSION, "text": TEXT})

    async def _ask(self, request: Request, user_id: int | None, actor: str) -> Response:
        raw = await read_bytes(request, largest=LARGEST_JSON)
        wish = parse_body(request, raw, NewCallRequest).wish()
        if user_id is None:
            who, kind, most = self.place(request), "guest call request", self.guests_an_hour
        else:
            who, kind, most = str(user_id), "call request", self.members_an_hour
        verdict = await self.limiter.hit(kind, who, most, period=_HOUR)
        if not verdict.admitted:
            request.scope[VERDICT] = verdict
            raise RateLimited(f"at most {most} call requests an hour", retry_after=verdict.retry_after)
        claim = claim_in(request, raw, scope=f"{kind} of {who}")
        return await once(
            self.database.begin,
            claim,
            lambda unit: call_request_answer(request_call(unit, wish, user_id=user_id)),
            actor=actor,
        )


def call_request_endpoints(desk: CallDesk) -> tuple[Endpoint, ...]:
    """The paths of call requests."""
    staff = (Unrecognised, NotAllowed)
    asked = (Unrecognised, Invalid, RateLimited)
    return (
        Endpoint(
            "POST", "/call-request", desk.ask, "Ask to be called", _TAG, NewCallRequest, CallRequestAnswer,
            refusals=asked, keyed=True,
        ),
        Endpoint(
            "POST", "/call-requests", desk.ask, "The same", _TAG, NewCallRequest, CallRequestAnswer,
            refusals=asked, keyed=True,
        ),
        Endpoint(
            "POST", "/v1/call-requests", desk.ask_as_guest, "Ask to be called, without an account", _TAG,
            NewCallRequest, CallRequestAnswer, refusals=asked, keyed=True,
        ),
        Endpoint(
            "GET", "/v1/call-requests/agreement", desk.agreement, "What people agree to who want to be called",
            _TAG, None, AgreementAnswer,
        ),
        Endpoint(
            "DELETE", "/v1/call-requests/{call_request_id}", desk.forget, "Take back what you gave to be called",
            _TAG, None, Message, refusals=(Unrecognised, NotFound, Invalid),
        ),
        Endpoint(
            "GET", "/admin/call-requests", desk.listed, "Who wants to be called", _TAG, None, CallRequests,
            refusals=(*staff, Invalid), query=("status", *PAGE_QUERY),
        ),
        Endpoint(
            "GET", "/admin/call-requests/{call_request_id}", desk.one, "One call request", _TAG, None,
            CallRequestAnswer, refusals=(*staff, NotFound, Invalid),
        ),
        Endpoint(
            "PUT", "/admin/call-requests/{call_request_id}", desk.change, "Say how a call request went", _TAG,
            CallRequestChange, Message, refusals=(*staff, NotFound, IllegalCallMove, Invalid),
        ),
    )  # fmt: skip
