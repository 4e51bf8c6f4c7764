"""Tables of kiosk sessions: one customer at one machine."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from makeline.cases.kiosk.states import Progress, SessionStatus
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

_HAS_DESIGN = literal_column("design_id IS NOT NULL")
_HAS_PHONE = literal_column("client_token_hash IS NOT NULL")
_OPEN_WORDS = literal_column("status IN ('active', 'designing', 'payment_pending')")

kiosk_sessions = Table(
    "kiosk_sessions",
    metadata,
    identity(),
    # The readable id in the QR code: a name, never a secret.
    Column("key", Text, nullable=False, unique=True),
    reference_to("machines", "machine_id"),
    Column("status", Word(SessionStatus), nullable=False),
    Column("progress", Word(Progress), nullable=False),
    Column("location", Text),
    Column("details", Json(), nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    Column("expires_at", UtcTime(), nullable=False),
    Column("last_activity", UtcTime(), nullable=False),
    # The phone that scanned the code first: what it said of itself, and the hash of the secret it was given.
    Column("registration", Json()),
    Column("client_token_hash", Text),
    # The summary: what was asked for as it was sent, and what we made of it.
    Column("order_data", Json()),
    Column("phone_model_id", Text, ForeignKey("phone_models.id")),
    Column("template_id", Text, ForeignKey("templates.id")),
    Column("shell_id", Text, ForeignKey("shells.id")),
    Column("price_minor", BigInt),
    Column("currency", Text),
    reference_to("designs", "design_id", nullable=True),
    reference_to("allocations", "allocation_id", nullable=True, unique=True),
    reference_to("orders", "order_id", nullable=True, unique=True),
    # While money is being taken; open until the payment ends, or until it has been silent too long.
    Column("payment_started_at", UtcTime()),
    Column("payment_confirmed_at", UtcTime()),
    Column("closed_at", UtcTime()),
    # How often the address of its page was made anew; only the latest edition opens it.
    Column("link_edition", Integer, nullable=False),
    one_of("status", SessionStatus),
    one_of("progress", Progress),
    CheckConstraint("expires_at > created_at", name="ends_after_it_began"),
    CheckConstraint("link_edition >= 0", name="link_edition_counts_up"),
    CheckConstraint(
        "status <> 'payment_pending' OR (design_id IS NOT NULL AND price_minor IS NOT NULL)",
        name="summary_before_payment",
    ),
    CheckConstraint("status <> 'payment_completed' OR order_id IS NOT NULL", name="paid_has_an_order"),
    Index(
        "ix_kiosk_sessions_open",
        "machine_id",
        "expires_at",
        postgresql_where=_OPEN_WORDS,
        sqlite_where=_OPEN_WORDS,
    ),
    # Whoever asks who uses a design, or what belongs to a phone, must not read every visit there ever was.
    Index(
        "ix_kiosk_sessions_design_id",
        "design_id",
        postgresql_where=_HAS_DESIGN,
        sqlite_where=_HAS_DESIGN,
    ),
    Index(
        "ix_kiosk_sessions_client_token_hash",
        "client_token_hash",
        postgresql_where=_HAS_PHONE,
        sqlite_where=_HAS_PHONE,
    ),
)

session_pictures = Table(
    "session_pictures",
    metadata,
    identity(),
    reference_to("kiosk_sessions", "session_id"),
    reference_to("stored_files", "file_id"),
    Column("position", Integer, nullable=False),
    Column("added_at", UtcTime(), nullable=False),
    # By the file first: a picture is asked who uses it.
    UniqueConstraint("file_id", "session_id"),
    UniqueConstraint("session_id", "position"),
    CheckConstraint("position BETWEEN 1 AND 8", name="eight_pictures_at_most"),
)

# What the machine's own terminal says it took. One transaction of a machine pays for one session, once.
receipts = Table(
    "receipts",
    metadata,
    identity(),
    reference_to("machines", "machine_id"),
    Column("transaction_id", Text, nullable=False),
    reference_to("kiosk_sessions", "session_id", unique=True),
    Column("method", Text, nullable=False),
    Column("amount_minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    Column("payment_data", Json(), nullable=False),
    Column("received_at", UtcTime(), nullable=False),
    UniqueConstraint("machine_id", "transaction_id"),
)


class KioskSession(NamedTuple):
    """One customer at one machine; money in minor units of ``currency``."""

    id: int
    key: str
    machine_id: int
    status: SessionStatus
    progress: Progress
    location: str | None
    details: dict[str, Any]
    created_at: datetime
    expires_at: datetime
    last_activity: datetime
    registration: dict[str, Any] | None
    client_token_hash: str | None
    order_data: dict[str, Any] | None
    phone_model_id: str | None
    template_id: str | None
    shell_id: str | None
    price_minor: int | None
    currency: str | None
    design_id: int | None
    allocation_id: int | None
    order_id: int | None
    payment_started_at: datetime | None
    payment_confirmed_at: datetime | None
    closed_at: datetime | None
    link_edition: int


class Receipt(NamedTuple):
    """A transaction of a machine's terminal."""

    id: int
    machine_id: int
    transaction_id: str
    session_id: int
    method: str
    amount_minor: int
    currency: str
    payment_data: dict[str, Any]
