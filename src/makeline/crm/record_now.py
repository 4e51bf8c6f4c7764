"""One thing of ours as it is at this moment, in the words of sales people."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.accounts.states import Role
from makeline.commerce.orders.queries import lines_of, order_by_id
from makeline.crm.describe import describe_call, describe_company, describe_order, describe_person
from makeline.crm.facts import describe_facts, describe_wishes
from makeline.crm.models import Item, SyncStatus, crm_items
from makeline.crm.records import Contact, Deal, Entity, Record
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.parts.call_requests.queries import call_request_of
from makeline.parts.ordering.queries import access_part_order, lines_ordered

_C = crm_items.c
_ITEM = Query(
    select(crm_items).where(_C.entity == bindparam("entity_now"), _C.our_id == bindparam("our_id_now")), Item
)
# Who may look at every order.
_SALES = Member(0, 0, "crm", Role.STAFF)
_OVER = (SyncStatus.DONE, SyncStatus.DEAD)


class NotYet(NamedTuple):
    """Something else has to be there first."""


def item_of(unit: Reading, entity: Entity, our_id: int) -> Item | None:
    """What is known of the mirror image of something."""
    return unit.first(_ITEM, entity_now=entity, our_id_now=our_id)


def record_now(unit: Reading, item: Item, *, public_url: str) -> Record | NotYet | None:
    """None for what is forgotten with us, or was never to be told."""
    try:
        return _record(unit, item, public_url)
    except (NotFound, LookupError):
        return None


def exists_now(unit: Reading, entity: Entity, our_id: int) -> bool:
    """Whether we know the person, order or call request at all."""
    ask = {Entity.DEAL: order_by_id, Entity.LEAD: call_request_of}.get(entity, user_of)
    try:
        ask(unit, our_id)
    except (NotFound, LookupError):
        return False
    return True


def _record(unit: Reading, item: Item, public_url: str) -> Record | NotYet | None:
    if item.entity is Entity.LEAD:
        return describe_call(call_request_of(unit, item.our_id))
    if item.entity is Entity.DEAL:
        return _deal(unit, item.our_id, public_url)
    user = user_of(unit, item.our_id)
    if item.entity is Entity.COMPANY:
        return describe_company(user)
    return _contact(unit, item)


def _contact(unit: Reading, item: Item) -> Contact | NotYet:
    user = user_of(unit, item.our_id)
    company = item_of(unit, Entity.COMPANY, item.our_id) if describe_company(user) else None
    if company is not None and company.remote_id is None and company.status not in _OVER:
        return NotYet()
    return describe_person(user, company=_there(company))


def _deal(unit: Reading, order_id: int, public_url: str) -> Deal | NotYet:
    order = order_by_id(unit, order_id)
    contact = item_of(unit, Entity.CONTACT, order.user_id) if order.user_id is not None else None
    company = item_of(unit, Entity.COMPANY, order.user_id) if order.user_id is not None else None
    if contact is not None and contact.remote_id is None and contact.status not in _OVER:
        return NotYet()
    parts = lines_ordered(unit, order_id)
    wishes = access_part_order(unit, _SALES, order_id).part if parts else None
    return describe_order(
        order,
        lines_of(unit, order_id),
        contact=_there(contact),
        company=_there(company),
        comments=describe_wishes(order, parts, wishes, public_url=public_url),
        facts=describe_facts(order, parts, public_url=public_url),
    )


def _there(item: Item | None) -> int | None:
    return item.remote_id if item is not None and item.gone_at is None else None
