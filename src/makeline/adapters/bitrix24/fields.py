"""Our records as the portal's fields, and the calls that write them."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from makeline.adapters.bitrix24.client import Command
from makeline.adapters.bitrix24.own_fields import own_fields_of
from makeline.adapters.bitrix24.stages import Stages
from makeline.crm.records import Company, Contact, Deal, Entity, Lead, Record

TYPE_IDS: Mapping[Entity, int] = {Entity.LEAD: 1, Entity.DEAL: 2, Entity.CONTACT: 3, Entity.COMPANY: 4}
# What an origin id begins with.
_ORIGINS = {Entity.CONTACT: "user", Entity.COMPANY: "company", Entity.DEAL: "order", Entity.LEAD: "call"}
_NOT_DIALLED = re.compile(r"[^0-9+]")
_PIECES = 796


def origin_of(entity: Entity, our_id: int) -> str:
    """``user:12``, ``order:456``, ``call:7``."""
    return f"{_ORIGINS[entity]}:{our_id}"


def our_id_in(entity: Entity, origin: object) -> int | None:
    """The reverse; None for what we would not write."""
    kind, _, number = str(origin).partition(":")
    return int(number) if kind == _ORIGINS[entity] and number.isdecimal() and len(number) < 17 else None


def fields_of(record: Record, stages: Stages | None) -> dict[str, Any]:
    """Everything but origin, phones and e-mails. ``stages`` is needed for leads and deals."""
    if isinstance(record, Contact):
        return _person(record)
    if isinstance(record, Company):
        return {"title": record.title}
    assert stages is not None
    if isinstance(record, Lead):
        fields = {
            "title": record.title,
            "name": record.name,
            "comments": _plain(record.comments),
            "sourceId": "CALLBACK",
        }
        if record.step is not None:
            fields["stageId"] = stages.stage_of(Entity.LEAD, record.step)
        return fields
    return _deal(record, stages)


def ways_to_reach(record: Record) -> list[tuple[str, str, str]]:
    """(type, kind, value) of phones and e-mails."""
    if not isinstance(record, Contact | Lead):
        return []
    ways = [("PHONE", "MOBILE", dialled(record.phone))]
    if isinstance(record, Contact):
        ways.append(("EMAIL", "WORK", record.email))
    return [way for way in ways if way[2]]


def new_ways(record: Record, there: list[dict[str, Any]]) -> dict[str, Any]:
    """``fm`` of an update: what is there is left alone, ours is changed by its id, what is missing is added."""
    changes: dict[str, Any] = {}
    for kind, use, value in ways_to_reach(record):
        same = [entry for entry in there if entry.get("typeId") == kind]
        if any(entry.get("value") == value for entry in same):
            continue
        ours = [entry for entry in same if entry.get("valueType") == use]
        key = str(ours[0]["id"]) if ours else f"n{len(changes)}"
        changes[key] = {"typeId": kind, "valueType": use, "value": value}
    return changes


def rows_command(key: str, deal: Deal, owner: str) -> Command:
    """All product rows of a deal; ``owner`` is its id or refers to it."""
    rows = [
        {
            "productName": row.title,
            "price": row.price,
            "quantity": row.quantity,
            "measureCode": _PIECES,
        }
        for row in deal.rows
    ]
    params = {"ownerType": "D", "ownerId": owner, "productRows": rows}
    return Command(key, "crm.item.productrow.set", params)


def dialled(phone: str) -> str:
    """A telephone number as machines dial it; what people typed around it is left out."""
    digits = _NOT_DIALLED.sub("", phone)
    return digits[:1] + digits[1:].replace("+", "")


def _person(contact: Contact) -> dict[str, Any]:
    first, *rest = contact.full_name.split() or [""]
    fields: dict[str, Any] = {
        "name": first,
        "lastName": rest[-1] if rest else "",
        "secondName": " ".join(rest[:-1]),
        "sourceId": "WEB",
        "typeId": "CLIENT",
    }
    if contact.company is not None:
        fields["companyId"] = contact.company
    return fields


def _deal(deal: Deal, stages: Stages) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": deal.title,
        "categoryId": stages.funnel,
        "currencyId": deal.currency,
        "isManualOpportunity": "N",
        "sourceId": "WEB",
        "comments": _plain(deal.comments),
        **own_fields_of(deal),
    }
    if deal.step is not None:
        fields["stageId"] = stages.stage_of(Entity.DEAL, deal.step)
    if deal.contact is not None:
        fields["contactIds"] = [deal.contact]
    if deal.company is not None:
        fields["companyId"] = deal.company
    return fields


def _plain(text: str) -> str:
    """Neither HTML nor BB code: what customers wrote is shown, never obeyed."""
    return escape(text).replace("[", "&#91;").replace("]", "&#93;")
