"""Table of call requests, each with the consent that it was made with."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Index, Table, Text

from makeline.foundation.columns import UtcTime, Word, identity, metadata, one_of, reference_to
from makeline.parts.call_requests.states import CallRequestStatus

call_requests = Table(
    "call_requests",
    metadata,
    identity(),
    # Nobody's account: a guest.
    reference_to("users", "user_id", nullable=True),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("product", Text, nullable=False),
    # When he would like to be called, in his own words.
    Column("wished_time", Text, nullable=False),
    Column("additional", Text, nullable=False),
    # Which text he agreed to, and when: without it there is no row.
    Column("agreement_version", Text, nullable=False),
    Column("agreed_at", UtcTime(), nullable=False),
    Column("status", Word(CallRequestStatus), nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    # From then on nothing is left of what he gave.
    Column("forgotten_at", UtcTime()),
    one_of("status", CallRequestStatus),
    CheckConstraint("name <> '' OR forgotten_at IS NOT NULL", name="somebody"),
    CheckConstraint("length(phone) BETWEEN 5 AND 20 OR forgotten_at IS NOT NULL", name="phone_is_one"),
    CheckConstraint("agreement_version <> ''", name="agreed_to_some_text"),
    CheckConstraint(
        "forgotten_at IS NULL OR (name = '' AND phone = '' AND product = '' AND wished_time = '' AND additional = '')",
        name="forgotten_is_gone",
    ),
    Index("ix_call_requests_status", "status", "id"),
)


class CallRequest(NamedTuple):
    """Somebody wants to be called."""

    id: int
    user_id: int | None
    name: str
    phone: str
    product: str
    wished_time: str
    additional: str
    agreement_version: str
    agreed_at: datetime
    status: CallRequestStatus
    created_at: datetime
    forgotten_at: datetime | None
