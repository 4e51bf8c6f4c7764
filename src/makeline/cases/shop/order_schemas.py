"""What is said and answered about web orders; money in whole minor units, times in UTC."""

from typing import Any

from pydantic import BaseModel, Field

from makeline.cases.shop.buy import Offer
from makeline.cases.shop.catalogue import price
from makeline.cases.shop.catalogue_schemas import Price
from makeline.cases.shop.order_view import WebOrderView, timeline
from makeline.commerce.orders.models import Order
from makeline.foundation.web.answers import utc_text


class AddressBody(BaseModel):
    """Where it goes; what a country needs is told by ``GET /v1/shop/delivery``. ``country``: ISO 3166-1, two letters."""

    recipient: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


class BuyBody(BaseModel):
    """One approved design on one case, delivered to ``address`` or collected at a machine (``collect_at``).

    ``design_hash`` says which approved revision is meant. ``amount_minor`` is what the caller believes it costs: it is
    compared with our price, never used. ``quantity`` is 1: every case has a payment and a print of its own.
    """

    design_id: str = Field(max_length=60)
    design_hash: str | None = Field(default=None, max_length=64)
    quantity: int = 1
    customer_email: str = Field(max_length=254)
    customer_name: str = ""
    language: str | None = Field(default=None, max_length=10)
    address: AddressBody | None = None
    collect_at: str | None = Field(default=None, max_length=100)
    extras: dict[str, int] = Field(default_factory=dict)
    amount_minor: int | None = None
    currency: str | None = Field(default=None, max_length=3)


class BoughtAnswer(BaseModel):
    """The order, which exists now, and where it is paid; ``checkout_url`` is null while no payment can be taken,
    and for an order that is free (``due`` is 0): it is being made already."""

    order_number: str
    order_url: str
    order_token: str
    checkout_url: str | None
    due: Price
    expires_at: str


class OfferAnswer(BaseModel):
    """What an order would cost."""

    lines: list["WebLineAnswer"]
    delivery: Price
    due: Price


class CheckoutAnswer(BaseModel):
    """Where the order is paid."""

    checkout_url: str


class WebLineAnswer(BaseModel):
    """One thing of an order."""

    title: str
    quantity: int
    unit_price: Price


class WebEventAnswer(BaseModel):
    """A step and its moment."""

    step: str
    at: str


class WebOrderAnswer(BaseModel):
    """A web order as its customer sees it. ``phase`` is one word for all of it; ``over``: nothing more is to come."""

    order_number: str
    phase: str
    journey: str
    payment_status: str
    handover: str
    lines: list[WebLineAnswer]
    delivery: Price
    due: Price
    carrier: str | None
    tracking: str | None
    expires_at: str
    timeline: list[WebEventAnswer]
    over: bool


class StaffWebOrder(WebOrderAnswer):
    """The same with what staff needs to send it. ``collect_at``: the machine's key."""

    id: int
    customer_email: str
    customer_name: str
    address: AddressBody | None
    collect_at: str | None
    made_at_machine: str
    order_url: str


class StaffWebOrders(BaseModel):
    """The newest first."""

    items: list[StaffWebOrder]


class ShipBody(BaseModel):
    """Who carries it, under which number."""

    carrier: str = Field(max_length=60)
    tracking: str = Field(default="", max_length=60)


class ReasonBody(BaseModel):
    """Why."""

    reason: str = Field(min_length=1, max_length=200)


def money_of(order: Order, minor: int) -> dict[str, Any]:
    """An amount in the order's currency."""
    return price(minor, order.currency)


def offer_answer(offer: Offer) -> dict[str, Any]:
    """What an order would cost."""
    currency = offer.total.currency
    return {
        "lines": [
            {"title": line.title, "quantity": line.quantity, "unit_price": price(line.unit_minor, currency)}
            for line in (offer.case, *offer.extras)
        ],
        "delivery": price(offer.delivery.minor, currency),
        "due": price(offer.total.minor, currency),
    }


def web_order_answer(view: WebOrderView, *, over: bool) -> dict[str, Any]:
    """As its customer sees it."""
    order, row = view.order, view.web_order
    return {
        "order_number": order.number,
        "phase": view.phase,
        "journey": row.journey,
        "payment_status": order.payment_status,
        "handover": row.handover,
        "lines": [
            {"title": line.title, "quantity": line.quantity, "unit_price": money_of(order, line.unit_minor)}
            for line in view.lines
        ],
        "delivery": money_of(order, order.shipping_minor),
        "due": money_of(order, order.due_minor),
        "carrier": row.carrier,
        "tracking": row.tracking,
        "expires_at": utc_text(row.expires_at),
        "timeline": [{"step": word.removeprefix("step_"), "at": utc_text(at)} for word, at in timeline(view)],
        "over": over,
    }


def staff_answer(view: WebOrderView, *, over: bool, url: str) -> dict[str, Any]:
    """With what staff needs to send it."""
    row = view.web_order
    return {
        **web_order_answer(view, over=over),
        "id": row.id,
        "customer_email": row.email,
        "customer_name": row.name,
        "address": row.address or None,
        "collect_at": view.place.key if view.place else None,
        "made_at_machine": view.maker.key,
        "order_url": url,
    }
