"""Table of documents: each row answers for bytes in the storage, which rows of one owner may share."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Index, Table, Text

from makeline.foundation.columns import BigInt, UtcTime, identity, metadata, reference_to

documents = Table(
    "documents",
    metadata,
    identity(),
    reference_to("users", "owner_id"),
    # The address in the storage, told as the documented ``filename``; by lot, so that it tells nothing.
    Column("stored_as", Text, nullable=False),
    Column("original_name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("size_bytes", BigInt, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("uploaded_at", UtcTime(), nullable=False),
    # Its bytes lie in the storage; before that nobody sees it.
    Column("stored_at", UtcTime()),
    Column("deleted_at", UtcTime()),
    CheckConstraint("size_bytes > 0", name="not_empty"),
    CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
    CheckConstraint("category <> ''", name="has_a_category"),
    Index("ix_documents_owner_id", "owner_id", "id"),
    Index("ix_documents_stored_as", "stored_as"),
    Index("ix_documents_category", "category", "id"),
)


class Document(NamedTuple):
    """One document; size in bytes."""

    id: int
    owner_id: int
    stored_as: str
    original_name: str
    description: str
    type: str
    category: str
    size_bytes: int
    sha256: str
    uploaded_at: datetime
    stored_at: datetime | None
    deleted_at: datetime | None
