"""Table of designs: what a customer approved, with the picture that is printed and the proof he saw."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Table, Text

from makeline.foundation.columns import Json, UtcTime, identity, metadata, reference_to

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
)


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
