"""Whether a part can be made, where, and on which machines (rules F1 to F6)."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from makeline.parts.pricing.refusals import Reason, Why
from makeline.parts.pricing.request import PartRequest
from makeline.parts.pricing.shape import Shape
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.stock import Stock
from makeline.parts.pricing.tables import TURNING, Location, Machine, Material, Site, Tables
from makeline.parts.pricing.trace import Trace, TraceStep

_PLATING = "2"


class Place(Struct, frozen=True, gc=False):
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
    piece = _piece(request, shape, stock)
    for site in tables.sites[request.service]:
        if request.location is None or site.location.id == request.location:
            machines = _fitting(piece, site, shop)
            if machines is not None:
                location, hour = site.location, site.location.client_hour
                inputs = {"location": location.id}
                trace.append(TraceStep("H1", f"client hour at {location.id}", inputs, hour, "RUB/h"))
                return Place(location, machines)
    reasons.append(_nowhere(request, piece, tables, shop))
    return None


def chamber_of(machines: Sequence[Machine]) -> Decimal:
    """The volume of the smallest printer that takes the part, cm³."""
    return min(x * y * z for x, y, z in (one.room for one in machines)) / 1000


def _fitting(piece: Sequence[Decimal], site: Site, shop: Shop) -> Sequence[Machine] | None:
    """The machines of a site that take the piece; None when it cannot be made there. Painting needs the booth alone."""
    if site.machines is None:
        fits = all(size <= room for size, room in zip(piece, shop.painting.booth, strict=True))
        return () if fits else None
    # The last size first: it decides most often.
    longest, second, last = piece[0], piece[1], piece[-1]
    return [
        machine
        for machine in site.machines
        if last <= machine.room[-1] and longest <= machine.room[0] and second <= machine.room[1]
    ] or None


def _nowhere(request: PartRequest, piece: Sequence[Decimal], tables: Tables, shop: Shop) -> Reason:
    able = [
        site.location.id for site in tables.sites[request.service] if _fitting(piece, site, shop) is not None
    ]
    if not able:
        return Reason(
            Why.NO_MACHINE_FITS, "length", "no machine takes a piece of this size", given=list(piece)
        )
    words = f"{request.location} has no machine for this part"
    return Reason(Why.NO_MACHINE_AT_LOCATION, "location", words, given=request.location, limit=sorted(able))


def _piece(request: PartRequest, shape: Shape, stock: Stock | None) -> tuple[Decimal, ...]:
    """What goes on the machine, mm: three sizes, largest first; for turning the swing and the length."""
    if request.service is not TURNING:
        return _sorted(shape.box) if stock is None else stock.envelope
    if stock is None:
        return shape.box[1], shape.box[0]
    return stock.swing, stock.length


def _sorted(sizes: Sequence[Decimal]) -> tuple[Decimal, ...]:
    return tuple(sorted(sizes, reverse=True))
