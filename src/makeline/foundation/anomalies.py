"""Anomalies: facts that contradict each other and wait for staff. Recording or settling one changes nothing else."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    literal_column,
    select,
    update,
)

from makeline.foundation.columns import Json, UtcTime, Word, identity, metadata, one_of
from makeline.foundation.statements import Change, Query, insert_or_ignore
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Kind, NotFound, Refusal

_LONGEST_NOTE = 1000


class Outcome(StrEnum):
    """What staff did about it: put it right, gave money back, took it as it is, or found nothing wrong."""

    FIXED = "fixed"
    REFUNDED = "refunded"
    ACCEPTED = "accepted"
    FALSE_ALARM = "false_alarm"


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
    Column("outcome", Word(Outcome)),
    Column("note", Text),
    UniqueConstraint("kind", "subject", "fingerprint"),
    one_of("outcome", Outcome),
    CheckConstraint(
        "(settled_at IS NULL) = (outcome IS NULL) AND (settled_at IS NULL) = (settled_by IS NULL)",
        name="settled_by_somebody_somehow",
    ),
    Index(
        "ix_anomalies_open",
        "kind",
        postgresql_where=literal_column("settled_at IS NULL"),
        sqlite_where=literal_column("settled_at IS NULL"),
    ),
)


class Anomaly(NamedTuple):
    """One contradiction, open while ``settled_at`` is None."""

    id: int
    kind: str
    subject: str
    fingerprint: str
    detail: Any
    seen_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    outcome: Outcome | None
    note: str | None


class Tally(NamedTuple):
    """How many of one kind are open."""

    kind: str
    count: int


class AlreadySettled(Refusal):
    """Somebody has decided this one before, otherwise."""

    code = "ALREADY_SETTLED"
    kind = Kind.CONFLICT


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


_OPEN = Query(
    select(anomalies)
    .where(anomalies.c.settled_at.is_(None))
    .order_by(anomalies.c.id)
    .limit(bindparam("most")),
    Anomaly,
)
_LATEST = Query(select(anomalies).order_by(anomalies.c.id.desc()).limit(bindparam("most")), Anomaly)
_ONE = Query(select(anomalies).where(anomalies.c.id == bindparam("anomaly_id")).with_for_update(), Anomaly)
_TALLY = Query(
    select(anomalies.c.kind, func.count()).where(anomalies.c.settled_at.is_(None)).group_by(anomalies.c.kind),
    Tally,
)
_SETTLE = Change(
    update(anomalies)
    .where(anomalies.c.id == bindparam("anomaly_id"))
    .values(
        settled_at=bindparam("now", type_=UtcTime()),
        settled_by=bindparam("actor"),
        outcome=bindparam("outcome"),
        note=bindparam("note"),
    )
)


_NOTED: Query[tuple[int]] = Query(
    select(anomalies.c.id)
    .where(
        anomalies.c.kind == bindparam("kind"),
        anomalies.c.subject == bindparam("subject"),
        anomalies.c.settled_at.is_(None),
    )
    .order_by(anomalies.c.id),
    tuple,
)


def settle_noted(unit: UnitOfWork, kind: str, subject: str, *, outcome: Outcome, note: str) -> int:
    """What was to be done about ``subject`` is done: settle every open one of this kind; returns how many."""
    noted = unit.all(_NOTED, kind=kind, subject=subject)
    for (anomaly_id,) in noted:
        settle_anomaly(unit, anomaly_id, outcome=outcome, note=note[:_LONGEST_NOTE])
    return len(noted)


def open_anomalies(unit: Reading, *, most: int = 500) -> list[Anomaly]:
    """What waits for staff, oldest first."""
    return unit.all(_OPEN, most=most)


def latest_anomalies(unit: Reading, *, most: int = 500) -> list[Anomaly]:
    """Open and settled ones, newest first."""
    return unit.all(_LATEST, most=most)


def anomaly_numbered(unit: UnitOfWork, anomaly_id: int) -> Anomaly:
    """One by its id, locked; raises ``NotFound``."""
    found = unit.first(_ONE, anomaly_id=anomaly_id)
    if found is None:
        raise NotFound(f"there is no anomaly {anomaly_id}")
    return found


def tally_of_anomalies(unit: Reading) -> list[Tally]:
    """Open ones by kind."""
    return unit.all(_TALLY)


def settle_anomaly(unit: UnitOfWork, anomaly_id: int, *, outcome: Outcome, note: str) -> Anomaly:
    """Staff has decided; the unit's actor and the ``note`` say who and why. The same decision again is no change.

    It stays settled when the same thing is seen again. Raises ``NotFound``, ``Invalid``, ``AlreadySettled``.
    """
    note = note.strip()
    if not note or len(note) > _LONGEST_NOTE:
        raise Invalid(FieldProblem("note", f"must say why in 1 to {_LONGEST_NOTE} characters", note[:100]))
    found = anomaly_numbered(unit, anomaly_id)
    if found.settled_at is not None:
        if found.outcome is not outcome:
            raise AlreadySettled(f"{found.settled_by} settled it before: {found.outcome}")
        return found
    unit.put(_SETTLE, anomaly_id=anomaly_id, now=unit.now, actor=unit.actor, outcome=outcome, note=note)
    return found._replace(settled_at=unit.now, settled_by=unit.actor, outcome=outcome, note=note)
