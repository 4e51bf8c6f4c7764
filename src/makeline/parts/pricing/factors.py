"""The factors of a price (rules K1 to K4)."""

from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise

from msgspec import Struct

from makeline.parts.pricing.figures import natural_log, places_6
from makeline.parts.pricing.request import PartRequest
from makeline.parts.pricing.tables import Coefficients
from makeline.parts.pricing.trace import Trace, TraceStep

_PAINT_BASE = Decimal("0.9")
_PAINT_STEP = Decimal("0.1")


class Factors(Struct, frozen=True, gc=False):
    """What minutes and coatings are multiplied with, but for the quantity."""

    complexity: Decimal
    control: Decimal
    paint_control: Decimal
    tolerance: Decimal
    finish: Decimal


def factors_of(request: PartRequest, coefficients: Coefficients, trace: Trace) -> Factors:
    """All factors that do not depend on the quantity."""
    by_dimensions = _by_dimensions(request.dimensions, coefficients)
    factors = Factors(
        places_6(by_dimensions * request.complexity),
        coefficients.controls[request.control],
        _paint_control(request.control),
        coefficients.tolerances[request.tolerance],
        coefficients.finishes[request.finish],
    )
    inputs = {
        "n_dimensions": request.dimensions,
        "by_dimensions": by_dimensions,
        "k_complexity": request.complexity,
    }
    trace += (
        TraceStep("K1", "complexity", inputs, factors.complexity, ""),
        TraceStep("K3", "control", {"k_otk": request.control}, factors.control, ""),
        TraceStep("K4", "tolerance", {"tolerance_id": request.tolerance}, factors.tolerance, ""),
        TraceStep("K4", "finish", {"finish_id": request.finish}, factors.finish, ""),
    )
    return factors


@cache
def _paint_control(control: str) -> Decimal:
    return places_6(_PAINT_BASE + _PAINT_STEP * int(control))


def _by_dimensions(dimensions: int, coefficients: Coefficients) -> Decimal:
    """The factor of the first row that holds so many; the last row holds any number."""
    for most, factor in coefficients.complexity:
        if most is None or dimensions <= most:
            return factor
    raise LookupError("the table of complexity has no last row")


@lru_cache(maxsize=4096)
def quantity_factor(quantity: int, coefficients: Coefficients) -> Decimal:
    """Practice at the machine (K2): straight lines over ln q between the points of the curve, then constant."""
    curve = coefficients.quantity_curve
    for (low, low_factor), (high, high_factor) in pairwise(curve):
        if quantity <= high:
            share = (natural_log(quantity) - natural_log(low)) / (natural_log(high) - natural_log(low))
            return places_6(low_factor + (high_factor - low_factor) * share)
    return curve[-1][1]
