"""Tables of designs: what a customer is at work on, what he approved, and the two pictures made of it."""

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

from makeline.cases.designs.states import DraftState
from makeline.foundation.columns import BigInt, Json, UtcTime, Word, identity, metadata, one_of, reference_to

# As it stands in the index of designs under way: what is forgotten keeps its row and nothing else.
ALIVE = literal_column("state <> 'forgotten'")

designs = Table(
    "designs",
    metadata,
    identity(),
    # One hash for proof and print file: canonical design, shell size, renderer version.
    Column("design_hash", Text, nullable=False, unique=True),
    Column("spec", Json(), nullable=False),
    Column("phone_model_id", Text, ForeignKey("phone_models.id"), nullable=False),
    Column("shell_id", Text, ForeignKey("shells.id"), nullable=False),
    Column("template_id", Text, ForeignKey("templates.id"), nullable=False),
    reference_to("stored_files", "print_file_id"),
    reference_to("stored_files", "proof_file_id"),
    # The size of the shell in the machine it was drawn for, in micrometres.
    Column("shell_width_um", Integer, nullable=False),
    Column("shell_height_um", Integer, nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("dpi", Integer, nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    CheckConstraint("length(design_hash) = 64", name="hash_is_hex"),
    CheckConstraint("dpi >= 300", name="sharp_enough"),
    Index("ix_designs_print_file_id", "print_file_id"),
    Index("ix_designs_proof_file_id", "proof_file_id"),
)

# The pictures of each design by the SHA-256 of their bytes, as its spec names them: a picture is asked who uses it.
design_pictures = Table(
    "design_pictures",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("design_id", BigInt, ForeignKey("designs.id"), primary_key=True, autoincrement=False),
)

drafts = Table(
    "drafts",
    metadata,
    identity(),
    # A name that nobody guesses; whose it is decides who may use it.
    Column("key", Text, nullable=False, unique=True),
    # Whose it is: an account's, or whoever's who holds a secret (a guest, the phone at a machine).
    reference_to("users", "user_id", nullable=True),
    Column("holder_hash", Text),
    Column("state", Word(DraftState), nullable=False),
    # Counts every change, so that nobody writes over what he has not seen.
    Column("version", Integer, nullable=False),
    # Counts what was approved; the present one included.
    Column("revision", Integer, nullable=False),
    Column("sketch", Json(), nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    Column("saved_at", UtcTime(), nullable=False),
    one_of("state", DraftState),
    CheckConstraint("(user_id IS NULL) <> (holder_hash IS NULL)", name="one_owner"),
    CheckConstraint("holder_hash IS NULL OR length(holder_hash) = 64", name="hash_not_token"),
    CheckConstraint("version > 0 AND revision > 0", name="counts_from_one"),
    Index("ix_drafts_user_id", "user_id", "id"),
    Index("ix_drafts_holder_hash", "holder_hash", "id"),
    # What the clock looks for.
    Index("ix_drafts_saved_at", "saved_at", postgresql_where=ALIVE, sqlite_where=ALIVE),
)

# What somebody approved stays as he saw it, whatever he changes later; only a draft that is forgotten empties it.
approvals = Table(
    "approvals",
    metadata,
    identity(),
    reference_to("drafts", "draft_id"),
    Column("revision", Integer, nullable=False),
    reference_to("designs", "design_id"),
    Column("sketch", Json(), nullable=False),
    Column("approved_at", UtcTime(), nullable=False),
    UniqueConstraint("draft_id", "revision"),
    Index("ix_approvals_design_id", "design_id"),
)


class Draft(NamedTuple):
    """What somebody is at work on; ``sketch`` as ``sketch.Sketch.plain`` writes it."""

    id: int
    key: str
    user_id: int | None
    holder_hash: str | None
    state: DraftState
    version: int
    revision: int
    sketch: dict[str, Any]
    created_at: datetime
    saved_at: datetime


class Approval(NamedTuple):
    """One approved revision of a draft, with the hash that its proof and its print file carry."""

    id: int
    draft_id: int
    revision: int
    design_id: int
    sketch: dict[str, Any]
    approved_at: datetime
    design_hash: str
    phone_model_id: str
    shell_id: str
    template_id: str
    proof_name: str


class Design(NamedTuple):
    """One design, composed. ``print_name`` and ``proof_name`` are the public names of its two files."""

    id: int
    design_hash: str
    spec: dict[str, Any]
    phone_model_id: str
    shell_id: str
    template_id: str
    width_px: int
    height_px: int
    dpi: int
    created_at: datetime
    print_name: str
    print_sha256: str
    proof_name: str
    shell_width_um: int
    shell_height_um: int
