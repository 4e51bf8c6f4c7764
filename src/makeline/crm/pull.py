"""What was decided or changed over there comes back: read from the CRM itself, never from who told of it."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import bindparam, select, update

from makeline.crm.gateway import Crm, Difference, Seen
from makeline.crm.hold import holding
from makeline.crm.models import Item, SyncStatus, crm_items
from makeline.crm.record_now import NotYet, record_now
from makeline.crm.records import Entity, Record, digest_of
from makeline.crm.take_over import Looked, give_up
from makeline.crm.take_over_all import take_over_all
from makeline.crm.upkeep import Upkeep
from makeline.crm.want import want
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.kernel.errors import Unavailable

_ACTOR = "crm"
_log = structlog.get_logger()
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
            heard = await begin(partial(_heard, entity=entity), actor=_ACTOR)
            if heard:
                await look_at(begin, crm, upkeep, heard)
                count += len(heard)
    return count


async def look_at(begin: Begin, crm: Crm, upkeep: Upkeep, items: Sequence[Item]) -> None:
    """Read these, all of one kind, and take over what is found; one that cannot be handled is told to staff and keeps
    no other back. Raises ``CrmTrouble``."""
    wanted = await _described(begin, items, upkeep)
    if not wanted:
        return
    remote_ids = [one.item.remote_id for one in wanted if one.item.remote_id is not None]
    seen = {one.remote_id: one for one in await crm.read(wanted[0].item.entity, remote_ids)}
    looked = []
    for item, record in wanted:
        found = seen.get(item.remote_id or 0)
        try:
            differences = _compared(crm, record, found)
        except Exception as error:
            await _give_up(begin, Looked(item, record, found, ()), error)
        else:
            looked.append(Looked(item, record, found, differences))
    await take_over_all(begin, looked, restores=upkeep.restores)


async def _described(begin: Begin, items: Sequence[Item], upkeep: Upkeep) -> list[ToLook]:
    """All in one unit; where that fails each in its own, which shows whose fault it is."""
    try:
        return await begin(partial(to_look, items=items, public_url=upkeep.public_url), actor=_ACTOR)
    except Unavailable:
        raise
    except Exception:
        wanted = []
    for item in items:
        try:
            wanted += await begin(partial(to_look, items=[item], public_url=upkeep.public_url), actor=_ACTOR)
        except Unavailable:
            raise
        except Exception as error:
            await _give_up(begin, Looked(item, None, None, ()), error)
    return wanted


async def _give_up(begin: Begin, looked: Looked, error: Exception) -> None:
    item, kind = looked.item, type(error).__name__
    _log.error("crm_not_looked_at", entity=item.entity, our_id=item.our_id, error=kind, exc_info=error)
    await begin(partial(give_up, looked=looked, error=kind), actor=_ACTOR)


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


def _heard(unit: Reading, entity: Entity) -> list[Item]:
    return unit.all(_HEARD, entity_now=entity, most=MOST_AT_ONCE)


def _compared(crm: Crm, record: Record | None, seen: Seen | None) -> Sequence[Difference]:
    return crm.differences(record, seen) if record is not None and seen is not None else ()
