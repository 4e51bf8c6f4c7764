"""Take what is due into hand, with the record of each as it is at this moment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, select, update

from makeline.crm.gateway import Room
from makeline.crm.models import Item, SyncStatus, crm_items
from makeline.crm.record_now import NotYet, record_now
from makeline.crm.records import Deal, Entity, Lead, Record, Step, digest_of
from makeline.crm.settle import mark_same, postpone
from makeline.foundation.columns import among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork

# Whoever dies over his work leaves it to others after so long.
_LEASE = timedelta(minutes=5)
_WAIT_FOR_OTHERS = timedelta(seconds=10)
_C = crm_items.c
_OPEN = among(_C.status, SyncStatus.PENDING, SyncStatus.PROCESSING, SyncStatus.FAILED)


def _claim(which: ColumnElement[bool]) -> Query[Item]:
    due = (
        select(_C.id)
        .where(
            _C.entity == bindparam("entity_now"),
            _OPEN,
            _C.due_at <= bindparam("now", type_=_C.due_at.type),
            which,
        )
        .order_by(_C.due_at)
        .limit(bindparam("most"))
    )
    taken = (
        update(crm_items)
        .where(_C.id.in_(due.scalar_subquery()))
        .values(
            status=bindparam("in_hand", type_=_C.status.type), due_at=bindparam("lease", type_=_C.due_at.type)
        )
        .returning(*_C)
    )
    return Query(taken, Item)


# Changes of what is there first: they are cheap, and sales people look at them.
_CLAIM_KNOWN = _claim(_C.remote_id.is_not(None))
_CLAIM_NEW = _claim(_C.remote_id.is_(None))


class InHand(NamedTuple):
    """An item, what is to be sent of it, what identifies that, and our step in it."""

    item: Item
    record: Record
    digest: str
    step: Step | None


class Taken(NamedTuple):
    """What was due, in hand now; ``cut``: there may be more of them once there is room."""

    items: Sequence[Item]
    cut: bool


def claim(unit: UnitOfWork, entity: Entity, *, most: int, room: Room) -> Taken:
    """The longest due of one kind, no more than there is room for."""
    known = _taken(unit, _CLAIM_KNOWN, entity, most=min(most, room.known))
    new = _taken(unit, _CLAIM_NEW, entity, most=min(most - len(known), room.new))
    cut = (bool(new) and len(new) == room.new) or (bool(known) and len(known) == room.known)
    return Taken(known + new, cut)


def describe_taken(unit: UnitOfWork, items: Sequence[Item], *, public_url: str) -> list[InHand]:
    """Those that differ from what was sent last, as they are now. What is the same over there is ticked off; what
    needs another first waits."""
    to_send = []
    for item in items:
        record = record_now(unit, item, public_url=public_url)
        if record is None:
            mark_same(unit, item)
        elif isinstance(record, NotYet):
            postpone(unit, item, seconds=_WAIT_FOR_OTHERS.total_seconds(), reason="waits for its contact")
        elif (digest := digest_of(record)) == item.digest:
            mark_same(unit, item)
        else:
            step = record.step if isinstance(record, Lead | Deal) else None
            to_send.append(InHand(item, _as_sent(record, item), digest, step))
    return to_send


def _taken(unit: UnitOfWork, which: Query[Item], entity: Entity, *, most: int) -> list[Item]:
    if most <= 0:
        return []
    values = {"now": unit.now, "lease": unit.now + _LEASE, "in_hand": SyncStatus.PROCESSING}
    return unit.all(which, entity_now=entity, most=most, **values)


def _as_sent(record: Record, item: Item) -> Record:
    # A step that was sent or agreed on before is not sent again: where they put it since is theirs.
    if isinstance(record, Lead | Deal) and item.remote_id is not None and record.step == item.step:
        return replace(record, step=None)
    return record
