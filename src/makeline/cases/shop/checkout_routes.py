"""``POST /create-checkout-session``: the documented way of a webstore client to the payment page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.queries import ModelNotAvailable
from makeline.cases.designs.renderer import PictureMissing, PrintRenderer, RendererBusy
from makeline.cases.ordering.customer_page import language_wanted
from makeline.cases.ordering.price import PriceMismatch
from makeline.cases.shop.checkout import Cashier, buy
from makeline.cases.shop.final_image import FinalImage, drawn, purchase_of
from makeline.cases.shop.turnstile import Turnstile
from makeline.cases.stock.reserve import OutOfStock
from makeline.commerce.files.links import Links
from makeline.commerce.files.storage import Storage
from makeline.commerce.payments.checkout import PaymentRefused
from makeline.commerce.payments.checkout_rows import latest_checkout_of
from makeline.commerce.payments.free import NothingToPay
from makeline.foundation.database import Database
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once_between_units
from makeline.kernel.errors import Invalid, Unavailable
from makeline.kernel.money import Money

_CURRENCY = "GBP"


class CheckoutBody(BaseModel):
    """A case with one picture of ours on it. ``amount_pence`` is compared with our price and never used.

    ``final_image_url``: the ``url`` that ``POST /designs/images`` answered; pictures of others are never fetched.
    """

    amount_pence: int = Field(ge=0, le=100_000_000)
    template_id: str = Field(max_length=100)
    brand: str = Field(max_length=100)
    model: str = Field(max_length=100)
    customer_email: str | None = Field(default=None, max_length=254)
    customer_name: str | None = Field(default=None, max_length=200)
    final_image_url: str | None = Field(default=None, max_length=2000)


class CheckoutSessionAnswer(BaseModel):
    """Where it is paid, and the gateway's name of that page; then our order, which exists already.

    A free order is settled: its own page stands for the gateway's, and ``session_id`` is null.
    """

    checkout_url: str
    session_id: str | None
    order_number: str
    order_url: str


@dataclass(frozen=True)
class CheckoutDesk:
    """What the path needs of the house."""

    database: Database
    storage: Storage
    renderer: PrintRenderer
    links: Links
    cashier: Cashier
    turnstile: Turnstile

    async def create(self, request: Request) -> Response:
        """Check, draw, place the order, open the page."""
        raw = await read_bytes(request, largest=LARGEST_JSON)
        wish = _wish(parse_body(request, raw, CheckoutBody), language_wanted(request))
        await self.turnstile.let_in(request)
        claim = claim_in(request, raw, scope="webstore client")
        return await once_between_units(
            self.database.begin, claim, lambda: self._open(wish), actor="webstore"
        )

    async def _open(self, wish: FinalImage) -> dict[str, Any]:
        begin, cashier = self.database.begin, self.cashier
        commission = await drawn(begin, self.storage, self.renderer, self.links, cashier.terms, wish)
        bought, url = await buy(cashier, lambda unit: purchase_of(unit, commission, wish), actor="webstore")
        number = bought.order.number
        told = {"order_number": number, "order_url": cashier.links.url(number)}
        if bought.order.due_minor == 0:
            return {"checkout_url": told["order_url"], "session_id": None, **told}
        checkout = await self.database.read(lambda unit: latest_checkout_of(unit, bought.order.id))
        if url is None or checkout is None or checkout.page_reference is None:
            raise Unavailable(
                "payments are away for a moment; the order is kept and can be paid later", **told
            )
        return {"checkout_url": url, "session_id": checkout.page_reference, **told}


def checkout_endpoints(desk: CheckoutDesk) -> Sequence[Endpoint]:
    """The documented path."""
    return (
        Endpoint(
            "POST", "/create-checkout-session", desk.create, "Order a case and open its payment page", "Webstore",
            CheckoutBody, CheckoutSessionAnswer, keyed=True,
            refusals=(
                Invalid, PriceMismatch, ModelNotAvailable, OutOfStock, PictureMissing, RendererBusy, PaymentRefused,
                NothingToPay,
                Unavailable,
            ),
        ),
    )  # fmt: skip


def _wish(body: CheckoutBody, language: str) -> FinalImage:
    return FinalImage(
        url=body.final_image_url or "",
        template=body.template_id,
        brand=body.brand,
        model=body.model,
        amount=Money(body.amount_pence, _CURRENCY),
        email=(body.customer_email or "").strip(),
        name=(body.customer_name or "").strip(),
        language=language,
    )
