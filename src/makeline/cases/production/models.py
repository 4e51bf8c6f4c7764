"""Tables of production: one row per print that may ever leave a machine."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, literal_column

from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.states import JobState
from makeline.foundation.columns import Json, UtcTime, Word, identity, metadata, one_of, reference_to

# As it stands in the index of prints whose length is known.
PRINTED = literal_column("printed_at IS NOT NULL")

print_jobs = Table(
    "print_jobs",
    metadata,
    identity(),
    reference_to("case_items", "case_item_id"),
    reference_to("orders", "order_id"),
    reference_to("payments", "payment_id"),
    reference_to("machines", "machine_id"),
    # Our id of the print as the partner knows it, stored before he hears of it.
    Column("reference", Text, nullable=False, unique=True),
    Column("attempt", Integer, nullable=False),
    Column("reprint_reason", Text),
    Column("status", Word(JobState), nullable=False),
    Column("step", Word(JobStep)),
    Column("queue_number", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("partner_reference", Text),
    Column("partner_queue_number", Text),
    Column("trouble", Text),
    # What the partner said beside the status: kept as it was sent, and shown.
    Column("notes", Text),
    Column("reported_device", Text),
    Column("estimated_completion", Text),
    Column("created_at", UtcTime(), nullable=False),
    Column("sent_at", UtcTime()),
    Column("started_at", UtcTime()),
    # When the case was printed and lay ready; a print that was collected without that word has none.
    Column("printed_at", UtcTime()),
    Column("finished_at", UtcTime()),
    # Since when the partner may have it, because we began to hand it over; empty again when he certainly has not.
    Column("offered_at", UtcTime()),
    # Another print of the same case has taken its place; the blank that this one has used up.
    Column("replaced_at", UtcTime()),
    reference_to("allocations", "spent_allocation_id", nullable=True, unique=True),
    # One print per case; another one only with a reason somebody gave.
    UniqueConstraint("case_item_id", "attempt"),
    CheckConstraint("attempt = 1 OR reprint_reason IS NOT NULL", name="reprint_has_a_reason"),
    CheckConstraint("priority BETWEEN 1 AND 10", name="priority_in_range"),
    CheckConstraint("status <> 'printed' OR printed_at IS NOT NULL", name="printed_has_a_moment"),
    CheckConstraint("printed_at IS NULL OR started_at IS NOT NULL", name="printed_has_a_start"),
    one_of("status", JobState),
    one_of("step", JobStep),
    Index("ix_print_jobs_order_id", "order_id"),
    Index("ix_print_jobs_status", "status", "machine_id"),
    # How long the latest prints of a machine took.
    Index(
        "ix_print_jobs_printed",
        "machine_id",
        "id",
        postgresql_where=PRINTED,
        sqlite_where=PRINTED,
    ),
)

queue_numbers = Table(
    "queue_numbers",
    metadata,
    identity(),
    reference_to("machines", "machine_id"),
    Column("day", Text, nullable=False),
    Column("latest", Integer, nullable=False),
    UniqueConstraint("machine_id", "day"),
)

# What we asked the partner about because he was silent: one row per payment or print, under our reference of it.
questions = Table(
    "questions",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("asked_at", UtcTime(), nullable=False),
    Column("next_at", UtcTime(), nullable=False),
    CheckConstraint("times > 0", name="asked_at_least_once"),
    CheckConstraint("next_at > asked_at", name="pause_between_questions"),
)


class CommandKind(StrEnum):
    """How somebody asked for a print that was queued already."""

    TRIGGER = "trigger"
    COMMAND = "command"


# What came along when somebody asked for a print: kept and shown, never used. The latest of each kind.
print_commands = Table(
    "print_commands",
    metadata,
    identity(),
    reference_to("print_jobs", "print_job_id"),
    Column("kind", Word(CommandKind), nullable=False),
    Column("details", Json(), nullable=False),
    Column("actor", Text, nullable=False),
    Column("received_at", UtcTime(), nullable=False),
    UniqueConstraint("print_job_id", "kind"),
    one_of("kind", CommandKind),
)


class PrintCommand(NamedTuple):
    """A wish to print, with what came along."""

    id: int
    print_job_id: int
    kind: CommandKind
    details: dict[str, Any]
    actor: str
    received_at: datetime


class PrintJob(NamedTuple):
    """One print. ``queue_number`` is ours, per machine and day; the partner's own goes first to the customer."""

    id: int
    case_item_id: int
    order_id: int
    payment_id: int
    machine_id: int
    reference: str
    attempt: int
    reprint_reason: str | None
    status: JobState
    step: JobStep | None
    queue_number: str
    priority: int
    partner_reference: str | None
    partner_queue_number: str | None
    trouble: str | None
    notes: str | None
    reported_device: str | None
    estimated_completion: str | None
    created_at: datetime
    sent_at: datetime | None
    started_at: datetime | None
    printed_at: datetime | None
    finished_at: datetime | None
    offered_at: datetime | None
    replaced_at: datetime | None
    spent_allocation_id: int | None
