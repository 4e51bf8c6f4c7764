"""The inbox: what the outside told us, kept as received and applied once.

Unique by (source, external id): a repeat finds the first. What cannot be applied yet (a notice about a payment we do
not know) waits here until it can, or until it is too old.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Index,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)

from makeline.foundation.columns import Json, UtcTime, Word, among, identity, metadata, one_of
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork


class MessageState(StrEnum):
    """A message waits for its subject, was applied, or changed nothing."""

    WAITING = "waiting"
    APPLIED = "applied"
    IGNORED = "ignored"


inbox = Table(
    "inbox",
    metadata,
    identity(),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("payload", Json(), nullable=False),
    Column("state", Word(MessageState), nullable=False),
    Column("received_at", UtcTime(), nullable=False),
    UniqueConstraint("source", "external_id"),
    one_of("state", MessageState),
    Index(
        "ix_inbox_waiting",
        "topic",
        "received_at",
        postgresql_where=literal_column("state = 'waiting'"),
        sqlite_where=literal_column("state = 'waiting'"),
    ),
)


class Message(NamedTuple):
    """One kept message."""

    id: int
    payload: Any
    state: MessageState
    received_at: datetime


_KEPT = Query(
    select(inbox.c.id, inbox.c.payload, inbox.c.state, inbox.c.received_at).where(
        inbox.c.source == bindparam("source"), inbox.c.external_id == bindparam("external_id")
    ),
    Message,
)
_MARK = Change(update(inbox).where(inbox.c.id == bindparam("message_id")).values(state=bindparam("state")))


def find_message(unit: UnitOfWork, *, source: str, external_id: str) -> Message | None:
    """The message kept under this id, if there is one."""
    return unit.first(_KEPT, source=source, external_id=external_id)


def keep_message(
    unit: UnitOfWork,
    *,
    source: str,
    external_id: str,
    topic: str,
    subject: str,
    payload: Any,
    state: MessageState,
) -> None:
    """Keep a message that ``find_message`` did not know, with what became of it."""
    unit.add(
        inbox,
        id=unit.new_id(inbox),
        source=source,
        external_id=external_id,
        topic=topic,
        subject=subject,
        payload=payload,
        state=state,
        received_at=unit.now,
    )


_FORGET_WAITING = Change(
    delete(inbox).where(
        among(inbox.c.state, MessageState.WAITING),
        inbox.c.topic == bindparam("topic"),
        inbox.c.received_at < bindparam("before"),
    )
)
_WAITED: Query[tuple[int]] = Query(
    select(inbox.c.id)
    .where(
        among(inbox.c.state, MessageState.WAITING),
        inbox.c.topic == bindparam("topic"),
        inbox.c.received_at < bindparam("before"),
    )
    .limit(1),
    tuple,
)
_FORGET_SOURCE = Change(
    delete(inbox).where(inbox.c.source == bindparam("source"), inbox.c.received_at < bindparam("before"))
)
_COUNT: Query[tuple[int]] = Query(
    select(func.count()).select_from(inbox).where(inbox.c.source == bindparam("source")), tuple
)


def has_waited(unit: Reading, topic: str, *, before: datetime) -> bool:
    """Whether there is anything for ``forget_waiting_messages``."""
    return unit.first(_WAITED, topic=topic, before=before) is not None


def forget_waiting_messages(unit: UnitOfWork, topic: str, *, before: datetime) -> int:
    """Messages of a topic that have waited too long are not kept any more; returns how many."""
    return unit.change(_FORGET_WAITING, topic=topic, before=before)


def forget_messages_of(unit: UnitOfWork, source: str, *, before: datetime) -> int:
    """Everything that a source said until then; returns how many."""
    return unit.change(_FORGET_SOURCE, source=source, before=before)


def messages_of(unit: UnitOfWork, source: str) -> int:
    """How many messages of a source are kept."""
    ((count,),) = unit.all(_COUNT, source=source)
    return count


def mark_message(unit: UnitOfWork, message_id: int, state: MessageState) -> None:
    """Record what became of a kept message."""
    unit.put(_MARK, message_id=message_id, state=state)
