"""Web orders over HTTP: bought by whoever approved a design, then told to whoever holds the order's address."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.queries import ModelNotAvailable
from makeline.cases.designs.visitors import Visitor
from makeline.cases.ordering.customer_page import language_wanted
from makeline.cases.ordering.price import PriceMismatch
from makeline.cases.production.progress import job_topic
from makeline.cases.shop.buy import offer_for
from makeline.cases.shop.cancel_order import cancel_order
from makeline.cases.shop.checkout import Cashier, buy, page_to_pay
from makeline.cases.shop.order_schemas import (
    BoughtAnswer,
    BuyBody,
    CheckoutAnswer,
    OfferAnswer,
    ReasonBody,
    WebOrderAnswer,
    money_of,
    offer_answer,
    web_order_answer,
)
from makeline.cases.shop.order_view import LAST, WebOrderView, view_web_order
from makeline.cases.shop.read_purchase import DesignNotApproved, read_purchase
from makeline.cases.shop.turnstile import Turnstile
from makeline.cases.stock.reserve import OutOfStock
from makeline.commerce.payments.checkout import AlreadyPaid, PaymentRefused, PaymentUnderWay
from makeline.commerce.payments.free import NothingToPay
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.event_stream import Scene, Streams, TooManyStreams
from makeline.foundation.web.once import claim_in, once_between_units
from makeline.kernel.errors import Invalid, NotFound, Unavailable, Unrecognised
from makeline.kernel.states import IllegalMove

_TAG = "Shop"
_AT = "/v1/shop/orders/{token}"
_NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class WebOrderDesk:
    """What the paths need of the house; ``visitor`` tells who calls."""

    database: Database
    cashier: Cashier
    streams: Streams
    visitor: Callable[[Request], Awaitable[Visitor]]
    turnstile: Turnstile

    async def price(self, request: Request) -> Response:
        """``POST /v1/shop/prices``: what an order would cost; nothing is kept."""
        visitor, body = await self.visitor(request), await read_body(request, BuyBody)
        language = language_wanted(request)
        offer = await self.database.read(
            lambda unit: offer_for(unit, read_purchase(unit, visitor, body, language=language))
        )
        return json_answer(offer_answer(offer), headers=_NOT_KEPT)

    async def buy(self, request: Request) -> Response:
        """``POST /v1/shop/orders``."""
        visitor = await self.visitor(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, BuyBody)
        await self.turnstile.let_in(request)
        language = language_wanted(request)

        async def work() -> dict[str, Any]:
            bought, page = await buy(
                self.cashier,
                lambda unit: read_purchase(unit, visitor, body, language=language),
                actor=visitor.name,
            )
            order = bought.order
            return {
                "order_number": order.number,
                "order_url": self.cashier.links.url(order.number),
                "order_token": self.cashier.links.token(order.number),
                "checkout_url": page,
                "due": money_of(order, order.due_minor),
                "expires_at": utc_text(bought.web_order.expires_at),
            }

        whose = visitor.token_hash or visitor.name
        claim = claim_in(request, raw, scope=f"web buyer {whose}")
        return await once_between_units(self.database.begin, claim, work, actor=visitor.name)

    async def told(self, request: Request) -> Response:
        """``GET /v1/shop/orders/{token}``."""
        return json_answer(_answer(await self.view(request)), headers=_NOT_KEPT)

    async def news(self, request: Request) -> Response:
        """``GET /v1/shop/orders/{token}/events``."""
        topic = job_topic((await self.view(request)).order.id)

        async def look() -> Scene:
            view = await self.view(request)
            over = view.phase in LAST
            seconds = None
            if not over and view.order.paid_at is None:
                seconds = max(1.0, (view.web_order.expires_at - view.at).total_seconds())
            return Scene(to_json(_answer(view)), [topic], seconds, over)

        return await self.streams.answer(request, self.database.changes, [topic], look, name="order")

    async def checkout(self, request: Request) -> Response:
        """``POST /v1/shop/orders/{token}/checkout``: the page to pay on, the same while it is open."""
        view = await self.view(request)
        return json_answer(
            {"checkout_url": await page_to_pay(self.cashier, view.order.id)}, headers=_NOT_KEPT
        )

    async def cancel(self, request: Request) -> Response:
        """``POST /v1/shop/orders/{token}/cancel``: while nobody may be printing it."""
        view, body = await self.view(request), await read_body(request, ReasonBody)

        def work(unit: UnitOfWork) -> None:
            cancel_order(unit, view.order.number, reason=f"by the customer: {body.reason}")

        await self.database.begin(work, actor="customer")
        return await self.told(request)

    async def view(self, request: Request) -> WebOrderView:
        """The order of the address; raises ``NotFound``."""
        token = request.path_params["token"]
        # A forged address is refused before the database is asked.
        if self.cashier.links.read(token) is None:
            raise NotFound("there is no such order")
        return await self.database.read(lambda unit: view_web_order(unit, self.cashier.links, token))


def _answer(view: WebOrderView) -> dict[str, Any]:
    return web_order_answer(view, over=view.phase in LAST)


def web_order_endpoints(desk: WebOrderDesk) -> Sequence[Endpoint]:
    """The paths of web orders."""
    reading = (Invalid, NotFound, Unrecognised, DesignNotApproved, ModelNotAvailable, PriceMismatch)
    paying = (AlreadyPaid, PaymentUnderWay, PaymentRefused, Unavailable)
    return (
        Endpoint(
            "POST", "/v1/shop/prices", desk.price, "What an order would cost", _TAG, BuyBody, OfferAnswer,
            refusals=reading,
        ),
        Endpoint(
            "POST", "/v1/shop/orders", desk.buy, "Order an approved design on a case", _TAG, BuyBody, BoughtAnswer,
            refusals=(*reading, OutOfStock, PaymentRefused, NothingToPay), keyed=True,
        ),
        Endpoint("GET", _AT, desk.told, "A web order, for holders of its address", _TAG, None, WebOrderAnswer, refusals=(NotFound,)),
        Endpoint(
            "GET", f"{_AT}/events", desk.news, "News of a web order, as server-sent events", _TAG, None, WebOrderAnswer,
            answer_type="text/event-stream", refusals=(NotFound, TooManyStreams, Unavailable),
        ),
        Endpoint(
            "POST", f"{_AT}/checkout", desk.checkout, "Where an unpaid web order is paid", _TAG, None, CheckoutAnswer,
            refusals=(NotFound, IllegalMove, *paying),
        ),
        Endpoint(
            "POST", f"{_AT}/cancel", desk.cancel, "Cancel a web order while nobody may be printing it", _TAG,
            ReasonBody, WebOrderAnswer, refusals=(NotFound, Invalid, IllegalMove),
        ),
    )  # fmt: skip
