"""Whether a part can be made, where, and on which machines (rules F1 to F6)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from makeline.parts.pricing.refusals import Reason, Why
from makeline.parts.pricing.request import PartRequest
from makeline.parts.pricing.shape import Shape
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.stock import Stock
from makeline.parts.pricing.tables import Location, Machine, Material, Service, Tables
from makeline.parts.pricing.trace import Trace

_PLATING = "2"


class Place(NamedTuple):
    """Where a part is made, and the machines there that take it; the paint shop has a booth and no machines."""

    location: Location
    machines: Sequence[Machine]


def refuse_the_impossible(
    request: PartRequest, shape: Shape, material: Material, shop: Shop, reasons: list[Reason]
) -> None:
    """Too small to be held, or a cover that this material does not take."""
    least, smallest = shop.smallest[request.service], min(shape.box)
    if smallest < least:
        reasons.append(
            Reason(
                Why.TOO_SMALL,
                ("length", "width", "height")[shape.box.index(smallest)],
                f"the smallest size must be at least {least} mm",
                given=smallest,
                limit=least,
            )
        )
    if _PLATING in request.covers and material.family not in shop.plating.families:
        reasons.append(
            Reason(
                Why.COVER_NOT_POSSIBLE,
                "cover_id",
                f"{material.family} cannot be electroplated",
                given=_PLATING,
                limit=sorted(shop.plating.families),
            )
        )


def find_place(
    request: PartRequest,
    shape: Shape,
    stock: Stock | None,
    tables: Tables,
    shop: Shop,
    trace: Trace,
    reasons: list[Reason],
) -> Place | None:
    """The asked site, or the cheapest one with a machine that takes the part; None with a reason."""
    if request.service is Service.PAINTING:
        fits = _fits(_sorted(shape.box), shop.painting.booth)
        fitting: dict[str, list[Machine]] = {
            location.id: [] for location in tables.locations.values() if fits
        }
    else:
        fitting = _fitting_machines(request, shape, stock, tables)
    able = [
        location
        for location in tables.locations.values()
        if location.id in fitting and request.service.value in location.services
    ]
    if not able:
        reasons.append(
            Reason(
                Why.NO_MACHINE_FITS,
                "length",
                "no machine takes a piece of this size",
                given=list(_piece(request, shape, stock)),
            )
        )
        return None
    if request.location is not None:
        able = [location for location in able if location.id == request.location]
    if not able:
        reasons.append(
            Reason(
                Why.NO_MACHINE_AT_LOCATION,
                "location",
                f"{request.location} has no machine for this part",
                given=request.location,
                limit=sorted(fitting),
            )
        )
        return None
    location = min(able, key=lambda one: (one.client_hour, one.id))
    trace.note(
        "H1", f"client hour at {location.id}", location.client_hour, "RUB/h", {"location": location.id}
    )
    return Place(location, fitting[location.id])


def chamber_of(machines: Sequence[Machine]) -> Decimal:
    """The volume of the smallest printer that takes the part, cm³."""
    return min(x * y * z for x, y, z in (one.room for one in machines)) / 1000


def _fitting_machines(
    request: PartRequest, shape: Shape, stock: Stock | None, tables: Tables
) -> dict[str, list[Machine]]:
    piece, fitting = _piece(request, shape, stock), dict[str, list[Machine]]()
    for machine in tables.machines[request.service]:
        if _fits(piece, machine.room):
            fitting.setdefault(machine.location, []).append(machine)
    return fitting


def _piece(request: PartRequest, shape: Shape, stock: Stock | None) -> tuple[Decimal, ...]:
    """What goes on the machine, mm: three sizes, largest first; for turning the swing and the length."""
    if request.service is not Service.TURNING:
        return _sorted(shape.box) if stock is None else stock.envelope
    if stock is None:
        return shape.box[1], shape.box[0]
    return stock.swing, stock.length


def _fits(piece: Sequence[Decimal], room: Sequence[Decimal]) -> bool:
    # Their last size first: it decides most often, and no loop is as quick as this.
    return piece[-1] <= room[-1] and piece[0] <= room[0] and piece[1] <= room[1]


def _sorted(sizes: Sequence[Decimal]) -> tuple[Decimal, ...]:
    return tuple(sorted(sizes, reverse=True))
