"""Questions about the mirror; admins alone ask them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, select

from makeline.crm.models import Item, SyncStatus, crm_items
from makeline.crm.records import Entity
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_LARGEST_ID = 2**53
_C = crm_items.c


class Tally(NamedTuple):
    """How many of a kind stand so, and since when the longest."""

    entity: Entity
    status: SyncStatus
    count: int
    oldest: datetime | None


class Links(NamedTuple):
    """How many of ours are over there, and how many were and were deleted."""

    linked: int
    gone: int


class _Moment(NamedTuple):
    at: datetime | None


_TALLY = Query(
    select(_C.entity, _C.status, func.count(), func.min(_C.queued_at)).group_by(_C.entity, _C.status), Tally
)
_LINKS = Query(
    select(
        func.coalesce(func.sum(case((_C.gone_at.is_(None), 1), else_=0)), 0),
        func.coalesce(func.sum(case((_C.gone_at.is_not(None), 1), else_=0)), 0),
    ).where(_C.remote_id.is_not(None)),
    Links,
)
_LAST = Query(select(func.max(_C.pushed_at)), _Moment)
_PAGE_OF = Query(
    select(crm_items)
    .where(_C.status == bindparam("status"), _C.id < bindparam("before_id"))
    .order_by(_C.id.desc())
    .limit(bindparam("most")),
    Item,
)
_PAGE = Query(
    select(crm_items)
    .where(_C.status != SyncStatus.DONE.value, _C.id < bindparam("before_id"))
    .order_by(_C.id.desc())
    .limit(bindparam("most")),
    Item,
)


def tallies(unit: Reading) -> list[Tally]:
    """Everything of ours by kind and status."""
    return unit.all(_TALLY)


def links(unit: Reading) -> Links:
    """What is over there of ours."""
    found = unit.first(_LINKS)
    return Links(int(found.linked), int(found.gone)) if found else Links(0, 0)


def last_push(unit: Reading) -> datetime | None:
    """When something arrived there last."""
    row = unit.first(_LAST)
    return row.at if row else None


def items_page(unit: Reading, *, status: str, limit: int, before_id: int | None) -> tuple[list[Item], int]:
    """The newest first, and how many there are; an empty ``status`` is everything that is not done."""
    before = before_id or _LARGEST_ID
    counted = tallies(unit)
    if status:
        rows = unit.all(_PAGE_OF, status=status, before_id=before, most=limit)
        return rows, sum(tally.count for tally in counted if tally.status == status)
    rows = unit.all(_PAGE, before_id=before, most=limit)
    return rows, sum(tally.count for tally in counted if tally.status is not SyncStatus.DONE)
