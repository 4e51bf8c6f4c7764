"""The factors of a price (rules K1 to K4)."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
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
    factors, steps = _told(
        coefficients,
        request.dimensions,
        str(request.complexity),
        request.control,
        request.tolerance,
        request.finish,
    )
    trace += steps
    return factors


# Frozen, like everything that they were made of. Most drawings leave most of these as they are. What was asked for is
# told as it was written: 1 and 1.0 are the same figure, and not the same step of a trace.
@lru_cache(maxsize=4096)
def _told(
    coefficients: Coefficients, dimensions: int, written: str, control: str, tolerance: str, finish: str
) -> tuple[Factors, Sequence[TraceStep]]:
    asked = Decimal(written)
    by_dimensions = _by_dimensions(dimensions, coefficients)
    factors = Factors(
        places_6(by_dimensions * asked),
        coefficients.controls[control],
        places_6(_PAINT_BASE + _PAINT_STEP * int(control)),
        coefficients.tolerances[tolerance],
        coefficients.finishes[finish],
    )
    inputs = {"n_dimensions": dimensions, "by_dimensions": by_dimensions, "k_complexity": asked}
    return factors, (
        TraceStep("K1", "complexity", inputs, factors.complexity, ""),
        TraceStep("K3", "control", {"k_otk": control}, factors.control, ""),
        TraceStep("K4", "tolerance", {"tolerance_id": tolerance}, factors.tolerance, ""),
        TraceStep("K4", "finish", {"finish_id": finish}, factors.finish, ""),
    )


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
