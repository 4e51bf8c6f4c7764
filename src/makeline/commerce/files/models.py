"""Tables of stored files: each row answers for bytes in the storage."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, literal_column

from makeline.foundation.columns import BigInt, UtcTime, Word, identity, metadata, one_of


class FileKind(StrEnum):
    """What the bytes are for."""

    PICTURE = "picture"
    # Made of a picture by a stylist.
    STYLED = "styled"
    PRINT_FILE = "print_file"
    PROOF = "proof"
    INVOICE = "invoice"


# What shows, or is made of, a customer's photograph: these have a clock. Papers are kept as the law wants.
ON_A_CLOCK = (FileKind.PICTURE, FileKind.STYLED, FileKind.PRINT_FILE, FileKind.PROOF)


stored_files = Table(
    "stored_files",
    metadata,
    identity(),
    # The public name and the address in the storage; never built from anything a caller sent.
    Column("name", Text, nullable=False, unique=True),
    Column("kind", Word(FileKind), nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInt, nullable=False),
    Column("width_px", Integer),
    Column("height_px", Integer),
    Column("created_at", UtcTime(), nullable=False),
    # Links made up to this moment are void.
    Column("links_ended_at", UtcTime()),
    # When somebody looks again whether anybody still needs it; None for what is kept for ever.
    Column("keep_until_at", UtcTime()),
    # From then on nobody gets it any more; its bytes go a while later.
    Column("ended_at", UtcTime()),
    Column("removing_at", UtcTime()),
    Column("removed_at", UtcTime()),
    one_of("kind", FileKind),
    CheckConstraint("size_bytes > 0", name="not_empty"),
    CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
    CheckConstraint("removing_at IS NULL OR ended_at IS NOT NULL", name="removed_after_it_ended"),
    CheckConstraint("removed_at IS NULL OR removing_at IS NOT NULL", name="removed_by_somebody"),
    Index(
        "ix_stored_files_keep_until_at",
        "keep_until_at",
        postgresql_where=literal_column("removed_at IS NULL"),
        sqlite_where=literal_column("removed_at IS NULL"),
    ),
    # What nobody gets any more and what still takes room; few among all.
    Index(
        "ix_stored_files_ended_at",
        "ended_at",
        postgresql_where=literal_column("ended_at IS NOT NULL AND removed_at IS NULL"),
        sqlite_where=literal_column("ended_at IS NOT NULL AND removed_at IS NULL"),
    ),
)


class StoredFile(NamedTuple):
    """One stored file; sizes in bytes and pixels."""

    id: int
    name: str
    kind: FileKind
    media_type: str
    sha256: str
    size_bytes: int
    width_px: int | None
    height_px: int | None
    created_at: datetime
    links_ended_at: datetime | None = None
    keep_until_at: datetime | None = None
    ended_at: datetime | None = None
    removing_at: datetime | None = None
    removed_at: datetime | None = None
