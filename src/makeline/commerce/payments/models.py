"""Tables of payments and the ledger."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from makeline.commerce.payments.states import Evidence, PaymentState
from makeline.foundation.columns import BigInt, UtcTime, Word, identity, metadata, one_of, reference_to

payments = Table(
    "payments",
    metadata,
    identity(),
    reference_to("orders", "order_id"),
    Column("provider", Text, nullable=False),
    # Our id of the payment as the provider knows it, made and stored before the provider hears of it.
    Column("reference", Text, nullable=False),
    # Their id, once they have told us.
    Column("provider_reference", Text),
    Column("amount_minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    Column("status", Word(PaymentState), nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    Column("updated_at", UtcTime(), nullable=False),
    Column("paid_at", UtcTime()),
    Column("settled_by", Word(Evidence)),
    # When the provider itself is known to count it as paid; only then may its own order follow.
    Column("provider_paid_at", UtcTime()),
    # One of several that pay an order together; its provider reference is what the bank's statement calls it.
    Column("instalment", Boolean, nullable=False),
    # The day of the bank's statement.
    Column("booked_on", Date),
    UniqueConstraint("provider", "reference"),
    one_of("status", PaymentState),
    one_of("settled_by", Evidence),
    CheckConstraint("(settled_by IS NULL) = (paid_at IS NULL)", name="paid_on_some_evidence"),
    CheckConstraint("(settled_by = 'statement') = (booked_on IS NOT NULL)", name="booked_on_a_day"),
    CheckConstraint("amount_minor > 0", name="amount_positive"),
    CheckConstraint(
        "(status IN ('paid', 'refunding', 'refunded')) = (paid_at IS NOT NULL)", name="paid_has_a_moment"
    ),
    Index("ix_payments_order_id", "order_id"),
    # An order is paid once, whatever races, unless it is paid in parts.
    Index(
        "uq_payments_settled_order",
        "order_id",
        unique=True,
        postgresql_where=literal_column("paid_at IS NOT NULL AND NOT instalment"),
        sqlite_where=literal_column("paid_at IS NOT NULL AND NOT instalment"),
    ),
    # One line of a bank's statement is written down once for an order.
    Index(
        "uq_payments_instalment",
        "order_id",
        "provider_reference",
        unique=True,
        postgresql_where=literal_column("instalment"),
        sqlite_where=literal_column("instalment"),
    ),
)


class Account(StrEnum):
    """Where money stands. Every booking has two sides that sum to zero."""

    RECEIVED = "received"
    RECEIVABLE = "receivable"
    """What customers on invoice still owe."""
    SALES = "sales"


ledger_entries = Table(
    "ledger_entries",
    metadata,
    identity(),
    # Of a payment, or of an order that was put on invoice.
    reference_to("payments", "payment_id", nullable=True),
    reference_to("orders", "order_id", nullable=True),
    Column("account", Word(Account), nullable=False),
    Column("booking", Text, nullable=False),
    Column("minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    Column("booked_at", UtcTime(), nullable=False),
    one_of("account", Account),
    CheckConstraint("(payment_id IS NULL) <> (order_id IS NULL)", name="of_one_thing"),
    # A capture is booked once; each refund carries a booking name of its own.
    UniqueConstraint("payment_id", "booking", "account"),
    UniqueConstraint("order_id", "booking", "account"),
)


class Payment(NamedTuple):
    """One payment; money in minor units of ``currency``."""

    id: int
    order_id: int
    provider: str
    reference: str
    provider_reference: str | None
    amount_minor: int
    currency: str
    status: PaymentState
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    settled_by: Evidence | None
    provider_paid_at: datetime | None
    instalment: bool
    booked_on: date | None
