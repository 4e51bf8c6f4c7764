"""What the part is: its volume, surface and box, and for turning its diameter and length (rules G1 to G3)."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations
from typing import TypedDict

from msgspec import Struct

from makeline.parts.pricing.figures import PI, ZERO, places_2, places_4
from makeline.parts.pricing.refusals import Reason, Why
from makeline.parts.pricing.request import Basis, PartGeometry, PartRequest, Sizes
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.tables import TURNING, Service
from makeline.parts.pricing.trace import Trace, TraceStep

_CLAIM_TOLERANCE = Decimal("0.5")
# A turned part may fill its cylinder, and a point may lie so far outside, before it is not round any more.
_FILL_LIMIT = Decimal("1.005")
_REACH_TOLERANCE = Decimal("0.25")
_QUARTER = PI / 4


class Warned(TypedDict):
    """Something the customer should know about a price that stands all the same. Goes into JSON as it stands."""

    code: str
    message: str


class Shape(Struct, frozen=True, gc=False):
    """The part as it is priced. ``volume`` cm³, ``area`` cm², ``box`` mm; ``diameter`` mm for turning only.

    For turning ``box`` is (length, diameter, diameter).
    """

    basis: Basis
    volume: Decimal
    area: Decimal
    box: tuple[Decimal, Decimal, Decimal]
    diameter: Decimal | None
    warnings: tuple[Warned, ...]


def shape_of(
    request: PartRequest, geometry: PartGeometry | None, shop: Shop, trace: Trace, reasons: list[Reason]
) -> Shape:
    """The shape to price; what speaks against it is added to ``reasons``."""
    warnings = []
    if geometry is not None and geometry.volume is None:
        warnings.append(
            Warned(
                code="GEOMETRY_NOT_CLOSED",
                message="The surface of the file is not closed; priced by the sizes given",
            )
        )
        geometry = None
    if geometry is None or geometry.volume is None:
        warnings += _ignored_sizes(request)
        shape = _from_sizes(request, shop, trace, reasons)
    else:
        warnings += _claims(request.sizes, geometry.box)
        shape = _from_file(request.service, geometry, geometry.volume, shop, trace, reasons)
    volume, area, box, diameter = shape
    basis = Basis.SIZES if geometry is None else Basis.FILE
    return Shape(basis, volume, area, box, diameter, tuple(warnings))


_Measured = tuple[Decimal, Decimal, tuple[Decimal, Decimal, Decimal], Decimal | None]


def _from_sizes(request: PartRequest, shop: Shop, trace: Trace, reasons: list[Reason]) -> _Measured:
    sizes, fill = request.sizes, shop.fill[request.service]
    if request.service is TURNING:
        length = sizes.length or ZERO
        diameter = sizes.diameter or max(sizes.width or ZERO, sizes.height or ZERO)
        if sizes.diameter is None and sizes.width is not None and sizes.height is not None:
            difference = abs(sizes.width - sizes.height)
            if difference > shop.round_tolerance:
                reasons.append(_not_round("width and height of a turned part must agree", difference, shop))
        inputs = {"length": length, "diameter": diameter, "fill": fill}
        volume = places_4(fill * _QUARTER * diameter * diameter * length / 1000)
        area = places_4((PI * diameter * length + PI / 2 * diameter * diameter) / 100)
        box = (length, diameter, diameter)
    else:
        diameter = None
        length, width, height = box = (
            sizes.length or ZERO,
            sizes.width or ZERO,
            sizes.height or ZERO,
        )
        inputs = {"length": length, "width": width, "height": height, "fill": fill}
        volume = places_4(fill * length * width * height / 1000)
        area = places_4(2 * (length * width + length * height + width * height) / 100)
    trace += (
        TraceStep("G1", "volume of the part, estimated from its sizes", inputs, volume, "cm³"),
        TraceStep("G2", "surface of the part, estimated from its sizes", inputs, area, "cm²"),
    )
    return volume, area, box, diameter


def _from_file(
    service: Service,
    geometry: PartGeometry,
    measured: Decimal,
    shop: Shop,
    trace: Trace,
    reasons: list[Reason],
) -> _Measured:
    large, middle, small = box = tuple(places_2(size) for size in geometry.box)
    volume, area = places_4(measured / 1000), places_4(geometry.area / 100)
    trace += (
        TraceStep("G1", "volume of the part", {"volume_mm3": measured}, volume, "cm³"),
        TraceStep("G2", "surface of the part", {"area_mm2": geometry.area}, area, "cm²"),
    )
    if service is not TURNING:
        return volume, area, (large, middle, small), None
    round_part = _round_part(box, geometry.reach, shop)
    if round_part is None:
        differences = [abs(one - other) for one, other in ((large, middle), (middle, small))]
        reasons.append(_not_round("no two sizes of the part agree", min(differences), shop))
        return volume, area, (large, middle, small), None
    length, diameter, reach = round_part
    inputs = {"length": length, "reach": places_2(reach)}
    trace.append(TraceStep("G3", "diameter of the turned part", inputs, diameter, "mm"))
    most = _FILL_LIMIT * _QUARTER * diameter * diameter * length / 1000
    if volume > most:
        reasons.append(_not_round("the part fills more than its cylinder", volume, shop, places_4(most)))
    if reach > diameter / 2 + _REACH_TOLERANCE:
        reasons.append(
            _not_round(
                "a point lies too far from the axis", places_2(reach), shop, diameter / 2 + _REACH_TOLERANCE
            )
        )
    return volume, area, (length, diameter, diameter), diameter


def _round_part(
    box: Sequence[Decimal], reach: Sequence[Decimal], shop: Shop
) -> tuple[Decimal, Decimal, Decimal] | None:
    """Length, diameter and reach along the axis whose other two sizes agree; of several the tightest one."""
    found = [
        (reach[axis], box[axis], max(box[one], box[other]))
        for axis, one, other in ((0, 1, 2), (1, 0, 2), (2, 0, 1))
        if abs(box[one] - box[other]) <= shop.round_tolerance
    ]
    if not found:
        return None
    tightest, length, diameter = min(found)
    return length, diameter, tightest


def _not_round(message: str, given: Decimal, shop: Shop, limit: Decimal | None = None) -> Reason:
    return Reason(
        Why.NOT_ROUND, "dia", message, given=given, limit=shop.round_tolerance if limit is None else limit
    )


def _ignored_sizes(request: PartRequest) -> list[Warned]:
    sizes = request.sizes
    if request.service is not TURNING or sizes.diameter is None:
        return []
    if sizes.width is None and sizes.height is None:
        return []
    return [Warned(code="SIZES_IGNORED", message="The diameter is given, so width and height are not used")]


def _claims(sizes: Sizes, box: Sequence[Decimal]) -> list[Warned]:
    """A warning when the sizes that the caller gave cannot be sizes of this file."""
    across = [sizes.diameter] * 2 if sizes.diameter is not None else [sizes.width, sizes.height]
    claimed = sorted((size for size in (sizes.length, *across) if size is not None), reverse=True)
    if not claimed:
        return []
    possible = any(
        all(abs(claim - size) <= _CLAIM_TOLERANCE for claim, size in zip(claimed, chosen, strict=True))
        for chosen in set(permutations(box, len(claimed)))
    )
    if possible:
        return []
    shown = " × ".join(str(places_2(size).normalize()) for size in box)
    return [Warned(code="SIZES_DIFFER", message=f"The file measures {shown} mm; the price is for the file")]
