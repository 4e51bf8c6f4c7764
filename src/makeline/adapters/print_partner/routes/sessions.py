"""The eight documented session paths, and ours for pictures and for starting a payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.routes.pictures import read_upload
from makeline.adapters.print_partner.routes.session_answers import (
    confirmed_answer,
    created_answer,
    order_info_answer,
    price_number,
    standing,
    status_answer,
    validated_answer,
)
from makeline.adapters.print_partner.routes.session_schemas import (
    ClosedSession,
    ConfirmPayment,
    CreatedSession,
    CreateSession,
    OrderInfo,
    OrderSummary,
    PaymentBegun,
    PaymentConfirmed,
    RegisteredUser,
    RegisterUser,
    SessionStatusAnswer,
    SummaryReceived,
    UploadedPicture,
    ValidatedSession,
)
from makeline.cases.designs.renderer import PictureRefused, PrintRenderer, RendererBusy
from makeline.cases.kiosk.add_picture import add_picture
from makeline.cases.kiosk.close import PaymentInProgress, close_session
from makeline.cases.kiosk.confirm import Confirmation, TransactionReused, confirm_payment
from makeline.cases.kiosk.join import register_phone
from makeline.cases.kiosk.open import MachineBusy, open_session
from makeline.cases.kiosk.pay import NoOrderYet, begin_payment
from makeline.cases.kiosk.queries import SessionExpired, access_session, topic_of
from makeline.cases.kiosk.recognise import COOKIE, Recogniser
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.kiosk.submit_design import submit_design
from makeline.cases.kiosk.summary import PriceMismatch, SummaryRequest, must_agree
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.queries import machine_called
from makeline.cases.production.print_partner import PrintPartner
from makeline.cases.stock.reserve import OutOfStock
from makeline.commerce.files.links import Audience, Links
from makeline.commerce.files.storage import Storage
from makeline.foundation.changes import AnswerCache
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once, once_between_units
from makeline.kernel.errors import FieldProblem, Invalid, NotFound, Unrecognised
from makeline.kernel.money import Money, NotMoney
from makeline.kernel.states import IllegalMove

_TAG = "Kiosk sessions"


@dataclass(frozen=True)
class SessionDesk:
    """What the session paths need of the house; one method per path."""

    database: Database
    recogniser: Recogniser
    storage: Storage
    renderer: PrintRenderer
    partner: PrintPartner
    links: Links
    base_url: str
    statuses: AnswerCache
    payment_minutes: int
    payment_silence: timedelta

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
            return _registered(session_standing=standing(session, unit.now), token=token), token

        answer, token = await self.database.begin(work, actor=caller.name)
        response = json_answer(answer)
        if token is not None:
            response.set_cookie(
                COOKIE,
                token,
                path=f"/api/vending/session/{key}",
                httponly=True,
                secure=self.base_url.startswith("https:"),
                samesite="lax",
            )
        return response

    async def picture(self, request: Request) -> Response:
        """``POST …/images``: multipart ``file`` or raw bytes."""
        caller, key = await self._caller(request)
        raw = await read_upload(request)
        file = await add_picture(self.database.begin, self.storage, self.renderer, caller, key, raw)
        link = self.links.link(file.name, Audience.CUSTOMER, self.database.clock())
        return json_answer(
            {
                "success": True,
                "image": file.name,
                "url": link.url,
                "width": file.width_px,
                "height": file.height_px,
                "sha256": file.sha256,
            }
        )

    async def order_summary(self, request: Request) -> Response:
        """``POST …/order-summary``."""
        caller, key = await self._caller(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, OrderSummary)
        must_agree(key, body.session_id, "session_id")
        summary = _summary_request(body)

        async def work() -> dict[str, Any]:
            submitted = await submit_design(
                self.database.begin, self.storage, self.renderer, caller, key, summary
            )
            return {
                "success": True,
                "message": "Order summary received and processed",
                "session_updated": True,
                "payment_required": True,
                "session_status": {
                    "status": submitted.session.status,
                    "user_progress": submitted.session.progress,
                    "payment_amount": price_number(submitted.session),
                },
                "warnings": list(submitted.warnings),
            }

        claim = claim_in(request, raw, scope=caller.scope)
        return await once_between_units(self.database.begin, claim, work, actor=caller.name)

    async def order_info(self, request: Request) -> Response:
        """``GET …/order-info``."""
        key = request.path_params["session_id"]

        def ask(unit: Any) -> dict[str, Any]:
            session, machine = access_session(unit, key)
            if session.design_id is None:
                raise NoOrderYet("there is no order summary yet")
            return order_info_answer(unit, session, machine)

        return json_answer(await self.database.read(ask))

    async def init_payment(self, request: Request) -> Response:
        """``POST …/init-payment``."""
        caller, key = await self._caller(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)

        async def work() -> dict[str, Any]:
            begun = await begin_payment(
                self.database.begin, self.partner, caller, key, minutes=self.payment_minutes
            )
            amount = Money(begun.payment.amount_minor, begun.payment.currency)
            return {
                "success": True,
                "third_id": begun.payment.reference,
                "chinese_payment_id": begun.payment.provider_reference,
                "order_id": begun.order.number,
                "amount": amount.as_number(),
                "currency": amount.currency,
            }

        claim = claim_in(request, raw, scope=caller.scope)
        return await once_between_units(self.database.begin, claim, work, actor=caller.name)

    async def confirm(self, request: Request) -> Response:
        """``POST …/confirm-payment``."""
        caller, key = await self._caller(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, ConfirmPayment)
        must_agree(key, body.session_id, "session_id")
        confirmation = Confirmation(
            transaction_id=body.transaction_id,
            method=body.payment_method,
            amount=_money(body.payment_amount, body.currency),
            payment_data=body.payment_data,
        )

        def work(unit: UnitOfWork) -> dict[str, Any]:
            return confirmed_answer(confirm_payment(unit, caller, key, confirmation))

        claim = claim_in(request, raw, scope=caller.scope)
        return await once(self.database.begin, claim, work, actor=caller.name)

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


def session_endpoints(desk: SessionDesk) -> Sequence[Endpoint]:
    """The paths, most often called first."""
    at = "/api/vending/session/{session_id}"
    lost = (InvalidSessionId, NotFound)
    barred = (*lost, Unrecognised, SessionExpired, Invalid)
    return (
        Endpoint(
            "GET",
            f"{at}/status",
            desk.status,
            "Poll a session",
            _TAG,
            None,
            SessionStatusAnswer,
            refusals=lost,
        ),
        Endpoint(
            "POST",
            f"{at}/order-summary",
            desk.order_summary,
            "Submit the finished design",
            _TAG,
            OrderSummary,
            SummaryReceived,
            refusals=(*barred, PriceMismatch, OutOfStock, IllegalMove, RendererBusy),
        ),
        Endpoint(
            "POST",
            f"{at}/init-payment",
            desk.init_payment,
            "Start a payment at the machine",
            _TAG,
            None,
            PaymentBegun,
            refusals=(*barred, NoOrderYet, IllegalMove),
        ),
        Endpoint(
            "POST",
            f"{at}/confirm-payment",
            desk.confirm,
            "The terminal took the money",
            _TAG,
            ConfirmPayment,
            PaymentConfirmed,
            refusals=(*barred, PriceMismatch, TransactionReused, NoOrderYet, IllegalMove),
        ),
        Endpoint(
            "POST",
            "/api/vending/create-session",
            desk.create,
            "Open a session",
            _TAG,
            CreateSession,
            CreatedSession,
            refusals=(NotFound, Unrecognised, Invalid, MachineBusy),
        ),
        Endpoint(
            "POST",
            f"{at}/register-user",
            desk.register,
            "The phone scanned the code",
            _TAG,
            RegisterUser,
            RegisteredUser,
            refusals=(*barred, IllegalMove),
        ),
        Endpoint(
            "POST",
            f"{at}/images",
            desk.picture,
            "Upload a picture",
            _TAG,
            None,
            UploadedPicture,
            refusals=(*barred, PictureRefused, RendererBusy),
        ),
        Endpoint(
            "GET",
            f"{at}/order-info",
            desk.order_info,
            "What is to be paid",
            _TAG,
            None,
            OrderInfo,
            refusals=(*lost, NoOrderYet),
        ),
        Endpoint(
            "POST",
            f"{at}/validate",
            desk.validate,
            "Is this session good?",
            _TAG,
            None,
            ValidatedSession,
            refusals=lost,
        ),
        Endpoint(
            "DELETE",
            at,
            desk.close,
            "End a session",
            _TAG,
            None,
            ClosedSession,
            refusals=(*lost, Unrecognised, PaymentInProgress),
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


def _registered(*, session_standing: dict[str, Any], token: str | None) -> dict[str, Any]:
    answer = {
        "success": True,
        "message": "User registered with vending machine session",
        "session_status": session_standing,
        "user_registered": True,
    }
    return answer if token is None else {**answer, "client_token": token}


def _money(amount: float, currency: str | None) -> Money:
    try:
        return Money.of(amount, currency or "GBP")
    except NotMoney as error:
        unknown = "currency" in str(error)
        raise Invalid(
            FieldProblem(
                "currency" if unknown else "payment_amount", str(error), currency if unknown else amount
            )
        ) from None


def _summary_request(body: OrderSummary) -> SummaryRequest:
    data = body.order_data
    return SummaryRequest(
        amount=_money(body.payment_amount, body.currency),
        brand=data.brand or "",
        model=data.model,
        template=data.template,
        images=tuple(data.images),
        order_data=data.model_dump(exclude_none=True),
        text=data.text or "",
        font=data.font or "",
        background=data.colors.background or "",
        text_colour=data.colors.text or "",
    )
