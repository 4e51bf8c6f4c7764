"""One record as it was found over there, taken over: its step along our own tables, its differences for staff."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.states import Role
from makeline.commerce.orders.queries import order_by_id
from makeline.crm.describe import call_step, order_step
from makeline.crm.drift import forget_drift, keep_drift
from makeline.crm.gateway import Difference, Seen
from makeline.crm.models import Item, crm_items
from makeline.crm.records import Deal, Entity, Lead, Record, Step, digest_of
from makeline.crm.settle import mark_gone
from makeline.crm.targets import call_target, order_target
from makeline.crm.upkeep import Restores
from makeline.crm.want import want_whole
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound, Refusal
from makeline.parts.call_requests.change_status import change_call_status
from makeline.parts.call_requests.queries import call_request_of
from makeline.parts.ordering.move import move_order

_SALES = Member(0, 0, "crm", Role.STAFF)
_C = crm_items.c
_LISTENED = Change(
    update(crm_items)
    .where(_C.id == bindparam("item_id"), _C.heard_at == bindparam("heard_then", type_=_C.heard_at.type))
    .values(heard_at=None)
)
_AGREED = Change(
    update(crm_items)
    .where(_C.id == bindparam("item_id"))
    .values(
        step=bindparam("new_step", type_=_C.step.type), digest=bindparam("new_digest", type_=_C.digest.type)
    )
)


class Looked(NamedTuple):
    """An item, what it said when it was sent last (None: it says something else by now), its record over there (None:
    deleted), and what that says otherwise."""

    item: Item
    record: Record | None
    seen: Seen | None
    differences: Sequence[Difference]

    @property
    def is_news(self) -> bool:
        """Whether anything of ours may have to follow."""
        seen = self.seen
        return seen is None or bool(self.differences) or seen.step not in (None, self.item.step)


def take_over(unit: UnitOfWork, looked: Looked, *, restores: Restores) -> None:
    """What is found there counts here. Raises the ``Refusal`` of our own table where that does not lead there."""
    _take_note(unit, looked)
    if looked.seen is not None:
        _follow(unit, looked.item, looked.seen, looked.record)
    _restore(unit, looked, restores)


def refuse(unit: UnitOfWork, looked: Looked, refusal: Refusal, *, restores: Restores) -> None:
    """Our own table does not lead there: ours stays, and staff hears of it once."""
    _take_note(unit, looked)
    _restore(unit, looked, restores)
    stage = looked.seen.stage if looked.seen is not None else ""
    detail = {"stage": stage, "reason": refusal.message}
    note_anomaly(unit, "crm_move_refused", _name(looked.item), fingerprint=stage, detail=detail)


def give_up(unit: UnitOfWork, looked: Looked, *, error: str) -> None:
    """Nobody expected that it cannot be taken over: staff hears of it once, and it is looked at again when it changes
    over there, or when everything is looked at. ``error`` names what happened."""
    unit.change(_LISTENED, item_id=looked.item.id, heard_then=looked.item.heard_at)
    stage = looked.seen.stage if looked.seen is not None else ""
    detail = {"stage": stage, "error": error}
    note_anomaly(unit, "crm_not_taken_over", _name(looked.item), fingerprint=error, detail=detail)


def _take_note(unit: UnitOfWork, looked: Looked) -> None:
    item, seen = looked.item, looked.seen
    unit.change(_LISTENED, item_id=item.id, heard_then=item.heard_at)
    if seen is None:
        if item.remote_id is not None:
            forget_drift(unit, item.entity, item.remote_id)
        mark_gone(unit, item, "deleted in the CRM")
        return
    if looked.record is not None:
        keep_drift(unit, item.entity, seen.remote_id, our_id=item.our_id, differences=looked.differences)


def _restore(unit: UnitOfWork, looked: Looked, restores: Restores) -> None:
    if looked.record is not None and looked.differences and restores is Restores.ON:
        want_whole(unit, looked.item)


def _follow(unit: UnitOfWork, item: Item, seen: Seen, record: Record | None) -> None:
    try:
        ours = _our_step(unit, item)
    except NotFound:
        return
    # Nothing new, an echo of our own, or a stage that means nothing to us.
    if seen.step is None or item.entity in (Entity.CONTACT, Entity.COMPANY) or seen.step in (ours, item.step):
        return
    _move(unit, item, seen.step)
    digest = item.digest
    if isinstance(record, Lead | Deal):
        # What they decided need not be sent back to them.
        digest = digest_of(replace(record, step=_our_step(unit, item)))
    unit.change(_AGREED, item_id=item.id, new_step=seen.step, new_digest=digest)


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


def _name(item: Item) -> str:
    return f"{item.entity.value} {item.our_id}"
