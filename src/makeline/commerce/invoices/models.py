"""Tables of invoices: their numbers, what each of them says, and the paper it is on."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from makeline.commerce.invoices.parties import Buyer, Seller, from_text
from makeline.commerce.invoices.states import InvoiceState, Measure, Origin
from makeline.commerce.orders.states import Vat
from makeline.foundation.columns import BigInt, UtcTime, Word, identity, metadata, one_of, reference_to
from makeline.kernel.money import Money

# How many numbers a seller has used in a year. Its row is the lock under which the next one is taken.
invoice_series = Table(
    "invoice_series",
    metadata,
    Column("seller_key", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    PrimaryKeyConstraint("seller_key", "year"),
    CheckConstraint("taken > 0", name="taken_once_there"),
)

_LIVE = literal_column("state <> 'void'")

invoices = Table(
    "invoices",
    metadata,
    identity(),
    reference_to("orders", "order_id"),
    Column("origin", Word(Origin), nullable=False),
    # Ours alone: whose number it is, of which year, and which.
    Column("seller_key", Text),
    Column("year", Integer),
    Column("number", Integer),
    Column("state", Word(InvoiceState), nullable=False),
    Column("language", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("goods_minor", BigInt, nullable=False),
    Column("shipping_minor", BigInt, nullable=False),
    Column("vat", Word(Vat), nullable=False),
    Column("vat_rate", Integer, nullable=False),
    Column("vat_minor", BigInt, nullable=False),
    Column("due_minor", BigInt, nullable=False),
    # Both parties as they were then, as exact JSON.
    Column("seller", Text, nullable=False),
    Column("buyer", Text, nullable=False),
    # Days of the seller's calendar, ISO 8601.
    Column("issued_on", Text, nullable=False),
    Column("pay_by", Text),
    Column("issued_at", UtcTime(), nullable=False),
    # When its paper was last asked for.
    Column("asked_at", UtcTime(), nullable=False),
    Column("rendered_at", UtcTime()),
    reference_to("stored_files", "file_id", nullable=True),
    Column("voided_at", UtcTime()),
    UniqueConstraint("seller_key", "year", "number"),
    one_of("origin", Origin),
    one_of("state", InvoiceState),
    one_of("vat", Vat),
    CheckConstraint(
        "(origin = 'own') = (seller_key IS NOT NULL AND year IS NOT NULL AND number IS NOT NULL)",
        name="own_has_a_number",
    ),
    CheckConstraint("number > 0", name="number_positive"),
    CheckConstraint("length(issued_on) = 10", name="issued_on_a_day"),
    CheckConstraint(
        "due_minor = goods_minor + shipping_minor + CASE vat WHEN 'on_top' THEN vat_minor ELSE 0 END",
        name="due_is_its_parts",
    ),
    CheckConstraint("(file_id IS NULL) = (rendered_at IS NULL)", name="paper_has_a_moment"),
    CheckConstraint("state <> 'rendered' OR file_id IS NOT NULL", name="rendered_has_a_paper"),
    CheckConstraint("state <> 'issued' OR file_id IS NULL", name="issued_has_none"),
    CheckConstraint("(state = 'void') = (voided_at IS NOT NULL)", name="void_has_a_moment"),
    Index("ix_invoices_order_id", "order_id", "id"),
    # An order has one invoice that counts.
    Index("uq_invoices_live_order", "order_id", unique=True, postgresql_where=_LIVE, sqlite_where=_LIVE),
)

invoice_lines = Table(
    "invoice_lines",
    metadata,
    identity(),
    reference_to("invoices", "invoice_id"),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("measure", Word(Measure), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_minor", BigInt, nullable=False),
    Column("total_minor", BigInt, nullable=False),
    # Its part of the tax: of what comes on top of the total, or of what is in it.
    Column("vat_minor", BigInt, nullable=False),
    one_of("measure", Measure),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint("total_minor = quantity * unit_minor", name="total_is_its_price"),
    CheckConstraint("vat_minor >= 0", name="vat_not_negative"),
    Index("uq_invoice_lines_position", "invoice_id", "position", unique=True),
)


def reference_of(year: int | None, number: int) -> str:
    """A number as people say it: ``2026-00042``."""
    return f"{year}-{number:05d}"


class Invoice(NamedTuple):
    """One invoice; money in minor units of ``currency``, ``vat_rate`` in hundredths of a per cent."""

    id: int
    order_id: int
    origin: Origin
    seller_key: str | None
    year: int | None
    number: int | None
    state: InvoiceState
    language: str
    currency: str
    goods_minor: int
    shipping_minor: int
    vat: Vat
    vat_rate: int
    vat_minor: int
    due_minor: int
    seller: str
    buyer: str
    issued_on: str
    pay_by: str | None
    issued_at: datetime
    asked_at: datetime
    rendered_at: datetime | None
    file_id: int | None
    voided_at: datetime | None

    @property
    def reference(self) -> str:
        """The number that people say: ``2026-00042``; empty for one of the CRM."""
        return "" if self.number is None else reference_of(self.year, self.number)

    def money(self, minor: int) -> Money:
        """An amount of it."""
        return Money(minor, self.currency)

    def seller_then(self) -> Seller:
        """Who sold."""
        return from_text(Seller, self.seller)

    def buyer_then(self) -> Buyer:
        """Who bought."""
        return from_text(Buyer, self.buyer)


class InvoiceLine(NamedTuple):
    """What was sold; ``total_minor`` without the tax that comes on top."""

    title: str
    measure: Measure
    quantity: int
    unit_minor: int
    total_minor: int
    vat_minor: int


class Bill(NamedTuple):
    """All of an invoice: what its paper says."""

    invoice: Invoice
    lines: tuple[InvoiceLine, ...]
    order_number: str
