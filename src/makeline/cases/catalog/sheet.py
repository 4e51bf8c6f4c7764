"""What staff may change of the catalogue, as one list: every price of every channel, and what is on sale at all."""

from collections.abc import Mapping
from typing import NamedTuple

from makeline.cases.catalog.models import OfferField, OfferKind
from makeline.cases.catalog.queries import Catalogue, catalogue
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.money import Money

YES, NO = "yes", "no"


class Place(NamedTuple):
    """Where one value stands: ``template classic web_price``."""

    kind: OfferKind
    item: str
    field: OfferField


class Entry(NamedTuple):
    """A value and where it stands: a price as a decimal figure with its currency, or yes and no without one."""

    place: Place
    name: str
    value: str
    currency: str | None


Sheet = Mapping[Place, Entry]


def sheet_of(unit: Reading) -> Sheet:
    """Every value that may be changed, in the catalogue's own order."""
    entries = _entries(catalogue(unit))
    return {entry.place: entry for entry in entries}


def _entries(shop: Catalogue) -> list[Entry]:
    found = [
        _sold(OfferKind.BRAND, brand.id, brand.name, available=brand.available)
        for brand in shop.brands.values()
    ]
    for model in shop.models.values():
        price = Money(model.price_minor, model.currency)
        found.append(_priced(OfferKind.MODEL, model.id, model.name, OfferField.PRICE, price))
    for template in shop.templates.values():
        for field, minor in (
            (OfferField.KIOSK_PRICE, template.kiosk_price_minor),
            (OfferField.WEB_PRICE, template.webstore_price_minor),
        ):
            price = Money(minor, template.currency)
            found.append(_priced(OfferKind.TEMPLATE, template.id, template.name, field, price))
    for extra in shop.extras.values():
        price = Money(extra.webstore_price_minor, extra.currency)
        found.append(_priced(OfferKind.EXTRA, extra.id, extra.name, OfferField.WEB_PRICE, price))
        found.append(_sold(OfferKind.EXTRA, extra.id, extra.name, available=extra.available))
    for zone in shop.zones.values():
        price = Money(zone.price_minor, zone.currency)
        found.append(_priced(OfferKind.DELIVERY, zone.id, zone.name, OfferField.WEB_PRICE, price))
        found.append(_sold(OfferKind.DELIVERY, zone.id, zone.name, available=zone.available))
    return found


def _priced(kind: OfferKind, item: str, name: str, field: OfferField, price: Money) -> Entry:
    return Entry(Place(kind, item, field), name, str(price.decimal()), price.currency)


def _sold(kind: OfferKind, item: str, name: str, *, available: bool) -> Entry:
    return Entry(Place(kind, item, OfferField.AVAILABLE), name, YES if available else NO, None)
