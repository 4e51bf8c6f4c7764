"""Tables of quotes: each row of ``quotes`` is one revision of an offer, with its lines."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, literal_column

from makeline.commerce.orders.states import Vat
from makeline.foundation.columns import Json, UtcTime, Word, identity, metadata, one_of, reference_to
from makeline.parts.quotes.states import LineState, QuoteState

quotes = Table(
    "quotes",
    metadata,
    identity(),
    # All revisions of one offer bear one number.
    Column("number", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    reference_to("users", "user_id"),
    Column("title", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", Word(QuoteState), nullable=False),
    Column("currency", Text, nullable=False),
    Column("vat", Word(Vat), nullable=False),
    # Hundredths of a per cent: 2000 is 20 %.
    Column("vat_rate", Integer, nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    # None while somebody of ours still owes an answer: that time is not the customer's.
    Column("expires_at", UtcTime()),
    Column("closed_at", UtcTime()),
    Column("po_number", Text, nullable=False),
    Column("reject_reason", Text, nullable=False),
    # The address that shows it to whoever holds it; of its secret only a hash is kept.
    Column("share_hash", Text, unique=True),
    Column("shared_at", UtcTime()),
    # What it became; an offer is ordered once.
    reference_to("orders", "order_id", nullable=True, unique=True),
    one_of("state", QuoteState),
    one_of("vat", Vat),
    CheckConstraint("vat_rate BETWEEN 0 AND 10000", name="vat_rate_is_a_share"),
    CheckConstraint("revision > 0", name="revision_counts_from_one"),
    CheckConstraint("state NOT IN ('open', 'accepted') OR expires_at IS NOT NULL", name="open_expires"),
    CheckConstraint("state <> 'in_review' OR expires_at IS NULL", name="review_does_not_expire"),
    CheckConstraint("(state IN ('in_review', 'open')) = (closed_at IS NULL)", name="closed_has_a_moment"),
    CheckConstraint("(state = 'accepted') = (order_id IS NOT NULL)", name="accepted_is_ordered"),
    CheckConstraint("(share_hash IS NULL) = (shared_at IS NULL)", name="shared_has_a_moment"),
    CheckConstraint("share_hash IS NULL OR length(share_hash) = 64", name="hash_not_token"),
    Index("uq_quotes_number_revision", "number", "revision", unique=True),
    Index("ix_quotes_user_id", "user_id", "id"),
    # Of one offer only the newest revision is alive.
    Index(
        "uq_quotes_alive",
        "number",
        unique=True,
        postgresql_where=literal_column("state <> 'superseded'"),
        sqlite_where=literal_column("state <> 'superseded'"),
    ),
    Index(
        "ix_quotes_expires_at",
        "expires_at",
        postgresql_where=literal_column("state = 'open'"),
        sqlite_where=literal_column("state = 'open'"),
    ),
)

quote_lines = Table(
    "quote_lines",
    metadata,
    identity(),
    reference_to("quotes", "quote_id"),
    Column("position", Integer, nullable=False),
    Column("state", Word(LineState), nullable=False),
    Column("title", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    # The documented fields that were asked; of a file only its id.
    Column("request", Json(), nullable=False),
    reference_to("part_files", "file_id", nullable=True),
    reference_to("kept_prices", "kept_price_id", nullable=True),
    # Why a person has to look at it, as on the wire; and until when he will have.
    Column("reasons", Json(), nullable=False),
    Column("due_at", UtcTime()),
    # What the card would say of a line in review, for staff alone.
    Column("suggestion", Json()),
    Column("answered_at", UtcTime()),
    Column("answered_by", Text),
    Column("answer_note", Text, nullable=False),
    one_of("state", LineState),
    CheckConstraint("position > 0", name="position_counts_from_one"),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint(
        "(state IN ('instant', 'answered')) = (kept_price_id IS NOT NULL)", name="priced_has_its_price"
    ),
    CheckConstraint("(state = 'instant') = (due_at IS NULL)", name="review_has_its_time"),
    CheckConstraint(
        "(state IN ('answered', 'refused')) = (answered_at IS NOT NULL)"
        " AND (answered_at IS NULL) = (answered_by IS NULL)",
        name="answered_by_somebody",
    ),
    Index("uq_quote_lines_position", "quote_id", "position", unique=True),
    Index(
        "ix_quote_lines_due_at",
        "due_at",
        "id",
        postgresql_where=literal_column("state = 'needs_review'"),
        sqlite_where=literal_column("state = 'needs_review'"),
    ),
)


class Quote(NamedTuple):
    """One revision of an offer."""

    id: int
    number: str
    revision: int
    user_id: int
    title: str
    note: str
    state: QuoteState
    currency: str
    vat: Vat
    vat_rate: int
    created_at: datetime
    expires_at: datetime | None
    closed_at: datetime | None
    po_number: str
    reject_reason: str
    share_hash: str | None
    shared_at: datetime | None
    order_id: int | None

    def standing(self, now: datetime) -> QuoteState:
        """Its state as the clock has it: an open quote is over at its end, whoever writes that down and when."""
        late = self.state is QuoteState.OPEN and self.expires_at is not None and self.expires_at <= now
        return QuoteState.EXPIRED if late else self.state


class QuoteLine(NamedTuple):
    """One part of an offer; ``reasons`` hold ``code``, ``field``, ``message``, ``given`` and ``limit``."""

    id: int
    quote_id: int
    position: int
    state: LineState
    title: str
    quantity: int
    request: dict[str, Any]
    file_id: int | None
    kept_price_id: int | None
    reasons: list[dict[str, Any]]
    due_at: datetime | None
    suggestion: dict[str, Any] | None
    answered_at: datetime | None
    answered_by: str | None
    answer_note: str
