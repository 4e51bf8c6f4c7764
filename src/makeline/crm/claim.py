"""Take what is due into hand, with the record of each as it is at this moment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, select, update

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.accounts.states import Role
from makeline.commerce.orders.queries import lines_of, order_by_id
from makeline.crm.describe import describe_call, describe_company, describe_order, describe_person
from makeline.crm.facts import describe_facts, describe_wishes
from makeline.crm.gateway import Room
from makeline.crm.models import Item, SyncStatus, crm_items
from makeline.crm.records import Contact, Deal, Entity, Lead, Record, Step, digest_of
from makeline.crm.settle import mark_same, postpone
from makeline.foundation.columns import among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.parts.call_requests.queries import call_request_of
from makeline.parts.ordering.queries import access_part_order, lines_ordered

# Whoever dies over his work leaves it to others after so long.
_LEASE = timedelta(minutes=5)
_WAIT_FOR_OTHERS = timedelta(seconds=10)
# Whoever describes an order sees all of it.
_SALES = Member(0, 0, "crm", Role.STAFF)
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
_ITEM = Query(
    select(crm_items).where(_C.entity == bindparam("entity_now"), _C.our_id == bindparam("our_id_now")), Item
)
_OVER = (SyncStatus.DONE, SyncStatus.DEAD)


class InHand(NamedTuple):
    """An item, what is to be sent of it, what identifies that, and our step in it."""

    item: Item
    record: Record
    digest: str
    step: Step | None


class Claimed(NamedTuple):
    """``taken`` is how many were due, ``to_send`` those that differ from what was sent last; ``cut``: there may be more
    of them once there is room."""

    taken: int
    cut: bool
    to_send: Sequence[InHand]


def claim(unit: UnitOfWork, entity: Entity, *, most: int, room: Room, public_url: str) -> Claimed:
    """The longest due of one kind, no more than there is room for. What is the same over there is ticked off; what
    needs another first waits."""
    known = _taken(unit, _CLAIM_KNOWN, entity, most=min(most, room.known))
    new = _taken(unit, _CLAIM_NEW, entity, most=min(most - len(known), room.new))
    cut = (bool(new) and len(new) == room.new) or (bool(known) and len(known) == room.known)
    items = known + new
    to_send = []
    for item in items:
        try:
            record = _record(unit, item, public_url)
        except NotFound:
            # Forgotten with us: there is nothing left to tell.
            record = None
        if record is None:
            mark_same(unit, item)
        elif isinstance(record, _NotYet):
            postpone(unit, item, seconds=_WAIT_FOR_OTHERS.total_seconds(), reason="waits for its contact")
        elif (digest := digest_of(record)) == item.digest:
            mark_same(unit, item)
        else:
            step = record.step if isinstance(record, Lead | Deal) else None
            to_send.append(InHand(item, _as_sent(record, item), digest, step))
    return Claimed(len(items), cut, to_send)


def item_of(unit: Reading, entity: Entity, our_id: int) -> Item | None:
    """What is known of the mirror image of something."""
    return unit.first(_ITEM, entity_now=entity, our_id_now=our_id)


def _taken(unit: UnitOfWork, which: Query[Item], entity: Entity, *, most: int) -> list[Item]:
    if most <= 0:
        return []
    values = {"now": unit.now, "lease": unit.now + _LEASE, "in_hand": SyncStatus.PROCESSING}
    return unit.all(which, entity_now=entity, most=most, **values)


class _NotYet(NamedTuple):
    """Something else has to be there first."""


def _as_sent(record: Record, item: Item) -> Record:
    # A step that was sent or agreed on before is not sent again: where they put it since is theirs.
    if isinstance(record, Lead | Deal) and item.remote_id is not None and record.step == item.step:
        return replace(record, step=None)
    return record


def _record(unit: UnitOfWork, item: Item, public_url: str) -> Record | _NotYet | None:
    if item.entity is Entity.LEAD:
        return describe_call(call_request_of(unit, item.our_id))
    if item.entity is Entity.DEAL:
        return _deal(unit, item.our_id, public_url)
    user = user_of(unit, item.our_id)
    if item.entity is Entity.COMPANY:
        return describe_company(user)
    return _contact(unit, item)


def _contact(unit: UnitOfWork, item: Item) -> Contact | _NotYet:
    user = user_of(unit, item.our_id)
    company = item_of(unit, Entity.COMPANY, item.our_id) if describe_company(user) else None
    if company is not None and company.remote_id is None and company.status not in _OVER:
        return _NotYet()
    return describe_person(user, company=_there(company))


def _deal(unit: UnitOfWork, order_id: int, public_url: str) -> Deal | _NotYet:
    order = order_by_id(unit, order_id)
    contact = item_of(unit, Entity.CONTACT, order.user_id) if order.user_id is not None else None
    company = item_of(unit, Entity.COMPANY, order.user_id) if order.user_id is not None else None
    if contact is not None and contact.remote_id is None and contact.status not in _OVER:
        return _NotYet()
    parts = lines_ordered(unit, order_id)
    wishes = access_part_order(unit, _SALES, order_id).part if parts else None
    return describe_order(
        order,
        lines_of(unit, order_id),
        contact=_there(contact),
        company=_there(company),
        comments=describe_wishes(order, parts, wishes, public_url=public_url),
        facts=describe_facts(order, parts, public_url=public_url),
    )


def _there(item: Item | None) -> int | None:
    return item.remote_id if item is not None and item.gone_at is None else None
