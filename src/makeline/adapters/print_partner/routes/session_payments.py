"""Paying at the machine: the payment starts, the terminal took the money."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.routes.amounts import money_of
from makeline.adapters.print_partner.routes.session_answers import confirmed_answer
from makeline.adapters.print_partner.routes.session_schemas import (
    ConfirmPayment,
    PaymentBegun,
    PaymentConfirmed,
)
from makeline.adapters.print_partner.routes.sessions import AT, BARRED, TAG
from makeline.cases.kiosk.confirm import Confirmation, TransactionReused, confirm_payment
from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.pay import NoOrderYet, begin_payment
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.summary import must_agree
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.scopes import Scope
from makeline.cases.ordering.price import PriceMismatch
from makeline.cases.production.print_partner import PrintPartner
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once, once_between_units
from makeline.kernel.errors import NotAllowed
from makeline.kernel.money import Money
from makeline.kernel.states import IllegalMove


@dataclass(frozen=True)
class TillDesk:
    """What the payment paths of a session need of the house; one method per path."""

    database: Database
    recogniser: Recogniser
    partner: PrintPartner
    payment_minutes: int
    order_links: OrderLinks

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
            amount=money_of(body.payment_amount, body.currency),
            payment_data=body.payment_data,
        )

        def work(unit: UnitOfWork) -> dict[str, Any]:
            confirmed = confirm_payment(unit, caller, key, confirmation)
            return confirmed_answer(confirmed, self.order_links.url(confirmed.session))

        claim = claim_in(request, raw, scope=caller.scope)
        return await once(self.database.begin, claim, work, actor=caller.name)

    async def _caller(self, request: Request) -> tuple[Caller, str]:
        return await self.recogniser.caller(request), request.path_params["session_id"]


def till_endpoints(desk: TillDesk) -> Sequence[Endpoint]:
    """The paths of a payment at the machine."""
    return (
        Endpoint(
            "POST",
            f"{AT}/init-payment",
            desk.init_payment,
            "Start a payment at the machine",
            TAG,
            None,
            PaymentBegun,
            refusals=(*BARRED, NoOrderYet, IllegalMove),
            scope=Scope.PAY,
            keyed=True,
        ),
        Endpoint(
            "POST",
            f"{AT}/confirm-payment",
            desk.confirm,
            "The terminal took the money",
            TAG,
            ConfirmPayment,
            PaymentConfirmed,
            refusals=(*BARRED, NotAllowed, PriceMismatch, TransactionReused, NoOrderYet, IllegalMove),
            scope=Scope.PAY,
            keyed=True,
        ),
    )
