"""Anomalies: facts that contradict each other and wait for staff. Recording one changes nothing else."""

from typing import Any

from sqlalchemy import Column, Table, Text, UniqueConstraint, bindparam, select

from makeline.foundation.columns import Json, UtcTime, identity, metadata
from makeline.foundation.statements import Query, insert_or_ignore
from makeline.foundation.unit_of_work import Reading, UnitOfWork

anomalies = Table(
    "anomalies",
    metadata,
    identity(),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("detail", Json(), nullable=False),
    Column("seen_at", UtcTime(), nullable=False),
    Column("settled_at", UtcTime()),
    Column("settled_by", Text),
    UniqueConstraint("kind", "subject", "fingerprint"),
)

_WAITING: Query[tuple[int]] = Query(
    select(anomalies.c.id)
    .where(
        anomalies.c.kind == bindparam("kind"),
        anomalies.c.subject == bindparam("subject"),
        anomalies.c.settled_at.is_(None),
    )
    .limit(1),
    tuple,
)
_INSERT = insert_or_ignore(anomalies, ("id", "kind", "subject", "fingerprint", "detail", "seen_at"))


def note_anomaly(unit: UnitOfWork, kind: str, subject: str, *, fingerprint: str = "", detail: Any) -> None:
    """Put it on the staff's list once, however often it is seen; ``fingerprint`` tells two of a kind apart."""
    unit.put(
        _INSERT,
        id=unit.new_id(anomalies),
        kind=kind,
        subject=subject,
        fingerprint=fingerprint,
        detail=detail,
        seen_at=unit.now,
    )


def is_noted(unit: Reading, kind: str, subject: str) -> bool:
    """Whether one of this kind waits for staff."""
    return unit.first(_WAITING, kind=kind, subject=subject) is not None
