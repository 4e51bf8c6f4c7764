"""The tables that rate cards read: materials, coefficients, sites and machines, parsed once from plain data."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from makeline.parts.pricing.figures import exact


class Service(StrEnum):
    """What can be done to a part."""

    MILLING = "cnc-milling"
    TURNING = "cnc-lathe"
    PRINTING = "printing"
    PAINTING = "painting"


# By names of their own: looking a member up in its class takes five times as long, and a price asks a dozen times.
MILLING, TURNING, PRINTING, PAINTING = Service

# The kind of machine that each service needs; painting needs a booth instead.
MACHINE_KIND = {Service.MILLING: "milling", Service.TURNING: "lathe", Service.PRINTING: "printing"}


@dataclass(frozen=True, slots=True)
class Material:
    """A material with its stock forms. ``density`` in kg/m³; ``prices`` in RUB/kg by form."""

    id: str
    name: str
    family: str
    density: Decimal
    prices: Mapping[str, Decimal]
    services_by_form: Mapping[str, frozenset[str]]
    services: frozenset[str]
    # Minutes per gram of blank; only the reference card reads it.
    handling: float

    def offers(self, service: Service, form: str) -> bool:
        """Whether the form is sold for the service: both lists must say so."""
        return service in self.services and service in self.services_by_form.get(form, ())


@dataclass(frozen=True, slots=True)
class Location:
    """A production site. ``hour`` is the wage of an hour in RUB, ``client_hour`` what a customer pays for it."""

    id: str
    name: str
    hour: Decimal
    extra_salary: Decimal
    insurance: Decimal
    overhead: Decimal
    administration: Decimal
    profit_on_material: Decimal
    client_hour: Decimal
    shipping: Decimal
    services: frozenset[str]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine whose room is known. ``room``: sizes in mm, largest first; of a lathe (largest diameter, length)."""

    id: str
    room: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A location that offers a service, with its machines for it; None where the service needs no machine."""

    location: Location
    machines: Sequence[Machine] | None


@dataclass(frozen=True, slots=True)
class Paint:
    """A paint. ``price`` in RUB per dm²."""

    id: str
    price: Decimal
    k_type: Decimal
    k_prepare: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the quantity table: from this quantity on, this factor and so many more days."""

    from_quantity: int
    multiplier: Decimal
    extra_days: int


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients:
    """Factors by id, the same only as themselves. ``complexity``: rising (most dimensions or None, factor); ``quantity_curve``: (q, factor)."""

    tolerances: Mapping[str, Decimal]
    finishes: Mapping[str, Decimal]
    covers: Mapping[str, Decimal]
    cover_days: Mapping[str, int]
    controls: Mapping[str, Decimal]
    certificates: frozenset[str]
    own_certificates: Mapping[str, frozenset[str]]
    quantity_steps: Sequence[Step]
    quantity_curve: Sequence[tuple[int, Decimal]]
    complexity: Sequence[tuple[int | None, Decimal]]
    paints: Mapping[str, Paint]
    paint_steps: Mapping[str, Mapping[str, Decimal]]
    paint_preparation: Decimal
    cleaning: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that is not a formula. ``raw`` is the data as written, for catalogue answers.

    ``sites``: where a service is offered, the cheapest hour first.
    """

    materials: Mapping[str, Material]
    locations: Mapping[str, Location]
    sites: Mapping[Service, Sequence[Site]]
    coefficients: Coefficients
    raw: Mapping[str, Any]


def shipped(name: str) -> Any:
    """A data file of this room; numbers with a point become decimals."""
    text = files("makeline.parts.pricing").joinpath("data", name).read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal)


@cache
def shipped_tables() -> Tables:
    """The tables that come with the product."""
    names = ("materials", "locations", "machines", "coefficients")
    return read_tables({name: shipped(f"{name}.json") for name in names})


def read_tables(raw: Mapping[str, Any]) -> Tables:
    """Tables from plain data; raises ``KeyError`` or ``ValueError`` where something is missing or no number."""
    locations = {row["id"]: _location(row) for row in raw["locations"]}
    return Tables(
        materials={row["id"]: _material(row) for row in raw["materials"]},
        locations=locations,
        sites={service: _sites(service, locations.values(), raw["machines"]) for service in Service},
        coefficients=_coefficients(raw["coefficients"]),
        raw=raw,
    )


def _material(row: Mapping[str, Any]) -> Material:
    return Material(
        id=row["id"],
        name=row["name"],
        family=row["family"],
        density=exact(row["density_kg_m3"]),
        prices={form: exact(price) for form, price in row["prices_rub_per_kg"].items() if price},
        services_by_form={form: frozenset(names) for form, names in row["services_by_form"].items()},
        services=frozenset(row["services"]),
        handling=float(row["handling_min_per_g"]),
    )


def _location(row: Mapping[str, Any]) -> Location:
    return Location(
        id=row["id"],
        name=row["name"],
        hour=exact(row["hour_rub"]),
        extra_salary=exact(row["extra_salary"]),
        insurance=exact(row["insurance"]),
        overhead=exact(row["overhead"]),
        administration=exact(row["administration"]),
        profit_on_material=exact(row["profit_on_material"]),
        client_hour=exact(row["client_hour_rub"]),
        shipping=exact(row["shipping_cost_rub"]),
        services=frozenset(row["services"]),
    )


def _sites(
    service: Service, locations: Iterable[Location], machines: Sequence[Mapping[str, Any]]
) -> Sequence[Site]:
    offered = [location for location in locations if service.value in location.services]
    offered.sort(key=lambda one: (one.client_hour, one.id))
    return [Site(location, _machines(service, location.id, machines)) for location in offered]


def _machines(service: Service, location: str, rows: Sequence[Mapping[str, Any]]) -> Sequence[Machine] | None:
    """Those of a location in the order of the table, None for a service that needs none."""
    if service not in MACHINE_KIND:
        return None
    return [
        Machine(row["id"], room)
        for row in rows
        if row["type"] == MACHINE_KIND[service] and row["location"] == location
        if (room := _room(row, service))
    ]


def _room(row: Mapping[str, Any], service: Service) -> tuple[Decimal, ...] | None:
    """None when a size is unknown: such a machine is never offered."""
    if any(row[axis] is None for axis in ("x_mm", "y_mm", "z_mm")):
        return None
    x, y, z = (exact(row[axis]) for axis in ("x_mm", "y_mm", "z_mm"))
    return (x, z) if service is Service.TURNING else tuple(sorted((x, y, z), reverse=True))


def _coefficients(raw: Mapping[str, Any]) -> Coefficients:
    def multipliers(name: str) -> dict[str, Decimal]:
        return {row["id"]: exact(row["multiplier"]) for row in raw[name]}

    return Coefficients(
        tolerances=multipliers("tolerances"),
        finishes=multipliers("finishes"),
        covers=multipliers("covers"),
        cover_days={row["id"]: int(row["days"]) for row in raw["covers"]},
        controls=multipliers("control_types"),
        certificates=frozenset(row["id"] for row in raw["certificates"]),
        own_certificates={name: frozenset(ids) for name, ids in raw["own_certificates"].items()},
        quantity_steps=[
            Step(int(row["from_quantity"]), exact(row["multiplier"]), int(row["extra_days"]))
            for row in raw["quantity_steps"]
        ],
        quantity_curve=[(int(quantity), exact(factor)) for quantity, factor in raw["quantity_curve"]],
        complexity=[
            (row["max_dimensions"], exact(row["multiplier"])) for row in raw["complexity_by_dimensions"]
        ],
        paints={
            row["id"]: Paint(
                row["id"], exact(row["base_price_rub"]), exact(row["k_type"]), exact(row["k_prepare"])
            )
            for row in raw["paints"]
        },
        paint_steps={
            step: {level: exact(factor) for level, factor in levels.items()}
            for step, levels in raw["paint_steps"].items()
        },
        paint_preparation=exact(raw["paint_preparation_rub"]),
        cleaning={family: exact(factor) for family, factor in raw["cleaning"].items()},
    )
