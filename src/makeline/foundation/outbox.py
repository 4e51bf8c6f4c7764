"""The outbox: a promise is a row. One row per subscriber, written in the transaction of the fact itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, literal_column

from makeline.foundation.columns import Json, UtcTime, Word, identity, metadata, one_of
from makeline.kernel.errors import FailureKind


class DeliveryState(StrEnum):
    """A promise is open until it is kept or given up; what is given up waits for staff."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


deliveries = Table(
    "deliveries",
    metadata,
    identity(),
    Column("event", Text, nullable=False),
    Column("subscriber", Text, nullable=False),
    Column("payload", Json(), nullable=False),
    Column("destination", Text),
    Column("state", Word(DeliveryState), nullable=False),
    Column("due_at", UtcTime(), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("failure_kind", Word(FailureKind)),
    Column("request_id", Text),
    # The trace that it was made in goes on where it is kept: an hour later, in another process.
    Column("traceparent", Text),
    Column("created_at", UtcTime(), nullable=False),
    Column("finished_at", UtcTime()),
    one_of("state", DeliveryState),
    CheckConstraint("(state = 'pending') = (finished_at IS NULL)", name="finished_when_not_pending"),
    CheckConstraint("state <> 'dead' OR last_error IS NOT NULL", name="dead_has_a_reason"),
)

# The worker's question "what is due?" reads only open promises, however many were ever kept.
Index(
    "ix_deliveries_due",
    deliveries.c.due_at,
    postgresql_where=literal_column("state = 'pending'"),
    sqlite_where=literal_column("state = 'pending'"),
)

# What waits for staff, however many were ever kept.
Index(
    "ix_deliveries_dead",
    deliveries.c.id,
    postgresql_where=literal_column("state = 'dead'"),
    sqlite_where=literal_column("state = 'dead'"),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """A standing order: ``subscriber`` (a stable name, it is stored) reacts to an event, ``delay`` after it.

    ``destination`` names the outside company the reaction talks to; the worker limits and pauses by it.
    """

    subscriber: str
    delay: timedelta = timedelta(0)
    destination: str | None = None


Promises = Mapping[str, tuple[Promise, ...]]
