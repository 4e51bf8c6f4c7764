"""Tables of machines and the partners who operate them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from makeline.foundation.columns import BigInt, UtcTime, identity, metadata, reference_to

partners = Table(
    "partners",
    metadata,
    identity(),
    Column("name", Text, nullable=False, unique=True),
    # Which version of the documents he reads, where an answer has two forms and his call names none.
    Column("api_version", Text),
    # Calls a minute that are his; null: what everybody has.
    Column("calls_a_minute", Integer),
    # What he is told that a free order of the webstore costs, in pence, for he takes no payment of nothing; null: his
    # machines make none.
    Column("free_order_minor", Integer),
    Column("created_at", UtcTime(), nullable=False),
    CheckConstraint("api_version IN ('2.1', '2.2')", name="known_version"),
    CheckConstraint("calls_a_minute > 0", name="may_call"),
    CheckConstraint("free_order_minor BETWEEN 1 AND 1000000", name="free_orders_are_worth_something"),
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
    # What the clock on its wall shows: a name of the IANA list, as Europe/London.
    Column("zone", Text, nullable=False),
    Column("timeout_minutes", Integer, nullable=False),
    Column("most_open_sessions", Integer, nullable=False),
    Column("is_test", Boolean, nullable=False),
    # Among the ids that the connection test tells a partner.
    Column("listed", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    # While it is paused its prints wait; they are handed over when it goes on.
    Column("paused_at", UtcTime()),
    Column("pause_reason", Text),
    # Where it stands on the earth, in millionths of a degree north and east; null: nobody has said.
    Column("latitude", Integer),
    Column("longitude", Integer),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates_or_none"),
    CheckConstraint("latitude BETWEEN -90000000 AND 90000000", name="latitude_on_earth"),
    CheckConstraint("longitude BETWEEN -180000000 AND 180000000", name="longitude_on_earth"),
    CheckConstraint("(paused_at IS NULL) = (pause_reason IS NULL)", name="pause_has_a_reason"),
    CheckConstraint("timeout_minutes > 0", name="timeout_positive"),
    CheckConstraint("most_open_sessions > 0", name="room_for_one"),
)

# What a partner's server, or one of his machines, shows to be recognised. The secret itself is never stored.
api_keys = Table(
    "api_keys",
    metadata,
    identity(),
    reference_to("partners", "partner_id"),
    reference_to("machines", "machine_id", nullable=True),
    # The part that may be seen: in lists, in logs, in the header of a signed call.
    Column("prefix", Text, nullable=False, unique=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    # Words of ``Scope``, separated by spaces.
    Column("scopes", Text, nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    Column("expires_at", UtcTime()),
    Column("revoked_at", UtcTime()),
    # Written now and then, beside the calls: good to the quarter of an hour.
    Column("last_used_at", UtcTime()),
    CheckConstraint("scopes <> ''", name="may_do_something"),
    CheckConstraint("length(secret_hash) = 64", name="hash_not_secret"),
    CheckConstraint("expires_at > created_at", name="good_for_a_while"),
)

# Networks whose callers are taken for a partner when they show nothing else.
partner_networks = Table(
    "partner_networks",
    metadata,
    identity(),
    reference_to("partners", "partner_id"),
    Column("network", Text, nullable=False, unique=True),
    Column("created_at", UtcTime(), nullable=False),
)

# Codes that staff reads to whoever sets up a machine; good once, for a quarter of an hour.
enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    identity(),
    reference_to("machines", "machine_id"),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("created_at", UtcTime(), nullable=False),
    Column("expires_at", UtcTime(), nullable=False),
    Column("used_at", UtcTime()),
    CheckConstraint("length(code_hash) = 64", name="hash_not_code"),
    CheckConstraint("expires_at > created_at", name="good_for_a_while"),
)

# Nonces of signed calls, kept for as long as the call could be repeated.
seen_nonces = Table(
    "seen_nonces",
    metadata,
    Column("key_id", BigInt, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("seen_at", UtcTime(), nullable=False),
    PrimaryKeyConstraint("key_id", "nonce"),
    Index("ix_seen_nonces_seen_at", "seen_at"),
    # The key is the whole row but its moment: one tree less to write for each signed call.
    sqlite_with_rowid=False,
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
    zone: str
    timeout_minutes: int
    most_open_sessions: int
    is_test: bool
    listed: bool
    position: int
    paused_at: datetime | None
    pause_reason: str | None
    latitude: int | None = None
    longitude: int | None = None
