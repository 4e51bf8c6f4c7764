"""Prices of many variants at once: quantities × speeds × materials × locations, and the cheapest change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from makeline.parts.pricing.price import PartPrice, plan_job, price_job
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.pricing.request import PartGeometry, PartRequest, Speed
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.tables import Tables


@dataclass(frozen=True, slots=True)
class Axes:
    """What varies; an empty axis stands still at the request's own value. ``materials`` are (id, form)."""

    quantities: Sequence[int] = ()
    speeds: Sequence[Speed] = ()
    materials: Sequence[tuple[str, str]] = ()
    locations: Sequence[str] = ()


class Cell(NamedTuple):
    """One variant: its price, or why there is none."""

    variant: PartRequest
    price: PartPrice | None
    refusal: Unpriceable | None


def price_grid(
    request: PartRequest, axes: Axes, geometry: PartGeometry | None, tables: Tables, shop: Shop
) -> Sequence[Cell]:
    """Every cell equals the single call with the same values; the quantity alone plans nothing anew."""
    return [
        cell
        for variant in _variants(request, axes)
        for cell in _row(variant, axes.quantities or (request.quantity,), geometry, tables, shop)
    ]


def cheapest_within(
    cells: Sequence[Cell], *, unit: Decimal | None = None, days: int | None = None
) -> Cell | None:
    """The cheapest cell whose unit price and latest day meet the targets; None when there is none."""
    fitting = [
        (cell.price.unit, cell.price.lead_time.days_max, place, cell)
        for place, cell in enumerate(cells)
        if cell.price is not None
        and (unit is None or cell.price.unit <= unit)
        and (days is None or cell.price.lead_time.days_max <= days)
    ]
    return min(fitting)[3] if fitting else None


def changes_to(cell: Cell, request: PartRequest) -> Mapping[str, object]:
    """What has to be asked differently to get this cell, by the fields' names."""
    names = {
        "quantity": "quantity",
        "speed": "speed",
        "material": "material_id",
        "form": "material_form",
        "location": "location",
    }
    return {
        wire: getattr(cell.variant, name)
        for name, wire in names.items()
        if getattr(cell.variant, name) != getattr(request, name)
    }


def _variants(request: PartRequest, axes: Axes) -> Iterator[PartRequest]:
    for material, form in axes.materials or ((request.material, request.form),):
        for location in axes.locations or (request.location,):
            for speed in axes.speeds or (request.speed,):
                yield replace(request, material=material, form=form, location=location, speed=speed)


def _row(
    variant: PartRequest,
    quantities: Sequence[int],
    geometry: PartGeometry | None,
    tables: Tables,
    shop: Shop,
) -> Iterator[Cell]:
    try:
        job = plan_job(variant, geometry, tables, shop)
    except Unpriceable as refusal:
        yield from (Cell(replace(variant, quantity=quantity), None, refusal) for quantity in quantities)
        return
    for quantity in quantities:
        yield Cell(replace(variant, quantity=quantity), price_job(job, quantity), None)
