"""Orders for parts on the wire: what is sent."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, StrictFloat, StrictInt, StringConstraints

from makeline.parts.ordering.models import DeliveryKind
from makeline.parts.ordering.words import Standing
from makeline.parts.quotes.schemas import PriceRequest

MOST_LINES = 50


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


def _or_none(value: Any) -> Any:
    return None if value == "" else value


def _or_nothing(value: Any) -> Any:
    return [] if value is None or value == "" else value


Words = Annotated[str, BeforeValidator(_or_empty), StringConstraints(max_length=4000)]
Short = Annotated[str, BeforeValidator(_or_empty), StringConstraints(max_length=200, strip_whitespace=True)]
Amount = Annotated[StrictInt | StrictFloat | None, BeforeValidator(_or_none)]
Id = Annotated[StrictInt, Field(ge=1, le=2**53 - 1)]
Ids = Annotated[list[Id], BeforeValidator(_or_nothing), Field(max_length=50)]


class DeliveryWish(BaseModel):
    """How the parts come to the customer; an address needs street and city."""

    kind: DeliveryKind
    recipient: Short = ""
    phone: Short = ""
    street: Short = ""
    city: Short = ""
    postcode: Short = ""
    country: Short = ""


class OrderWords(BaseModel):
    """What is said about a whole order; collected where it is made unless ``delivery`` says otherwise."""

    special_instructions: Words = ""
    po_number: Short = ""
    delivery: DeliveryWish | None = None
    document_ids: Ids = Field(default_factory=list)
    # Compared, never used.
    total_price: Amount = None


class QuotedOrder(OrderWords):
    """A quote that is ordered as it stands, by its id."""

    quote_id: Id


class LineWords(BaseModel):
    """What is said about one line beside the fields of its price."""

    file_id: Annotated[Id | None, BeforeValidator(_or_none)] = None
    title: Short = ""
    # Compared, never used.
    detail_price: Amount = None
    total_price: Amount = None


class OrderRequest(PriceRequest):
    """One part, by the fields of a price; the price is the server's. What the caller thinks it costs is compared.

    Or a quote as it stands: then ``quote_id`` stands in the place of all fields of a price.
    """

    quote_id: int | None = None

    po_number: str | None = None
    delivery: DeliveryWish | None = None
    title: str | None = None
    detail_price: float | None = None
    total_price: float | None = None


class OrderLineRequest(PriceRequest):
    """One of several parts."""

    title: str | None = None
    detail_price: float | None = None
    total_price: float | None = None


class OrderLinesRequest(OrderWords):
    """Several parts in one order; ``total_price`` is that of all goods, compared and never used."""

    lines: list[OrderLineRequest] = Field(min_length=1, max_length=MOST_LINES)


class StandingChange(BaseModel):
    """Where staff moves an order to."""

    status: Standing


class BankPayment(BaseModel):
    """A line of the bank's statement: roubles, what the bank calls it, and the day it was booked."""

    amount: StrictInt | StrictFloat
    reference: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    date: date


class GivingBack(BaseModel):
    """Why the money goes back."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class NoteText(BaseModel):
    """What staff writes down."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


class AgainRequest(BaseModel):
    """What the caller thinks the goods cost now; compared, never used."""

    total_price: Amount = None
