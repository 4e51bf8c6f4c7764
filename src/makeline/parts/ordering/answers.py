"""Orders for parts on the wire: what is answered. Amounts in roubles, moments in UTC."""

from typing import Any

from pydantic import BaseModel, RootModel


class OrderRow(BaseModel):
    """An order as lists show it; service, file and quantity are those of its first line."""

    order_id: int
    order_number: str
    user_id: int
    service_id: str
    file_id: int | None
    quantity: int
    status: str
    payment_status: str
    total_price: float
    shipping_amount: float
    vat: str
    vat_percent: float
    vat_amount: float
    amount_due: float
    currency: str
    created_at: str


class OrderRows(RootModel[list[OrderRow]]):
    """The newest first."""


class OrderedFile(BaseModel):
    """A file that is made; its name stays with the order when it is deleted."""

    id: int
    filename: str
    original_filename: str
    file_size: int
    file_type: str
    deleted: bool


class OrderDelivery(BaseModel):
    """How the parts come to the customer."""

    kind: str
    recipient: str
    phone: str
    street: str
    city: str
    postcode: str
    country: str


class OrderLineAnswer(BaseModel):
    """A line with the price that is kept for it; ``request`` holds everything that the price depends on."""

    position: int
    title: str
    service_id: str
    file_id: int | None
    file: OrderedFile | None
    material_id: str | None
    material_form: str | None
    quantity: int
    detail_price: float
    total_price: float
    location: str
    manufacturing_cycle_days: int
    manufacturing_cycle_days_max: int
    basis: str
    confidence: str
    rate_card: str | None
    rate_card_version: int | None
    price_id: int
    request: dict[str, Any]
    breakdown: list[dict[str, Any]]
    warnings: list[dict[str, Any]]


class OrderPaper(BaseModel):
    """A document of the order."""

    id: int
    original_filename: str
    file_type: str
    category: str
    deleted: bool


class OrderAnswer(OrderRow):
    """An order with everything that belongs to it; ``may_become`` is where staff may move it."""

    detail_price: float
    file: OrderedFile | None
    special_instructions: str
    po_number: str
    delivery: OrderDelivery
    amount_paid: float
    amount_open: float
    may_become: list[str]
    lines: list[OrderLineAnswer]
    documents: list[OrderPaper]


class OrderDetail(OrderAnswer):
    """The same with what happened to it: ``at``, ``what``, ``from``, ``to``, ``by``, ``because``."""

    timeline: list[dict[str, Any]]


class BankPaymentAnswer(BaseModel):
    """A payment as staff reads it; ``date`` is the day of the bank's statement."""

    id: int
    provider: str
    reference: str
    amount: float
    currency: str
    status: str
    date: str | None
    recorded_at: str


class OrderNoteAnswer(BaseModel):
    """A note of staff."""

    id: int
    author_id: int
    text: str
    created_at: str


class OrderNotes(RootModel[list[OrderNoteAnswer]]):
    """Oldest first."""


class StaffOrderAnswer(OrderDetail):
    """The same with what staff alone reads."""

    payments: list[BankPaymentAnswer]
    notes: list[OrderNoteAnswer]


class PaymentRecorded(BaseModel):
    """A payment that was written down, and where the order's money stands now."""

    payment: BankPaymentAnswer
    payment_status: str
    amount_paid: float
    amount_open: float


class MoneyReturned(BaseModel):
    """What went back to the customer."""

    returned: float
    currency: str
    payment_status: str


class AgainAnswer(OrderAnswer):
    """The new order, and what the same cost before."""

    difference: dict[str, Any]
