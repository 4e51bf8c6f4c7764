"""Numbers of a price: decimals, rounded half up to the places of their unit the moment they are computed."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

ZERO = Decimal(0)
ONE = Decimal(1)

PI = Decimal("3.141592653589793238462643383")
ROOT_3 = Decimal("1.732050807568877293527446342")
ROOT_2 = Decimal("1.414213562373095048801688724")

_HUNDREDTH = Decimal("0.01")
_THOUSANDTH = Decimal("0.001")
_TEN_THOUSANDTH = Decimal("0.0001")
_MILLIONTH = Decimal("0.000001")


def places_2(value: Decimal) -> Decimal:
    """Millimetres and roubles: two decimals."""
    return value.quantize(_HUNDREDTH, ROUND_HALF_UP)


def places_3(value: Decimal) -> Decimal:
    """Hours: three decimals."""
    return value.quantize(_THOUSANDTH, ROUND_HALF_UP)


def places_4(value: Decimal) -> Decimal:
    """Cubic and square centimetres: four decimals."""
    return value.quantize(_TEN_THOUSANDTH, ROUND_HALF_UP)


def places_6(value: Decimal) -> Decimal:
    """Square decimetres, kilograms, minutes and factors: six decimals."""
    return value.quantize(_MILLIONTH, ROUND_HALF_UP)


def exact(text: str | float | Decimal) -> Decimal:
    """A figure of a table: a number as it was written, or a fraction such as ``5/3``."""
    if isinstance(text, str) and "/" in text:
        fraction = Fraction(text)
        return Decimal(fraction.numerator) / Decimal(fraction.denominator)
    return Decimal(str(text))


@lru_cache(maxsize=4096)
def natural_log(whole: int) -> Decimal:
    """ln of a quantity, kept because the decimal library takes its time over it."""
    return Decimal(whole).ln()
