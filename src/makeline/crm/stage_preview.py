"""What another table of stages would do, before it counts: which of our open things would move, and what nobody has
thought of. Nothing is stored, nothing is sent."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select, update

from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import OrderStatus, Terms
from makeline.crm.describe import call_step, order_step
from makeline.crm.gateway import Crm, PortalStage
from makeline.crm.models import crm_items
from makeline.crm.records import Entity, Step
from makeline.crm.stage_table import StageTable
from makeline.crm.targets import call_target, order_target
from makeline.foundation.columns import among
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.parts.call_requests.models import call_requests
from makeline.parts.call_requests.states import CALL_REQUEST_STATES, CallRequestStatus
from makeline.parts.ordering.models import part_orders
from makeline.parts.ordering.words import MAY_BECOME, NEEDS_MONEY, STANDINGS

# As many as are asked about one by one; what is more is counted.
MOST_LOOKED_AT = 500
_ACTOR = "crm"
_C = crm_items.c
_THERE = and_(_C.remote_id.is_not(None), _C.gone_at.is_(None))
_OPEN_ORDERS = among(orders.c.status, OrderStatus.PLACED, OrderStatus.IN_PRODUCTION, OrderStatus.FAILED)
_OPEN_CALLS = among(call_requests.c.status, CallRequestStatus.NEW, CallRequestStatus.CONTACTED)


class OpenThing(NamedTuple):
    """An order or call request that is not over, with its image over there. ``name`` is the order's number, or the
    caller's name; ``ours`` tells whether sales people may move it at all, ``covered`` whether it may be made: it is paid,
    or paid on invoice."""

    our_id: int
    remote_id: int
    agreed: Step | None
    status: str
    name: str
    ours: bool
    covered: bool


class _Count(NamedTuple):
    count: int


class Move(NamedTuple):
    """Something of ours that would move: from a step of ours to another because of the ``stage`` it stands at.
    ``allowed`` False: our own table does not lead there, and staff would be told."""

    our_id: int
    name: str
    stage: str
    before: Step
    after: Step
    allowed: bool


class Preview(NamedTuple):
    """``portal`` are its stages; ``unmapped`` its open ones that stand for no step; ``lacking`` those that we would send and
    it does not have; ``looked_at`` of ``open_things`` were asked about."""

    portal: Sequence[PortalStage]
    moves: Sequence[Move]
    unmapped: Sequence[PortalStage]
    lacking: Sequence[str]
    looked_at: int
    open_things: int


def _open(entity: Entity) -> tuple[Select[tuple[int]], Query[OpenThing], Query[_Count]]:
    if entity is Entity.DEAL:
        ours = exists().where(part_orders.c.order_id == orders.c.id)
        covered = or_(among(orders.c.terms, Terms.INVOICE), orders.c.paid_at.is_not(None))
        columns, source = (orders.c.status, orders.c.number, ours, covered), orders
        fits = and_(orders.c.id == _C.our_id, _OPEN_ORDERS)
    else:
        columns, source = (call_requests.c.status, call_requests.c.name, _C.id > 0, _C.id > 0), call_requests
        fits = and_(call_requests.c.id == _C.our_id, _OPEN_CALLS)
    joined = crm_items.join(source, fits)
    wanted = and_(among(_C.entity, entity), _THERE)
    rows = select(_C.our_id, _C.remote_id, _C.step, *columns).select_from(joined).where(wanted)
    page = rows.order_by(_C.our_id.desc()).limit(bindparam("most"))
    count = select(func.count()).select_from(joined).where(wanted)
    return select(_C.id).select_from(joined).where(wanted), Query(page, OpenThing), Query(count, _Count)


_OPEN = {entity: _open(entity) for entity in (Entity.DEAL, Entity.LEAD)}
_LOOK_AGAIN = {
    entity: Change(
        update(crm_items)
        .where(_C.id.in_(ids.scalar_subquery()))
        .values(heard_at=bindparam("now", type_=_C.heard_at.type))
    )
    for entity, (ids, _, _) in _OPEN.items()
}


async def preview_stages(begin: Begin, crm: Crm, entity: Entity, table: StageTable) -> Preview:
    """Hold a table against the portal and against everything of ours that is open. Raises ``CrmTrouble``."""
    portal = await crm.stages(entity)
    things, total = await begin(partial(_things, entity=entity), actor=_ACTOR)
    seen = {one.remote_id: one.stage for one in await crm.read(entity, [each.remote_id for each in things])}
    by_id = {stage.id: stage for stage in portal}
    moves = []
    for thing in things:
        stage = by_id.get(seen.get(thing.remote_id, ""))
        step = _step_at(stage, table) if stage is not None else None
        before = _step_of(entity, thing.status)
        # What stands where both have agreed that it stands moves nothing.
        if stage is not None and step is not None and step not in (before, thing.agreed):
            allowed = _allowed(entity, thing, step)
            moves.append(Move(thing.our_id, thing.name, stage.name, before, step, allowed))
    known = {stage.name for stage in portal}
    return Preview(
        portal=portal,
        moves=moves,
        unmapped=[stage for stage in portal if _step_at(stage, table) is None],
        lacking=[name for name in table.needed if name not in known],
        looked_at=len(things),
        open_things=total,
    )


def look_again(unit: UnitOfWork, entity: Entity) -> int:
    """Everything of ours that is open is read back soon, under the table that counts now; returns how many."""
    return unit.change(_LOOK_AGAIN[entity], now=unit.now)


def _things(unit: Reading, entity: Entity) -> tuple[list[OpenThing], int]:
    _, page, count = _OPEN[entity]
    total = unit.first(count)
    return unit.all(page, most=MOST_LOOKED_AT), total.count if total else 0


def _step_at(stage: PortalStage, table: StageTable) -> Step | None:
    return stage.ended or table.step_of(stage.name)


def _step_of(entity: Entity, status: str) -> Step:
    if entity is Entity.DEAL:
        return order_step(OrderStatus(status))
    return call_step(CallRequestStatus(status)) or Step.WON


def _allowed(entity: Entity, thing: OpenThing, step: Step) -> bool:
    if entity is Entity.LEAD:
        call = call_target(step)
        return call is not None and CALL_REQUEST_STATES.allows(CallRequestStatus(thing.status), call)
    standing = order_target(step)
    # An order of a machine is its makers' to move.
    payable = thing.covered or standing not in NEEDS_MONEY
    return thing.ours and payable and standing in MAY_BECOME[STANDINGS[OrderStatus(thing.status)]]
