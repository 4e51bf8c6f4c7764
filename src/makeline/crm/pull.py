"""What was decided or changed over there comes back: read from the CRM itself, never from who told of it."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from makeline.crm.gateway import Crm, Difference, Seen
from makeline.crm.hold import holding
from makeline.crm.models import Item, SyncStatus, crm_items
from makeline.crm.record_now import NotYet, record_now
from makeline.crm.records import Entity, Record, digest_of
from makeline.crm.take_over import Looked
from makeline.crm.take_over_all import take_over_all
from makeline.crm.upkeep import Upkeep
from makeline.crm.want import want
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, UnitOfWork

_ACTOR = "crm"
# One request of fifty questions of fifty.
MOST_AT_ONCE = 2500
_C = crm_items.c
_HEAR = Change(
    update(crm_items)
    .where(
        _C.entity == bindparam("entity_now"),
        _C.remote_id == bindparam("remote_id_now"),
        _C.gone_at.is_(None),
    )
    .values(heard_at=bindparam("now", type_=_C.heard_at.type))
)
_HEARD = Query(
    select(crm_items)
    .where(_C.heard_at.is_not(None), _C.entity == bindparam("entity_now"))
    .order_by(_C.heard_at)
    .limit(bindparam("most")),
    Item,
)


class ToLook(NamedTuple):
    """An item to be looked at over there, and what it should say; None: it says something else soon anyway."""

    item: Item
    record: Record | None


def hear(unit: UnitOfWork, entity: Entity, remote_id: int) -> bool:
    """Somebody says that a record over there changed; it is read soon, once, however often that is said. False for
    what is none of ours."""
    return unit.change(_HEAR, entity_now=entity, remote_id_now=remote_id, now=unit.now) > 0


async def listen(begin: Begin, crm: Crm, upkeep: Upkeep) -> int:
    """Read what was heard of and take it over; returns how many were read. A CRM that is away is tried again the next
    time."""
    count = 0
    async with holding(begin, crm) as ours:
        for entity in (Entity.DEAL, Entity.LEAD, Entity.CONTACT, Entity.COMPANY) if ours else ():
            heard = await begin(partial(_heard, entity=entity, public_url=upkeep.public_url), actor=_ACTOR)
            if heard:
                await look_at(begin, crm, upkeep, heard)
                count += len(heard)
    return count


async def look_at(begin: Begin, crm: Crm, upkeep: Upkeep, wanted: Sequence[ToLook]) -> None:
    """Read these, all of one kind, and take over what is found. Raises ``CrmTrouble``."""
    remote_ids = [one.item.remote_id for one in wanted if one.item.remote_id is not None]
    seen = {one.remote_id: one for one in await crm.read(wanted[0].item.entity, remote_ids)}
    looked = []
    for item, record in wanted:
        found = seen.get(item.remote_id or 0)
        looked.append(Looked(item, record, found, _compared(crm, record, found)))
    await take_over_all(begin, looked, restores=upkeep.restores)


def to_look(unit: UnitOfWork, items: Sequence[Item], *, public_url: str) -> list[ToLook]:
    """With what each should say. What changed with us, and nobody wanted to send, is wanted now."""
    wanted = []
    for item in items:
        record = record_now(unit, item, public_url=public_url)
        if isinstance(record, NotYet) or item.status is not SyncStatus.DONE:
            record = None
        elif record is not None and digest_of(record) != item.digest:
            want(unit, item.entity, item.our_id)
            record = None
        wanted.append(ToLook(item, record))
    return wanted


def _heard(unit: UnitOfWork, entity: Entity, public_url: str) -> list[ToLook]:
    items = unit.all(_HEARD, entity_now=entity, most=MOST_AT_ONCE)
    return to_look(unit, items, public_url=public_url)


def _compared(crm: Crm, record: Record | None, seen: Seen | None) -> Sequence[Difference]:
    return crm.differences(record, seen) if record is not None and seen is not None else ()
