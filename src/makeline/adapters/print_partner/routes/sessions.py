"""The documented session paths: open, poll, join, look, validate, end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.routes.session_answers import (
    created_answer,
    order_info_answer,
    standing,
    status_answer,
    validated_answer,
)
from makeline.adapters.print_partner.routes.session_schemas import (
    ClosedSession,
    CreatedSession,
    CreateSession,
    OrderInfo,
    RegisteredUser,
    RegisterUser,
    SessionStatusAnswer,
    ValidatedSession,
)
from makeline.cases.kiosk.close import PaymentInProgress, close_session
from makeline.cases.kiosk.join import register_phone
from makeline.cases.kiosk.open import MachineBusy, open_session
from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.pay import NoOrderYet
from makeline.cases.kiosk.queries import SessionExpired, access_session, topic_of
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.kiosk.summary import must_agree
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.credentials import COOKIE
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.scopes import Scope
from makeline.cases.machines.selling import MachineAway, MachinePaused, SalesRule
from makeline.commerce.files.storage import StorageAway
from makeline.foundation.changes import AnswerCache
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.kernel.errors import FieldProblem, Invalid, NotFound, Unrecognised
from makeline.kernel.states import IllegalMove

TAG = "Kiosk sessions"
AT = "/api/vending/session/{session_id}"
OURS = "/v1/sessions/{session_id}"
UNKNOWN = (InvalidSessionId, NotFound)
BARRED = (*UNKNOWN, Unrecognised, SessionExpired, Invalid)


@dataclass(frozen=True)
class SessionDesk:
    """What the session paths need of the house; one method per path."""

    database: Database
    recogniser: Recogniser
    base_url: str
    statuses: AnswerCache
    payment_silence: timedelta
    order_links: OrderLinks
    rule: SalesRule

    async def create(self, request: Request) -> Response:
        """``POST /api/vending/create-session``."""
        caller = await self.recogniser.caller(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, CreateSession)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            session, machine = open_session(
                unit,
                caller,
                body.machine_id,
                minutes=body.session_timeout_minutes,
                location=body.location,
                details=body.metadata,
                rule=self.rule,
            )
            return created_answer(session, machine, self.base_url)

        claim = claim_in(request, raw, scope=caller.scope)
        return await once(self.database.begin, claim, work, actor=caller.name)

    async def status(self, request: Request) -> Response:
        """``GET /api/vending/session/{session_id}/status``: from memory until the session changes."""
        key = request.path_params["session_id"]
        topic = topic_of(key)
        kept = self.statuses.get(topic)
        if kept is not None and (kept[1] is None or self.database.clock() < kept[1]):
            return Response(kept[0], media_type="application/json")
        begun = self.statuses.begin(topic)
        answer, good_until = await self.database.read(lambda unit: _status(unit, key))
        body = to_json(answer)
        self.statuses.keep(topic, (body, good_until), begun=begun)
        return Response(body, media_type="application/json")

    async def register(self, request: Request) -> Response:
        """``POST …/register-user``."""
        caller, key = await self._caller(request)
        body = await read_body(request, RegisterUser)
        must_agree(key, body.session_id, "session_id")
        registration = body.model_dump(exclude={"session_id"}, exclude_none=True)

        def work(unit: UnitOfWork) -> tuple[dict[str, Any], str | None]:
            _must_be_at(unit, key, body.machine_id)
            session, token = register_phone(unit, caller, key, registration=registration)
            given = {"client_token": token, "order_url": self.order_links.url(session)} if token else {}
            return {**_registered(session_standing=standing(session, unit.now)), **given}, token

        answer, token = await self.database.begin(work, actor=caller.name)
        response = json_answer(answer)
        if token is not None:
            # The phone's page calls below both; nothing else of ours is ever sent the secret.
            for path in (AT, OURS):
                response.set_cookie(
                    COOKIE,
                    token,
                    path=path.format(session_id=key),
                    httponly=True,
                    secure=self.base_url.startswith("https:"),
                    samesite="lax",
                )
        return response

    async def order_info(self, request: Request) -> Response:
        """``GET …/order-info``."""
        key = request.path_params["session_id"]

        def ask(unit: Any) -> dict[str, Any]:
            session, machine = access_session(unit, key)
            if session.design_id is None:
                raise NoOrderYet("there is no order summary yet")
            return order_info_answer(unit, session, machine)

        return json_answer(await self.database.read(ask))

    async def validate(self, request: Request) -> Response:
        """``POST …/validate``."""
        caller, key = await self._caller(request)

        def ask(unit: Any) -> dict[str, Any]:
            session, _ = access_session(unit, key)
            return validated_answer(session, caller.address, unit.now)

        return json_answer(await self.database.read(ask))

    async def close(self, request: Request) -> Response:
        """``DELETE /api/vending/session/{session_id}``."""
        caller, key = await self._caller(request)
        await self.database.begin(
            lambda unit: close_session(unit, caller, key, silence=self.payment_silence), actor=caller.name
        )
        return json_answer({"success": True, "message": "Session cancelled successfully", "session_id": key})

    async def _caller(self, request: Request) -> tuple[Caller, str]:
        return await self.recogniser.caller(request), request.path_params["session_id"]


def _at(
    method: str,
    path: str,
    call: Any,
    summary: str,
    body: Any,
    answer: Any,
    *refusals: Any,
    scope: str = "",
) -> Endpoint:
    # Registering again and closing again change nothing; only what makes something needs a key.
    keyed = body is CreateSession
    return Endpoint(
        method, path, call, summary, TAG, body, answer, refusals=refusals, scope=scope, keyed=keyed
    )


def session_endpoints(desk: SessionDesk) -> Sequence[Endpoint]:
    """The paths of a session's life."""
    return (
        _at("GET", f"{AT}/status", desk.status, "Poll a session", None, SessionStatusAnswer, *UNKNOWN),
        _at(
            "POST",
            "/api/vending/create-session",
            desk.create,
            "Open a session",
            CreateSession,
            CreatedSession,
            *(NotFound, Unrecognised, Invalid, MachineBusy, MachinePaused, MachineAway, StorageAway),
            scope=Scope.SESSIONS,
        ),
        _at(
            "POST",
            f"{AT}/register-user",
            desk.register,
            "The phone scanned the code",
            RegisterUser,
            RegisteredUser,
            *(*BARRED, IllegalMove),
        ),
        _at(
            "GET",
            f"{AT}/order-info",
            desk.order_info,
            "What is to be paid",
            None,
            OrderInfo,
            *UNKNOWN,
            NoOrderYet,
        ),
        _at(
            "POST", f"{AT}/validate", desk.validate, "Is this session good?", None, ValidatedSession, *UNKNOWN
        ),
        _at(
            "DELETE",
            AT,
            desk.close,
            "End a session",
            None,
            ClosedSession,
            *(*UNKNOWN, Unrecognised, PaymentInProgress),
            scope=Scope.SESSIONS,
        ),
    )


def _status(unit: Any, key: str) -> tuple[dict[str, Any], Any]:
    session, machine = access_session(unit, key)
    answer = status_answer(unit, session, machine)
    changes_by_clock = answer["status"] not in (
        SessionStatus.EXPIRED,
        SessionStatus.CANCELLED,
        SessionStatus.PAYMENT_COMPLETED,
    )
    return answer, session.expires_at if changes_by_clock else None


def _must_be_at(unit: UnitOfWork, key: str, machine_key: str | None) -> None:
    _, machine = access_session(unit, key)
    if machine_key is not None and machine_called(unit, machine_key) != machine:
        raise Invalid(FieldProblem("machine_id", "is not the machine of this session", machine_key))


def _registered(*, session_standing: dict[str, Any]) -> dict[str, Any]:
    return {
        "success": True,
        "message": "User registered with vending machine session",
        "session_status": session_standing,
        "user_registered": True,
    }
