"""Tables of stored files: each row answers for bytes in the storage."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text

from makeline.foundation.columns import BigInt, UtcTime, Word, identity, metadata, one_of


class FileKind(StrEnum):
    """What the bytes are for."""

    PICTURE = "picture"
    # Made of a picture by a stylist.
    STYLED = "styled"
    PRINT_FILE = "print_file"
    PROOF = "proof"
    INVOICE = "invoice"


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
    one_of("kind", FileKind),
    CheckConstraint("size_bytes > 0", name="not_empty"),
    CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
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
