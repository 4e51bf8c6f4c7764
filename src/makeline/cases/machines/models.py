"""Tables of machines and the partners who operate them."""

from typing import NamedTuple

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, Table, Text

from makeline.foundation.columns import UtcTime, identity, metadata, reference_to

partners = Table(
    "partners",
    metadata,
    identity(),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", UtcTime(), nullable=False),
)

machines = Table(
    "machines",
    metadata,
    identity(),
    reference_to("partners", "partner_id", nullable=True),
    # What everybody calls it: printed on its front, first part of every session id.
    Column("key", Text, nullable=False, unique=True),
    # What the print partner calls the printer inside.
    Column("device", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("purpose", Text),
    Column("location", Text),
    Column("site", Text),
    Column("timeout_minutes", Integer, nullable=False),
    Column("most_open_sessions", Integer, nullable=False),
    Column("is_test", Boolean, nullable=False),
    # Among the ids that the connection test tells a partner.
    Column("listed", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    CheckConstraint("timeout_minutes > 0", name="timeout_positive"),
    CheckConstraint("most_open_sessions > 0", name="room_for_one"),
)


class Machine(NamedTuple):
    """A kiosk with its printer."""

    id: int
    partner_id: int | None
    key: str
    device: str
    name: str | None
    purpose: str | None
    location: str | None
    site: str | None
    timeout_minutes: int
    most_open_sessions: int
    is_test: bool
    listed: bool
    position: int
