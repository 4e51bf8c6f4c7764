"""What a part would cost if something were asked or drawn otherwise: every change is priced, none is guessed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from makeline.kernel.errors import Refusal
from makeline.parts.catalog.queries import Rates
from makeline.parts.pricing.figures import places_2
from makeline.parts.pricing.price import PartPrice, price_part
from makeline.parts.pricing.request import PartGeometry, PartRequest, Speed
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.tables import Material, Service, Tables

_QUANTITIES = (5, 10, 20, 50, 100, 200, 500, 1000)
_MORE_QUANTITIES = 2
# Nobody redraws a part by more than this share of a size to save stock.
_MOST_OFF = Decimal("0.15")
_MOST_MATERIALS = 3
REDRAWN = "A9"
_CUT = (Service.MILLING, Service.TURNING)


class Change(NamedTuple):
    """One thing asked otherwise: the rule, the sentence, the request, and the fields that ask for it."""

    rule: str
    message: str
    request: PartRequest
    fields: dict[str, object]
    geometry: PartGeometry | None


@dataclass(frozen=True, slots=True)
class Saving:
    """A change with its price. ``redrawn``: the part itself changes, and its new volume is an estimate."""

    change: Change
    price: PartPrice
    redrawn: bool


def savings_of(
    request: PartRequest, geometry: PartGeometry | None, rates: Rates, base: PartPrice | None
) -> Sequence[Saving]:
    """Changes that make the part cheaper or earlier than ``base``, or possible at all; the cheapest first."""
    found = list[Saving]()
    for change in _changes(request, geometry, rates.tables, rates.shop):
        try:
            price = price_part(change.request, change.geometry, rates.tables, rates.shop)
        except Refusal:
            continue
        if change.rule == REDRAWN and base is not None and _stock(price) == _stock(base):
            # A smaller part costs a little less anyway; this one is about what it is cut from.
            continue
        if base is None or price.unit < base.unit or price.lead_time.days_max < base.lead_time.days_max:
            found.append(Saving(change, price, redrawn=change.rule == REDRAWN))
    return sorted(found, key=lambda one: (one.price.unit, one.price.lead_time.days_max, one.change.rule))


def _stock(price: PartPrice) -> str:
    """What it is cut from."""
    return next((str(step.value) for step in price.trace if step.what == "stock"), "")


def _changes(
    request: PartRequest, geometry: PartGeometry | None, tables: Tables, shop: Shop
) -> Iterator[Change]:
    asked = [
        *_looser(request, tables),
        *_less_work(request, tables),
        *_elsewhere(request, tables),
        *_otherwise_bought(request, tables),
    ]
    if geometry is not None and geometry.volume is not None:
        asked += _cut_otherwise(request, tables)
    yield from (Change(*one, geometry=geometry) for one in asked)
    yield from _from_listed_stock(request, geometry, shop)


_Asked = tuple[str, str, PartRequest, dict[str, object]]


def _looser(request: PartRequest, tables: Tables) -> Iterator[_Asked]:
    factors = tables.coefficients
    for tolerance, factor in factors.tolerances.items():
        if factor < factors.tolerances[request.tolerance]:
            name = _name(tables, "tolerances", tolerance)
            yield (
                "A1",
                f"Tolerance {name}",
                replace(request, tolerance=tolerance),
                {"tolerance_id": tolerance},
            )
    for finish, factor in factors.finishes.items():
        if factor < factors.finishes[request.finish]:
            name = _name(tables, "finishes", finish)
            yield "A2", f"Surface {name}", replace(request, finish=finish), {"finish_id": finish}


def _less_work(request: PartRequest, tables: Tables) -> Iterator[_Asked]:
    steps = [
        most for most, _ in tables.coefficients.complexity if most is not None and most < request.dimensions
    ]
    for fewer in sorted({*steps, request.dimensions // 2} - {0, request.dimensions}):
        words = f"Toleranced dimensions on the drawing: {fewer} instead of {request.dimensions}"
        yield "A3", words, replace(request, dimensions=fewer), {"n_dimensions": fewer}
    for cover in request.covers:
        rest = tuple(one for one in request.covers if one != cover)
        words = f"Without {_name(tables, 'covers', cover).lower()}"
        yield "A4", words, replace(request, covers=rest), {"cover_id": list(rest)}
    own = tables.coefficients.own_certificates[request.service]
    if request.certificates - own:
        kept = sorted(request.certificates & own) or sorted(own)
        yield (
            "A5",
            "Only the usual certificates",
            replace(request, certificates=frozenset(kept)),
            {"k_cert": kept},
        )
    if request.control != "1":
        yield "A6", "Our own inspection", replace(request, control="1"), {"k_otk": "1"}


def _elsewhere(request: PartRequest, tables: Tables) -> Iterator[_Asked]:
    for speed in Speed:
        if speed is not request.speed:
            yield "A7", f"Speed {speed.value}", replace(request, speed=speed), {"speed": speed.value}
    for location in tables.locations.values():
        if location.id != request.location:
            words = f"Made at {location.name}"
            yield "A8", words, replace(request, location=location.id), {"location": location.id}


def _cut_otherwise(request: PartRequest, tables: Tables) -> Iterator[_Asked]:
    """A part whose shape is known may be milled instead of turned, and the other way round."""
    material = tables.materials[request.material]
    for service in _CUT:
        forms = [form for form in material.prices if material.offers(service, form)]
        if request.service in _CUT and service is not request.service and forms:
            form = request.form if request.form in forms else forms[0]
            words = "Milled instead of turned" if service is Service.MILLING else "Turned instead of milled"
            fields: dict[str, object] = {"service_id": service.value, "material_form": form}
            yield "A13", words, replace(request, service=service, form=form), fields


def _otherwise_bought(request: PartRequest, tables: Tables) -> Iterator[_Asked]:
    material = tables.materials[request.material]
    for form in material.prices:
        if form != request.form and material.offers(request.service, form):
            yield "A10", f"From {form}", replace(request, form=form), {"material_form": form}
    for other in _cheaper_alike(request, tables):
        fields: dict[str, object] = {"material_id": other.id, "material_form": request.form}
        yield "A11", f"{other.name} instead", replace(request, material=other.id), fields
    larger = [quantity for quantity in _QUANTITIES if quantity > request.quantity]
    for quantity in larger[:_MORE_QUANTITIES]:
        yield "A12", f"{quantity} pieces at once", replace(request, quantity=quantity), {"quantity": quantity}


def _cheaper_alike(request: PartRequest, tables: Tables) -> Sequence[Material]:
    """Of the same family and form, the cheapest by volume."""
    mine = tables.materials[request.material]
    alike = [
        one
        for one in tables.materials.values()
        if one.id != mine.id and one.family == mine.family and one.offers(request.service, request.form)
        if request.form in one.prices
    ]
    return sorted(alike, key=lambda one: one.prices[request.form] * one.density)[:_MOST_MATERIALS]


def _from_listed_stock(request: PartRequest, geometry: PartGeometry | None, shop: Shop) -> Iterator[Change]:
    """One size a little smaller, so that the next thinner plate or bar does."""
    if request.service not in _CUT:
        return
    for name, size in _sizes(request, geometry).items():
        smaller = _next_smaller(size, request, shop)
        if smaller is None:
            continue
        words = f"{name.capitalize()} {smaller.normalize():f} instead of {places_2(size).normalize():f} mm"
        if geometry is not None and geometry.volume is not None:
            yield Change(REDRAWN, words, request, {}, _shrunk(geometry, size, smaller))
        else:
            field = "diameter" if name == "dia" else name
            sizes = replace(request.sizes, **{field: smaller})
            yield Change(REDRAWN, words, replace(request, sizes=sizes), {name: smaller}, geometry)


def _sizes(request: PartRequest, geometry: PartGeometry | None) -> dict[str, Decimal]:
    if geometry is not None and geometry.volume is not None:
        return dict(zip(("length", "width", "height"), geometry.box, strict=True))
    sizes = request.sizes
    if request.service is Service.TURNING:
        across = {"dia": sizes.diameter, "width": sizes.width, "height": sizes.height}
        return dict([next((name, size) for name, size in across.items() if size is not None)])
    return {
        name: size
        for name, size in (("length", sizes.length), ("width", sizes.width), ("height", sizes.height))
        if size is not None
    }


def _next_smaller(size: Decimal, request: PartRequest, shop: Shop) -> Decimal | None:
    """The size that the largest stock still too small for this one would give."""
    turned = request.service is Service.TURNING
    listed = shop.shelf.diameters if turned else shop.shelf.thicknesses
    allowance = 2 * (shop.allowances.bar_radius if turned else shop.allowances.thickness)
    smaller = [one - allowance for one in listed if one - allowance < size]
    if not smaller or smaller[-1] <= 0 or size - smaller[-1] > size * _MOST_OFF:
        return None
    return smaller[-1]


def _shrunk(geometry: PartGeometry, size: Decimal, smaller: Decimal) -> PartGeometry:
    """The part with one size of its box smaller; its volume and surface shrink alike, which is an estimate."""
    share, box = smaller / size, list(geometry.box)
    box[box.index(size)] = smaller
    large, middle, small = sorted(box, reverse=True)
    volume = None if geometry.volume is None else geometry.volume * share
    return replace(geometry, volume=volume, area=geometry.area * share, box=(large, middle, small))


def _name(tables: Tables, table: str, row_id: str) -> str:
    return next(str(row["name"]) for row in tables.raw["coefficients"][table] if row["id"] == row_id)
