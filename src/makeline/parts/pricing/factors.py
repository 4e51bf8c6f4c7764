"""The factors of a price (rules K1 to K4)."""

from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from makeline.parts.pricing.figures import natural_log, places_6
from makeline.parts.pricing.request import PartRequest
from makeline.parts.pricing.tables import Coefficients
from makeline.parts.pricing.trace import Trace

_PAINT_BASE = Decimal("0.9")
_PAINT_STEP = Decimal("0.1")


class Factors(NamedTuple):
    """What minutes and coatings are multiplied with, but for the quantity."""

    complexity: Decimal
    control: Decimal
    paint_control: Decimal
    tolerance: Decimal
    finish: Decimal


def factors_of(request: PartRequest, coefficients: Coefficients, trace: Trace) -> Factors:
    """All factors that do not depend on the quantity."""
    by_dimensions = next(
        factor for most, factor in coefficients.complexity if most is None or request.dimensions <= most
    )
    complexity = trace.note(
        "K1",
        "complexity",
        places_6(by_dimensions * request.complexity),
        "",
        {
            "n_dimensions": request.dimensions,
            "by_dimensions": by_dimensions,
            "k_complexity": request.complexity,
        },
    )
    control = trace.note(
        "K3", "control", coefficients.controls[request.control], "", {"k_otk": request.control}
    )
    return Factors(
        complexity=complexity,
        control=control,
        paint_control=places_6(_PAINT_BASE + _PAINT_STEP * int(request.control)),
        tolerance=trace.note(
            "K4",
            "tolerance",
            coefficients.tolerances[request.tolerance],
            "",
            {"tolerance_id": request.tolerance},
        ),
        finish=trace.note(
            "K4", "finish", coefficients.finishes[request.finish], "", {"finish_id": request.finish}
        ),
    )


@lru_cache(maxsize=4096)
def quantity_factor(quantity: int, coefficients: Coefficients) -> Decimal:
    """Practice at the machine (K2): straight lines over ln q between the points of the curve, then constant."""
    curve = coefficients.quantity_curve
    for (low, low_factor), (high, high_factor) in pairwise(curve):
        if quantity <= high:
            share = (natural_log(quantity) - natural_log(low)) / (natural_log(high) - natural_log(low))
            return places_6(low_factor + (high_factor - low_factor) * share)
    return curve[-1][1]
