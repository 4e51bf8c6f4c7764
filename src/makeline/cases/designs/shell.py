"""How large a case is and how many pixels its print has.

The size is always that of the chosen shell, as the partner's machine reports it; a phone's own size only stands in
until a machine has spoken. A shell of impossible size is refused: no size means no order, never a fixed fallback.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from makeline.kernel.errors import FieldProblem, Invalid

# Field rules of the print partner. Width and height bounds are exclusive, the ratio's inclusive.
NARROWEST_MM, WIDEST_MM = Decimal(30), Decimal(200)
SHORTEST_MM, TALLEST_MM = Decimal(100), Decimal(300)
LOWEST_RATIO, HIGHEST_RATIO = Decimal("1.2"), Decimal("3.0")
CANVAS_WIDTH_PX = 1390
CANVAS_HEIGHTS_PX = range(1000, 5001)
LEAST_DPI = 300
_MM_PER_INCH = Decimal("25.4")


class ImpossibleShell(Invalid):
    """The shell's size cannot be that of a phone case; names what is wrong."""

    code = "IMPOSSIBLE_SHELL"


@dataclass(frozen=True, slots=True)
class Shell:
    """The printed face of one case in millimetres, upright; raises ``ImpossibleShell``."""

    width_mm: Decimal
    height_mm: Decimal

    def __post_init__(self) -> None:
        problems = _problems_of(self.width_mm, self.height_mm)
        if problems:
            raise ImpossibleShell(*problems)


@dataclass(frozen=True, slots=True)
class Canvas:
    """The print's size in pixels; the same scale in both directions."""

    width_px: int
    height_px: int
    px_per_mm: Decimal

    @property
    def dpi(self) -> int:
        """Whole dots per inch, rounded to the nearest; never below 300."""
        return int((self.px_per_mm * _MM_PER_INCH).to_integral_value(ROUND_HALF_UP))

    def px(self, mm: Decimal) -> int:
        """Millimetres as the nearest whole number of pixels."""
        return int((mm * self.px_per_mm).to_integral_value(ROUND_HALF_UP))

    def mm(self, px: int) -> Decimal:
        """Pixels as millimetres, to a hundredth."""
        return (px / self.px_per_mm).quantize(Decimal("0.01"))


def canvas_of(shell: Shell) -> Canvas:
    """The canvas of a shell: 1390 pixels wide, as high as the shell's proportion asks.

    1390 pixels across more than 117.7 mm would fall below 300 dpi. Such a shell gets a wider canvas, just wide
    enough for 300 dpi, because a coarse print is worse than a large file.
    """
    for_quality = shell.width_mm * LEAST_DPI / _MM_PER_INCH
    width = max(CANVAS_WIDTH_PX, int(for_quality.to_integral_value(ROUND_CEILING)))
    height = int((shell.height_mm / shell.width_mm * width).to_integral_value(ROUND_HALF_UP))
    if height not in CANVAS_HEIGHTS_PX:
        raise ImpossibleShell(FieldProblem("canvas_height_px", "must be from 1000 to 5000 pixels", height))
    return Canvas(width, height, width / shell.width_mm)


def _problems_of(width: Decimal, height: Decimal) -> list[FieldProblem]:
    problems = []
    if not width.is_finite() or not NARROWEST_MM < width < WIDEST_MM:
        problems.append(FieldProblem("width_mm", "must be between 30 and 200 mm, exclusive", str(width)))
    if not height.is_finite() or not SHORTEST_MM < height < TALLEST_MM:
        problems.append(FieldProblem("height_mm", "must be between 100 and 300 mm, exclusive", str(height)))
    if not problems and not LOWEST_RATIO <= height / width <= HIGHEST_RATIO:
        problems.append(FieldProblem("height_mm", "must be 1.2 to 3 times the width", str(height)))
    return problems
