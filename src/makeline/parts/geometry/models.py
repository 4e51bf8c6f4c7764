"""Tables of CAD files: a row for each upload, with what was measured of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    literal_column,
)

from makeline.foundation.columns import BigInt, Json, UtcTime, Word, identity, metadata, one_of, reference_to
from makeline.parts.geometry.file_type import FileType
from makeline.parts.geometry.reader import Stage
from makeline.parts.geometry.states import PartFileState


class Unit(StrEnum):
    """What one unit of a file's coordinates is in the world."""

    MICROMETRE = "um"
    MILLIMETRE = "mm"
    CENTIMETRE = "cm"
    METRE = "m"
    INCH = "in"
    FOOT = "ft"


# As they stand in indexes of few rows among all: files of guests whose week ends, and the shop's own.
OF_GUESTS = literal_column("expires_at IS NOT NULL")
OF_SHOP = literal_column("is_demo AND state <> 'deleted'")

part_files = Table(
    "part_files",
    metadata,
    identity(),
    # One of the three: somebody's account, the shop itself, or whoever holds a token.
    reference_to("users", "owner_id", nullable=True),
    Column("is_demo", Boolean, nullable=False),
    Column("token_hash", Text, unique=True),
    Column("expires_at", UtcTime()),
    # Where the bytes lie; two uploads of the same bytes by one owner share them.
    Column("stored_as", Text, nullable=False),
    # Sent straight to the storage, by an announced upload; such a file may be larger.
    Column("is_direct", Boolean, nullable=False),
    Column("original_name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("type", Word(FileType), nullable=False),
    Column("size_bytes", BigInt, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("state", Word(PartFileState), nullable=False),
    # How far the measuring is, noted when it takes long: the stage, and how much of it is done.
    Column("stage", Word(Stage)),
    Column("stage_percent", Integer),
    # Of a failed file: why, as a word and as a sentence.
    Column("fault", Text),
    Column("fault_message", Text),
    # What was measured, in the file's own unit, and by which version of the reader.
    Column("facts", Json()),
    Column("reader", Text),
    Column("unit", Word(Unit), nullable=False),
    # Picture by view: where it lies.
    Column("pictures", Json()),
    Column("uploaded_at", UtcTime(), nullable=False),
    Column("deleted_at", UtcTime()),
    one_of("type", FileType),
    one_of("state", PartFileState),
    one_of("unit", Unit),
    one_of("stage", Stage),
    CheckConstraint("(stage IS NULL) = (stage_percent IS NULL)", name="stage_says_how_much"),
    CheckConstraint("stage_percent BETWEEN 0 AND 100", name="percent"),
    CheckConstraint("stage IS NULL OR state IN ('measuring', 'deleted')", name="measured_has_no_stage"),
    CheckConstraint(
        "(CASE WHEN owner_id IS NOT NULL THEN 1 ELSE 0 END) + (CASE WHEN is_demo THEN 1 ELSE 0 END)"
        " + (CASE WHEN token_hash IS NOT NULL THEN 1 ELSE 0 END) = 1",
        name="belongs_to_one",
    ),
    CheckConstraint("(token_hash IS NULL) = (expires_at IS NULL)", name="guests_files_expire"),
    CheckConstraint("size_bytes > 0", name="not_empty"),
    CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
    CheckConstraint(
        "state <> 'ready' OR (facts IS NOT NULL AND reader IS NOT NULL)", name="ready_is_measured"
    ),
    CheckConstraint("state <> 'failed' OR fault IS NOT NULL", name="failed_says_why"),
    CheckConstraint("(state = 'deleted') = (deleted_at IS NOT NULL)", name="deleted_has_its_time"),
    Index("ix_part_files_owner_id", "owner_id", "id"),
    Index("ix_part_files_stored_as", "stored_as"),
    # Staff looks for what a customer calls his file.
    Index("ix_part_files_original_name", "original_name"),
    Index("ix_part_files_expires_at", "expires_at", postgresql_where=OF_GUESTS, sqlite_where=OF_GUESTS),
    Index("ix_part_files_demo", "id", postgresql_where=OF_SHOP, sqlite_where=OF_SHOP),
)

# Which document hangs on which file; says something only while both are there.
part_file_documents = Table(
    "part_file_documents",
    metadata,
    Column("document_id", BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False),
    reference_to("part_files", "file_id"),
    Column("attached_at", UtcTime(), nullable=False),
    Index("ix_part_file_documents_file_id", "file_id", "document_id"),
)


class PartFile(NamedTuple):
    """One uploaded CAD file."""

    id: int
    owner_id: int | None
    is_demo: bool
    token_hash: str | None
    expires_at: datetime | None
    stored_as: str
    is_direct: bool
    original_name: str
    description: str
    type: FileType
    size_bytes: int
    sha256: str
    state: PartFileState
    stage: Stage | None
    stage_percent: int | None
    fault: str | None
    fault_message: str | None
    facts: dict[str, Any] | None
    reader: str | None
    unit: Unit
    pictures: dict[str, str] | None
    uploaded_at: datetime
    deleted_at: datetime | None
