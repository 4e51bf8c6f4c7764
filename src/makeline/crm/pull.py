"""What sales people decided comes back: read from the CRM itself, and applied along our own tables of states."""

from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, select, update

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.states import Role
from makeline.commerce.orders.queries import order_by_id
from makeline.crm.describe import call_step, order_step
from makeline.crm.gateway import Crm, CrmTrouble, Seen
from makeline.crm.line import line_of, mark_swept
from makeline.crm.models import Item, crm_items
from makeline.crm.records import Entity, Step
from makeline.crm.settle import mark_gone
from makeline.crm.targets import call_target, order_target
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.kernel.errors import NotFound, Refusal
from makeline.parts.call_requests.change_status import change_call_status
from makeline.parts.call_requests.queries import call_request_of
from makeline.parts.ordering.move import move_order

_ACTOR = "crm"
_AT_ONCE = 50
# What is told of late is not missed.
_OVERLAP = timedelta(minutes=5)
_SALES = Member(0, 0, _ACTOR, Role.STAFF)
_C = crm_items.c
_THERE = (_C.entity == bindparam("entity_now")) & (_C.remote_id == bindparam("remote_id_now"))
_HEAR = Change(
    update(crm_items)
    .where(_THERE, _C.gone_at.is_(None))
    .values(heard_at=bindparam("now", type_=_C.heard_at.type))
)
_HEARD = Query(
    select(crm_items)
    .where(_C.heard_at.is_not(None), _C.entity == bindparam("entity_now"))
    .order_by(_C.heard_at)
    .limit(bindparam("most")),
    Item,
)
_LISTENED = Change(
    update(crm_items)
    .where(_C.id == bindparam("item_id"), _C.heard_at == bindparam("heard_then", type_=_C.heard_at.type))
    .values(heard_at=None)
)
_AGREED = Change(
    update(crm_items)
    .where(_C.id == bindparam("item_id"))
    .values(step=bindparam("new_step", type_=_C.step.type))
)


def hear(unit: UnitOfWork, entity: Entity, remote_id: int) -> bool:
    """Somebody says that a record over there changed; it is read soon, once, however often that is said. False for
    what is none of ours."""
    return unit.change(_HEAR, entity_now=entity, remote_id_now=remote_id, now=unit.now) > 0


async def read_back(begin: Begin, crm: Crm) -> int:
    """Read what was heard of and take it over; returns how many were read. Raises ``CrmTrouble``."""
    count = 0
    for entity in (Entity.DEAL, Entity.LEAD, Entity.CONTACT, Entity.COMPANY):
        heard = await begin(partial(_heard, entity=entity), actor=_ACTOR)
        if not heard:
            continue
        remote_ids = [item.remote_id for item in heard if item.remote_id is not None]
        seen = {one.remote_id: one for one in await crm.read(entity, remote_ids)}
        for item in heard:
            await begin(partial(_take_over, item=item, seen=seen.get(item.remote_id or 0)), actor=_ACTOR)
        count += len(heard)
    return count


async def sweep(begin: Begin, crm: Crm) -> int:
    """Find what no event told of since the last sweep; returns how many records were changed. Raises ``CrmTrouble``."""
    line = await begin(line_of, actor=_ACTOR)
    last = line.swept_at if line and line.swept_at else datetime.fromtimestamp(0, UTC) + _OVERLAP
    found = 0
    for entity in (Entity.DEAL, Entity.LEAD):
        changed = [one.remote_id for one in await crm.changed_since(entity, last - _OVERLAP)]
        for start in range(0, len(changed), _AT_ONCE):
            part = changed[start : start + _AT_ONCE]
            found += await begin(partial(_hear_all, entity=entity, remote_ids=part), actor=_ACTOR)
    await begin(mark_swept, actor=_ACTOR)
    return found


async def listen(begin: Begin, crm: Crm) -> int:
    """``read_back``, and a CRM that is away is tried again the next time."""
    try:
        return await read_back(begin, crm)
    except CrmTrouble:
        return 0


def _heard(unit: Reading, entity: Entity) -> list[Item]:
    return unit.all(_HEARD, entity_now=entity, most=_AT_ONCE)


def _hear_all(unit: UnitOfWork, entity: Entity, remote_ids: list[int]) -> int:
    return sum(hear(unit, entity, remote_id) for remote_id in remote_ids)


def _take_over(unit: UnitOfWork, item: Item, seen: Seen | None) -> None:
    unit.change(_LISTENED, item_id=item.id, heard_then=item.heard_at)
    if seen is None:
        mark_gone(unit, item, "deleted in the CRM")
        return
    try:
        ours = _our_step(unit, item)
    except NotFound:
        return
    # Nothing new, an echo of our own, or a stage that means nothing to us.
    if seen.step is None or item.entity in (Entity.CONTACT, Entity.COMPANY) or seen.step in (ours, item.step):
        return
    try:
        _move(unit, item, seen.step)
    except Refusal as refusal:
        detail = {"stage": seen.stage, "reason": refusal.message}
        note_anomaly(
            unit,
            "crm_move_refused",
            f"{item.entity.value} {item.our_id}",
            fingerprint=seen.stage,
            detail=detail,
        )
        return
    unit.change(_AGREED, item_id=item.id, new_step=seen.step)


def _our_step(unit: Reading, item: Item) -> Step | None:
    if item.entity is Entity.DEAL:
        return order_step(order_by_id(unit, item.our_id).status)
    if item.entity is Entity.LEAD:
        return call_step(call_request_of(unit, item.our_id).status)
    return None


def _move(unit: UnitOfWork, item: Item, step: Step) -> None:
    if item.entity is Entity.LEAD:
        if (status := call_target(step)) is not None:
            change_call_status(unit, item.our_id, status)
        return
    standing = order_target(step)
    if standing is None:
        raise NotFound("an order does not become new again")
    # An order of a machine is no order for parts: its makers alone move it.
    move_order(unit, _SALES, item.our_id, standing)
