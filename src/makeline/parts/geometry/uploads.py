"""The table of uploads: files that were announced, and whose bytes go straight to the storage."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Index, Table, Text

from makeline.foundation.columns import BigInt, UtcTime, Word, identity, metadata, one_of, reference_to
from makeline.parts.geometry.file_type import FileType

part_uploads = Table(
    "part_uploads",
    metadata,
    identity(),
    reference_to("users", "owner_id"),
    # Where its sender may write; nothing is ever measured or sold from there.
    Column("sent_as", Text, nullable=False, unique=True),
    Column("original_name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("type", Word(FileType), nullable=False),
    Column("size_bytes", BigInt, nullable=False),
    # What its sender says of the bytes, if he says it.
    Column("sha256", Text),
    # The file that it became.
    reference_to("part_files", "file_id", nullable=True, unique=True),
    Column("announced_at", UtcTime(), nullable=False),
    # Until then its address takes bytes.
    Column("expires_at", UtcTime(), nullable=False),
    one_of("type", FileType),
    CheckConstraint("size_bytes > 0", name="not_empty"),
    CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name="sha256_is_hex"),
    CheckConstraint("expires_at > announced_at", name="has_time"),
    Index("ix_part_uploads_owner_id", "owner_id"),
    Index("ix_part_uploads_expires_at", "expires_at"),
)


class PartUpload(NamedTuple):
    """One announced file."""

    id: int
    owner_id: int
    sent_as: str
    original_name: str
    description: str
    type: FileType
    size_bytes: int
    sha256: str | None
    file_id: int | None
    announced_at: datetime
    expires_at: datetime
