"""Tables of orders: the priced promise and its lines, each a snapshot of what was sold, and what staff notes of it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, literal_column

from makeline.commerce.orders.states import OrderStatus, PaymentStanding, Terms, Vat
from makeline.foundation.columns import (
    BigInt,
    Json,
    UtcTime,
    Word,
    identity,
    metadata,
    one_of,
    reference_to,
)

orders = Table(
    "orders",
    metadata,
    identity(),
    Column("number", Text, nullable=False, unique=True),
    Column("storefront", Text, nullable=False),
    Column("status", Word(OrderStatus), nullable=False),
    Column("payment_status", Word(PaymentStanding), nullable=False),
    Column("total_minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    # Whose account ordered; nobody's where a machine sells to whoever stands before it.
    reference_to("users", "user_id", nullable=True),
    Column("terms", Word(Terms), nullable=False),
    Column("shipping_minor", BigInt, nullable=False),
    Column("vat", Word(Vat), nullable=False),
    # Hundredths of a per cent: 2000 is 20 %.
    Column("vat_rate", Integer, nullable=False),
    Column("vat_minor", BigInt, nullable=False),
    # What has to be paid: goods and shipping, and the tax where it comes on top.
    Column("due_minor", BigInt, nullable=False),
    # Orders of test machines are real rows, left out of figures.
    Column("is_test", Boolean, nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    Column("paid_at", UtcTime()),
    Column("completed_at", UtcTime()),
    one_of("status", OrderStatus),
    one_of("payment_status", PaymentStanding),
    CheckConstraint("total_minor >= 0", name="total_not_negative"),
    one_of("terms", Terms),
    one_of("vat", Vat),
    CheckConstraint("shipping_minor >= 0 AND vat_minor >= 0", name="charges_not_negative"),
    CheckConstraint("vat_rate BETWEEN 0 AND 10000", name="vat_rate_is_a_share"),
    CheckConstraint("vat <> 'none' OR (vat_minor = 0 AND vat_rate = 0)", name="no_vat_is_nothing"),
    CheckConstraint(
        "due_minor = total_minor + shipping_minor + CASE vat WHEN 'on_top' THEN vat_minor ELSE 0 END",
        name="due_is_its_parts",
    ),
    CheckConstraint("payment_status <> 'partly_paid' OR terms = 'invoice'", name="prepaid_is_paid_whole"),
    # What was given back may have been a part, which never made it paid.
    CheckConstraint(
        "payment_status = 'refunded' OR (payment_status IN ('authorised', 'paid', 'voided')) = (paid_at IS NOT NULL)",
        name="paid_has_a_moment",
    ),
    CheckConstraint(
        "terms = 'invoice' OR status NOT IN ('in_production', 'completed') OR paid_at IS NOT NULL",
        name="made_when_paid",
    ),
    CheckConstraint("(status = 'completed') = (completed_at IS NOT NULL)", name="completed_has_a_moment"),
    Index("ix_orders_created_at", "created_at"),
    # Most orders are nobody's: they cost this index nothing.
    Index(
        "ix_orders_user_id",
        "user_id",
        "id",
        postgresql_where=literal_column("user_id IS NOT NULL"),
        sqlite_where=literal_column("user_id IS NOT NULL"),
    ),
)

order_lines = Table(
    "order_lines",
    metadata,
    identity(),
    reference_to("orders", "order_id"),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    Column("breakdown", Json(), nullable=False),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint("unit_minor >= 0", name="unit_not_negative"),
    Index("uq_order_lines_position", "order_id", "position", unique=True),
)


# What staff writes down for each other.
order_notes = Table(
    "order_notes",
    metadata,
    identity(),
    reference_to("orders", "order_id"),
    reference_to("users", "author_id"),
    Column("text", Text, nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    CheckConstraint("text <> ''", name="says_something"),
    Index("ix_order_notes_order_id", "order_id", "id"),
)


class Order(NamedTuple):
    """One order; money in minor units of ``currency``, ``vat_rate`` in hundredths of a per cent.

    ``total_minor`` is the goods alone; what is to be paid is ``due_minor``.
    """

    id: int
    number: str
    storefront: str
    status: OrderStatus
    payment_status: PaymentStanding
    total_minor: int
    currency: str
    user_id: int | None
    terms: Terms
    shipping_minor: int
    vat: Vat
    vat_rate: int
    vat_minor: int
    due_minor: int
    is_test: bool
    created_at: datetime
    paid_at: datetime | None
    completed_at: datetime | None


class Line(NamedTuple):
    """What is sold: ``unit_minor`` is the price of one, ``breakdown`` maps part of the price to minor units."""

    title: str
    quantity: int
    unit_minor: int
    breakdown: dict[str, int]


class OrderNote(NamedTuple):
    """What somebody of staff wrote down about an order."""

    id: int
    order_id: int
    author_id: int
    text: str
    created_at: datetime
