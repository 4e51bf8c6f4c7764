"""Learn from the partner what lies in the machines: seldom, strictly, and without forgetting the last good answer."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.cases.catalog.links import linked_brands
from makeline.cases.catalog.models import partner_brands
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.stock.listing import PartnerBrand, PartnerShelf, StockRow
from makeline.cases.stock.models import partner_listings
from makeline.cases.stock.take_listing import take_listing
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.kernel.errors import Refusal

# He complained about more: one question per machine and brand in so long.
FRESH_FOR = timedelta(minutes=5)


class Listing(NamedTuple):
    """What we know of one brand in one machine. It is old when the latest question brought ``trouble``."""

    machine: str
    partner_brand: str
    heard_at: datetime | None
    trouble: str | None
    incomplete: list[str]


class _Due(NamedTuple):
    machine: Machine
    partner_brand: str


class _Tried(NamedTuple):
    machine_id: int
    partner_brand: str
    heard_at: datetime | None
    trouble: str | None
    incomplete: list[str]
    tried_at: datetime


class _Latest(NamedTuple):
    heard_at: datetime | None


_L = partner_listings.c
_TRIED = Query(
    select(_L.machine_id, _L.partner_brand, _L.heard_at, _L.trouble, _L.incomplete, _L.tried_at).order_by(
        _L.machine_id, _L.partner_brand
    ),
    _Tried,
)
_BRANDS_HEARD = Query(select(func.max(partner_brands.c.heard_at, type_=UtcTime())), _Latest)
_BRAND = upsert(partner_brands).values(
    {
        name: bindparam(name, type_=partner_brands.c[name].type)
        for name in ("id", "chinese_name", "english_name", "heard_at")
    }
)
_HEAR_BRAND = Change(
    _BRAND.on_conflict_do_update(
        index_elements=["id"],
        set_={name: _BRAND.excluded[name] for name in ("chinese_name", "english_name", "heard_at")},
    )
)
_FAILED = upsert(partner_listings).values(
    {
        name: bindparam(name, type_=_L[name].type)
        for name in ("machine_id", "partner_brand", "tried_at", "trouble", "incomplete")
    }
)
_TROUBLE = Change(
    _FAILED.on_conflict_do_update(
        index_elements=["machine_id", "partner_brand"],
        set_={"tried_at": _FAILED.excluded.tried_at, "trouble": _FAILED.excluded.trouble},
    )
)


async def sync_stock(
    begin: Begin,
    shelf: PartnerShelf,
    machine_keys: Collection[str] = (),
    *,
    patience: timedelta | None = None,
) -> list[Listing]:
    """Ask about every brand of ours in these machines, or in all but the test machines; answers what is now known.

    Whatever was asked within the last five minutes is not asked again. Trouble is noted beside the last good answer.
    After ``patience`` no further question is begun: a slow partner keeps nobody waiting who comes after the sync. The
    longest unasked come first, so that the next round goes on where this one ended.
    """
    started = await begin(lambda unit: unit.now, actor="clock")
    if await begin(_brands_are_due, actor="clock"):
        try:
            brands = await shelf.list_brands()
        except Refusal:
            # Those we know are asked about all the same.
            brands = []
        await begin(lambda unit: _hear_brands(unit, brands), actor="print partner")
    for due in await begin(lambda unit: _due(unit, machine_keys), actor="clock"):
        asked_at = await _ask(begin, shelf, due)
        if patience is not None and asked_at > started + patience:
            break
    return await begin(lambda unit: _listings(unit, machine_keys), actor="clock")


async def _ask(begin: Begin, shelf: PartnerShelf, due: _Due) -> datetime:
    """One question; returns when it was over."""
    try:
        rows = await shelf.list_stock(device=due.machine.device, brand=due.partner_brand)
    except Refusal as refusal:
        return await begin(_troubled(due, str(refusal)), actor="print partner")
    return await begin(_heard(due, rows), actor="print partner")


def _heard(due: _Due, rows: Sequence[StockRow]) -> Callable[[UnitOfWork], datetime]:
    def take(unit: UnitOfWork) -> datetime:
        take_listing(unit, due.machine, due.partner_brand, rows)
        return unit.now

    return take


def _troubled(due: _Due, words: str) -> Callable[[UnitOfWork], datetime]:
    def note(unit: UnitOfWork) -> datetime:
        unit.put(
            _TROUBLE,
            machine_id=due.machine.id,
            partner_brand=due.partner_brand,
            tried_at=unit.now,
            trouble=words[:500],
            incomplete=[],
        )
        return unit.now

    return note


def _brands_are_due(unit: UnitOfWork) -> bool:
    latest = unit.first(_BRANDS_HEARD)
    return latest is None or latest.heard_at is None or latest.heard_at <= unit.now - FRESH_FOR


def _hear_brands(unit: UnitOfWork, brands: Sequence[PartnerBrand]) -> None:
    for brand in brands:
        unit.put(
            _HEAR_BRAND,
            id=brand.id,
            chinese_name=brand.chinese_name,
            english_name=brand.english_name,
            heard_at=unit.now,
        )


def _due(unit: UnitOfWork, machine_keys: Collection[str]) -> list[_Due]:
    tried = {(row.machine_id, row.partner_brand): row.tried_at for row in unit.all(_TRIED)}
    never, limit = datetime.min.replace(tzinfo=unit.now.tzinfo), unit.now - FRESH_FOR
    brands = linked_brands(unit)
    due = [
        _Due(machine, brand)
        for machine in _machines(unit, machine_keys)
        for brand in brands
        if tried.get((machine.id, brand), never) <= limit
    ]
    return sorted(due, key=lambda each: tried.get((each.machine.id, each.partner_brand), never))


def _machines(unit: Reading, machine_keys: Collection[str]) -> list[Machine]:
    known = fleet(unit)
    if machine_keys:
        return [machine for key in machine_keys if (machine := known.by_key.get(key)) is not None]
    return [machine for machine in known.by_id.values() if not machine.is_test]


def _listings(unit: Reading, machine_keys: Collection[str]) -> list[Listing]:
    wanted = {machine.id: machine.key for machine in _machines(unit, machine_keys)}
    return [
        Listing(wanted[row.machine_id], *row[1:5]) for row in unit.all(_TRIED) if row.machine_id in wanted
    ]
