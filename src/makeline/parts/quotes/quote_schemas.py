"""What the calls of quotes take and answer."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from makeline.parts.quotes.read_lines import MOST_LINES
from makeline.parts.quotes.schemas import PriceFields

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
# Hundred million of the largest unit; what is dearer is a mistake of the keyboard.
_DEAREST = 10_000_000_000
_LONGEST = 1000


class QuoteLineRequest(PriceFields):
    """A price request, or a line of the revision before: alone it stays, with fields beside it they replace its own."""

    service_id: str | None = None
    material_id: str | None = None
    title: str | None = Field(None, max_length=200)
    line_id: int | None = None


class NewQuoteRequest(BaseModel):
    """What an offer is asked for. The rules of each line's fields are checked all at once."""

    title: Title = ""
    note: Words = ""
    lines: list[QuoteLineRequest] = Field(min_length=1, max_length=MOST_LINES)


class RevisionRequest(BaseModel):
    """What the next revision is made of; without ``lines`` all of them are priced anew."""

    title: Title | None = None
    note: Words | None = None
    lines: list[QuoteLineRequest] | None = Field(None, min_length=1, max_length=MOST_LINES)


class Asked(BaseModel):
    """The same, with the fields of its lines as they were sent: they are read by the rules of prices."""

    title: Title | None = None
    note: Words | None = None
    lines: list[dict[str, Any]] | None = Field(None, min_length=1, max_length=MOST_LINES)


class Rejection(BaseModel):
    """Why the customer does not want it."""

    reason: Words = ""


class LineAnswer(BaseModel):
    """A price in minor units for one part with its working days, or ``refuse`` with a note that says why."""

    unit_price: int | None = Field(None, gt=0, le=_DEAREST)
    days: int | None = Field(None, ge=1, le=_LONGEST)
    days_max: int | None = Field(None, ge=1, le=_LONGEST)
    refuse: bool = False
    note: Words = ""


class Amount(BaseModel):
    """Minor units of a currency."""

    amount: int
    currency: str


class ReviewReason(BaseModel):
    """Why a person has to look at a line."""

    code: str
    field: str | None
    message: str
    given: Any
    limit: Any


class LineFile(BaseModel):
    """The CAD file of a line; ``available`` until it is deleted."""

    id: int
    available: bool


class LinePrice(BaseModel):
    """What a line costs, and in how many working days; null without a price."""

    unit_price: Amount | None
    total: Amount | None
    days: int | None
    days_max: int | None


class QuoteLineAnswer(LinePrice):
    """A line: instant, needs_review, answered or refused."""

    id: int
    position: int
    state: str
    title: str
    quantity: int
    request: dict[str, Any]
    file: LineFile | None
    price_id: int | None
    confidence: str | None
    basis: str | None
    rate_card: str | None
    rate_card_version: int | None
    reasons: list[ReviewReason]
    due_at: str | None
    answered_at: str | None
    answer_note: str | None


class QuoteHeadAnswer(BaseModel):
    """What is said of an offer everywhere."""

    id: int
    number: str
    revision: int
    state: str
    title: str | None
    note: str | None
    currency: str
    created_at: str
    expires_at: str | None
    closed_at: str | None
    po_number: str | None
    reject_reason: str | None
    shared_at: str | None
    order_id: int | None
    total: Amount
    lines_in_review: int


class RevisionAnswer(BaseModel):
    """A revision among its like."""

    id: int
    revision: int
    state: str
    created_at: str


class VatAnswer(BaseModel):
    """How value added tax stands to the prices (none, on_top, included), per cent and amount."""

    kind: str
    rate: float
    amount: Amount


class QuoteAnswer(QuoteHeadAnswer):
    """An offer with its lines. ``total`` is the goods, ``due`` what is paid for them, without shipping."""

    vat: VatAnswer
    due: Amount

    lines: list[QuoteLineAnswer]
    revisions: list[RevisionAnswer]


class ListedQuote(QuoteHeadAnswer):
    """An offer in a list."""

    lines_count: int


class QuoteList(BaseModel):
    """The newest first."""

    items: list[ListedQuote]


class SharedLine(LinePrice):
    """A line as strangers see it."""

    position: int
    state: str
    title: str
    quantity: int
    due_at: str | None


class SharedQuote(BaseModel):
    """An offer as holders of its address see it."""

    number: str
    revision: int
    state: str
    currency: str
    created_at: str
    expires_at: str | None
    total: Amount
    vat: VatAnswer
    due: Amount
    lines: list[SharedLine]


class QuoteLink(BaseModel):
    """The address of an offer, told this once."""

    url: str
    token: str
    shared_at: str


class QuoteUnshared(BaseModel):
    """It is seen by its address no more."""

    shared: bool


class WaitingQuote(BaseModel):
    """The offer that a line belongs to."""

    id: int
    number: str
    revision: int
    note: str | None
    created_at: str


class Customer(BaseModel):
    """Who asked."""

    user_id: int
    username: str


class Suggestion(BaseModel):
    """What the rate card would say."""

    unit_price: int
    currency: str
    days: int
    days_max: int


class WaitingLine(BaseModel):
    """A line that waits for staff."""

    quote: WaitingQuote
    customer: Customer
    line_id: int
    position: int
    title: str
    quantity: int
    request: dict[str, Any]
    file_id: int | None
    reasons: list[ReviewReason]
    suggestion: Suggestion | None
    due_at: str
    overdue: bool


class ReviewQueue(BaseModel):
    """The most urgent first."""

    items: list[WaitingLine]
