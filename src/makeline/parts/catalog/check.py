"""Whether figures can be priced by: every bad one is named by its place, before anybody publishes them."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from typing import Any

from makeline.kernel.errors import FieldProblem
from makeline.parts.pricing.figures import exact
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import MACHINE_KIND, Service, shipped, shipped_tables

_LARGEST = Decimal(10) ** 9
_MOST_DIGITS = 15
_ANY = "*"
# Everywhere else a figure may be 0.
_ABOVE_ZERO = (
    "tables.materials.*.density_kg_m3",
    "tables.materials.*.prices_rub_per_kg.*",
    "tables.locations.*.hour_rub",
    "tables.locations.*.client_hour_rub",
    "tables.machines.*.?_mm",
    "tables.coefficients.*.multiplier",
    "tables.coefficients.paints.*",
    "tables.coefficients.paint_steps.*",
    "tables.coefficients.cleaning.*",
    "shop.machinability.*",
    "shop.fill_without_file.*",
    "shop.mrr_cm3_per_min.*",
    "shop.fine_rate_cm2_per_min.*",
    "shop.print_rate_l_per_h",
    "shop.purchase_surcharge",
    "shop.printing.filament_factor",
    "shop.printing.chamber_packing",
    "shop.painting.booth_mm.*",
    "shop.stock.*",
    "shop.lead_time.machine_hours_per_day",
    "shop.lead_time.parallel_machines_max",
    "shop.speeds.*",
    "shop.smallest_size_mm.*",
    "shop.*_range.*",
)
# Parts of a whole.
_SHARES = (
    "shop.fill_without_file.*",
    "shop.printing.powder_loss_share",
    "shop.printing.chamber_packing",
    "shop.printing.smallest_build_share",
    "shop.inspection.share_above",
)
_WHOLE = (
    "*_days",
    "*.days",
    "*.extra_days",
    "*_days.*",
    "shop.speeds.least_days",
    "shop.n_dimensions_range.*",
)
# A figure that may be missing: no price in this form, a machine whose size nobody knows.
_MAY_BE_NONE = (
    "tables.materials.*.prices_rub_per_kg.*",
    "tables.machines.*",
    "tables.coefficients.complexity*",
)
_NEEDED = {
    "materials": {
        *("id", "name", "family", "density_kg_m3", "handling_min_per_g"),
        *("prices_rub_per_kg", "services_by_form", "services"),
    },
    "locations": {
        *("id", "name", "hour_rub", "client_hour_rub", "shipping_cost_rub", "services"),
        *("extra_salary", "insurance", "overhead", "administration", "profit_on_material"),
    },
    "machines": {"id", "type", "location", "x_mm", "y_mm", "z_mm"},
}
# The first that is large enough is taken.
_RISING = ("sheet_thickness_mm", "round_diameter_mm", "hexagon_across_flats_mm")


def rate_problems(content: Mapping[str, Any]) -> Sequence[FieldProblem]:
    """Every figure of a card that cannot be priced by, each named by its place; none if all is well."""
    leaves = list(_leaves("", content))
    found = [problem for place, value in leaves if (problem := _figure(place, value))]
    there = {_general(place) for place, _ in leaves}
    found += [
        FieldProblem(place, "is missing") for place in _kinds() if _ANY not in place and place not in there
    ]
    tables, shop = content.get("tables"), content.get("shop")
    if found or not isinstance(tables, Mapping) or not isinstance(shop, Mapping):
        return found
    return [*_names(tables, shop), *_orders(tables, shop)]


def _figure(place: str, value: Any) -> FieldProblem | None:
    kinds = _kinds().get(_general(place))
    if kinds is None:
        # A material may tell more of itself than prices need.
        return None if place.startswith("tables.") else FieldProblem(place, "is not known to rate cards")
    if "figure" not in kinds:
        return None
    if value is None:
        return None if _is(place, _MAY_BE_NONE) else FieldProblem(place, "must be a figure")
    if isinstance(value, str) and "text" in kinds and "/" not in value:
        return None
    try:
        figure = exact(value) if not isinstance(value, bool) else Decimal("nan")
    except (ArithmeticError, ValueError):
        figure = Decimal("nan")
    wrong = _wrong(place, figure, fraction=isinstance(value, str))
    return (
        None
        if wrong is None
        else FieldProblem(place, wrong, value if isinstance(value, str | int) else str(value))
    )


def _wrong(place: str, figure: Decimal, *, fraction: bool) -> str | None:
    if not figure.is_finite():
        return "must be a figure"
    least_excluded = _is(place, _ABOVE_ZERO)
    if figure < 0 or (least_excluded and figure == 0):
        return "must be above 0" if least_excluded else "must not be below 0"
    if not fraction and len(figure.as_tuple().digits) > _MOST_DIGITS:
        return f"has more than {_MOST_DIGITS} digits"
    if figure > (1 if _is(place, _SHARES) else _LARGEST):
        return "is a share of 1" if _is(place, _SHARES) else f"must be at most {_LARGEST}"
    if (
        _is(place, _WHOLE)
        and not place.startswith("shop.speeds.days.")
        and figure != figure.to_integral_value()
    ):
        return "must be a whole number"
    return None


def _names(tables: Mapping[str, Any], shop: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """What refers to something that there is not: a price would fail in the middle."""
    for name in ("materials", "locations", "machines"):
        ids = [row.get("id") for row in tables.get(name, ())]
        for twice in {one for one in ids if ids.count(one) > 1}:
            yield FieldProblem(f"tables.{name}.{twice}", "is there twice")
        for row in tables.get(name, ()):
            for missing in sorted(_NEEDED[name] - row.keys()):
                yield FieldProblem(f"tables.{name}.{row.get('id')}.{missing}", "is missing")
    services = {service.value for service in Service}
    for row in tables.get("materials", ()):
        place = f"tables.materials.{row.get('id')}"
        offered = set(row.get("services", ())).union(*row.get("services_by_form", {}).values())
        for unknown in sorted(offered - services):
            yield FieldProblem(f"{place}.services", "there is no such service", unknown)
        yield from _family(place, row, shop)
    places = {row.get("id") for row in tables.get("locations", ())}
    for row in tables.get("machines", ()):
        if row.get("location") not in places:
            yield FieldProblem(
                f"tables.machines.{row.get('id')}.location", "there is no such location", row.get("location")
            )
        if row.get("type") not in MACHINE_KIND.values():
            yield FieldProblem(
                f"tables.machines.{row.get('id')}.type", "there is no such kind", row.get("type")
            )


def _family(place: str, row: Mapping[str, Any], shop: Mapping[str, Any]) -> Iterator[FieldProblem]:
    family, cut = (
        row.get("family"),
        {Service.MILLING.value, Service.TURNING.value} & set(row.get("services", ())),
    )
    for service in sorted(cut):
        rough = shop.get("mrr_cm3_per_min", {}).get(service, {})
        if family not in rough or family not in shop.get("fine_rate_cm2_per_min", {}):
            yield FieldProblem(f"{place}.family", f"has no rates for {service}", family)


def _orders(tables: Mapping[str, Any], shop: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """Tables in which the order of rows means something."""
    stock = shop.get("stock", {})
    for name in _RISING:
        if any(one >= other for one, other in pairwise(map(exact, stock.get(name, ())))):
            yield FieldProblem(f"shop.stock.{name}", "must rise")
    curve = tables.get("coefficients", {}).get("quantity_curve", ())
    if not curve:
        yield FieldProblem("tables.coefficients.quantity_curve", "must have a point")
    if any(one[0] >= other[0] or exact(one[1]) < exact(other[1]) for one, other in pairwise(curve)):
        yield FieldProblem(
            "tables.coefficients.quantity_curve",
            "quantities must rise and factors must not: more must not cost more",
        )


@cache
def _kinds() -> Mapping[str, set[str]]:
    """What stands where in the card that comes with the product, ids and numbers of rows left out."""
    content = {"tables": shipped_tables().raw, "shop": shipped(f"{shipped_shop().id.replace('-', '_')}.json")}
    kinds = dict[str, set[str]]()
    for place, value in _leaves("", content):
        kind = (
            "text"
            if isinstance(value, str) and "/" not in value
            else "nothing"
            if value is None
            else "figure"
        )
        kinds.setdefault(_general(place), set()).add(kind)
    return kinds


_OF_ITS_KIND = {"prices_rub_per_kg", "machinability", "mrr_cm3_per_min", "fine_rate_cm2_per_min", "cleaning"}


def _general(place: str) -> str:
    """The place without names that a shop may add to: ``tables.materials.*.prices_rub_per_kg.*``."""
    general, free = list[str](), False
    for part in place.split("."):
        general.append(_ANY if free or part.isdigit() else part)
        free = part in _NEEDED or part in _OF_ITS_KIND
    return ".".join(general)


def _is(place: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(place, pattern) for pattern in patterns)


def _leaves(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        entries = value.items()
    elif isinstance(value, list):
        entries = [
            (str(one["id"] if isinstance(one, Mapping) and "id" in one else number), one)
            for number, one in enumerate(value)
        ]
    else:
        yield place, value
        return
    for name, one in entries:
        yield from _leaves(f"{place}.{name}" if place else str(name), one)
