"""What no event told of, in either direction: the changes since the last look, and now and then everything."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, select, update

from makeline.crm.drift import keep_drift
from makeline.crm.gateway import Crm, Difference, Seen
from makeline.crm.hold import holding
from makeline.crm.line import line_of, mark_checked, mark_swept
from makeline.crm.models import Item, SyncStatus, crm_items
from makeline.crm.pull import MOST_AT_ONCE, hear, look_at
from makeline.crm.record_now import exists_now, item_of
from makeline.crm.records import Entity
from makeline.crm.upkeep import Upkeep
from makeline.crm.want import want
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork

SWEEP_EVERY = timedelta(minutes=5)
CHECK_EVERY = timedelta(hours=24)
_ACTOR = "crm"
_KINDS = (Entity.COMPANY, Entity.CONTACT, Entity.DEAL, Entity.LEAD)
# What was told late by their clock, or ours, is not missed.
_OVERLAP = timedelta(minutes=5)
_IN_ONE_UNIT = 200
_C = crm_items.c
_THERE = Query(
    select(crm_items).where(_C.entity == bindparam("entity_now"), _C.remote_id == bindparam("remote_id_now")),
    Item,
)
_LINK = Change(
    update(crm_items)
    .where(_C.id == bindparam("item_id"), _C.remote_id.is_(None))
    .values(
        remote_id=bindparam("new_remote_id", type_=_C.remote_id.type),
        heard_at=bindparam("now", type_=_C.heard_at.type),
    )
)
_KNOWN = Query(
    select(crm_items)
    .where(
        _C.entity == bindparam("entity_now"),
        _C.remote_id.is_not(None),
        _C.gone_at.is_(None),
        _C.id > bindparam("after"),
    )
    .order_by(_C.id)
    .limit(bindparam("most")),
    Item,
)


def sweep_is_due(unit: Reading) -> bool:
    """Whether the last one was so long ago."""
    line = line_of(unit)
    return line is None or line.swept_at is None or unit.now - line.swept_at >= SWEEP_EVERY


def check_is_due(unit: Reading) -> bool:
    """The same of everything."""
    line = line_of(unit)
    return line is None or line.checked_at is None or unit.now - line.checked_at >= CHECK_EVERY


async def sweep(begin: Begin, crm: Crm) -> int:
    """Find what changed since the last sweep; returns how many records will be read. A record with our mark to which we
    have lost the link gets it again."""
    found = 0
    async with holding(begin, crm) as ours:
        if ours:
            began, since = await begin(_since, actor=_ACTOR)
            for entity in _KINDS:
                changed = await crm.changed_since(entity, since)
                for start in range(0, len(changed), _IN_ONE_UNIT):
                    part = changed[start : start + _IN_ONE_UNIT]
                    found += await begin(partial(_notice, entity=entity, changed=part), actor=_ACTOR)
            await begin(partial(mark_swept, at=began), actor=_ACTOR)
    return found


async def check(begin: Begin, crm: Crm, upkeep: Upkeep) -> int:
    """Hold everything we know of against the CRM; returns how many were read. What is cut off begins anew the next
    time."""
    count = 0
    async with holding(begin, crm) as ours:
        if ours:
            began, _ = await begin(_since, actor=_ACTOR)
            for entity in _KINDS:
                count += await _check_kind(begin, crm, upkeep, entity)
            await begin(partial(mark_checked, at=began), actor=_ACTOR)
    return count


async def _check_kind(begin: Begin, crm: Crm, upkeep: Upkeep, entity: Entity) -> int:
    count, after = 0, 0
    while True:
        known = await begin(partial(_known, entity=entity, after=after), actor=_ACTOR)
        if not known:
            return count
        await look_at(begin, crm, upkeep, known)
        count, after = count + len(known), known[-1].id


def _known(unit: Reading, entity: Entity, after: int) -> list[Item]:
    return unit.all(_KNOWN, entity_now=entity, after=after, most=MOST_AT_ONCE)


def _since(unit: Reading) -> tuple[datetime, datetime]:
    line = line_of(unit)
    if line is None or line.swept_at is None:
        return unit.now, datetime.fromtimestamp(0, UTC)
    return unit.now, line.swept_at - _OVERLAP


def _notice(unit: UnitOfWork, entity: Entity, changed: Sequence[Seen]) -> int:
    return sum(_is_news(unit, entity, seen) for seen in changed)


def _is_news(unit: UnitOfWork, entity: Entity, seen: Seen) -> bool:
    item = unit.first(_THERE, entity_now=entity, remote_id_now=seen.remote_id)
    if item is None:
        return seen.ours is not None and _found_again(unit, entity, seen.remote_id, seen.ours)
    # What stands there is what we wrote.
    if seen.at == item.written_at and seen.step in (None, item.step) and item.status is SyncStatus.DONE:
        return False
    return hear(unit, entity, seen.remote_id)


def _found_again(unit: UnitOfWork, entity: Entity, remote_id: int, our_id: int) -> bool:
    """A record with our mark that nothing of ours is linked to: after a backup was restored, or an answer was lost."""
    if not exists_now(unit, entity, our_id):
        unknown = [Difference("record", "", f"{entity.value} {our_id}")]
        keep_drift(unit, entity, remote_id, our_id=None, differences=unknown)
        return False
    item = item_of(unit, entity, our_id)
    if item is None:
        want(unit, entity, our_id)
        item = item_of(unit, entity, our_id)
        assert item is not None
    if item.remote_id is not None:
        detail = {"kept": item.remote_id, "doubles": [remote_id]}
        note_anomaly(unit, "crm_doubles", f"{entity.value} {our_id}", detail=detail)
        return False
    return unit.change(_LINK, item_id=item.id, new_remote_id=remote_id, now=unit.now) > 0
