"""Something of ours changed: it shall be sent, once, in its newest state."""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, or_, select, update

from makeline.commerce.accounts.models import users
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.orders.models import orders
from makeline.crm.describe import describe_company
from makeline.crm.models import Item, SyncStatus, crm_items
from makeline.crm.records import Entity
from makeline.foundation.columns import among
from makeline.foundation.statements import Change, Query, insert_or_ignore
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.parts.call_requests.models import call_requests
from makeline.parts.ordering.models import part_orders

_C = crm_items.c
_FRESH = {
    "status": bindparam("new_status", type_=_C.status.type),
    "attempts": bindparam("no_attempts"),
    "due_at": bindparam("now", type_=_C.due_at.type),
    "queued_at": bindparam("now", type_=_C.queued_at.type),
    "revision": _C.revision + 1,
}
_AGAIN = Change(
    update(crm_items)
    .where(_C.entity == bindparam("entity_now"), _C.our_id == bindparam("our_id_now"), _C.gone_at.is_(None))
    .values(_FRESH)
)
_ALL_AGAIN = Change(update(crm_items).where(_C.gone_at.is_(None)).values(_FRESH))
_STUCK_AGAIN = Change(
    update(crm_items)
    .where(_C.gone_at.is_(None), among(_C.status, SyncStatus.FAILED, SyncStatus.DEAD))
    .values(_FRESH)
)
_BY_ID = Query(select(crm_items).where(_C.id == bindparam("item_id")), Item)
_UNSENT = Change(update(crm_items).where(_C.id == bindparam("item_id")).values(digest=None))
_FORGOTTEN = Change(
    update(crm_items)
    .where(_C.id == bindparam("item_id"))
    .values(gone_at=None, remote_id=None, digest=None, step=None, heard_at=None)
)
_NEW = insert_or_ignore(
    crm_items, ("id", "entity", "our_id", "status", "attempts", "revision", "due_at", "queued_at")
)


class _Number(NamedTuple):
    id: int


def _known(entity: Entity, column: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(among(_C.entity, entity), _C.our_id == column)


_UNKNOWN_USERS = Query(
    select(users.c.id)
    .where(~_known(Entity.CONTACT, users.c.id))
    .order_by(users.c.id)
    .limit(bindparam("most")),
    _Number,
)
_UNKNOWN_CALLS = Query(
    select(call_requests.c.id)
    .where(~_known(Entity.LEAD, call_requests.c.id))
    .order_by(call_requests.c.id)
    .limit(bindparam("most")),
    _Number,
)
# Orders of machines count once they are paid; before that they are looks into a shop window.
_WORTH_IT = or_(orders.c.paid_at.is_not(None), exists().where(part_orders.c.order_id == orders.c.id))
_SINCE = bindparam("since", type_=orders.c.created_at.type)
_UNKNOWN_ORDERS = Query(
    select(orders.c.id)
    .where(
        # What was paid late is as new as what was ordered just now.
        or_(orders.c.created_at >= _SINCE, orders.c.paid_at >= _SINCE),
        orders.c.is_test.is_(False),
        _WORTH_IT,
        ~_known(Entity.DEAL, orders.c.id),
    )
    .order_by(orders.c.created_at)
    .limit(bindparam("most")),
    _Number,
)


def want_user(unit: UnitOfWork, user_id: int) -> None:
    """A person, and his firm if he has told of one, or had."""
    again = unit.change(_AGAIN, **_wish(unit), entity_now=Entity.COMPANY, our_id_now=user_id)
    if not again and describe_company(user_of(unit, user_id)) is not None:
        want(unit, Entity.COMPANY, user_id)
    want(unit, Entity.CONTACT, user_id)


def want(unit: UnitOfWork, entity: Entity, our_id: int) -> None:
    """One thing; what is gone over there stays gone."""
    if not unit.change(_AGAIN, **_wish(unit), entity_now=entity, our_id_now=our_id):
        unit.put(
            _NEW,
            id=unit.new_id(crm_items),
            entity=entity,
            our_id=our_id,
            status=SyncStatus.PENDING,
            attempts=0,
            revision=0,
            due_at=unit.now,
            queued_at=unit.now,
        )


def want_unknown(unit: UnitOfWork, *, since: timedelta, most: int) -> int:
    """What nobody has ever wanted to send, of each kind; returns how many things were found."""
    found = 0
    for row in unit.all(_UNKNOWN_USERS, most=most):
        want_user(unit, row.id)
        found += 1
    for row in unit.all(_UNKNOWN_CALLS, most=most):
        want(unit, Entity.LEAD, row.id)
        found += 1
    return found + want_unknown_orders(unit, since=since, most=most)


def want_unknown_orders(unit: UnitOfWork, *, since: timedelta, most: int) -> int:
    """Orders placed or paid no longer than ``since`` ago that nobody has wanted to send; returns how many.

    This is how those of machines come in: their payment is in a hurry and tells nobody but its printer.
    """
    found = unit.all(_UNKNOWN_ORDERS, most=most, since=unit.now - since)
    for row in found:
        want(unit, Entity.DEAL, row.id)
    return len(found)


def want_all(unit: UnitOfWork) -> int:
    """Everything that is known is looked at again; what is the same over there is not sent. Returns how many."""
    return unit.change(_ALL_AGAIN, **_wish(unit))


def want_one(unit: UnitOfWork, item_id: int) -> Item:
    """One thing gets another chance at once; what was deleted over there is made anew by it. Raises ``NotFound``."""
    item = unit.first(_BY_ID, item_id=item_id)
    if item is None:
        raise NotFound("nothing of the mirror has this number")
    if item.gone_at is not None:
        unit.change(_FORGOTTEN, item_id=item_id)
    unit.change(_AGAIN, **_wish(unit), entity_now=item.entity, our_id_now=item.our_id)
    return item


def want_whole(unit: UnitOfWork, item: Item) -> None:
    """Sent again even though nothing changed with us: over there it did."""
    unit.change(_UNSENT, item_id=item.id)
    want(unit, item.entity, item.our_id)


def want_stuck(unit: UnitOfWork) -> int:
    """What failed or was given up gets another chance at once; returns how many."""
    return unit.change(_STUCK_AGAIN, **_wish(unit))


def _wish(unit: Reading) -> dict[str, Any]:
    return {"new_status": SyncStatus.PENDING, "no_attempts": 0, "now": unit.now}
