"""The blank a part is cut from: the smallest of what lies on the shelf (rules M1 and M2)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from makeline.parts.pricing.figures import PI, ROOT_2, ROOT_3, TWO, ZERO, places_2, places_4
from makeline.parts.pricing.refusals import Reason, Why
from makeline.parts.pricing.request import PartRequest
from makeline.parts.pricing.shape import Shape
from makeline.parts.pricing.shop import Allowances, Shelf, Shop
from makeline.parts.pricing.tables import Service
from makeline.parts.pricing.trace import Trace

_C = ROOT_3 / 2


class Stock(NamedTuple):
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


class _Way(NamedTuple):
    """One way to cut the part: from which listed size, and what that takes; ``stock`` None where nothing serves."""

    need: Decimal
    listed: Decimal | None
    stock: Stock | None


def choose_stock(
    request: PartRequest, shape: Shape, shop: Shop, trace: Trace, reasons: list[Reason]
) -> Stock | None:
    """The stock with the least volume; None with reasons when none is thick or large enough."""
    if request.service is Service.PAINTING:
        return None
    if request.service is Service.PRINTING:
        return _printed(request, shape, shop, trace)
    turned = request.service is Service.TURNING
    if request.form in ("sheet", "plate"):
        ways, field, largest = _sheets(shape, shop, turned=turned), "height", shop.shelf.thicknesses[-1]
    elif request.form == "hexagon":
        ways, field, largest = _hexagons(shape, shop, turned=turned), "width", shop.shelf.across_flats[-1]
    else:
        ways, field, largest = _rods(shape, shop, turned=turned), "width", shop.shelf.diameters[-1]
    tried = list(ways)
    found = [way.stock for way in tried if way.stock is not None]
    if not found:
        reasons.append(_too_big(tried, request.form, field, largest, shop.shelf))
        return None
    stock = min(found, key=lambda one: (one.consumed, one.blank, one.size, one.cut))
    name = f"{request.form} {stock.size.normalize():f}"
    trace.choose("M1", "stock", name, {"size": stock.size, "along": stock.cut})
    trace.note("M2", "blank", stock.blank, "cm³", {"stock": name})
    return stock


def _printed(request: PartRequest, shape: Shape, shop: Shop, trace: Trace) -> Stock:
    gap = 2 * shop.printing.gap
    length, width, height = (size + gap for size in shape.box)
    box = places_4(length * width * height / 1000)
    if request.form == "thread":
        consumed = shape.volume * shop.printing.thread_factor
    else:
        consumed = shape.volume + shop.printing.powder_loss * (box - shape.volume)
    trace.note("M1", "box with gaps", box, "cm³", {"gap": shop.printing.gap})
    large, middle, small = sorted((length, width, height), reverse=True)
    return Stock(ZERO, ZERO, consumed, ZERO, box, (large, middle, small), middle, large)


def _sheets(shape: Shape, shop: Shop, *, turned: bool) -> Iterator[_Way]:
    extra, shelf = shop.allowances, shop.shelf
    for thickness, u, v in _ways_to_lie(shape.box, turned=turned):
        need = thickness + TWO * extra.thickness
        listed = _smallest(shelf.thicknesses, need)
        if listed is None:
            yield _Way(need, None, None)
            continue
        long, short = sorted((u + 2 * extra.side, v + 2 * extra.side), reverse=True)
        if long + extra.kerf > shelf.sheet[0] or short + extra.kerf > shelf.sheet[1]:
            yield _Way(long + extra.kerf, listed, None)
            continue
        consumed = (long + extra.kerf) * (short + extra.kerf) * listed / 1000
        blank = places_4(long * short * listed / 1000)
        yield _Way(
            need,
            listed,
            Stock(
                listed,
                thickness,
                consumed,
                ZERO,
                blank,
                _sorted(long, short, listed),
                # A square blank swings its corners; it stands on its thickness.
                swing=places_2(long * ROOT_2),
                length=listed,
            ),
        )


def _rods(shape: Shape, shop: Shop, *, turned: bool) -> Iterator[_Way]:
    for length, u, v in _ways_to_lie(shape.box, turned=turned):
        across = u if turned else _diagonal(u, v)
        need = places_2(across + 2 * shop.allowances.bar_radius)
        listed = _smallest(shop.shelf.diameters, need)
        yield _bar("rod", need, listed, length, shop, turned=turned)


def _hexagons(shape: Shape, shop: Shop, *, turned: bool) -> Iterator[_Way]:
    for length, u, v in _ways_to_lie(shape.box, turned=turned):
        across = u if turned else min(max(v, _C * u + v / 2), max(u, _C * v + u / 2))
        need = places_2(across + 2 * shop.allowances.bar_radius)
        listed = _smallest(shop.shelf.across_flats, need)
        yield _bar("hexagon", need, listed, length, shop, turned=turned)


def _bar(
    form: str, need: Decimal, listed: Decimal | None, length: Decimal, shop: Shop, *, turned: bool
) -> _Way:
    if listed is None:
        return _Way(need, None, None)
    extra = shop.allowances
    blank_length = length + 2 * _end(extra, turned=turned)
    if blank_length + extra.kerf > shop.shelf.bar_length:
        return _Way(blank_length + extra.kerf, listed, None)
    section = _section(form, listed)
    wide = listed if form == "rod" else places_2(listed / _C)
    return _Way(
        need,
        listed,
        Stock(
            listed,
            length,
            consumed=section * (blank_length + extra.kerf) / 1000,
            remnant=section * extra.remnant / 1000,
            blank=places_4(section * blank_length / 1000),
            envelope=_sorted(wide, wide, blank_length),
            swing=wide,
            length=blank_length,
        ),
    )


def _end(extra: Allowances, *, turned: bool) -> Decimal:
    return extra.turned_end if turned else extra.side


@cache
def _section(form: str, listed: Decimal) -> Decimal:
    """The area of a bar's section, mm²."""
    return PI / 4 * listed * listed if form == "rod" else _C * listed * listed


def _diagonal(u: Decimal, v: Decimal) -> Decimal:
    return (u * u + v * v).sqrt()


def _ways_to_lie(
    box: tuple[Decimal, Decimal, Decimal], *, turned: bool
) -> Sequence[tuple[Decimal, Decimal, Decimal]]:
    """Each size in turn along the stock, with the other two; a turned part lies only along its axis."""
    one, two, three = box
    if turned:
        return ((one, two, three),)
    return ((one, two, three), (two, one, three), (three, one, two))


def _smallest(listed: Sequence[Decimal], need: Decimal) -> Decimal | None:
    return next((size for size in listed if size >= need), None)


def _sorted(*sizes: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    large, middle, small = sorted(sizes, reverse=True)
    return large, middle, small


def _too_big(tried: Sequence[_Way], form: str, field: str, largest: Decimal, shelf: Shelf) -> Reason:
    long_ways = [way.need for way in tried if way.listed is not None]
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
