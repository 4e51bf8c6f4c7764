"""The blank a part is cut from: the smallest of what lies on the shelf (rules M1 and M2)."""

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from msgspec import Struct

from makeline.parts.pricing.figures import PI, ROOT_2, ROOT_3, ZERO, places_2, places_4
from makeline.parts.pricing.refusals import Reason, Why
from makeline.parts.pricing.request import PartRequest
from makeline.parts.pricing.shape import Shape
from makeline.parts.pricing.shop import Shelf, Shop
from makeline.parts.pricing.tables import PAINTING, PRINTING, TURNING
from makeline.parts.pricing.trace import Trace, TraceStep

_C = ROOT_3 / 2


class Stock(Struct, frozen=True, gc=False):
    """A chosen stock. ``size``: thickness, diameter or width across flats in mm; ``cut``: the size along it.

    ``consumed`` cm³ for one part without the bar's remnant and ``remnant`` cm³ once per order, not rounded yet;
    ``blank`` cm³ without
    kerf and remnant, ``envelope`` the blank's three sizes in mm, largest first.
    """

    size: Decimal
    cut: Decimal
    consumed: Decimal
    remnant: Decimal
    blank: Decimal
    envelope: tuple[Decimal, Decimal, Decimal]
    # For a lathe: the circle the blank needs when it turns, and its length.
    swing: Decimal
    length: Decimal


class _Way(Struct, frozen=True, gc=False):
    """One way to lie: the size along the stock, the listed size that does, and the blank's other measures in mm.

    Of a sheet ``long`` × ``short``; of a bar ``long`` is its length and ``short`` its section in mm².
    """

    cut: Decimal
    listed: Decimal
    long: Decimal
    short: Decimal
    consumed: Decimal


class _TooBig(Struct, frozen=True, gc=False):
    """A way that does not go: what it needs, mm; ``long`` when a stock is thick enough and none is long enough."""

    need: Decimal
    long: bool


def choose_stock(
    request: PartRequest, shape: Shape, shop: Shop, trace: Trace, reasons: list[Reason]
) -> Stock | None:
    """The stock with the least volume; None with reasons when none is thick or large enough."""
    if request.service is PAINTING:
        return None
    if request.service is PRINTING:
        return _printed(request, shape, shop, trace)
    turned, shelf = request.service is TURNING, shop.shelf
    if request.form in ("sheet", "plate"):
        tried, field, largest = _sheets(shape, shop, turned=turned), "height", shelf.thicknesses[-1]
    elif request.form == "hexagon":
        tried, field, largest = _hexagons(shape, shop, turned=turned), "width", shelf.across_flats[-1]
    else:
        tried, field, largest = _rods(shape, shop, turned=turned), "width", shelf.diameters[-1]
    ways = [way for way in tried if isinstance(way, _Way)]
    if not ways:
        too_big = [way for way in tried if isinstance(way, _TooBig)]
        reasons.append(_refused(too_big, request.form, field, largest, shelf))
        return None
    least = min([way.consumed for way in ways])
    found = [_blank(way, request.form, shop) for way in ways if way.consumed == least]
    stock = found[0] if len(found) == 1 else min(found, key=lambda one: (one.blank, one.size, one.cut))
    name = _name(request.form, stock.size)
    trace += (
        TraceStep("M1", "stock", {"size": stock.size, "along": stock.cut}, name, ""),
        TraceStep("M2", "blank", {"stock": name}, stock.blank, "cm³"),
    )
    return stock


def _printed(request: PartRequest, shape: Shape, shop: Shop, trace: Trace) -> Stock:
    gap = 2 * shop.printing.gap
    length, width, height = (size + gap for size in shape.box)
    box = places_4(length * width * height / 1000)
    if request.form == "thread":
        consumed = shape.volume * shop.printing.thread_factor
    else:
        consumed = shape.volume + shop.printing.powder_loss * (box - shape.volume)
    trace.append(TraceStep("M1", "box with gaps", {"gap": shop.printing.gap}, box, "cm³"))
    large, middle, small = sorted((length, width, height), reverse=True)
    return Stock(ZERO, ZERO, consumed, ZERO, box, (large, middle, small), middle, large)


_Tried = list[_Way | _TooBig]


def _sheets(shape: Shape, shop: Shop, *, turned: bool) -> _Tried:
    extra, shelf = shop.allowances, shop.shelf
    tried: _Tried = []
    for thickness, u, v in _ways_to_lie(shape.box, turned=turned):
        need = thickness + 2 * extra.thickness
        listed = _smallest(shelf.thicknesses, need)
        if listed is None:
            tried.append(_TooBig(need, long=False))
            continue
        long, short = u + 2 * extra.side, v + 2 * extra.side
        if long < short:
            long, short = short, long
        long_cut, short_cut = long + extra.kerf, short + extra.kerf
        if long_cut > shelf.sheet[0] or short_cut > shelf.sheet[1]:
            tried.append(_TooBig(long_cut, long=True))
        else:
            tried.append(_Way(thickness, listed, long, short, long_cut * short_cut * listed / 1000))
    return tried


def _rods(shape: Shape, shop: Shop, *, turned: bool) -> _Tried:
    tried: _Tried = []
    for length, u, v in _ways_to_lie(shape.box, turned=turned):
        across = u if turned else (u * u + v * v).sqrt()
        tried.append(_bar("rod", across, shop.shelf.diameters, length, shop, turned=turned))
    return tried


def _hexagons(shape: Shape, shop: Shop, *, turned: bool) -> _Tried:
    tried: _Tried = []
    for length, u, v in _ways_to_lie(shape.box, turned=turned):
        across = u if turned else min(max(v, _C * u + v / 2), max(u, _C * v + u / 2))
        tried.append(_bar("hexagon", across, shop.shelf.across_flats, length, shop, turned=turned))
    return tried


def _bar(
    form: str, across: Decimal, sizes: Sequence[Decimal], length: Decimal, shop: Shop, *, turned: bool
) -> _Way | _TooBig:
    extra = shop.allowances
    need = places_2(across + 2 * extra.bar_radius)
    listed = _smallest(sizes, need)
    if listed is None:
        return _TooBig(need, long=False)
    blank_length = length + 2 * (extra.turned_end if turned else extra.side)
    cut = blank_length + extra.kerf
    if cut > shop.shelf.bar_length:
        return _TooBig(cut, long=True)
    section = _section(form, listed)
    return _Way(length, listed, blank_length, section, section * cut / 1000)


def _blank(way: _Way, form: str, shop: Shop) -> Stock:
    """What is cut off the stock that was chosen."""
    listed, long, short = way.listed, way.long, way.short
    if form in ("sheet", "plate"):
        blank, remnant = places_4(long * short * listed / 1000), ZERO
        # A square blank swings its corners; it stands on its thickness.
        swing, length = places_2(long * ROOT_2), listed
        envelope = _sorted(long, short, listed)
    else:
        blank, remnant = places_4(short * long / 1000), short * shop.allowances.remnant / 1000
        swing, length = listed if form == "rod" else places_2(listed / _C), long
        envelope = _sorted(swing, swing, long)
    return Stock(listed, way.cut, way.consumed, remnant, blank, envelope, swing, length)


@cache
def _name(form: str, listed: Decimal) -> str:
    """``rod 60``."""
    return f"{form} {listed.normalize():f}"


@cache
def _section(form: str, listed: Decimal) -> Decimal:
    """The area of a bar's section, mm²."""
    return PI / 4 * listed * listed if form == "rod" else _C * listed * listed


def _ways_to_lie(
    box: tuple[Decimal, Decimal, Decimal], *, turned: bool
) -> Sequence[tuple[Decimal, Decimal, Decimal]]:
    """Each size in turn along the stock, with the other two; a turned part lies only along its axis."""
    one, two, three = box
    if turned:
        return ((one, two, three),)
    return ((one, two, three), (two, one, three), (three, one, two))


def _smallest(listed: Sequence[Decimal], need: Decimal) -> Decimal | None:
    place = bisect_left(listed, need)
    return listed[place] if place < len(listed) else None


def _sorted(*sizes: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    large, middle, small = sorted(sizes, reverse=True)
    return large, middle, small


def _refused(tried: Sequence[_TooBig], form: str, field: str, largest: Decimal, shelf: Shelf) -> Reason:
    long_ways = [way.need for way in tried if way.long]
    if long_ways:
        limit = list(shelf.sheet) if form in ("sheet", "plate") else shelf.bar_length
        return Reason(
            Why.STOCK_TOO_LARGE,
            "length",
            f"no {form} is long enough",
            given=min(long_ways),
            limit=limit,
        )
    need = min(way.need for way in tried)
    return Reason(
        Why.STOCK_TOO_THICK,
        field,
        f"no {form} is thick enough: {need} mm are needed",
        given=need,
        limit=largest,
    )
