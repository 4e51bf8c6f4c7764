"""Payments in the partner's words: his notices (``payStatus``), and how a payment stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.dialect import PAYMENT_NUMBERS
from makeline.adapters.print_partner.notices import (
    PaymentNotice,
    UnreadableBody,
    UnreadableNotice,
    problems_in_words,
    read_payment_notices,
)
from makeline.adapters.print_partner.routes.notice_schemas import PaymentNoticed, PaymentNotices
from makeline.adapters.print_partner.signature import verify
from makeline.cases.kiosk.notice import take_payment_notice
from makeline.cases.kiosk.payment_check import PaymentStanding, payment_known_as
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.scopes import Scope
from makeline.cases.production.print_partner import PaymentStatus
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.database import Database
from makeline.foundation.web.answers import json_answer, utc_text, utc_text_or_none
from makeline.foundation.web.body import LARGEST_JSON, header_of, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound, Unrecognised
from makeline.kernel.money import Money


class PaymentCheck(BaseModel):
    """Both documents' answer in one; ``amount`` in pence, ``total_amount`` in pounds."""

    success: bool
    third_id: str
    payment_id: str
    status: int
    status_description: str
    payment_status: str
    order_id: str
    amount: int
    total_amount: float
    currency: str
    created_at: str
    updated_at: str
    paid_at: str | None


MESSAGE = "Payment status updated successfully"


@dataclass(frozen=True)
class PaymentDesk:
    """What the payment paths need of the house."""

    database: Database
    recogniser: Recogniser
    # What the partner signs with; it counts only beside his address.
    partner_key: str

    async def check(self, request: Request) -> Response:
        """How a payment stands, in both documents' fields: pence in ``amount``, pounds in ``total_amount``."""
        caller = await self.recogniser.caller(request)
        reference = request.path_params["third_id"]
        found = await self.database.read(lambda unit: payment_known_as(unit, caller, reference))
        return json_answer(_standing(found))

    async def pay_status(self, request: Request) -> Response:
        """One notice or up to a hundred; each is kept and applied in its own unit, bad ones are named."""
        try:
            return await self._take(request, await self.recogniser.caller(request))
        finally:
            # The call was signed, and it came to no unit.
            await self.recogniser.spending.settle(request)

    async def _take(self, request: Request, caller: Caller) -> Response:
        if caller.from_browser:
            raise NotAllowed("a browser cannot report a payment")
        raw = await read_bytes(request, largest=LARGEST_JSON)
        try:
            kind = header_of(request, b"content-type") or b""
            batch = read_payment_notices(raw, kind.decode("latin-1"))
        except UnreadableBody as error:
            raise Invalid(FieldProblem("body", str(error))) from None
        if batch.ignored:
            request.state.ignored_fields = batch.ignored
        # His signature covers an object, or an array's first element and no other.
        first = self._vouched_for(request, raw, caller)
        if not batch.is_array and batch.notices:
            return await self._single(request, first, batch.notices[0])
        results = [
            await self._one_of_many(request, caller if position else first, notice)
            for position, notice in enumerate(batch.notices)
        ]
        return json_answer({**_envelope(None, None), "results": results})

    def _vouched_for(self, request: Request, raw: bytes, caller: Caller) -> Caller:
        if not caller.address_only or not self.partner_key:
            return caller
        claimed = request.headers.get("sign")
        if not claimed:
            return caller
        return replace(caller, address_only=not verify(raw, claimed, key=self.partner_key))

    async def _single(
        self, request: Request, caller: Caller, notice: PaymentNotice | UnreadableNotice
    ) -> Response:
        if isinstance(notice, UnreadableNotice):
            raise Invalid(*notice.problems)
        order_number = await self._apply(request, caller, notice)
        return json_answer(_envelope(order_number, notice.number))

    async def _one_of_many(
        self, request: Request, caller: Caller, notice: PaymentNotice | UnreadableNotice
    ) -> dict[str, Any]:
        if isinstance(notice, UnreadableNotice):
            errors = problems_in_words(notice.problems)
            return {"third_id": notice.reference, "success": False, "validation_errors": errors}
        order_number = await self._apply(request, caller, notice)
        return {
            "third_id": notice.reference,
            "success": True,
            "order_id": order_number,
            "status": notice.number,
        }

    async def _apply(self, request: Request, caller: Caller, notice: PaymentNotice) -> str | None:
        return await self.recogniser.spending.begin(
            request,
            lambda unit: take_payment_notice(
                unit,
                caller,
                reference=notice.reference,
                status=notice.status,
                amount=notice.amount,
                received=_as_received(notice, unit.now),
            ),
            actor=caller.name,
        )


def payment_endpoints(desk: PaymentDesk) -> tuple[Endpoint, ...]:
    """The paths about payments."""
    return (
        Endpoint(
            "GET",
            "/api/chinese/payment/{third_id}/status",
            desk.check,
            "How a payment stands",
            "Print partner",
            None,
            PaymentCheck,
            refusals=(NotFound,),
            scope=Scope.PAY,
        ),
        Endpoint(
            "POST",
            "/api/chinese/order/payStatus",
            desk.pay_status,
            "A notice about a payment",
            "Print partner",
            PaymentNotices,
            PaymentNoticed,
            body_required=False,
            refusals=(NotAllowed, Unrecognised, Invalid),
            scope=Scope.PAY,
            spends_inside=True,
        ),
    )


def _standing(found: PaymentStanding) -> dict[str, Any]:
    return {
        "success": True,
        "third_id": found.reference,
        "payment_id": found.reference,
        "status": PAYMENT_NUMBERS[_AS_PARTNER_SAYS.get(found.status, PaymentStatus.PAID)],
        "status_description": found.status.value,
        "payment_status": found.status.value,
        "order_id": found.order_number,
        "amount": found.amount_minor,
        "total_amount": Money(found.amount_minor, found.currency).as_number(),
        "currency": found.currency,
        "created_at": utc_text(found.created_at),
        "updated_at": utc_text(found.updated_at),
        "paid_at": utc_text_or_none(found.paid_at),
    }


# A refund leaves it paid: the partner has no number for what came after.
_AS_PARTNER_SAYS = {
    PaymentState.PENDING: PaymentStatus.PENDING,
    PaymentState.PROCESSING: PaymentStatus.PROCESSING,
    PaymentState.FAILED: PaymentStatus.FAILED,
    PaymentState.ERROR: PaymentStatus.ERROR,
}


def _envelope(order_number: str | None, number: int | None) -> dict[str, Any]:
    return {
        "msg": MESSAGE,
        "code": 200,
        "data": "success",
        "order_id": order_number,
        "status": number,
    }


def _as_received(notice: PaymentNotice, now: datetime) -> dict[str, Any]:
    return {
        "third_id": notice.reference,
        "status": notice.number,
        "message": notice.message,
        "pay_type": notice.pay_type,
        "pay_amount": notice.amount,
        "pay_date": notice.paid_at,
        "received_at": now.isoformat(),
    }
