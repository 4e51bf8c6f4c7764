"""Tables of payments and the ledger."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

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

from makeline.commerce.payments.states import (
    Evidence,
    LineOutcome,
    PaymentState,
    TransferKind,
    TransferState,
)
from makeline.foundation.columns import BigInt, Json, UtcTime, Word, identity, metadata, one_of, reference_to

# As it stands in the index of free orders, which are counted.
FREE = literal_column("provider = 'free'")
UNPAID = literal_column("paid_at IS NULL")

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
    # By the reference first: staff asks for it alone.
    UniqueConstraint("reference", "provider"),
    one_of("status", PaymentState),
    one_of("settled_by", Evidence),
    CheckConstraint("(settled_by IS NULL) = (paid_at IS NULL)", name="paid_on_some_evidence"),
    CheckConstraint("(settled_by = 'statement') = (booked_on IS NOT NULL)", name="booked_on_a_day"),
    CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
    # What costs nothing has no provider, and a provider moves money.
    CheckConstraint("(amount_minor = 0) = (provider = 'free')", name="free_has_no_provider"),
    CheckConstraint("settled_by <> 'free' OR provider = 'free'", name="only_free_settles_itself"),
    CheckConstraint(
        "(status IN ('authorised', 'paid', 'refunding', 'refunded', 'voided')) = (paid_at IS NOT NULL)",
        name="paid_has_a_moment",
    ),
    Index("ix_payments_order_id", "order_id"),
    Index("ix_payments_free", "created_at", postgresql_where=FREE, sqlite_where=FREE),
    # What may still be paid is looked for by the clock, among all that ever was.
    Index("ix_payments_unpaid", "created_at", postgresql_where=UNPAID, sqlite_where=UNPAID),
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
    HELD = "held"
    """What customers' banks hold for us and was not taken: no money of ours."""
    PROMISED = "promised"
    """The other side of it: what we promised to make."""


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

# A payment at a gateway on the web: its page, and what is held and taken there.
checkouts = Table(
    "checkouts",
    metadata,
    identity(),
    reference_to("payments", "payment_id", unique=True),
    # Unguessable: whoever comes back from the page asks by it.
    Column("key", Text, nullable=False, unique=True),
    # All that the gateway is told, so that asking again asks for the same.
    Column("wish", Json(), nullable=False),
    # The gateway's names of its page and of the money behind it.
    Column("page_reference", Text, unique=True),
    Column("charge_reference", Text, unique=True),
    Column("page_url", Text),
    Column("created_at", UtcTime(), nullable=False),
    # Until when the page takes a payment.
    Column("expires_at", UtcTime(), nullable=False),
    # When the bank lets the hold go by itself.
    Column("hold_until_at", UtcTime()),
    Column("captured_minor", BigInt, nullable=False),
    Column("refunded_minor", BigInt, nullable=False),
    Column("asked_at", UtcTime()),
    # From then on the gateway need not be asked by ourselves: it was settled, or nothing will come.
    Column("closed_at", UtcTime()),
    CheckConstraint("refunded_minor BETWEEN 0 AND captured_minor", name="refunds_within_capture"),
    Index(
        "ix_checkouts_open",
        "asked_at",
        postgresql_where=literal_column("closed_at IS NULL"),
        sqlite_where=literal_column("closed_at IS NULL"),
    ),
    Index(
        "ix_checkouts_hold_until_at",
        "hold_until_at",
        postgresql_where=literal_column("hold_until_at IS NOT NULL"),
        sqlite_where=literal_column("hold_until_at IS NOT NULL"),
    ),
)

# What a gateway was told to do with the money of a payment; the id is the key under which it does it once.
transfers = Table(
    "transfers",
    metadata,
    identity(),
    reference_to("payments", "payment_id"),
    Column("kind", Word(TransferKind), nullable=False),
    Column("state", Word(TransferState), nullable=False),
    Column("minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("provider_reference", Text),
    Column("created_at", UtcTime(), nullable=False),
    Column("ended_at", UtcTime()),
    one_of("kind", TransferKind),
    one_of("state", TransferState),
    CheckConstraint("minor > 0", name="minor_positive"),
    CheckConstraint("(state = 'wanted') = (ended_at IS NULL)", name="ended_has_a_moment"),
    Index("ix_transfers_payment_id", "payment_id"),
    # One at a time: the next is reckoned from what the last one did.
    Index(
        "uq_transfers_wanted",
        "payment_id",
        unique=True,
        postgresql_where=literal_column("state = 'wanted'"),
        sqlite_where=literal_column("state = 'wanted'"),
    ),
)

# What became of each line of an order that is paid for only if it is made.
line_outcomes = Table(
    "line_outcomes",
    metadata,
    identity(),
    reference_to("order_lines", "order_line_id", unique=True),
    reference_to("orders", "order_id"),
    Column("outcome", Word(LineOutcome), nullable=False),
    Column("minor", BigInt, nullable=False),
    Column("decided_at", UtcTime()),
    one_of("outcome", LineOutcome),
    CheckConstraint("minor >= 0", name="minor_not_negative"),
    CheckConstraint("(outcome = 'waiting') = (decided_at IS NULL)", name="decided_has_a_moment"),
    Index("ix_line_outcomes_order_id", "order_id"),
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


class Checkout(NamedTuple):
    """A payment's page at a gateway; money in minor units of the payment's currency."""

    id: int
    payment_id: int
    key: str
    wish: dict[str, Any]
    page_reference: str | None
    charge_reference: str | None
    page_url: str | None
    created_at: datetime
    expires_at: datetime
    hold_until_at: datetime | None
    captured_minor: int
    refunded_minor: int
    asked_at: datetime | None
    closed_at: datetime | None


class Transfer(NamedTuple):
    """One thing a gateway is told to do; ``minor`` units of ``currency``."""

    id: int
    payment_id: int
    kind: TransferKind
    state: TransferState
    minor: int
    currency: str
    reason: str
    provider_reference: str | None
    created_at: datetime
    ended_at: datetime | None


class PromisedLine(NamedTuple):
    """A line and what became of it; ``minor`` units are the price of the whole line, goods alone."""

    id: int
    order_line_id: int
    order_id: int
    outcome: LineOutcome
    minor: int
    decided_at: datetime | None
