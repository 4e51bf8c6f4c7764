"""Tables of orders: the priced promise and its lines, each a snapshot of what was sold."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text

from makeline.commerce.orders.states import OrderStatus, PaymentStanding
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
    # Orders of test machines are real rows, left out of figures.
    Column("is_test", Boolean, nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    Column("paid_at", UtcTime()),
    Column("completed_at", UtcTime()),
    one_of("status", OrderStatus),
    one_of("payment_status", PaymentStanding),
    CheckConstraint("total_minor >= 0", name="total_not_negative"),
    CheckConstraint("(payment_status = 'unpaid') = (paid_at IS NULL)", name="paid_has_a_moment"),
    CheckConstraint(
        "status NOT IN ('in_production', 'completed') OR paid_at IS NOT NULL", name="made_when_paid"
    ),
    CheckConstraint("(status = 'completed') = (completed_at IS NOT NULL)", name="completed_has_a_moment"),
    Index("ix_orders_created_at", "created_at"),
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


class Order(NamedTuple):
    """One order; money in minor units of ``currency``."""

    id: int
    number: str
    storefront: str
    status: OrderStatus
    payment_status: PaymentStanding
    total_minor: int
    currency: str
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
