"""Change what is on offer: at once, for everybody who asks from now on, and written down with its reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, bindparam, update

from makeline.cases.catalog.models import (
    OfferField,
    OfferKind,
    brands,
    delivery_zones,
    extras,
    offer_changes,
    phone_models,
    templates,
)
from makeline.cases.catalog.queries import TOPIC
from makeline.cases.catalog.sheet import YES, sheet_of
from makeline.cases.catalog.wishes import Difference, Wish, differences_of, draft_name
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal
from makeline.kernel.money import Money


class CatalogueMovedOn(Refusal):
    """Somebody changed the catalogue since this change was looked at."""

    code = "CATALOGUE_MOVED_ON"
    kind = Kind.CONFLICT


def _setting(column: Column[Any]) -> Change:
    table = column.table
    return Change(
        update(table).where(table.c.id == bindparam("item")).values({column.name: bindparam("new")})
    )


_SETTINGS: Mapping[tuple[OfferKind, OfferField], Change] = {
    (OfferKind.BRAND, OfferField.AVAILABLE): _setting(brands.c.available),
    (OfferKind.MODEL, OfferField.PRICE): _setting(phone_models.c.price_minor),
    (OfferKind.TEMPLATE, OfferField.KIOSK_PRICE): _setting(templates.c.kiosk_price_minor),
    (OfferKind.TEMPLATE, OfferField.WEB_PRICE): _setting(templates.c.webstore_price_minor),
    (OfferKind.EXTRA, OfferField.WEB_PRICE): _setting(extras.c.webstore_price_minor),
    (OfferKind.EXTRA, OfferField.AVAILABLE): _setting(extras.c.available),
    (OfferKind.DELIVERY, OfferField.WEB_PRICE): _setting(delivery_zones.c.price_minor),
    (OfferKind.DELIVERY, OfferField.AVAILABLE): _setting(delivery_zones.c.available),
}


def change_offers(
    unit: UnitOfWork, wishes: Sequence[Wish], *, reason: str, draft: str | None = None
) -> list[Difference]:
    """Returns what changed; what stands so already is no change. What was sold keeps the price it was sold at.

    ``draft`` is the name of the changes that somebody has looked at. Raises ``Invalid``, ``CatalogueMovedOn``.
    """
    if not reason.strip():
        raise Invalid(FieldProblem("reason", "say why"))
    differences = differences_of(sheet_of(unit), wishes)
    if draft is not None and draft != draft_name(differences):
        raise CatalogueMovedOn("this is not what was looked at; look again")
    for difference in differences:
        _apply(unit, difference, reason.strip())
    if differences:
        unit.touch(TOPIC)
    return differences


def _apply(unit: UnitOfWork, difference: Difference, reason: str) -> None:
    entry, new = difference.entry, difference.new
    kind, item, field = entry.place
    value = new == YES if entry.currency is None else Money.of(new, entry.currency).minor
    unit.put(_SETTINGS[kind, field], item=item, new=value)
    unit.add(
        offer_changes,
        id=unit.new_id(offer_changes),
        kind=kind,
        item=item,
        field=field,
        old=entry.value,
        new=new,
        currency=entry.currency,
        reason=reason,
        changed_by=unit.actor,
        changed_at=unit.now,
    )
