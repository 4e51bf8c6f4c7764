"""Tables of the mirror: one row for everything of ours that is, or shall be, over there."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, literal_column

from makeline.crm.gateway import Trouble
from makeline.crm.records import Entity, Step
from makeline.foundation.columns import BigInt, UtcTime, Word, identity, metadata, one_of


class SyncStatus(StrEnum):
    """Whether the CRM knows what we know."""

    PENDING = "pending"
    PROCESSING = "processing"
    FAILED = "failed"
    """Did not get through; is tried again by itself."""
    DEAD = "dead"
    """Waits for staff."""
    DONE = "done"


crm_items = Table(
    "crm_items",
    metadata,
    identity(),
    Column("entity", Word(Entity), nullable=False),
    # Of the user, order or call request.
    Column("our_id", BigInt, nullable=False),
    Column("remote_id", BigInt),
    # Of the record as it was sent last.
    Column("digest", Text),
    # Ours, when it was sent or agreed on last: only a newer one of ours is sent again.
    Column("step", Word(Step)),
    Column("status", Word(SyncStatus), nullable=False),
    Column("attempts", Integer, nullable=False),
    # Counts the wishes to send it: one that comes while it is under way is not lost.
    Column("revision", Integer, nullable=False),
    Column("due_at", UtcTime(), nullable=False),
    Column("queued_at", UtcTime(), nullable=False),
    Column("pushed_at", UtcTime()),
    # By the clock over there: what was changed then was changed by us.
    Column("written_at", UtcTime()),
    # Somebody says that it changed over there.
    Column("heard_at", UtcTime()),
    # It was deleted over there, and is not made again by itself.
    Column("gone_at", UtcTime()),
    Column("last_error", Text),
    Column("failure_kind", Word(Trouble)),
    one_of("entity", Entity),
    one_of("step", Step),
    one_of("status", SyncStatus),
    one_of("failure_kind", Trouble),
    CheckConstraint("status <> 'done' OR remote_id IS NOT NULL OR pushed_at IS NULL", name="done_is_there"),
    CheckConstraint("status <> 'dead' OR last_error IS NOT NULL", name="dead_has_a_reason"),
    CheckConstraint("gone_at IS NULL OR remote_id IS NOT NULL", name="gone_was_there"),
    Index("uq_crm_items_ours", "entity", "our_id", unique=True),
    Index("ix_crm_items_remote", "entity", "remote_id"),
)
Index(
    "ix_crm_items_due",
    crm_items.c.entity,
    crm_items.c.due_at,
    postgresql_where=literal_column("status IN ('pending', 'processing', 'failed')"),
    sqlite_where=literal_column("status IN ('pending', 'processing', 'failed')"),
)
# What waits for staff is counted often and is rare.
Index(
    "ix_crm_items_dead",
    crm_items.c.id,
    postgresql_where=literal_column("status = 'dead'"),
    sqlite_where=literal_column("status = 'dead'"),
)
Index(
    "ix_crm_items_heard",
    crm_items.c.heard_at,
    postgresql_where=literal_column("heard_at IS NOT NULL"),
    sqlite_where=literal_column("heard_at IS NOT NULL"),
)

# The one line to the CRM: who is sending, and until when nobody is.
crm_lines = Table(
    "crm_lines",
    metadata,
    Column("name", Text, primary_key=True),
    Column("held_until_at", UtcTime()),
    Column("paused_until_at", UtcTime()),
    # What staff has to put right before anything is sent again.
    Column("trouble", Text),
    # The limit that was met, or that keeps us waiting, and until when.
    Column("exceeded", Text),
    Column("exceeded_until_at", UtcTime()),
    # What the next sender has to know of the limits.
    Column("meter", Text),
    Column("swept_at", UtcTime()),
    # When everything we know of was last held against the CRM.
    Column("checked_at", UtcTime()),
)

# What says otherwise over there, field by field, since it was looked at last.
crm_drifts = Table(
    "crm_drifts",
    metadata,
    identity(),
    Column("entity", Word(Entity), nullable=False),
    # Of what is ours; nothing of ours for a record with our mark whose original nobody knows.
    Column("our_id", BigInt),
    Column("remote_id", BigInt, nullable=False),
    Column("field", Text, nullable=False),
    Column("ours", Text, nullable=False),
    Column("theirs", Text, nullable=False),
    Column("found_at", UtcTime(), nullable=False),
    one_of("entity", Entity),
    CheckConstraint("ours <> theirs", name="differs"),
    Index("uq_crm_drifts_field", "entity", "remote_id", "field", unique=True),
)


# Which invoice over there stands for ours, and how often its paper was asked for in vain.
crm_invoices = Table(
    "crm_invoices",
    metadata,
    Column("invoice_id", BigInt, ForeignKey("invoices.id"), primary_key=True, autoincrement=False),
    Column("remote_id", BigInt, nullable=False, unique=True),
    Column("made_at", UtcTime(), nullable=False),
    Column("asked", Integer, nullable=False),
    Column("asked_at", UtcTime()),
    CheckConstraint("asked >= 0", name="asked_not_negative"),
)


class RemoteInvoice(NamedTuple):
    """An invoice of ours as it is over there."""

    invoice_id: int
    remote_id: int
    made_at: datetime
    asked: int
    asked_at: datetime | None


class Item(NamedTuple):
    """One thing of ours and what became of it over there."""

    id: int
    entity: Entity
    our_id: int
    remote_id: int | None
    digest: str | None
    step: Step | None
    status: SyncStatus
    attempts: int
    revision: int
    due_at: datetime
    queued_at: datetime
    pushed_at: datetime | None
    written_at: datetime | None
    heard_at: datetime | None
    gone_at: datetime | None
    last_error: str | None
    failure_kind: Trouble | None


class Line(NamedTuple):
    """The line as it stands."""

    name: str
    held_until_at: datetime | None
    paused_until_at: datetime | None
    trouble: str | None
    exceeded: str | None
    exceeded_until_at: datetime | None
    meter: str | None
    swept_at: datetime | None
    checked_at: datetime | None


class Drift(NamedTuple):
    """A field that says otherwise over there; ``our_id`` None: a record with our mark that nobody here knows."""

    id: int
    entity: Entity
    our_id: int | None
    remote_id: int
    field: str
    ours: str
    theirs: str
    found_at: datetime
