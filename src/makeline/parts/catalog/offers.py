"""What is on offer, as the documented catalogue calls tell it: pure, from the tables of a rate card."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from makeline.parts.pricing.tables import Service, Tables

_SERVICES = {
    Service.MILLING: (
        "CNC milling",
        "Cut from a block on three to five axes: brackets, housings, plates with pockets and holes",
    ),
    Service.TURNING: ("CNC turning", "Cut while it spins: shafts, bushings, rings and other round parts"),
    Service.PRINTING: (
        "3D printing",
        "Built layer by layer from powder or thread: shapes that no tool can reach into",
    ),
    Service.PAINTING: ("Painting", "A part of yours prepared, primed, painted and varnished"),
}
_GRAMS = Decimal(1000)


def services_offered(tables: Tables) -> Mapping[str, Any]:
    """Service id → name, description, and the sites that do it."""
    return {
        service.value: {
            "name": name,
            "description": description,
            "locations": [site.id for site in tables.locations.values() if service.value in site.services],
        }
        for service, (name, description) in _SERVICES.items()
    }


def materials_offered(tables: Tables) -> Mapping[str, Any]:
    """Material id → name, density in g/cm³, RUB per kg of the cheapest form, family, forms and services."""
    return {
        material.id: {
            "name": material.name,
            "density": float(material.density / _GRAMS),
            "price_per_kg": float(min(material.prices.values())) if material.prices else None,
            "family": material.family,
            "forms": {
                form: {
                    "price_per_kg": float(material.prices[form]) if form in material.prices else None,
                    "services": sorted(services),
                }
                for form, services in material.services_by_form.items()
            },
            "services": sorted(material.services),
        }
        for material in tables.materials.values()
    }


def coefficients_offered(tables: Tables) -> Mapping[str, Any]:
    """The ids that a request may name, each with its name and factor."""
    raw = tables.raw["coefficients"]
    return {
        "tolerance": _named(raw["tolerances"], "multiplier"),
        "finish": _named(raw["finishes"], "multiplier"),
        "cover": _named(raw["covers"], "multiplier", "days"),
        "control": _named(raw["control_types"], "multiplier"),
        "certificate": _named(raw["certificates"]),
        "paint": {row["id"]: {"name": str(row["id"]).capitalize()} for row in raw["paints"]},
    }


def locations_offered(tables: Tables) -> Mapping[str, Any]:
    """Site id → name, RUB for shipping, and what is done there."""
    return {
        site.id: {
            "name": site.name,
            "shipping_cost": float(site.shipping),
            "services": sorted(site.services),
        }
        for site in tables.locations.values()
    }


def _named(rows: list[Mapping[str, Any]], *figures: str) -> dict[str, Any]:
    return {row["id"]: {"name": row["name"], **{name: _plain(row[name]) for name in figures}} for row in rows}


def _plain(figure: Decimal | int) -> float | int:
    return float(figure) if isinstance(figure, Decimal) else figure
