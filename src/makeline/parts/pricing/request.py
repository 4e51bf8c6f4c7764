"""What is asked and what is known of the part, in exact numbers."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from makeline.parts.pricing.tables import Service


class Speed(StrEnum):
    """How soon the customer wants it."""

    ECONOMY = "economy"
    STANDARD = "standard"
    EXPRESS = "express"


class Buyer(StrEnum):
    """Who asks: staff may judge a part simpler than it looks, a customer may not."""

    CUSTOMER = "customer"
    STAFF = "staff"


class Basis(StrEnum):
    """What the price rests on."""

    FILE = "file"
    SIZES = "sizes"


class PartGeometry(Struct, frozen=True, gc=False):
    """Facts measured from a file.

    ``volume`` mm³ or None when the surface is not closed; ``area`` mm²; ``box`` the oriented box in mm, largest
    first; ``reach`` for each of these three directions the largest distance in mm of a point of the part from the
    line through the box's centre along that direction.
    """

    volume: Decimal | None
    area: Decimal
    box: tuple[Decimal, Decimal, Decimal]
    reach: tuple[Decimal, Decimal, Decimal]


class Sizes(Struct, frozen=True, gc=False):
    """Sizes as given, in mm with two decimals; None where nothing was said."""

    length: Decimal | None
    width: Decimal | None
    height: Decimal | None
    diameter: Decimal | None


class PaintWish(Struct, frozen=True, gc=False):
    """Which paint, and the level of each step."""

    paint: str
    prepare: str
    primer: str
    lakery: str


class PartRequest(Struct, frozen=True, gc=False):
    """A request that is complete and well formed; whether it can be made is another question."""

    service: Service
    material: str
    form: str
    quantity: int
    sizes: Sizes
    dimensions: int
    tolerance: str
    finish: str
    covers: Sequence[str]
    control: str
    certificates: frozenset[str]
    complexity: Decimal
    location: str | None
    paint: PaintWish
    speed: Speed
