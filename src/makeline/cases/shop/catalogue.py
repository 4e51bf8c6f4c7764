"""What the webstore has on offer, as its callers read it; each list from the catalogue as it stands now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from makeline.cases.catalog.models import PhoneModel, Template
from makeline.cases.catalog.queries import Catalogue, catalogue
from makeline.cases.catalog.shipped import shipped_rows
from makeline.cases.designs.artwork_routes import art_answer
from makeline.cases.shop.makers import makers
from makeline.cases.styles.offered import styles_on_offer
from makeline.foundation.neighbours import PAYMENTS, STORAGE, STYLES, away
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import utc_text

# Who is needed for what.
_NEEDED = {"sales": STORAGE, "payments": PAYMENTS, "styles": STYLES}

# Blanks on sale per shell, over all machines that work for the webstore.
Blanks = Mapping[str, int]
Listing = Callable[[Reading, Sequence[str], Blanks], list[dict[str, Any]]]


def price(minor: int, currency: str) -> dict[str, Any]:
    """An amount as our own answers write it: whole minor units and a currency."""
    return {"amount_minor": minor, "currency": currency}


def _brands(unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    shop = catalogue(unit)
    counted = [model.brand_id for model in shop.models.values()]
    return [
        {
            "id": brand.id,
            "name": brand.name,
            "is_available": brand.available,
            "models": counted.count(brand.id),
        }
        for brand in shop.brands.values()
    ]


def _models(unit: Reading, _named: Sequence[str], blanks: Blanks) -> list[dict[str, Any]]:
    shop = catalogue(unit)
    cheapest = _from(shop)
    return [_model(shop, model, blanks, cheapest) for model in shop.models.values()]


def _model(
    shop: Catalogue, model: PhoneModel, blanks: Mapping[str, int], cheapest: Mapping[str, Any]
) -> dict[str, Any]:
    brand, shells = shop.brands[model.brand_id], shop.shells_of.get(model.id, ())
    stock = sum(blanks.get(shell.id, 0) for shell in shells) if brand.available else 0
    size = shells[0] if shells else None
    return {
        "id": model.id,
        "name": model.name,
        "brand_id": brand.id,
        "brand": brand.name,
        "is_available": brand.available,
        "stock": stock,
        "width_mm": size.width_um / 1000 if size else None,
        "height_mm": size.height_um / 1000 if size else None,
        "prices_from": cheapest,
    }


def _from(shop: Catalogue) -> dict[str, Any]:
    """The least that a case costs in each channel; which design it bears decides, not the phone."""
    every = list(shop.templates.values())
    if not every:
        return {"kiosk": None, "web": None}
    kiosk = min(every, key=lambda template: template.kiosk_price_minor)
    web = min(every, key=lambda template: template.webstore_price_minor)
    return {**_prices(kiosk), "web": _prices(web)["web"]}


def _prices(template: Template) -> dict[str, Any]:
    return {
        "kiosk": price(template.kiosk_price_minor, template.currency),
        "web": price(template.webstore_price_minor, template.currency),
    }


def _templates(unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    return [
        {
            "id": template.id,
            "name": template.name,
            "category": template.category,
            "image_count": template.image_count,
            "prices": _prices(template),
        }
        for template in catalogue(unit).templates.values()
    ]


def _extras(unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    return [
        {
            "id": extra.id,
            "name": extra.name,
            "is_available": extra.available,
            "prices": {"kiosk": None, "web": price(extra.webstore_price_minor, extra.currency)},
        }
        for extra in catalogue(unit).extras.values()
    ]


def _delivery(unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    return [
        {
            "id": zone.id,
            "name": zone.name,
            "is_available": zone.available,
            "price": price(zone.price_minor, zone.currency),
            "days_least": zone.days_least,
            "days_most": zone.days_most,
            "countries": [
                {
                    "id": country["id"],
                    "name": country["name"],
                    "postcode_example": country["example"] or None,
                    "needs_region": country["needs_region"],
                }
                for country in shipped_rows("countries")
                if country["zone"] == zone.id
            ],
        }
        for zone in catalogue(unit).zones.values()
    ]


def _collection(unit: Reading, named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    return [
        {
            "machine_id": machine.key,
            "name": machine.name or machine.key,
            "location": machine.location,
            "site": machine.site,
        }
        for machine in makers(unit, named)
    ]


def _fonts(_unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    names = ("id", "name", "generic", "font_weight", "families", "substitute")
    return [{name: row.get(name) for name in names} for row in shipped_rows("fonts")]


def _colours(_unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    return [
        {"id": row["id"], "name": row["name"], "use": row["color_type"], "hex": row["hex_value"]}
        for row in shipped_rows("colours")
    ]


def _styles(unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    """A styled picture is part of its template: that is what it costs."""
    templates = catalogue(unit).templates
    return [
        {
            "id": style.style_id,
            "name": style.name,
            "template_id": style.template_id,
            "free_text_allowed": style.free_text_allowed,
            "prices": _prices(templates[style.template_id]),
        }
        for style in styles_on_offer(unit)
        if style.template_id in templates
    ]


def _outages(unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    """What cannot be done although it usually can."""
    standings = {what: away(unit, who) for what, who in _NEEDED.items()}
    return [
        {"what": what, "since": utc_text(standing.since_at)}
        for what, standing in standings.items()
        if standing is not None
    ]


def _stickers(_unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    return art_answer("stickers")


def _backgrounds(_unit: Reading, _named: Sequence[str], _blanks: Blanks) -> list[dict[str, Any]]:
    return art_answer("backgrounds")


LISTINGS: Mapping[str, Listing] = {
    "brands": _brands,
    "models": _models,
    "templates": _templates,
    "extras": _extras,
    "delivery": _delivery,
    "collection": _collection,
    "fonts": _fonts,
    "colours": _colours,
    "styles": _styles,
    "stickers": _stickers,
    "backgrounds": _backgrounds,
    "outages": _outages,
}
