"""What varies in a grid, as it comes from the wire; everything that is wrong is named at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.pricing.grid import Axes
from makeline.parts.pricing.request import PartRequest, Speed
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.tables import Tables

MOST_CELLS = 500


@dataclass(frozen=True, slots=True)
class Target:
    """What the customer wants to stay within: RUB per part, working days at the latest; None where he said nothing."""

    unit: Decimal | None
    days: int | None

    @property
    def wanted(self) -> bool:
        """Whether anything was said."""
        return self.unit is not None or self.days is not None


def read_axes(grid: Mapping[str, Any], request: PartRequest, tables: Tables, shop: Shop) -> Axes:
    """The axes of a grid around ``request``; raises ``Invalid`` naming each field, also for too many cells."""
    problems: list[FieldProblem] = []
    least, most = shop.quantity_range
    quantities = [
        quantity
        for quantity in _listed(grid, "quantities", problems)
        if _good(
            type(quantity) is int and least <= quantity <= most,
            "grid.quantities",
            f"must be whole numbers from {least} to {most}",
            quantity,
            problems,
        )
    ]
    speeds = [
        Speed(speed)
        for speed in _listed(grid, "speeds", problems)
        if _good(
            isinstance(speed, str) and speed in set(Speed),
            "grid.speeds",
            "there is no such speed",
            speed,
            problems,
        )
    ]
    locations = [
        location
        for location in _listed(grid, "locations", problems)
        if _good(
            isinstance(location, str) and location in tables.locations,
            "grid.locations",
            "there is no such location",
            location,
            problems,
        )
    ]
    materials = [
        pair
        for named in _listed(grid, "materials", problems)
        if (pair := _material(named, request, tables, problems)) is not None
    ]
    cells = 1
    for axis in (quantities, speeds, locations, materials):
        cells *= max(1, len(axis))
    if cells > MOST_CELLS:
        problems.append(FieldProblem("grid", f"has {cells} cells; at most {MOST_CELLS} are priced at once"))
    if problems:
        raise Invalid(*problems)
    return Axes(_once(quantities), _once(speeds), _once(materials), _once(locations))


def read_target(target: Mapping[str, Any]) -> Target:
    """The wish; raises ``Invalid``."""
    problems: list[FieldProblem] = []
    unit, days = target.get("detail_price"), target.get("days")
    right = unit is None or (isinstance(unit, int | float) and not isinstance(unit, bool) and unit > 0)
    _good(right, "target.detail_price", "must be a number of roubles above 0", unit, problems)
    right = days is None or (type(days) is int and days > 0)
    _good(right, "target.days", "must be a whole number of working days above 0", days, problems)
    if problems:
        raise Invalid(*problems)
    return Target(None if unit is None else Decimal(str(unit)), days)


def _listed(grid: Mapping[str, Any], name: str, problems: list[FieldProblem]) -> Sequence[Any]:
    values = grid.get(name)
    if values is None:
        return ()
    if not isinstance(values, list):
        problems.append(FieldProblem(f"grid.{name}", "must be a list"))
        return ()
    return values


def _good(right: bool, field: str, message: str, given: Any, problems: list[FieldProblem]) -> bool:
    if not right:
        problems.append(FieldProblem(field, message, given if isinstance(given, str | int | float) else None))
    return right


def _material(
    named: Any, request: PartRequest, tables: Tables, problems: list[FieldProblem]
) -> tuple[str, str] | None:
    """``"steel_45"`` takes the form of the request if it is sold so, else its first; an object may name the form."""
    told = named if isinstance(named, dict) else {"material_id": named}
    key, form = told.get("material_id"), told.get("material_form")
    material = tables.materials.get(key) if isinstance(key, str) else None
    if material is None:
        problems.append(
            FieldProblem("grid.materials", "there is no such material", key if isinstance(key, str) else None)
        )
        return None
    if form is not None:
        _good(
            form in material.services_by_form,
            "grid.materials",
            f"{material.name} has no such form",
            form,
            problems,
        )
        return material.id, str(form)
    offered = [one for one in material.prices if material.offers(request.service, one)]
    if not offered:
        problems.append(
            FieldProblem("grid.materials", f"{material.name} is not offered for {request.service.value}", key)
        )
        return None
    return material.id, request.form if request.form in offered else offered[0]


def _once(values: list[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))
