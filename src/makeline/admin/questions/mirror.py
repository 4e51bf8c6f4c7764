"""The mirror as staff looks through it: items by kind and standing, and what each is of ours."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.commerce.accounts.models import users
from makeline.commerce.invoices.models import invoices
from makeline.commerce.orders.models import orders
from makeline.crm.models import Item, SyncStatus, crm_invoices, crm_items
from makeline.crm.records import Entity
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.call_requests.models import call_requests

_LARGEST_ID = 2**53
_C = crm_items.c


def _page(*, of_status: bool, of_entity: bool) -> Query[Item]:
    wanted = select(crm_items).where(_C.id < bindparam("before_id"))
    if of_status:
        wanted = wanted.where(_C.status == bindparam("status_now"))
    else:
        wanted = wanted.where(_C.status != SyncStatus.DONE.value)
    if of_entity:
        wanted = wanted.where(_C.entity == bindparam("entity_now"))
    return Query(wanted.order_by(_C.id.desc()).limit(bindparam("most")), Item)


_PAGES = {
    (of_status, of_entity): _page(of_status=of_status, of_entity=of_entity)
    for of_status in (False, True)
    for of_entity in (False, True)
}


def mirror_page(unit: Reading, *, status: str, entity: str, limit: int, before_id: int | None) -> list[Item]:
    """The newest below an id; an empty ``status`` is everything that is not over there yet."""
    wish = {"status_now": status} if status else {}
    wish |= {"entity_now": entity} if entity else {}
    page = _PAGES[bool(status), bool(entity)]
    return unit.all(page, **wish, before_id=before_id or _LARGEST_ID, most=limit)


class _Name(NamedTuple):
    name: str


_NAMES = {
    Entity.DEAL: Query(select(orders.c.number).where(orders.c.id == bindparam("its_id")), _Name),
    Entity.LEAD: Query(select(call_requests.c.name).where(call_requests.c.id == bindparam("its_id")), _Name),
    Entity.CONTACT: Query(select(users.c.username).where(users.c.id == bindparam("its_id")), _Name),
    Entity.COMPANY: Query(select(users.c.company_name).where(users.c.id == bindparam("its_id")), _Name),
}


def name_of(unit: Reading, entity: Entity, our_id: int | None) -> str:
    """What people call it: the order's number, the caller's, user's or firm's name; empty when it is not ours."""
    found = unit.first(_NAMES[entity], its_id=our_id) if our_id is not None else None
    return found.name if found is not None else ""


class Asked(NamedTuple):
    """An invoice over there, and how often its paper was asked for in vain."""

    remote_id: int
    asked: int
    asked_at: datetime | None


_ASKED = Query(
    select(crm_invoices.c.remote_id, crm_invoices.c.asked, crm_invoices.c.asked_at)
    .join(invoices, invoices.c.id == crm_invoices.c.invoice_id)
    .where(invoices.c.order_id == bindparam("order_id"))
    .order_by(crm_invoices.c.invoice_id.desc()),
    Asked,
)


def asked_for(unit: Reading, order_id: int) -> Asked | None:
    """What is known over there of the invoice of an order."""
    return unit.first(_ASKED, order_id=order_id)
