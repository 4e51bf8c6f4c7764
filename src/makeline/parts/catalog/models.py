"""The table of rate cards: every version that ever made a price, never changed."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text, UniqueConstraint

from makeline.foundation.columns import UtcTime, identity, metadata

rate_cards = Table(
    "rate_cards",
    metadata,
    identity(),
    Column("card", Text, nullable=False),
    Column("version", Integer, nullable=False),
    # The JSON as it was published; text, because a JSON column would not keep its figures to the digit.
    Column("content", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", UtcTime(), nullable=False),
    UniqueConstraint("card", "version"),
    CheckConstraint("version > 0", name="version_counts_from_one"),
    CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
)


class RateCardRow(NamedTuple):
    """One version of a card as it is stored."""

    id: int
    card: str
    version: int
    content: str
    sha256: str
    note: str
    published_by: str
    published_at: datetime
