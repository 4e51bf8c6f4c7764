"""What a customer puts on top of his pictures: stickers, and text where he wants it.

Places are shares of the case's width and height, counted from its top left corner as seen from behind; sizes are shares
of its width. So a design fits every size that a shell has.
"""

from dataclasses import dataclass
from decimal import Decimal

from makeline.kernel.errors import FieldProblem, Invalid

MOST_STICKERS = 20
SMALLEST_STICKER, LARGEST_STICKER = Decimal("0.05"), Decimal(1)
# As wide as the designer draws it: 40 of 200 pixels.
USUAL_STICKER = Decimal("0.2")
SMALLEST_TEXT, LARGEST_TEXT = Decimal("0.4"), Decimal("2.5")


class UnreadableDesign(Invalid):
    """A field of the design cannot be used; names it."""

    code = "UNREADABLE_DESIGN"


@dataclass(frozen=True, slots=True)
class Sticker:
    """One sticker about (``x``, ``y``), ``size`` wide and high, turned clockwise by whole degrees about its middle."""

    sticker_id: str
    x: Decimal
    y: Decimal
    size: Decimal = USUAL_STICKER
    turn: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "sticker_id", self.sticker_id.strip().lower())
        _place(self)
        size = figure("size", self.size, lowest=SMALLEST_STICKER, highest=LARGEST_STICKER)
        object.__setattr__(self, "size", size)


@dataclass(frozen=True, slots=True)
class TextSpot:
    """Text about (``x``, ``y``), ``size`` times as large as usual, turned clockwise by whole degrees."""

    x: Decimal
    y: Decimal
    size: Decimal = Decimal(1)
    turn: int = 0

    def __post_init__(self) -> None:
        _place(self)
        object.__setattr__(
            self, "size", figure("size", self.size, lowest=SMALLEST_TEXT, highest=LARGEST_TEXT)
        )


def figure(name: str, value: Decimal, *, lowest: Decimal, highest: Decimal) -> Decimal:
    """A figure within its bounds, to four places; raises ``UnreadableDesign``."""
    if not value.is_finite() or not lowest <= value <= highest:
        raise UnreadableDesign(FieldProblem(name, f"must be from {lowest} to {highest}", str(value)[:40]))
    return value.quantize(Decimal("0.0001")) + 0


def _place(thing: Sticker | TextSpot) -> None:
    for name in ("x", "y"):
        share = figure(name, getattr(thing, name), lowest=Decimal(0), highest=Decimal(1))
        object.__setattr__(thing, name, share)
    object.__setattr__(thing, "turn", thing.turn % 360)
